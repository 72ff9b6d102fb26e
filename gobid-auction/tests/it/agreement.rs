//! The engine and the reference model, which was written from the text of the rules alone, agree on
//! every answer and on everything there is to see, whatever is commanded.

mod pair;
mod translated;

use crate::support::random::{Mix, Setup, Step, setup, steps};
use crate::support::told::{Teller, Told};
use gobid_auction::Format;
use pair::Pair;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestCaseError};

/// A failure is written down beside this file, to be tried first from then on. `PROPTEST_CASES`
/// asks for other than 256 cases, of which a long one counts as many.
fn config(length: usize) -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    let cases = ProptestConfig::default().cases;
    ProptestConfig {
        cases: if length > 100 { cases.div_ceil(64) } else { cases },
        failure_persistence: Some(Box::new(persistence)),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

/// Tells both every command, and compares what they answer and what there is to see.
fn compare(setup: &Setup, format: Format, steps: &[Step]) -> Result<(), TestCaseError> {
    let mut pair = Pair::of(setup.create(format));
    let (mut teller, mut story) = (Teller::default(), Vec::new());
    for step in steps {
        let told = teller.tell(&pair.sale, step);
        let (answer, expected) = pair.answers(&told);
        let Told { action, request, received_at, now } = &told;
        story.push(format!("{received_at} {now} #{request} {action:?} → {answer:?}"));
        prop_assert_eq!(&answer, &expected, "engine, model; after\n{}", story.join("\n"));
        let (view, expected) = pair.views(told.now);
        prop_assert_eq!(&view, &expected, "engine, model; after\n{}", story.join("\n"));
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn on_english_auctions(setup in setup(), steps in steps(Mix::All, 100)) {
        compare(&setup, Format::English, &steps)?;
    }

    #[test]
    fn on_english_auctions_without_voids(setup in setup(), steps in steps(Mix::WithoutVoids, 100)) {
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
    #![proptest_config(config(1_500))]

    #[test]
    fn on_long_english_auctions(setup in setup(), steps in steps(Mix::WithoutEnds, 1_500)) {
        compare(&setup, Format::English, &steps)?;
    }
}
