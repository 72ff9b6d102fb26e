//! What holds whatever is commanded, by whomever and whenever.

pub(crate) mod lives;
pub(crate) mod prices;

use crate::support::Sale;
use crate::support::random::{Mix, Setup, Step, setup, steps};
use crate::support::sale::Judged;
use crate::support::told::{Teller, Told};
use gobid_auction::Format;
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestCaseError};

type Checked = Result<(), TestCaseError>;

/// What holds of an auction of this format that is told these commands.
pub(crate) type Property = fn(&Setup, Format, &[Step]) -> Checked;

/// How many commands a sequence has at most.
pub(crate) const MOST_STEPS: usize = 80;

/// A failure is written down beside this file, to be tried first from then on.
fn config() -> ProptestConfig {
    let persistence = FileFailurePersistence::WithSource("regressions");
    ProptestConfig {
        failure_persistence: Some(Box::new(persistence)),
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

fn any() -> impl Strategy<Value = Format> {
    prop_oneof![
        3 => Just(Format::English),
        1 => Just(Format::SealedFirstPrice),
        1 => Just(Format::SealedSecondPrice),
        1 => Just(Format::Dutch),
    ]
}

fn english() -> impl Strategy<Value = Format> {
    Just(Format::English)
}

fn second_price() -> impl Strategy<Value = Format> {
    Just(Format::SealedSecondPrice)
}

/// A test for each property, with the auctions and the commands it is about.
macro_rules! hold {
    ($($module:ident::$property:ident: $format:ident, $mix:ident;)+) => {
        proptest! {
            #![proptest_config(config())]

            $(
                #[test]
                fn $property(
                    setup in setup(), format in $format(), steps in steps(Mix::$mix, MOST_STEPS)
                ) {
                    $module::$property(&setup, format, &steps)?;
                }
            )+
        }
    };
}

hold! {
    lives::a_log_is_one_strict_order_that_explains_the_state: any, All;
    lives::what_is_over_stays_so: any, All;
    lives::what_has_no_seq_changes_nothing_public: any, All;
    lives::when_it_is_judged_decides_nothing: any, All;
    lives::the_end_moves_later_alone_and_never_past_the_hard_end: any, All;
    prices::the_highest_offer_leads_and_of_equal_ones_the_earliest: any, WithoutVoids;
    prices::the_winner_agreed_to_pay_the_hammer_price: any, All;
    prices::a_replay_explains_leader_price_and_maximum: english, All;
    prices::without_voids_the_price_never_falls_and_nobody_pays_more_than_needed:
        english, WithoutVoids;
    prices::a_firm_bid_and_a_maximum_that_lose_lead_to_the_same: english, All;
    prices::of_a_bidder_who_is_struck_nothing_stands: any, All;
    prices::the_winner_would_pay_the_same_for_a_higher_amount: second_price, All;
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
