//! What holds whatever is commanded, by whomever and whenever.

use std::collections::BTreeSet;

use crate::support::random::{Mix, Setup, Step, setup, steps};
use crate::support::sale::Judged;
use crate::support::told::{Teller, Told};
use crate::support::{END, Sale};
use gobid_auction::{
    Action, Amount, Bid, Change, Event, Format, Offer, Offered, Outcome, Status, replay,
};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestCaseError};

type Checked = Result<(), TestCaseError>;

/// A failure is written down beside this file, to be tried first from then on.
fn config() -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(persistence)),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

fn format() -> impl Strategy<Value = Format> {
    prop_oneof![
        3 => Just(Format::English),
        1 => Just(Format::SealedFirstPrice),
        1 => Just(Format::SealedSecondPrice),
        1 => Just(Format::Dutch),
    ]
}

/// Tells an auction every command, and looks at it before and after each.
fn walk(
    setup: &Setup,
    format: Format,
    steps: &[Step],
    mut check: impl FnMut(&Sale, &Told, &Judged, &Sale) -> Checked,
) -> Result<Sale, TestCaseError> {
    let (mut sale, mut teller) = (setup.create(format), Teller::default());
    for step in steps {
        let told = teller.tell(&sale, step);
        let before = sale.clone();
        let judged = sale.ask(told.action.clone(), told.received_at, told.now);
        check(&before, &told, &judged, &sale)?;
    }
    Ok(sale)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_log_is_one_strict_order_that_explains_the_state(
        setup in setup(), format in format(), steps in steps(Mix::All, 80)
    ) {
        let sale = walk(&setup, format, &steps, |before, _told, judged, after| {
            if judged.is_err() {
                prop_assert_eq!(&before.auction, &after.auction, "a refusal changes nothing");
            }
            Ok(())
        })?;
        prop_assert_eq!(sale.replayed(), sale.auction.clone());
        let (mut seq, mut last_at) = (0, None);
        for (position, event) in (1..).zip(&sale.log) {
            seq += i64::from(event.seq.is_some());
            prop_assert_eq!(event.position, position);
            prop_assert_eq!(event.seq.unwrap_or(seq), seq);
            prop_assert!(Some(event.at) >= last_at, "times never go back");
            last_at = Some(event.at);
        }
        prop_assert_eq!((sale.auction.state.seq, sale.auction.state.position), {
            (seq, i64::try_from(sale.log.len()).unwrap())
        });
        let ids: BTreeSet<_> = sale.log.iter().map(|event| event.entry_id).collect();
        prop_assert_eq!(ids.len(), sale.log.len(), "every entry has an id of its own");
    }

    #[test]
    fn what_is_over_stays_so(setup in setup(), format in format(), steps in steps(Mix::All, 80)) {
        let sale = walk(&setup, format, &steps, |_before, _told, _judged, _after| Ok(()))?;
        let ends = |event: &&Event| {
            matches!(event.change, Change::Closed(_) | Change::Cancelled { .. })
        };
        let annuls = |event: &Event| matches!(event.change, Change::Annulled { .. });
        prop_assert!(sale.log.iter().filter(ends).count() <= 1, "at most one end");
        let mut rest = sale.log.iter().skip_while(|event| !ends(event)).skip(1);
        prop_assert!(rest.all(annuls), "nothing follows it but an annulment");
        prop_assert!(sale.log.iter().filter(|event| annuls(event)).count() <= 1);
        prop_assert_eq!(sale.auction.state.status.is_over(), sale.log.iter().any(|it| ends(&it)));
    }

    #[test]
    fn what_has_no_seq_changes_nothing_public(
        setup in setup(), format in format(), steps in steps(Mix::All, 80)
    ) {
        walk(&setup, format, &steps, |before, told, judged, after| {
            let is_silent = |events: &Vec<Event>| events.iter().all(|event| event.seq.is_none());
            if judged.as_ref().map_or(true, is_silent) {
                prop_assert_eq!(before.public(told.now), after.public(told.now));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_winner_agreed_to_pay_the_hammer_price(
        setup in setup(), format in format(), steps in steps(Mix::All, 80)
    ) {
        let mut sale = walk(&setup, format, &steps, |_before, _told, _judged, _after| Ok(()))?;
        if !sale.auction.state.status.is_over() {
            sale.close().unwrap();
        }
        if let Some(Outcome::Sold { winner, hammer_price }) = sale.outcome() {
            prop_assert!(sale.offer_of(winner).map(Offered::amount) >= Some(hammer_price));
            prop_assert!(sale.auction.state.maximum >= Some(hammer_price));
            prop_assert_eq!(sale.auction.state.price, Some(hammer_price));
            prop_assert_eq!(sale.auction.state.leader, Some(winner));
            prop_assert!(sale.auction.reserve_met() != Some(false));
        } else {
            prop_assert!(sale.auction.state.status != Status::Sold);
        }
    }

    /// The replay of a void says what the bids themselves led to.
    #[test]
    fn a_replay_explains_leader_price_and_maximum(setup in setup(), steps in steps(Mix::All, 80)) {
        walk(&setup, Format::English, &steps, |_before, _told, judged, after| {
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
    }

    #[test]
    fn without_voids_the_price_never_falls_and_nobody_pays_more_than_needed(
        setup in setup(), steps in steps(Mix::WithoutVoids, 80)
    ) {
        let mut lifted = None;
        walk(&setup, Format::English, &steps, |before, _told, judged, after| {
            let price = after.auction.state.price;
            prop_assert!(price >= before.auction.state.price);
            lifted = lifted.max(lift(before, judged, after));
            let most = lifted.max(step_above_the_beaten(after));
            prop_assert!(price <= most, "{:?} of {:?}", price, most);
            prop_assert!(price >= beaten(after), "{:?}", after.auction.state);
            Ok(())
        })?;
    }

    /// What a loser offered as a maximum is public as the amount it reached, as if it were firm.
    #[test]
    fn a_firm_bid_and_a_maximum_that_lose_lead_to_the_same(
        setup in setup(), steps in steps(Mix::All, 80)
    ) {
        walk(&setup, Format::English, &steps, |before, told, _judged, _after| {
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
    }
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
