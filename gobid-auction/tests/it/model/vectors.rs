//! The vectors of the rules, §4: leader and price after each bid.

use crate::{
    model::house::{A, B, C, D, E, House, english, refused, word},
    reference::{LARGEST_AMOUNT, Terms, default_ladder},
};

/// How a bid is made.
#[derive(Clone, Copy)]
enum How {
    Max,
    Firm,
}

use How::{Firm, Max};

/// What a bid leads to.
#[derive(Clone, Copy)]
enum Then {
    Leads(u64, i64),
    /// The same, and nobody else is told.
    Silent(u64, i64),
    /// Refused, with the minimum.
    Needs(i64),
}

use Then::{Leads, Needs, Silent};

fn play(terms: Terms, steps: &[(u64, How, i64, Then)]) -> House {
    let mut house = House::new(terms);
    for (bidder, how, amount, then) in steps {
        let seq = house.view().seq;
        let answer = match how {
            Max => house.max(*bidder, *amount),
            Firm => house.firm(*bidder, *amount),
        };
        let told = house.view().seq - seq;
        let bid = format!("{bidder} bids {amount}: {answer:?}");
        match then {
            Leads(leader, price) | Silent(leader, price) => {
                assert_eq!(word(&answer), "accepted", "{bid}");
                assert_eq!(house.lead(), Some((*leader, *price)), "{bid}");
                assert_eq!(told == 0, matches!(then, Silent(..)), "{bid}");
            }
            Needs(minimum) => {
                let refused = refused(answer);
                assert_eq!(
                    (refused.code, refused.minimum),
                    ("bid_too_low", Some(*minimum)),
                    "{bid}"
                );
                assert_eq!(told, 0, "{bid}");
            }
        }
    }
    house
}

#[test]
fn an_equal_maximum_loses_to_the_earlier() {
    let steps = [
        (A, Max, 200, Leads(A, 100)),
        (B, Max, 150, Leads(A, 160)),
        (B, Max, 200, Leads(A, 200)),
        (B, Max, 205, Needs(210)),
    ];
    let house = play(english(), &steps);
    let rows =
        [(A, 100, ""), (B, 150, ""), (A, 160, "automatic"), (B, 200, ""), (A, 200, "automatic")];
    assert_eq!(house.rows(), rows);
    assert_eq!(house.view().bid_count, 3);
}

#[test]
fn a_new_leader_may_be_ahead_by_less_than_a_step() {
    let steps = [
        (A, Max, 200, Leads(A, 100)),
        (B, Max, 150, Leads(A, 160)),
        (B, Max, 205, Leads(B, 205)),
        (A, Max, 300, Leads(A, 215)),
        (A, Max, 400, Silent(A, 215)),
        (A, Max, 400, Needs(225)),
    ];
    let house = play(english(), &steps);
    let view = house.view();
    // Opening and four bids have a seq, the silent raise has a position only.
    assert_eq!((view.seq, view.position, view.bid_count, view.maximum), (5, 6, 4, Some(400)));
}

#[test]
fn the_default_ladder_is_climbed() {
    let terms = Terms { digits: 2, baseprice: 99, ladder: default_ladder(), ..english() };
    let steps = [
        (A, Max, 20_00, Leads(A, 99)),
        (B, Max, 4_99, Leads(A, 5_24)),
        (C, Max, 25_00, Leads(C, 20_50)),
        (D, Max, 24_75, Leads(C, 25_00)),
        (E, Max, 25_99, Needs(26_00)),
    ];
    play(terms, &steps);
}

#[test]
fn firm_bids_count_as_maxima_of_their_amount() {
    let steps = [
        (A, Firm, 100, Leads(A, 100)),
        (B, Firm, 105, Needs(110)),
        (B, Firm, 150, Leads(B, 150)),
        (A, Max, 300, Leads(A, 160)),
        (B, Firm, 200, Leads(A, 210)),
    ];
    play(english(), &steps);
}

#[test]
fn a_maximum_that_reaches_the_reserve_lifts_the_price_to_it() {
    let mut house = House::new(Terms { reserve: Some(250), ..english() });
    house.max(A, 200);
    assert_eq!((house.lead(), house.view().reserve_met), (Some((A, 100)), Some(false)));
    house.max(B, 300);
    assert_eq!((house.lead(), house.view().reserve_met), (Some((B, 250)), Some(true)));
    assert_eq!(refused(house.max(A, 240)).minimum, Some(260));
}

#[test]
fn a_low_bid_learns_the_minimum_and_four_steps_above() {
    let terms = Terms { digits: 2, baseprice: 4_50, ladder: default_ladder(), ..english() };
    let mut house = House::new(terms);
    let first = refused(house.firm(A, 4_49));
    assert_eq!((first.minimum, first.price), (Some(4_50), None));
    assert_eq!(first.next, [4_75, 5_00, 5_50, 6_00]);
    house.firm(A, 4_50);
    let second = refused(house.firm(B, 4_74));
    assert_eq!((second.minimum, second.price), (Some(4_75), Some(4_50)));
    assert_eq!(second.next, [5_00, 5_50, 6_00, 6_50]);
}

#[test]
fn where_no_legal_amount_is_left_nothing_is_enough() {
    let mut house = House::new(english());
    house.firm(A, LARGEST_AMOUNT - 25);
    assert_eq!(house.view().minimum, Some(LARGEST_AMOUNT - 15));
    assert_eq!(refused(house.firm(B, 100)).next, [LARGEST_AMOUNT - 5]);
    house.firm(B, LARGEST_AMOUNT - 5);
    assert_eq!(house.view().minimum, None);
    let refusal = refused(house.max(A, LARGEST_AMOUNT));
    assert_eq!((refusal.code, refusal.minimum), ("bid_too_low", None));
    assert!(refusal.next.is_empty());
    // The leader raises up to the largest amount all the same.
    assert_eq!(word(&house.max(B, LARGEST_AMOUNT)), "accepted");
    assert_eq!(house.lead(), Some((B, LARGEST_AMOUNT - 5)));
}
