//! Events of an auction as lines.

use gobid_api::bids::BidRow;
use gobid_api::client::safe_text;
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_api::{Decimal, Timestamp};
use serde::Serialize;

use crate::amount::money;
use crate::output::{Cell, Column, Record};

/// An event, with the currency of its product. Its JSON is the wire's own, which has none.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Happening {
    pub(super) event: AuctionEvent,
    #[serde(skip)]
    pub(super) currency: String,
}

impl Record for Happening {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("at", |it| Cell::Moment(it.event.at)),
        Column::new("seq", |it| Cell::Number(it.event.seq)),
        Column::new("type", |it| Cell::text(&it.kind())),
        Column::new("amount", |it| it.money(it.bid().map(|bid| bid.amount))),
        Column::new("bidder", |it| Cell::maybe(it.bid().map(|bid| &bid.bidder))),
        Column::new("current_price", |it| it.money(it.price())),
        Column::for_programs("currency", |it| Cell::text(&it.currency)),
        Column::new("leader", |it| Cell::maybe(it.leader())),
        Column::new("auction_end", |it| it.end().map_or(Cell::Nothing, Cell::Moment)),
        Column::new("outcome", |it| Cell::maybe(it.outcome())),
    ];

    /// The bid's; other events have none.
    fn id(&self) -> String {
        self.bid().map(|bid| bid.bid_id.to_string()).unwrap_or_default()
    }

    fn sentence(&self) -> String {
        let at = self.event.at.to_string();
        let text = match &self.event.kind {
            EventKind::AuctionOpened => "the auction is open".to_owned(),
            EventKind::BidPlaced { bids, extended, auction_end, .. } => {
                let mut text = self.bids(bids);
                if *extended {
                    text = format!("{text}; the end moves to {auction_end}");
                }
                text
            }
            EventKind::AuctionClosed { outcome, winner, hammer_price, reason } => {
                match (winner, hammer_price) {
                    (Some(winner), Some(price)) => {
                        format!("{outcome} to {winner} for {}", money(*price, &self.currency))
                    }
                    _ => reason
                        .as_ref()
                        .map_or_else(|| outcome.clone(), |reason| format!("{outcome}: {reason}")),
                }
            }
            EventKind::Unknown => "something this version does not know".to_owned(),
        };
        safe_text(&format!("{at}  {text}"))
    }
}

impl Happening {
    /// The type, in the words of the wire.
    const fn kind(&self) -> &'static str {
        match self.event.kind {
            EventKind::AuctionOpened => "auction_opened",
            EventKind::BidPlaced { .. } => "bid_placed",
            EventKind::AuctionClosed { .. } => "auction_closed",
            EventKind::Unknown => "unknown",
        }
    }

    /// The bid that somebody placed; an automatic answer to it comes after.
    fn bid(&self) -> Option<&BidRow> {
        match &self.event.kind {
            EventKind::BidPlaced { bids, .. } => bids.first(),
            _ => None,
        }
    }

    fn bids(&self, bids: &[BidRow]) -> String {
        let texts = bids.iter().map(|bid| {
            let amount = money(bid.amount, &self.currency);
            if bid.automatic {
                format!("the house bids {amount} for {}", bid.bidder)
            } else {
                format!("{} bids {amount}", bid.bidder)
            }
        });
        texts.collect::<Vec<_>>().join(", ")
    }

    fn price(&self) -> Option<Decimal> {
        match self.event.kind {
            EventKind::BidPlaced { current_price, .. } => current_price,
            EventKind::AuctionClosed { hammer_price, .. } => hammer_price,
            _ => None,
        }
    }

    fn leader(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::BidPlaced { leader, .. } => leader.as_ref(),
            EventKind::AuctionClosed { winner, .. } => winner.as_ref(),
            _ => None,
        }
    }

    const fn end(&self) -> Option<Timestamp> {
        match self.event.kind {
            EventKind::BidPlaced { auction_end, .. } => Some(auction_end),
            _ => None,
        }
    }

    fn outcome(&self) -> Option<&String> {
        match &self.event.kind {
            EventKind::AuctionClosed { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    fn money(&self, amount: Option<Decimal>) -> Cell {
        Cell::money(amount, &self.currency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn happening(kind: &str) -> Happening {
        let json = format!(r#"{{"seq":7,"at":"2030-01-31T18:00:00.123Z",{kind}}}"#);
        Happening { event: serde_json::from_str(&json).unwrap(), currency: "USD".to_owned() }
    }

    fn bid_placed(bidder: &str) -> Happening {
        happening(&format!(
            r#""type":"bid_placed","leader":"eva","current_price":"1250.00","extended":true,
            "auction_end":"2030-01-31T19:00:00Z","bids":[
            {{"bid_id":"0190b0a0-0000-7000-8000-000000000001","seq":7,"at":"2030-01-31T18:00:00.123Z",
            "bidder":"{bidder}","amount":"1225.00","automatic":false,"voided":false}},
            {{"bid_id":"0190b0a0-0000-7000-8000-000000000002","seq":7,"at":"2030-01-31T18:00:00.123Z",
            "bidder":"eva","amount":"1250.00","automatic":true,"voided":false}}]"#
        ))
    }

    #[test]
    fn people_read_sentences() {
        let closed = r#""type":"auction_closed","outcome":"sold","winner":"eva","hammer_price":"1250.00","reason":null"#;
        let unsold = r#""type":"auction_closed","outcome":"unsold","winner":null,"hammer_price":null,"reason":"no_bids""#;
        let table = [
            (
                bid_placed("bob\\u001b[2J"),
                "bob[2J bids USD 1,225.00, the house bids USD 1,250.00 for eva; \
                 the end moves to 2030-01-31T19:00:00.000Z",
            ),
            (happening(closed), "sold to eva for USD 1,250.00"),
            (happening(unsold), "unsold: no_bids"),
            (happening(r#""type":"auction_opened""#), "the auction is open"),
            (happening(r#""type":"brand_new""#), "something this version does not know"),
        ];
        for (event, sentence) in table {
            assert_eq!(event.sentence(), format!("2030-01-31T18:00:00.123Z  {sentence}"));
        }
    }

    #[test]
    fn the_id_of_an_event_is_its_bid() {
        assert_eq!(bid_placed("bob").id(), "0190b0a0-0000-7000-8000-000000000001");
        assert_eq!(happening(r#""type":"auction_opened""#).id(), "");
    }

    #[test]
    fn its_json_is_the_wires() {
        let json = serde_json::to_value(bid_placed("bob")).unwrap();
        assert_eq!(json["type"], "bid_placed");
        assert!(json.get("currency").is_none());
    }
}
