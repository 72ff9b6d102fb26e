//! What the model says, in the words of the wire.

use gobid_auction::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::reference::{Accepted, Decimal, Refused, View};

/// An amount in minor units, with all the digits of its currency.
pub(crate) fn money(minor_units: i64, digits: u32) -> String {
    text_of(Decimal { digits: minor_units, scale: digits })
}

/// A decimal as somebody writes it.
pub(crate) fn text_of(Decimal { digits, scale }: Decimal) -> String {
    let scale = usize::try_from(scale).unwrap();
    let digits = format!("{digits:0width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    if scale == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") }
}

/// A moment, in milliseconds as the wire has it.
pub(crate) fn time(micros: i64) -> String {
    Timestamp::from_micros(micros).to_string()
}

/// The moment that a text of the wire says.
pub(crate) fn micros(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_micros()
}

/// The request id that the model knows by a number. Other bidders and other auctions have the same
/// ones.
pub(crate) fn request_id(request: u64) -> Uuid {
    Uuid::from_u128(u128::from(request))
}

/// The result of a bid, without what names the request.
pub(crate) fn accepted(accepted: &Accepted, digits: u32, product_id: &str, bid_id: Uuid) -> Value {
    let amount = |minor: Option<i64>| minor.map(|minor| money(minor, digits));
    let mut result = json!({
        "bid_id": bid_id,
        "product_id": product_id,
        "seq": accepted.seq,
        "leading": accepted.leading,
        "current_price": amount(accepted.price),
        "minimum_next_bid": amount(accepted.minimum),
        "auction_end": time(accepted.end),
        "received_at": time(accepted.received_at),
    });
    let offers = [("amount", accepted.amount), ("max_amount", accepted.max_amount)];
    for (field, offer) in offers {
        if let Some(offer) = amount(offer) {
            result[field] = offer.into();
        }
    }
    result
}

/// A refusal, without what it says in sentences. Of the fields of a `validation_failed` the names.
pub(crate) fn refused(refused: &Refused, digits: u32, view: &View) -> Value {
    let amount = |minor: i64| Value::from(money(minor, digits));
    let mut facts = Map::new();
    facts.insert("code".to_owned(), refused.code.into());
    let mut tell = |name: &str, fact: Option<Value>| {
        if let Some(fact) = fact {
            facts.insert(name.to_owned(), fact);
        }
    };
    match refused.code {
        "bid_too_low" => {
            tell("minimum_next_bid", Some(refused.minimum.map_or(Value::Null, amount)));
            tell("next_bids", Some(refused.next.iter().copied().map(amount).collect()));
            tell("current_price", Some(refused.price.map_or(Value::Null, amount)));
        }
        "price_moved" => tell("current_price", Some(view.price.map_or(Value::Null, amount))),
        "precondition_failed" => tell("revision", Some(view.revision.into())),
        _ => {}
    }
    tell("received_in_time", refused.received_in_time.map(Value::from));
    tell("auction_end", refused.end.map(|end| time(end).into()));
    tell("auction_start", refused.start.map(|start| time(start).into()));
    tell("errors", refused.field.map(|field| json!([field])));
    Value::Object(facts)
}

/// Adds the fields of one object to another; they replace those of the same name.
pub(crate) fn extend(object: &mut Value, more: Value) {
    let Value::Object(more) = more else { panic!("no object: {more}") };
    object.as_object_mut().unwrap().extend(more);
}

/// The status that goes with a code.
pub(crate) fn status(code: &str) -> u16 {
    match code {
        "own_product" | "forbidden" | "spending_cap" => 403,
        "not_found" => 404,
        "precondition_failed" => 412,
        "validation_failed" | "request_id_reused" => 422,
        _ => 409,
    }
}

/// The kind of an entry whose event is of this type on the wire.
pub(crate) fn kind(event_type: &str) -> &str {
    match event_type {
        "auction_opened" => "opened",
        "auction_extended" => "extended",
        "sale_annulled" => "annulled",
        "auction_cancelled" => "cancelled",
        "auction_closed" => "closed",
        same => same,
    }
}
