//! What holds of leaders and prices.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Checked, walk};
use crate::support::random::{Setup, Step};
use crate::support::sale::Judged;
use crate::support::told::Told;
use crate::support::{END, Sale, firm};
use gobid_auction::{
    Action, Amount, Bid, Change, Format, Offer, Offered, Order, Outcome, Status, VoidTarget, replay,
};
use proptest::prelude::*;

/// Where nothing is struck, nobody who does not lead has offered more, or as much and earlier.
pub(crate) fn the_highest_offer_leads_and_of_equal_ones_the_earliest(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    let mut sale = walk(setup, format, steps, |_before, _told, _judged, after| leads(after))?;
    if !sale.auction.state.status.is_over() {
        sale.close().unwrap();
    }
    leads(&sale)
}

fn leads(sale: &Sale) -> Checked {
    let mut offers = BTreeMap::new();
    for event in &sale.log {
        let amount = match &event.change {
            Change::BidPlaced { offer, .. } => offer.amount(),
            Change::Raised { maximum, .. } => *maximum,
            Change::SealedBidPlaced { amount, .. } => *amount,
            _ => continue,
        };
        let offer = (amount, Reverse(event.position));
        let best = offers.entry(event.actor).or_insert(offer);
        *best = offer.max(*best);
    }
    let best = offers.iter().max_by_key(|(_bidder, offer)| **offer);
    if let Some(leader) = sale.auction.state.leader {
        prop_assert_eq!(best.and_then(|(bidder, _offer)| *bidder), Some(leader));
    }
    Ok(())
}

pub(crate) fn the_winner_agreed_to_pay_the_hammer_price(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    let mut sale = walk(setup, format, steps, |_before, _told, _judged, _after| Ok(()))?;
    if !sale.auction.state.status.is_over() {
        sale.close().unwrap();
    }
    if let Some(Outcome::Sold { winner, hammer_price }) = sale.outcome() {
        prop_assert!(sale.offer_of(winner).map(Offered::amount) >= Some(hammer_price));
        prop_assert!(sale.auction.state.maximum >= Some(hammer_price));
        prop_assert!(sale.auction.state.reserve <= Some(hammer_price));
        prop_assert_eq!(sale.auction.state.price, Some(hammer_price));
        prop_assert_eq!(sale.auction.state.leader, Some(winner));
        prop_assert!(sale.auction.reserve_met() != Some(false));
    } else {
        prop_assert!(sale.auction.state.status != Status::Sold);
    }
    Ok(())
}

/// The replay of a void says what the bids themselves led to.
pub(crate) fn a_replay_explains_leader_price_and_maximum(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |_before, _told, judged, after| {
        if judged.is_err() || after.auction.state.ended_early {
            return Ok(());
        }
        let struck = after.log.iter().filter_map(|event| match &event.change {
            Change::BidsVoided(voided) => Some(&voided.entries),
            _ => None,
        });
        let struck = struck.flatten().copied().collect();
        let lead = replay(&after.auction, &after.past(), &struck);
        let state = &after.auction.state;
        prop_assert_eq!(lead.map(|lead| lead.leader), state.leader);
        prop_assert_eq!(lead.map(|lead| lead.price), state.price);
        prop_assert_eq!(lead.map(|lead| lead.maximum), state.maximum);
        prop_assert!(state.price <= state.maximum);
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn without_voids_the_price_never_falls_and_nobody_pays_more_than_needed(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    let mut lifted = None;
    walk(setup, format, steps, |before, _told, judged, after| {
        let price = after.auction.state.price;
        prop_assert!(price >= before.auction.state.price);
        lifted = lifted.max(lift(before, judged, after));
        let most = lifted.max(step_above_the_beaten(after));
        prop_assert!(price <= most, "{:?} of {:?}", price, most);
        prop_assert!(price >= beaten(after), "{:?}", after.auction.state);
        Ok(())
    })?;
    Ok(())
}

/// What a loser offered as a maximum is public as the amount it reached, as if it were firm.
pub(crate) fn a_firm_bid_and_a_maximum_that_lose_lead_to_the_same(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |before, told, _judged, _after| {
        let Action::Bid(bid) = &told.action else { return Ok(()) };
        let Some(amount) = bid.offer.decimal() else { return Ok(()) };
        if before.auction.state.leader == Some(bid.bidder) {
            return Ok(());
        }
        let (mut firm, mut maximum) = (before.clone(), before.clone());
        let as_firm = tell(&mut firm, told, bid, Offer::Firm(amount));
        let as_maximum = tell(&mut maximum, told, bid, Offer::Maximum(amount));
        match (as_firm, as_maximum) {
            (Ok(_), Ok(_)) if firm.auction.state.leader == Some(bid.bidder) => {
                prop_assert_eq!(firm.auction.state.maximum, maximum.auction.state.maximum);
                prop_assert_eq!(maximum.auction.state.leader, Some(bid.bidder));
            }
            (Ok(_), Ok(_)) => {
                prop_assert_eq!(&firm.auction, &maximum.auction);
                prop_assert_eq!(firm.public(END), maximum.public(END));
            }
            (Err(why), Err(also)) => {
                let (why, also) = (crate::support::code(&why), crate::support::code(&also));
                prop_assert_eq!(why, also);
            }
            (firm, maximum) => prop_assert!(false, "{:?} {:?}", firm, maximum),
        }
        Ok(())
    })?;
    Ok(())
}

pub(crate) fn of_a_bidder_who_is_struck_nothing_stands(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |_before, told, judged, after| {
        let Action::Order(_actor, Order::Void { target, .. }) = &told.action else {
            return Ok(());
        };
        if let (VoidTarget::Bidder { user_id, .. }, Ok(_)) = (target, judged) {
            prop_assert_eq!(after.offer_of(*user_id), None);
            prop_assert!(after.auction.state.leader != Some(*user_id));
            let rows = after.rows();
            prop_assert!(rows.iter().all(|row| row.voided || row.bidder != *user_id));
        }
        Ok(())
    })?;
    Ok(())
}

/// What the second price is for: it does not hurt to offer more.
pub(crate) fn the_winner_would_pay_the_same_for_a_higher_amount(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    let mut sale = walk(setup, format, steps, |_before, _told, _judged, _after| Ok(()))?;
    if sale.auction.state.status.is_over() {
        return Ok(());
    }
    let mut other = sale.clone();
    sale.close().unwrap();
    let Some(Outcome::Sold { winner, .. }) = sale.outcome() else { return Ok(()) };
    let more = sale.auction.state.maximum.and_then(|own| Amount::new(own.minor_units() + 1));
    let Some(more) = more else { return Ok(()) };
    let bid = firm(winner, &more.to_decimal(sale.auction.terms.currency).to_string());
    other.bid_at(bid, other.auction.state.auction_end.as_micros() - 1).unwrap();
    other.close().unwrap();
    prop_assert_eq!(sale.outcome(), other.outcome());
    Ok(())
}

fn tell(sale: &mut Sale, told: &Told, bid: &Bid, offer: Offer) -> Judged {
    let action = Action::Bid(Bid { offer, ..bid.clone() });
    sale.ask(action, told.received_at, told.now)
}

/// What lifts the price by itself: the baseprice, a firm bid that leads, a purchase, and a reserve
/// that is met.
fn lift(before: &Sale, judged: &Judged, after: &Sale) -> Option<Amount> {
    let (terms, state) = (&after.auction.terms, &after.auction.state);
    let met = after.auction.reserve_met() == Some(true);
    let firm = judged.iter().flatten().filter_map(|event| match event.change {
        Change::BidPlaced { offer, .. } if !offer.is_maximum() && event.actor == state.leader => {
            Some(offer.amount())
        }
        _ => None,
    });
    let reserve = state.reserve.filter(|_| met && before.auction.state.price != state.price);
    firm.chain(reserve).chain([terms.baseprice]).max()
}

/// The highest offer of somebody who does not lead.
fn beaten(sale: &Sale) -> Option<Amount> {
    let others =
        sale.bidders().into_values().filter(|user| Some(*user) != sale.auction.state.leader);
    others.filter_map(|user| sale.offer_of(user)).map(Offered::amount).max()
}

fn step_above_the_beaten(sale: &Sale) -> Option<Amount> {
    let increment = &sale.auction.terms.increment;
    beaten(sale).map(|offer| increment.above(offer).unwrap_or(Amount::MAX))
}
