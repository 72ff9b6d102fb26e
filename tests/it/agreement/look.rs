//! Everything there is to see of an auction, by everybody, against what the model says of it.

use serde_json::{Value, json};

use super::cast::{ADMIN, Cast, SELLER, part_of};
use super::dice::Dice;
use super::reference::{Format, View};
use super::twin::Twin;
use super::words::{extend, micros, money, time};
use crate::support::actors::User;

/// What was read of an auction while nothing happened to it.
pub(crate) struct Seen {
    /// The product, as the visitor and as everybody who is logged in sees it.
    products: Vec<(Option<u64>, Value)>,
    bids: Vec<Value>,
    events: Vec<Value>,
    log: Vec<Value>,
}

impl Seen {
    /// Reads all of it, lists in pages of any size.
    pub(crate) async fn read(cast: &Cast, product_id: &str, dice: &mut Dice) -> Self {
        let mut products = vec![(None, cast.visitor.product(product_id).await)];
        for number in Cast::numbers() {
            products.push((Some(number), cast.person(number).product(product_id).await));
        }
        let bids = format!("/products/{product_id}/bids");
        let log = format!("/admin/products/{product_id}/log");
        Self {
            products,
            bids: all(&cast.visitor, &bids, dice).await,
            events: cast.visitor.events(product_id, 0).await,
            log: all(cast.person(ADMIN), &log, dice).await,
        }
    }
}

/// A list, page by page.
async fn all(reader: &User, path: &str, dice: &mut Dice) -> Vec<Value> {
    let limit = dice.between(20, 100);
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let mut page = reader.get(&format!("{path}?limit={limit}{cursor}")).await.expect(200);
        let Value::Array(of_page) = page["items"].take() else { panic!("no items: {page}") };
        items.extend(of_page);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

impl Twin<'_> {
    /// Compares what was read, and the events that sockets were told.
    pub(crate) fn assert_seen(&self, seen: Seen, heard: Vec<Value>) {
        let Seen { products, bids, events, log } = seen;
        for (number, mut product) in products {
            let fields = product.as_object_mut().unwrap();
            let read_at = fields.remove("server_time");
            let read_at = read_at.as_ref().and_then(Value::as_str).map(micros).unwrap();
            // The price of a Dutch auction may have fallen within the millisecond.
            let views = [read_at, read_at + 999].map(|at| self.product(&self.view(at), number));
            assert!(
                views.contains(&product),
                "of {:?} {number:?} sees\n{product}\nand the model\n{}",
                self.terms,
                views[0]
            );
        }
        let view = self.view(i64::MAX);
        self.assert_same("bids", &bids, &self.bids(&view));
        let told = self.ledger.iter().map(|entry| entry.event().clone());
        let told: Vec<Value> = told.filter(|event| !event.is_null()).collect();
        self.assert_same("events", &events, &told);
        let is_closed = matches!(view.status, "sold" | "unsold");
        let entries: Vec<_> = self.ledger.iter().map(|entry| entry.row(is_closed)).collect();
        self.assert_same("the log", &log, &entries);
        for event in heard {
            let place = usize::try_from(event["seq"].as_u64().unwrap()).unwrap() - 1;
            assert_eq!(Some(&event), told.get(place), "what a socket was told");
        }
    }

    fn assert_same(&self, what: &str, server: &[Value], model: &[Value]) {
        let differs = server.iter().zip(model).position(|(one, other)| one != other);
        if let Some(place) = differs {
            let (server, model) = (&server[place], &model[place]);
            panic!(
                "{what} of {}: {place} is\n{server}\nand in the model\n{model}",
                self.product_id
            );
        }
        assert_eq!(server.len(), model.len(), "{what} of {}", self.product_id);
    }

    /// Before the close of a sealed auction who bids, and how many do, is secret.
    fn is_secret(&self, view: &View) -> bool {
        let sealed = matches!(self.terms.format, Format::SealedFirst | Format::SealedSecond);
        sealed && !matches!(view.status, "sold" | "unsold")
    }

    /// The product as somebody sees it, without the time at which he does.
    fn product(&self, view: &View, number: Option<u64>) -> Value {
        let amount = |minor: i64| money(minor, self.terms.digits);
        let is_sold = view.status == "sold";
        let count = |count: i64| (!self.is_secret(view)).then_some(count);
        let mut product = self.at_first.clone();
        let changed = json!({
            "description": view.description,
            "current_price": view.price.map(amount),
            "minimum_next_bid": view.minimum.map(amount),
            "buy_now_available": view.buy_now_available,
            "reserve_met": view.reserve_met,
            "bid_count": count(view.bid_count),
            "bidder_count": count(view.bidder_count),
            "leader": self.leader(view),
            "status": view.status,
            "is_sold": is_sold,
            "annulled": view.annulled,
            "winner": view.winner.map(|winner| self.name(view, winner)),
            "hammer_price": view.hammer.map(amount),
            "cancel_reason": self.cancel_reason,
            "auction_end": time(view.end),
            "seq": view.seq,
            "revision": view.revision,
        });
        extend(&mut product, changed);
        product.as_object_mut().unwrap().remove("server_time");
        if let Some(number) = number {
            product["you"] = self.you(view, number);
            // The two sides of a sale and admins know who has won.
            let may_know = number == SELLER || number == ADMIN || view.winner == Some(number);
            if let Some(winner) = view.winner.filter(|_| may_know) {
                product["winner"] = self.cast.person(winner).name.clone().into();
            }
        }
        product
    }

    /// What somebody sees of himself.
    fn you(&self, view: &View, number: u64) -> Value {
        let amount = |minor: i64| money(minor, self.terms.digits);
        let part = part_of(view, number);
        let is_secret = self.is_secret(view);
        let status = match part {
            Some(part) => part.status,
            None if is_secret && view.status == "open" => None,
            None => Some("none"),
        };
        let mut you = json!({"status": status, "is_seller": number == SELLER});
        let mut tell = |name: &str, fact: Option<String>| {
            if let Some(fact) = fact {
                you[name] = fact.into();
            }
        };
        if let Some(part) = part {
            let name = if part.is_maximum { "max_amount" } else { "amount" };
            tell(name, part.offer.map(amount));
            tell("alias", (!is_secret).then(|| self.name(view, number)));
        }
        if number == SELLER {
            tell("reserve_price", view.reserve.map(amount));
        }
        let other = match view.winner {
            Some(winner) if number == SELLER => Some(winner),
            Some(winner) if number == winner => Some(SELLER),
            _ => None,
        };
        tell("contact", other.map(|other| self.cast.person(other).email.clone()));
        you
    }

    /// The public rows, newest first; of a sealed auction the best first.
    fn bids(&self, view: &View) -> Vec<Value> {
        let sealed = matches!(self.terms.format, Format::SealedFirst | Format::SealedSecond);
        let rows = view.bids.iter().map(|row| {
            let event = view.events.iter().find(|event| event.seq == row.seq);
            self.bid_row(view, row, event.unwrap().at)
        });
        if sealed { rows.collect() } else { rows.rev().collect() }
    }
}
