//! What a bot writes: a bid, one JSON object a line.

use gobid_api::text::AmountText;
use gobid_api::{Decimal, RequestId};
use gobid_auction::Offer;
use serde::Deserialize;

/// A bid that a bot wants placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) request_id: Option<RequestId>,
    pub(super) offer: Offer,
    pub(super) expected_price: Option<Decimal>,
}

/// It as it is written. The fields are those of the live feed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(default)]
    r#type: Kind,
    request_id: Option<RequestId>,
    amount: Option<AmountText>,
    max_amount: Option<AmountText>,
    expected_price: Option<AmountText>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    PlaceBid,
    BuyNow,
}

impl Order {
    /// Reads a line; else says what is wrong with it.
    pub(super) fn parse(line: &str) -> Result<Self, String> {
        let line: Line = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let amount = |name: &str, text: Option<AmountText>| {
            let parsed = text.map(|text| text.0.parse::<Decimal>()).transpose();
            parsed.map_err(|why| format!("{name} {why}"))
        };
        let expected_price = amount("expected_price", line.expected_price)?;
        let firm = amount("amount", line.amount)?;
        let maximum = amount("max_amount", line.max_amount)?;
        let offer = match (line.r#type, firm, maximum) {
            (Kind::PlaceBid, Some(amount), None) => Offer::Firm(amount),
            (Kind::PlaceBid, None, Some(maximum)) => Offer::Maximum(maximum),
            (Kind::PlaceBid, ..) => return Err("write amount or max_amount, one of them".into()),
            (Kind::BuyNow, None, None) => Offer::BuyNow,
            (Kind::BuyNow, ..) => return Err("a purchase has no amount".into()),
        };
        Ok(Self { request_id: line.request_id, offer, expected_price })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_bid() {
        let decimal = |text: &str| text.parse::<Decimal>().unwrap();
        let table = [
            (r#"{"amount":"1300.00"}"#, Offer::Firm(decimal("1300.00"))),
            (r#"{"type":"place_bid","amount":1300}"#, Offer::Firm(decimal("1300"))),
            (r#"{"max_amount":"1400"}"#, Offer::Maximum(decimal("1400"))),
            (r#"{"type":"buy_now"}"#, Offer::BuyNow),
        ];
        for (line, offer) in table {
            let order = Order { request_id: None, offer, expected_price: None };
            assert_eq!(Order::parse(line), Ok(order), "{line}");
        }
        let line = r#"{"request_id":"0190b0a0-0000-7000-8000-000000000001","amount":"2",
                       "expected_price":"1"}"#;
        let order = Order::parse(line).unwrap();
        assert_eq!(order.expected_price, Some(decimal("1")));
        assert!(order.request_id.is_some());
    }

    #[test]
    fn what_is_no_bid_is_refused_with_the_reason() {
        for (line, why) in [
            ("bid 1300", "expected value"),
            ("{}", "amount or max_amount"),
            (r#"{"amount":"1","max_amount":"2"}"#, "one of them"),
            (r#"{"amount":"1,300"}"#, "amount "),
            (r#"{"amount":"1","prize":2}"#, "unknown field `prize`"),
            (r#"{"type":"buy_now","amount":"1"}"#, "no amount"),
            (r#"{"type":"sell"}"#, "unknown variant `sell`"),
        ] {
            let refused = Order::parse(line).unwrap_err();
            assert!(refused.contains(why), "{line}: {refused}");
        }
    }
}
