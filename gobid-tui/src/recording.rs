//! Recordings in files: what `export replay` writes, and the events alone, which is what `gobid-cli
//! product export` writes.

use std::path::Path;

use anyhow::Context as _;
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_api::products::{ProductView, RungView, Seller};
use gobid_api::{Amount, Currency, Decimal, ProductId, Timestamp, UserId};

use crate::app::Recording;

/// Reads a recording. Events alone do not say in which currency they are.
pub fn read(path: &Path, currency: Option<Currency>) -> anyhow::Result<Recording> {
    let named = path.display();
    let text = std::fs::read(path).with_context(|| format!("cannot read {named}"))?;
    let name = path.file_stem().map(|name| name.display().to_string()).unwrap_or_default();
    parse(&text, &name, currency).with_context(|| {
        format!(
            "{named} is no recording: `export replay` writes one, and so does `gobid-cli product \
             export -o ndjson`"
        )
    })
}

fn parse(text: &[u8], name: &str, currency: Option<Currency>) -> anyhow::Result<Recording> {
    if let Ok(recording) = serde_json::from_slice(text) {
        return Ok(recording);
    }
    let events = events(text)?;
    let product = product(&events, name, currency).context("it has no event")?;
    Ok(Recording { product, events })
}

/// Events as one array, or one after the other.
fn events(text: &[u8]) -> serde_json::Result<Vec<AuctionEvent>> {
    if text.trim_ascii_start().starts_with(b"[") {
        return serde_json::from_slice(text);
    }
    serde_json::Deserializer::from_slice(text).into_iter().collect()
}

/// As much of a product as its events tell; `None` without an event.
fn product(events: &[AuctionEvent], name: &str, currency: Option<Currency>) -> Option<ProductView> {
    let (first, last) = (events.first()?, events.last()?);
    let amounts = || events.iter().flat_map(amounts);
    let currency = currency.or_else(|| usual(amounts().next()).parse().ok())?;
    let unit = Amount::new(1)?.to_decimal(currency);
    let sealed = events.iter().find_map(|event| match &event.kind {
        EventKind::AuctionClosed { sealed_bids, .. } => Some(sealed_bids.is_some()),
        _ => None,
    });
    let ends: Vec<_> = events.iter().filter_map(end).collect();
    let (original_end, end) = (ends.first().map_or(last.at, |end| *end), last.at);
    Some(ProductView {
        product_id: ProductId::nil(),
        product_name: name.to_owned(),
        description: format!(
            "The file has the events alone: neither seller nor terms are known, and amounts are \
             shown as {currency}."
        ),
        seller: Seller { user_id: UserId::nil(), user_name: "unknown".to_owned() },
        format: if sealed == Some(true) { "sealed_first_price" } else { "english" }.to_owned(),
        currency: currency.to_string(),
        baseprice: amounts().next().unwrap_or(unit),
        current_price: None,
        minimum_next_bid: None,
        increment: vec![RungView { from: Decimal::from_minor_units(0, currency), step: unit }],
        dutch: None,
        buy_now_price: None,
        buy_now_available: false,
        reserve_met: None,
        anonymous_bidders: false,
        bid_count: None,
        bidder_count: None,
        leader: None,
        status: "open".to_owned(),
        is_sold: false,
        annulled: false,
        winner: None,
        hammer_price: None,
        cancel_reason: None,
        auction_start: first.at,
        auction_end: end.max(original_end),
        original_end,
        hard_end: None,
        soft_close_seconds: 0,
        seq: last.seq,
        revision: 0,
        server_time: last.at,
        created_at: first.at,
        you: None,
    })
}

fn amounts(event: &AuctionEvent) -> Vec<Decimal> {
    match &event.kind {
        EventKind::BidPlaced { bids, .. } => bids.iter().map(|bid| bid.amount).collect(),
        EventKind::AuctionClosed { hammer_price, .. } => hammer_price.iter().copied().collect(),
        _ => Vec::new(),
    }
}

const fn end(event: &AuctionEvent) -> Option<Timestamp> {
    match event.kind {
        EventKind::BidPlaced { auction_end, .. }
        | EventKind::AuctionExtended { auction_end, .. } => Some(auction_end),
        _ => None,
    }
}

/// A currency with as many digits behind the point as the wire writes of an amount: all it has.
fn usual(amount: Option<Decimal>) -> &'static str {
    match amount.map(Decimal::parts) {
        Some((_, 0)) => "JPY",
        Some((_, 3)) => "KWD",
        Some((_, 4)) => "CLF",
        _ => "USD",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::replaying::recording;

    #[test]
    fn events_alone_can_be_played() {
        let events = recording().events;
        let lines: Vec<_> = events.iter().map(|it| serde_json::to_string(it).unwrap()).collect();
        let array = serde_json::to_string_pretty(&events).unwrap();
        for text in [lines.join("\n"), array] {
            let read = parse(text.as_bytes(), "auction", None).unwrap();
            assert_eq!(read.events, events);
            let product = read.product;
            assert_eq!(
                (product.product_name.as_str(), product.currency.as_str()),
                ("auction", "USD")
            );
            assert_eq!(product.baseprice.to_string(), "900.00");
            assert_eq!(product.auction_end.to_string(), "2030-01-31T20:02:44.250Z");
        }
        let euros = parse(array_of(&events).as_bytes(), "auction", "EUR".parse().ok()).unwrap();
        assert_eq!(euros.product.currency, "EUR");
    }

    fn array_of(events: &[AuctionEvent]) -> String {
        serde_json::to_string(events).unwrap()
    }

    #[test]
    fn amounts_tell_how_many_digits_a_currency_has() {
        for (amount, currency) in [("900", "JPY"), ("900.00", "USD"), ("900.000", "KWD")] {
            assert_eq!(usual(amount.parse().ok()), currency);
        }
    }

    #[test]
    fn what_was_exported_is_read() {
        let text = serde_json::to_vec_pretty(&recording()).unwrap();
        let read = parse(&text, "auction", None).unwrap();
        assert_eq!((read.product, read.events), (recording().product, recording().events));
    }

    #[test]
    fn what_is_no_recording_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.json");
        assert!(read(&path, None).unwrap_err().to_string().starts_with("cannot read"));
        for text in ["[]", "", "{}", "at,seq,type\n1,2,3\n"] {
            std::fs::write(&path, text).unwrap();
            let error = read(&path, None).unwrap_err().to_string();
            assert!(error.contains("is no recording: `export replay` writes one"), "{error}");
        }
    }
}
