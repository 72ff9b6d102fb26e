//! The engine and the reference model, which was written from the text of the rules alone, agree on
//! every answer and on everything there is to see, whatever is commanded.

mod occurs;
mod pair;
mod tally;
mod translated;

use crate::support::random::{Mix, Setup, Step, cases, setup, steps, steps_in_full};
use crate::support::told::{Teller, Told};
use gobid_auction::Format;
use pair::Pair;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestCaseError};
use tally::{Before, Tally};

/// How many commands a sequence has at most.
const MOST_STEPS: usize = 100;

/// How many commands an auction gets that lives long.
const LONG: usize = 3_000;

/// A failure is written down beside this file, to be tried first from then on. `PROPTEST_CASES`
/// asks for other than 256 cases, of which a long one counts as many.
fn config(length: usize) -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    let cases = ProptestConfig::default().cases;
    ProptestConfig {
        cases: if length > 100 { cases.div_ceil(128) } else { cases },
        failure_persistence: Some(Box::new(persistence)),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

/// Tells both every command, and compares what they answer and what there is to see. Says what
/// occurred.
pub(crate) fn compare(
    setup: &Setup,
    format: Format,
    steps: &[Step],
) -> Result<Tally, TestCaseError> {
    let mut pair = Pair::of(setup.create(format));
    let (mut teller, mut story) = (Teller::default(), Vec::new());
    let mut tally = Tally::default();
    // A view shows the whole log: in a long life every tenth is looked at, and the last.
    let every = if steps.len() > MOST_STEPS { 10 } else { 1 };
    for (nth, step) in (1_usize..).zip(steps) {
        let told = teller.tell(&pair.sale, step);
        let before = Before::of(&pair.sale);
        let (answer, expected) = pair.answers(&told);
        let Told { action, request, received_at, now } = &told;
        story.push(format!("{received_at} {now} #{request} {action:?} → {answer:?}"));
        prop_assert_eq!(&answer, &expected, "engine, model; after\n{}", story.join("\n"));
        if nth.is_multiple_of(every) || nth == steps.len() {
            let (view, expected) = pair.views(told.now);
            prop_assert_eq!(&view, &expected, "engine, model; after\n{}", story.join("\n"));
        }
        tally.count(&before, &told, &answer, &pair.sale);
    }
    Ok(tally)
}

proptest! {
    #![proptest_config(config(MOST_STEPS))]

    #[test]
    fn on_english_auctions(setup in setup(), steps in steps(Mix::All, MOST_STEPS)) {
        compare(&setup, Format::English, &steps)?;
    }

    #[test]
    fn on_english_auctions_without_voids(
        setup in setup(), steps in steps(Mix::WithoutVoids, MOST_STEPS)
    ) {
        compare(&setup, Format::English, &steps)?;
    }

    #[test]
    fn on_sealed_auctions_at_the_first_price(setup in setup(), steps in steps(Mix::All, 60)) {
        compare(&setup, Format::SealedFirstPrice, &steps)?;
    }

    #[test]
    fn on_sealed_auctions_at_the_second_price(setup in setup(), steps in steps(Mix::All, 60)) {
        compare(&setup, Format::SealedSecondPrice, &steps)?;
    }

    #[test]
    fn on_dutch_auctions(setup in setup(), steps in steps(Mix::All, 20)) {
        compare(&setup, Format::Dutch, &steps)?;
    }
}

proptest! {
    #![proptest_config(config(LONG))]

    #[test]
    fn on_long_english_auctions(setup in setup(), steps in steps(Mix::WithoutEnds, LONG)) {
        compare(&setup, Format::English, &steps)?;
    }

    #[test]
    fn on_long_sealed_auctions(setup in setup(), steps in steps(Mix::WithoutEnds, LONG)) {
        compare(&setup, Format::SealedSecondPrice, &steps)?;
    }
}

#[test]
fn whatever_can_occur_in_an_english_auction_does() {
    let tally = tally(Format::English, MOST_STEPS, 500);
    tally.assert_all(occurs::ANYWHERE.iter().chain(occurs::ENGLISH));
}

#[test]
fn whatever_can_occur_in_a_sealed_auction_at_the_first_price_does() {
    let tally = tally(Format::SealedFirstPrice, 60, 1_500);
    tally.assert_all(occurs::ANYWHERE.iter().chain(occurs::SEALED));
}

#[test]
fn whatever_can_occur_in_a_sealed_auction_at_the_second_price_does() {
    let tally = tally(Format::SealedSecondPrice, 60, 1_500);
    let expected = occurs::ANYWHERE.iter().chain(occurs::SEALED);
    tally.assert_all(expected.chain(occurs::SECOND_PRICE));
}

#[test]
fn whatever_can_occur_in_a_dutch_auction_does() {
    let tally = tally(Format::Dutch, 20, 3_000);
    tally.assert_all(occurs::ANYWHERE.iter().chain(occurs::DUTCH));
}

/// What occurred in so many auctions, the same ones in every run.
fn tally(format: Format, most_steps: usize, auctions: usize) -> Tally {
    let mut tally = Tally::default();
    for (setup, steps) in cases((setup(), steps(Mix::All, most_steps))).take(auctions) {
        tally.add(compare(&setup, format, &steps).unwrap());
    }
    tally
}

#[test]
fn on_an_english_auction_that_gets_thousands_of_commands() {
    live_long(Format::English);
}

#[test]
fn on_a_sealed_auction_that_gets_thousands_of_commands() {
    live_long(Format::SealedSecondPrice);
}

/// Nothing ends this auction, so that bids are accepted all along.
fn live_long(format: Format) {
    let (setup, steps) = cases((setup(), steps_in_full(Mix::WithoutEnds, LONG))).next().unwrap();
    let bids = compare(&setup, format, &steps).unwrap().times("bid: accepted");
    assert!(bids > 300, "{bids} bids were accepted");
}
