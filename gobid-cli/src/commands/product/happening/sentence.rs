//! What happened, in a sentence for people.

use gobid_api::Decimal;
use gobid_api::bids::BidRow;
use gobid_api::live::{EventKind, SealedBidRow};

use crate::amount::money;

/// How many amounts of a sealed auction a sentence has room for.
const MOST_AMOUNTS: usize = 3;

/// The sentence; the amounts in it are in the currency.
pub(super) fn of(kind: &EventKind, currency: &str) -> String {
    match kind {
        EventKind::AuctionOpened => "the auction is open".to_owned(),
        EventKind::BidPlaced { bids, extended, auction_end, .. } => {
            let text = bids_placed(bids, currency);
            if *extended { format!("{text}; the end moves to {auction_end}") } else { text }
        }
        EventKind::ReserveChanged { reserve_met, current_price } => {
            reserve_changed(*reserve_met, *current_price, currency)
        }
        EventKind::DescriptionChanged { description, .. } => {
            format!("the seller changed the description: {description}")
        }
        EventKind::BidsVoided { bid_ids, reason, leader, current_price, .. } => {
            let struck = match bid_ids.len() {
                1 => "a bid".to_owned(),
                count => format!("{count} bids"),
            };
            let stands = match (leader, current_price) {
                (Some(leader), Some(price)) => {
                    format!("{leader} leads at {}", money(*price, currency))
                }
                _ => "nobody leads".to_owned(),
            };
            format!("an admin struck {struck}: {reason}; {stands}")
        }
        EventKind::AuctionExtended { auction_end, reason } => {
            format!("an admin moved the end to {auction_end}: {reason}")
        }
        EventKind::SaleAnnulled { reason } => format!("the sale was annulled: {reason}"),
        EventKind::AuctionCancelled { reason } => format!("the auction was cancelled: {reason}"),
        EventKind::AuctionClosed { outcome, winner, hammer_price, reason, sealed_bids, .. } => {
            let text = match (winner, hammer_price, reason) {
                (Some(winner), Some(price), _) => {
                    format!("{outcome} to {winner} for {}", money(*price, currency))
                }
                // A word of the wire: no_bids, reserve_not_met.
                (_, _, Some(reason)) => format!("{outcome}: {}", reason.replace('_', " ")),
                _ => outcome.clone(),
            };
            text + &amounts(sealed_bids.as_deref().unwrap_or_default(), currency)
        }
        EventKind::Unknown => "something this version does not know".to_owned(),
    }
}

fn bids_placed(bids: &[BidRow], currency: &str) -> String {
    let texts = bids.iter().map(|bid| {
        let amount = money(bid.amount, currency);
        if bid.automatic {
            format!("the house bids {amount} for {}", bid.bidder)
        } else {
            format!("{} bids {amount}", bid.bidder)
        }
    });
    texts.collect::<Vec<_>>().join(", ")
}

fn reserve_changed(is_met: Option<bool>, price: Option<Decimal>, currency: &str) -> String {
    let price = price.map(|price| format!("; the price is {}", money(price, currency)));
    let what = match is_met {
        Some(true) => "changed the reserve: it is met",
        Some(false) => "changed the reserve: it is not met",
        // Before the close of a sealed auction nobody is told which.
        None => "changed or removed the reserve",
    };
    format!("the seller {what}{}", price.unwrap_or_default())
}

/// The best amounts of a sealed auction, public since its close.
fn amounts(bids: &[SealedBidRow], currency: &str) -> String {
    if bids.is_empty() {
        return String::new();
    }
    let best = bids.iter().take(MOST_AMOUNTS);
    let best = best.map(|bid| format!("{} {}", bid.bidder, money(bid.amount, currency)));
    let best = best.collect::<Vec<_>>().join(", ");
    let more = if bids.len() > MOST_AMOUNTS { ", …" } else { "" };
    format!("; the amounts: {best}{more}")
}
