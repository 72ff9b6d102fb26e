//! What watchers are shown: durable, and as the log has it (promise 6).

use gobid_api::bids::BidRow;
use gobid_api::live::{ProductChange, Snapshot};
use gobid_auction::{Amount, Decimal, Format, ProductId, Timestamp};
use serde_json::value::RawValue;

use super::reference::{Row, View};
use super::{Ledger, translated};
use crate::hub::simulation::event::Process;
use crate::hub::simulation::feed::{Feed, FeedId, Shown, seq_of};
use crate::hub::simulation::sale::Sale;
use crate::hub::simulation::world::World;
use crate::view::public_name;

/// How many bids a snapshot carries.
const BIDS: usize = 50;

impl World {
    /// A frame is about to be sent.
    pub(in super::super) fn check_shown(&mut self, product_id: ProductId, shown: &Shown) {
        let ledger = &self.ledgers[&product_id];
        let says = match shown {
            Shown::Snapshot(snapshot) => self.is_snapshot(ledger, product_id, snapshot),
            Shown::Update { seq, events, product, .. } => {
                let as_stored = events.iter().all(|event| is_stored(ledger, event));
                let stored = as_stored.then_some(()).ok_or("it is not as stored".to_owned());
                stored.and_then(|()| self.is_change(ledger, product_id, *seq, product))
            }
            Shown::Heartbeat { seq } => is_durable(ledger, *seq),
            Shown::You(you) => is_durable(ledger, you.seq),
        };
        if let Err(why) = says {
            self.broken(format!("{why}: {product_id} shows {shown:?}"));
        }
    }

    /// Whether a watcher learns of a silent raise of his that another server has recorded.
    pub(in super::super) fn count_shown(&mut self, process: Process, feed: FeedId, shown: &Shown) {
        let Feed { product_id, person, .. } = &self.feeds[feed.0];
        let (Some(person), Shown::You(you)) = (*person, shown) else { return };
        let ledger = &self.ledgers[product_id];
        let user_id = Some(self.people[person].user_id);
        let last = ledger.entries.iter().rev().find(|entry| entry.actor_id == user_id);
        let raise = last.filter(|entry| entry.kind == "raised");
        let elsewhere = raise.and_then(|entry| ledger.cause(entry));
        let elsewhere = elsewhere.is_some_and(|copy| self.copies[copy.0].process != process);
        let is_shown = you.max_amount == decimal(raise.and_then(|entry| entry.offer));
        self.reached.raise_seen_elsewhere += usize::from(elsewhere && is_shown);
    }

    pub(super) fn sale(&self, product_id: ProductId) -> &Sale {
        self.sales.iter().find(|sale| sale.product_id == product_id).unwrap()
    }

    /// Whether nobody may know who has bid.
    pub(super) fn is_secret(&self, product_id: ProductId, view: &View) -> bool {
        let is_closed = ["sold", "unsold"].contains(&view.status);
        self.sale(product_id).format.is_sealed() && !is_closed
    }

    /// The name that the public sees of a user.
    pub(super) fn name_of(&self, product_id: ProductId, user: u64, view: &View) -> Option<String> {
        let person = self.people.iter().find(|it| translated::user(it.user_id) == user)?;
        let bidder = view.bidders.iter().find(|bidder| bidder.user == user)?;
        let anonymous = self.sale(product_id).anonymous_bidders;
        Some(public_name(anonymous, &person.user_name, bidder.number))
    }

    /// What changes of a product is what the model shows after the event.
    fn is_change(
        &self,
        ledger: &Ledger,
        product_id: ProductId,
        seq: i64,
        change: &ProductChange,
    ) -> Result<(), String> {
        is_durable(ledger, seq)?;
        let position = ledger.event(seq).map_or(0, |entry| entry.position);
        let view = ledger.version(position).view(0);
        let sale = self.sale(product_id);
        let is_secret = self.is_secret(product_id, &view);
        let count = |count: i64| (!is_secret).then_some(count);
        let shown = (
            (change.status.as_str(), change.leader.clone(), wire_millis(change.auction_end)),
            (change.bid_count, change.bidder_count, change.reserve_met, change.buy_now_available),
        );
        let leader = view.leader.and_then(|user| self.name_of(product_id, user, &view));
        let stands = (
            (view.status, leader, view.end / 1000),
            (
                count(view.bid_count),
                count(view.bidder_count),
                view.reserve_met,
                view.buy_now_available,
            ),
        );
        if shown != stands {
            return Err(format!("it is {stands:?}"));
        }
        let falls = sale.format == Format::Dutch && view.status == "open";
        let amounts = (change.current_price, change.minimum_next_bid);
        let stand = (decimal(view.price), decimal(view.minimum));
        let same = falls || amounts == stand;
        if same { Ok(()) } else { Err(format!("price and minimum are {stand:?}")) }
    }

    fn is_snapshot(
        &self,
        ledger: &Ledger,
        product_id: ProductId,
        snapshot: &Snapshot,
    ) -> Result<(), String> {
        let product = &snapshot.product;
        let change = ProductChange {
            current_price: product.current_price,
            minimum_next_bid: product.minimum_next_bid,
            bid_count: product.bid_count,
            bidder_count: product.bidder_count,
            leader: product.leader.clone(),
            auction_end: product.auction_end,
            status: product.status.clone(),
            reserve_met: product.reserve_met,
            buy_now_available: product.buy_now_available,
        };
        self.is_change(ledger, product_id, snapshot.seq, &change)?;
        let position = ledger.event(snapshot.seq).map_or(0, |entry| entry.position);
        let view = ledger.version(position).view(0);
        if view.description != product.description || view.revision != product.revision {
            return Err(format!("it is described as {}", view.description));
        }
        let newest: Vec<_> = if self.sale(product_id).format.is_sealed() {
            view.bids.iter().take(BIDS).collect()
        } else {
            view.bids.iter().rev().take(BIDS).collect()
        };
        let same = newest.len() == snapshot.bids.len();
        let rows = || newest.iter().zip(&snapshot.bids);
        if same && rows().all(|(row, shown)| self.is_row(ledger, product_id, &view, row, shown)) {
            return Ok(());
        }
        Err(format!("the bids are {newest:?}"))
    }

    /// What was struck later may be shown as struck already.
    fn is_row(
        &self,
        ledger: &Ledger,
        product_id: ProductId,
        view: &View,
        row: &Row,
        shown: &BidRow,
    ) -> bool {
        let now = ledger.model().view(0).bids;
        let is_struck_now = now.iter().any(|other| other.id == row.id && other.voided);
        ledger.bid_ids.get(&shown.bid_id) == Some(&row.id)
            && shown.seq == row.seq
            && Some(&shown.bidder) == self.name_of(product_id, row.bidder, view).as_ref()
            && Some(shown.amount) == decimal(Some(row.amount))
            && shown.automatic == row.automatic
            && (row.voided..=is_struck_now).contains(&shown.voided)
    }
}

/// An amount, as the wire has it: everything is sold in one currency here.
pub(super) fn decimal(minor_units: Option<i64>) -> Option<Decimal> {
    let amount = minor_units.and_then(Amount::new);
    amount.map(|amount| amount.to_decimal("USD".parse().unwrap()))
}

/// The wire has milliseconds.
const fn wire_millis(time: Timestamp) -> i64 {
    time.as_micros() / 1000
}

fn is_durable(ledger: &Ledger, seq: i64) -> Result<(), String> {
    let is_there = seq <= ledger.seq();
    is_there.then_some(()).ok_or_else(|| format!("the log has come to {}", ledger.seq()))
}

/// An event is sent as it is stored.
fn is_stored(ledger: &Ledger, event: &RawValue) -> bool {
    let stored = ledger.event(seq_of(event));
    stored.is_some_and(|entry| entry.public.as_deref() == Some(event.get()))
}
