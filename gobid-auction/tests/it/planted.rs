//! The comparison with the reference model and the properties find what they are for: each bug is
//! planted in the rules, and random cases, the same ones in every run, are tried until one fails.

use gobid_auction::Format::{self, Dutch, English, SealedFirstPrice, SealedSecondPrice};
use gobid_auction::planted::{self, Bug};
use proptest::test_runner::TestCaseError;

use crate::agreement::compare;
use crate::properties::{MOST_STEPS, Property, lives, prices};
use crate::support::random::{Mix, Setup, Step, cases, setup, steps};

/// What is looked at in each case, and which commands it is about.
type Check = (Property, Mix);

const COMPARED: Check = (agrees, Mix::All);
const END_MOVES_LATER: Check =
    (lives::the_end_moves_later_alone_and_never_past_the_hard_end, Mix::All);
const FIRM_LIKE_MAXIMUM: Check =
    (prices::a_firm_bid_and_a_maximum_that_lose_lead_to_the_same, Mix::All);
const HIGHEST_LEADS: Check =
    (prices::the_highest_offer_leads_and_of_equal_ones_the_earliest, Mix::WithoutVoids);
const MORE_COSTS_THE_SAME: Check =
    (prices::the_winner_would_pay_the_same_for_a_higher_amount, Mix::All);
const NO_MORE_THAN_NEEDED: Check = (
    prices::without_voids_the_price_never_falls_and_nobody_pays_more_than_needed,
    Mix::WithoutVoids,
);
const OVER_STAYS_SO: Check = (lives::what_is_over_stays_so, Mix::All);
const PRICE_AGREED_TO: Check = (prices::the_winner_agreed_to_pay_the_hammer_price, Mix::All);
const REPLAY_EXPLAINS: Check = (prices::a_replay_explains_leader_price_and_maximum, Mix::All);
const SILENCE: Check = (lives::what_has_no_seq_changes_nothing_public, Mix::All);
const STAMP_DECIDES: Check = (lives::when_it_is_judged_decides_nothing, Mix::All);
const STRUCK_IS_GONE: Check = (prices::of_a_bidder_who_is_struck_nothing_stands, Mix::All);

/// A test for each bug: the format in which it shows, what must find it, and within how many cases.
macro_rules! finds {
    ($($test:ident: $bug:ident in $format:ident, $($check:ident within $cases:literal),+;)+) => {
        $(
            #[test]
            fn $test() {
                $(finds(Bug::$bug, $format, stringify!($check), $check, $cases);)+
            }
        )+
    };
}

finds! {
    a_tie_that_goes_to_the_later_is_found: TieToTheLater in English,
        COMPARED within 20, HIGHEST_LEADS within 20;
    a_leader_two_steps_ahead_is_found: TwoStepsAhead in English,
        COMPARED within 20, NO_MORE_THAN_NEEDED within 20;
    a_firm_bid_that_loses_dearer_is_found: FirmLosesDearer in English,
        COMPARED within 20, FIRM_LIKE_MAXIMUM within 20, NO_MORE_THAN_NEEDED within 20;
    a_reserve_that_is_not_the_price_is_found: ReserveJumpForgotten in English,
        COMPARED within 50, PRICE_AGREED_TO within 50;
    an_end_past_the_hard_end_is_found: HardEndPassed in English,
        COMPARED within 50, END_MOVES_LATER within 50;
    a_purchase_after_the_first_bid_is_found: BuyNowAfterFirstBid in English,
        COMPARED within 50, HIGHEST_LEADS within 50, NO_MORE_THAN_NEEDED within 50;
    a_silent_raise_that_outlives_a_void_is_found: VoidKeepsSilentRaises in English,
        COMPARED within 50, STRUCK_IS_GONE within 50;
    a_second_price_that_is_the_first_is_found: SecondPriceIsFirst in SealedSecondPrice,
        COMPARED within 20, MORE_COSTS_THE_SAME within 20;
    a_tie_of_amounts_that_goes_to_the_later_is_found: TieOfSealedToTheLater in SealedFirstPrice,
        COMPARED within 100, HIGHEST_LEADS within 50;
    a_dutch_price_of_the_judgement_is_found: DutchPriceWhenJudged in Dutch,
        COMPARED within 100, STAMP_DECIDES within 50;
    an_end_that_is_in_time_is_found: EndIsInTime in English, COMPARED within 50;
    a_limit_that_is_ignored_is_found: NotAfterIgnored in English, COMPARED within 20;
    a_close_that_does_not_settle_is_found: SettleDropped in English, COMPARED within 100;
    a_close_after_the_close_is_found: ClosedTwice in English,
        COMPARED within 100, OVER_STAYS_SO within 100;
    a_maximum_that_falls_is_found: MaximumLowered in English,
        COMPARED within 20, REPLAY_EXPLAINS within 20;
    a_refused_bid_that_extends_is_found: RefusedBidExtends in English, COMPARED within 20;
    a_silent_raise_that_extends_is_found: SilentRaiseExtends in English,
        COMPARED within 50, SILENCE within 50;
    a_refusal_that_tells_a_maximum_is_found: LeakInRefusal in English, COMPARED within 20;
    a_silent_raise_that_counts_is_found: LeakInBidCount in English,
        COMPARED within 20, SILENCE within 20;
    a_silent_raise_that_is_an_event_is_found: LeakInSeq in English, COMPARED within 20;
    an_amount_that_is_the_price_is_found: LeakInSealedPrice in SealedFirstPrice,
        COMPARED within 20, SILENCE within 20;
    a_struck_amount_that_is_an_edit_is_found: LeakInRevision in SealedFirstPrice,
        COMPARED within 50, SILENCE within 50;
}

fn agrees(setup: &Setup, format: Format, steps: &[Step]) -> Result<(), TestCaseError> {
    compare(setup, format, steps).map(drop)
}

/// Plants a bug and tries cases until one fails; without it the same ones pass. Each test has its
/// process: a bug is planted in all of it.
fn finds(bug: Bug, format: Format, name: &str, (holds, mix): Check, within: usize) {
    let tried = || cases((setup(), steps(mix, MOST_STEPS))).take(within);
    let failure = |(setup, steps): (Setup, Vec<Step>)| holds(&setup, format, &steps).err();
    planted::plant(Some(bug));
    let found = tried().map(failure).position(|failure| failure.is_some());
    planted::plant(None);
    let Some(place) = found else { panic!("{} is not found by {name}", bug.as_str()) };
    println!("{} is found by {name} in case {}", bug.as_str(), place + 1);
    let without = tried().take(place + 1).find_map(failure);
    assert_eq!(without.map(|why| why.to_string()), None, "without {}", bug.as_str());
}
