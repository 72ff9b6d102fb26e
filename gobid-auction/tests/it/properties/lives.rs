//! What holds of logs, ends and times.

use std::collections::BTreeSet;

use super::{Checked, walk};
use crate::support::random::{Setup, Step};
use crate::support::{SECOND, Sale};
use gobid_auction::{Action, Change, Event, Format};
use proptest::prelude::*;

pub(crate) fn a_log_is_one_strict_order_that_explains_the_state(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    let sale = walk(setup, format, steps, |before, _told, judged, after| {
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
    Ok(())
}

pub(crate) fn what_is_over_stays_so(setup: &Setup, format: Format, steps: &[Step]) -> Checked {
    let sale = walk(setup, format, steps, |_before, _told, _judged, _after| Ok(()))?;
    let ends =
        |event: &&Event| matches!(event.change, Change::Closed(_) | Change::Cancelled { .. });
    let annuls = |event: &Event| matches!(event.change, Change::Annulled { .. });
    prop_assert!(sale.log.iter().filter(ends).count() <= 1, "at most one end");
    let mut rest = sale.log.iter().skip_while(|event| !ends(event)).skip(1);
    prop_assert!(rest.all(annuls), "nothing follows it but an annulment");
    prop_assert!(sale.log.iter().filter(|event| annuls(event)).count() <= 1);
    prop_assert_eq!(sale.auction.state.status.is_over(), sale.log.iter().any(|it| ends(&it)));
    Ok(())
}

pub(crate) fn what_has_no_seq_changes_nothing_public(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |before, told, judged, after| {
        let is_silent = |events: &Vec<Event>| events.iter().all(|event| event.seq.is_none());
        if judged.as_ref().map_or(true, is_silent) {
            prop_assert_eq!(before.public(told.now), after.public(told.now));
        }
        Ok(())
    })?;
    Ok(())
}

/// The stamp decides (RULES.md §7): a command that waits longer leads to the same, at another time.
pub(crate) fn when_it_is_judged_decides_nothing(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |before, told, judged, after| {
        if matches!(told.action, Action::Open | Action::Close(_)) {
            return Ok(());
        }
        let mut waiting = before.clone();
        let later = waiting.ask(told.action.clone(), told.received_at, told.now + SECOND);
        match (judged, later) {
            (Ok(events), Ok(later)) => {
                prop_assert_eq!(timeless(after, events), timeless(&waiting, &later));
            }
            (judged, later) => prop_assert_eq!(judged.as_ref().err(), later.as_ref().err()),
        }
        Ok(())
    })?;
    Ok(())
}

/// Events without the time of their judgement, which is the end of an auction that ends early.
fn timeless(sale: &Sale, events: &[Event]) -> Vec<Event> {
    let timeless = |event: &Event| {
        let mut event = event.clone();
        event.at = event.received_at;
        if event.actor.is_none() {
            (event.at, event.received_at) =
                (sale.auction.terms.auction_start, sale.auction.terms.auction_start);
        }
        if sale.auction.state.ended_early {
            event.after.auction_end = sale.auction.terms.auction_start;
        }
        event
    };
    events.iter().map(timeless).collect()
}

pub(crate) fn the_end_moves_later_alone_and_never_past_the_hard_end(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Checked {
    walk(setup, format, steps, |before, _told, _judged, after| {
        let state = &after.auction.state;
        if !state.ended_early {
            prop_assert!(state.auction_end >= before.auction.state.auction_end);
            let hard_end = after.auction.terms.hard_end;
            prop_assert!(hard_end.is_none_or(|hard_end| state.auction_end <= hard_end));
        }
        Ok(())
    })?;
    Ok(())
}
