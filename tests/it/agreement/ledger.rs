//! The log as the model has it: every entry as an admin reads it, every event as everybody does.

use serde_json::{Value, json};

use super::cast::part_of;
use super::command::Command;
use super::reference::{Bid, Event, Format, Offer, Order, Row, View};
use super::twin::Twin;
use super::words::{extend, kind, money, request_id, time};
use crate::support::database::LogEntry;

/// An entry of the log.
pub(crate) struct Entry {
    /// As an admin reads it, without what is secret before the end.
    row: Value,
    /// `offer`, `maximum`, `reserve_before` and `reserve_price`, where the entry has them.
    secret: Value,
}

impl Entry {
    /// As everybody saw it; null when nobody did.
    pub(crate) fn event(&self) -> &Value {
        &self.row["event"]
    }

    /// As an admin reads it, before a close or after it.
    pub(crate) fn row(&self, is_closed: bool) -> Value {
        let mut row = self.row.clone();
        if is_closed {
            extend(&mut row, self.secret.clone());
        }
        row
    }
}

impl Twin<'_> {
    /// Compares entries that one command, or the house, has led to. The model has them already:
    /// `before` and `view` are what it saw before and after.
    pub(super) fn note(
        &mut self,
        command: Option<&Command>,
        rows: &[LogEntry],
        before: &View,
        view: &View,
    ) {
        for row in rows {
            let event = view.events.iter().find(|event| event.position == row.position);
            let public = row.public.as_deref().map(|text| serde_json::from_str(text).unwrap());
            let public: Value = public.unwrap_or_default();
            if let Some(Event { kind: "bid_placed", rows, .. }) = event
                && let [_bid, automatic] = rows.as_slice()
            {
                let bid_id = public["bids"][1]["bid_id"].as_str().unwrap();
                self.ids.insert(*automatic, bid_id.parse().unwrap());
            }
            // A change of the reserve in the same edit comes after the new description.
            let is_first = event.is_some_and(|event| event.kind == "description_changed");
            let then = if is_first { before } else { view };
            let mut entry = self.entry(command, row, event, then);
            self.add_private(&mut entry, command, before, then);
            assert_eq!(entry.row["position"], row.position, "{row:?}");
            assert_eq!(entry.row["seq"], json!(row.seq), "{row:?}");
            assert_eq!(entry.row["kind"], row.kind, "{row:?}");
            assert_eq!(*entry.event(), public, "the event of {row:?}, in the model and public");
            if row.kind == "cancelled" {
                self.cancel_reason = public["reason"].as_str().map(str::to_owned);
            }
            self.count(command, &entry);
            self.ledger.push(entry);
        }
    }

    /// Counts an entry by its kind, and what is remarkable about it.
    fn count(&mut self, command: Option<&Command>, entry: &Entry) {
        let is_purchase = matches!(
            command.map(|command| &command.order),
            Some(Order::Bid(Bid { offer: Offer::BuyNow, .. }))
        );
        let kind = entry.row["kind"].as_str().unwrap();
        let (event, tally) = (entry.event(), &mut self.tally);
        tally.count_entry(kind.to_owned());
        let remarkable = [
            (event["extended"] == true, "the end moved"),
            (event["bids"].as_array().is_some_and(|rows| rows.len() > 1), "the house answered"),
            (kind == "bid_placed" && self.terms.format == Format::Dutch, "a price was accepted"),
            (kind == "bid_placed" && is_purchase, "a purchase"),
        ];
        for (_, what) in remarkable.into_iter().filter(|(is_so, _)| *is_so) {
            tally.count_entry(what.to_owned());
        }
        if let Some(outcome) = event["outcome"].as_str() {
            let why = event["reason"].as_str().map(|why| format!(", {why}")).unwrap_or_default();
            tally.count_entry(format!("{outcome}{why}"));
            tally.count_entry(format!("{:?}: {outcome}", self.terms.format));
        }
    }

    fn entry(
        &self,
        command: Option<&Command>,
        row: &LogEntry,
        event: Option<&Event>,
        view: &View,
    ) -> Entry {
        let by = command.filter(|_| row.kind != "closed").map(|command| command.by);
        let user = by.map(|by| {
            let person = self.cast.person(by);
            json!({"user_id": person.id, "user_name": person.name})
        });
        let bid = command.filter(|_| by.is_some()).and_then(|command| match &command.order {
            Order::Bid(bid) => Some(bid),
            _ => None,
        });
        let kind = event.map_or_else(|| self.private_kind(command), |event| kind(event.kind));
        let digits = self.terms.digits;
        let money = |minor: Option<i64>| minor.map(|minor| money(minor, digits));
        let mut entry = Entry {
            row: json!({
                "position": self.position() + 1,
                "seq": event.map(|event| event.seq),
                "entry_id": row.entry_id,
                "kind": kind,
                "user": user,
                "request_id": bid.map(|bid| request_id(bid.request)),
                "received_at": time(row.received_at),
                "at": time(event.map_or(row.at, |event| event.at)),
                "leader": view.leader.map(|leader| &self.cast.person(leader).id),
                // The price of an open Dutch auction is a matter of the clock.
                "current_price": money(view.price.filter(|_| view.leader.is_some())),
                "auction_end": time(view.end),
                "event": event.map(|event| self.event(event, command, view)),
            }),
            secret: json!({}),
        };
        if let Some(bid) = bid {
            let offered = match bid.offer {
                Offer::Firm(amount) | Offer::Maximum(amount) => {
                    Some(amount.digits * 10_i64.pow(digits - amount.scale))
                }
                Offer::BuyNow => self.terms.buy_now,
            };
            let is_public = kind == "bid_placed" && !matches!(bid.offer, Offer::Maximum(_));
            let place = if is_public { &mut entry.row } else { &mut entry.secret };
            place["offer"] = json!(money(offered));
        }
        entry
    }

    /// Adds what no event tells: amounts, which are secret, and whose bids were struck, and why.
    fn add_private(
        &self,
        entry: &mut Entry,
        command: Option<&Command>,
        before: &View,
        view: &View,
    ) {
        let kind = entry.row["kind"].as_str().unwrap().to_owned();
        let is = |kinds: &[&str]| kinds.contains(&kind.as_str());
        let tells = is(&["bid_placed", "raised", "reserve_changed", "bids_voided", "closed"]);
        let amounts = [
            ("maximum", view.maximum.filter(|_| tells)),
            ("reserve_before", before.reserve.filter(|_| is(&["reserve_changed"]))),
            ("reserve_price", view.reserve.filter(|_| is(&["reserve_changed", "closed"]))),
        ];
        for (name, amount) in amounts {
            if let Some(amount) = amount {
                entry.secret[name] = money(amount, self.terms.digits).into();
            }
        }
        if is(&["bids_voided", "sealed_bid_voided"]) {
            entry.row["bidder"] = match command.map(|command| &command.order) {
                Some(Order::VoidBidder { bidder, .. }) => {
                    self.cast.person(*bidder).id.clone().into()
                }
                _ => self.bidder_of(&entry.event()["bid_ids"][0]),
            };
        }
        if is(&["sealed_bid_voided"]) {
            entry.row["reason"] = command.map(|command| command.reason.clone()).into();
        }
    }

    /// Whose bid it is.
    fn bidder_of(&self, bid_id: &Value) -> Value {
        let entry = self.ledger.iter().find(|entry| entry.row["entry_id"] == *bid_id);
        entry.unwrap().row["user"]["user_id"].clone()
    }

    /// Nobody but the bidder and admins know of these.
    fn private_kind(&self, command: Option<&Command>) -> &'static str {
        match (command.map(|command| &command.order), self.terms.format) {
            (Some(Order::Bid(_)), Format::English) => "raised",
            (Some(Order::Bid(_)), _) => "sealed_bid_placed",
            (Some(Order::VoidBidder { .. }), _) => "sealed_bid_voided",
            (order, _) => panic!("{order:?} is an event"),
        }
    }

    /// An event as the wire has it.
    fn event(&self, event: &Event, command: Option<&Command>, view: &View) -> Value {
        let money = |minor: i64| money(minor, self.terms.digits);
        let mut told = json!({"seq": event.seq, "at": time(event.at), "type": event.kind});
        let reason = command.map(|command| &command.reason);
        let more = match event.kind {
            "auction_opened" => json!({}),
            "bid_placed" => json!({
                "bids": event.rows.iter().map(|id| self.row(view, *id, event)).collect::<Value>(),
                "leader": self.leader(view),
                "current_price": view.price.map(money),
                "extended": event.extended,
                "auction_end": time(view.end),
            }),
            "description_changed" => json!({
                "description": command.and_then(described),
                "revision": view.revision + 1,
            }),
            "reserve_changed" => json!({
                "reserve_met": view.reserve_met,
                "current_price": view.price.filter(|_| view.leader.is_some()).map(money),
            }),
            "bids_voided" => json!({
                "bid_ids": event.rows.iter().map(|id| self.ids[id]).collect::<Vec<_>>(),
                "reason": reason,
                "leader": self.leader(view),
                "current_price": view.price.map(money),
                "bid_count": view.bid_count,
            }),
            "auction_extended" => json!({"auction_end": time(view.end), "reason": reason}),
            "sale_annulled" | "auction_cancelled" => json!({"reason": reason}),
            _ => self.closing(view),
        };
        extend(&mut told, more);
        told
    }

    fn closing(&self, view: &View) -> Value {
        let money = |minor: i64| money(minor, self.terms.digits);
        let is_sold = view.status == "sold";
        let mut closing = json!({
            "outcome": if is_sold { "sold" } else { "unsold" },
            "winner": view.winner.map(|winner| self.name(view, winner)),
            "hammer_price": view.hammer.map(money),
            "reason": view.unsold_reason,
        });
        if matches!(self.terms.format, Format::SealedFirst | Format::SealedSecond) {
            let bid = |row: &Row| {
                let (bid_id, bidder) = (self.ids[&row.id], self.name(view, row.bidder));
                json!({"bid_id": bid_id, "bidder": bidder, "amount": money(row.amount)})
            };
            closing["sealed_bids"] = view.bids.iter().map(bid).collect();
            closing["sealed_bid_count"] = view.bid_count.into();
        }
        closing
    }

    /// A row of a bid's event, before anybody strikes it.
    fn row(&self, view: &View, id: u64, event: &Event) -> Value {
        let row = view.bids.iter().find(|row| row.id == id).unwrap();
        let row = Row { voided: false, ..row.clone() };
        self.bid_row(view, &row, event.at)
    }

    /// A bid as the public sees it.
    pub(super) fn bid_row(&self, view: &View, row: &Row, at: i64) -> Value {
        json!({
            "bid_id": self.ids[&row.id],
            "seq": row.seq,
            "at": time(at),
            "bidder": self.name(view, row.bidder),
            "amount": money(row.amount, self.terms.digits),
            "automatic": row.automatic,
            "voided": row.voided,
        })
    }

    pub(super) fn leader(&self, view: &View) -> Option<String> {
        view.leader.map(|leader| self.name(view, leader))
    }

    /// The name that the public sees of a bidder.
    pub(super) fn name(&self, view: &View, number: u64) -> String {
        if !self.anonymous {
            return self.cast.person(number).name.clone();
        }
        format!("Bidder {}", part_of(view, number).unwrap().number)
    }
}

/// The description that an edit gives.
fn described(command: &Command) -> Option<&str> {
    match &command.order {
        Order::Edit { description, .. } => description.as_deref(),
        _ => None,
    }
}
