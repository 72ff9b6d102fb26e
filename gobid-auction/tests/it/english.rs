//! Bids of an English auction, as tables (RULES.md §4).

use crate::support::script::{play, play_steps};
use crate::support::{
    A, B, C, END, SOON, Sale, amount, amounts, english, firm, maximum, too_low, usd,
};
use gobid_auction::{
    Amount, Change, Increment, Offered, PlacedBid, Rejection, Rung, Status, TooLow,
};

/// The vectors of RULES.md §4, word for word.
const VECTORS: &str = "\
Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · B 200 → A 200 · B 205 → refused, needs 210.
Same: A 200 → A 100 · B 150 → A 160 · B 205 → B 205 · A 300 → A 215 · A 400 → A 215, silent.
Default ladder, baseprice 0.99: A 20.00 → A 0.99 · B 4.99 → A 5.24 · C 25.00 → C 20.50 · \
D 24.75 → C 25.00 · E 25.99 → refused, needs 26.00.
Firm, step 10, baseprice 100: A 100 → A 100 · B 105 → refused, needs 110 · B 150 → B 150 · \
A max 300 → A 160 · B 200 → A 210.
Step 10, baseprice 100, reserve 250: A 200 → A 100, not met · B 300 → B 250, met · \
A 240 → refused, needs 260.";

#[test]
fn the_vectors_of_the_rules() {
    let mut last_head = "";
    for line in VECTORS.lines() {
        let (head, steps) = line.split_once(": ").unwrap();
        last_head = if head == "Same" { last_head } else { head };
        play(&format!("{last_head}: {steps}"));
    }
}

#[test]
fn who_leads_and_at_which_price() {
    let table = [
        // The first bid may be the baseprice, and no less.
        "Step 10, baseprice 100: A 99.99 → refused, needs 100 · A 100 → A 100, needs 110",
        "Firm, step 10, baseprice 100: A 99.99 → refused, needs 100 · A 100 → A 100, needs 110",
        "Firm, step 10, baseprice 100: A 170 → A 170, needs 180",
        // A firm bid is a maximum of its own amount.
        "Firm, step 10, baseprice 100: A 150 → A 150 · B max 200 → B 160 · C 200 → B 200",
        // On a tie the earlier bid leads, at the whole of it.
        "Step 10, baseprice 100: A 200 → A 100 · B 200 → A 200 · C 210 → C 210",
        "Step 10, baseprice 100: A 200 → A 100 · B firm 200 → A 200, needs 210",
        // The house answers by a step, or by what is left of the maximum.
        "Step 10, baseprice 100: A 200 → A 100 · B 189 → A 199 · C 209 → C 209",
        "Step 10, baseprice 100: A 200 → A 100 · B 191 → A 200",
        // A new leader may be ahead by less than a step.
        "Step 10, baseprice 100: A 200 → A 100 · B 200.01 → B 200.01, needs 210.01",
        "Step 10, baseprice 100: A 200 → A 100 · B firm 201 → B 201, needs 211",
        "Step 10, baseprice 100: A 200 → A 100 · B 209.99 → B 209.99 · C 219.98 → refused",
        "Step 10, baseprice 100: A 200 → A 100 · B 500 → B 210, needs 220",
        // A firm bid that takes the lead is the price, however high.
        "Step 10, baseprice 100: A 200 → A 100 · B firm 500 → B 500, needs 510",
        // Whoever is outbid may come back, and his old maximum is nothing any more.
        "Step 10, baseprice 100: A 200 → A 100 · B 300 → B 210 · A 250 → B 260 · A 400 → A 310",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn what_the_leader_may_do() {
    let table = [
        "Step 10, baseprice 100: A 200 → A 100 · A firm 500 → already_leading",
        "Step 10, baseprice 100: A 200 → A 100 · A firm 1 → already_leading",
        // Whether a raise is above the own maximum comes before any minimum.
        "Step 10, baseprice 100: A 200 → A 100 · A 200.01 → A 100, silent, count 1",
        "Firm, step 10, baseprice 100: A 100 → A 100 · A max 101 → A 100, silent, needs 110",
        // A maximum never goes down; the answer names what anybody would be told.
        "Step 10, baseprice 100: A 200 → A 100 · A 200 → refused, needs 110",
        "Step 10, baseprice 100: A 200 → A 100 · A 150 → bid_too_low, needs 110",
        "Step 10, baseprice 100: A 200 → A 100 · A 90 → bid_too_low, needs 110",
        // What was raised silently answers the next challenger.
        "Step 10, baseprice 100: A 200 → A 100 · A 300 → A 100, silent · B 250 → A 260, count 2",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn a_silent_raise_changes_nothing_that_others_see() {
    let mut sale = Sale::open(english(), None);
    sale.bid(maximum(A, "200")).unwrap();
    let (before, position) = (sale.public(SOON), sale.auction.state.position);
    let events = sale.bid_at(maximum(A, "300"), END - 1).unwrap();
    assert_eq!(events[0].change, Change::Raised { maximum: usd("300"), number: 1 });
    assert_eq!((events[0].seq, events[0].position), (None, position + 1));
    assert_eq!(
        (events[0].after.price, events[0].after.maximum),
        (Some(usd("100")), Some(usd("300")))
    );
    assert_eq!(sale.public(SOON), before);
    assert_eq!(sale.auction.state.position, position + 1);
    assert_eq!(sale.offer_of(A), Some(Offered::Maximum(usd("300"))));
}

#[test]
fn a_refusal_names_the_minimum_and_the_next_four_steps() {
    let mut sale = Sale::open(english(), None);
    let steps = "110 120 130 140";
    assert_eq!(sale.bid(maximum(A, "50")), Err(too_low("", "100", steps)));
    sale.bid(maximum(A, "500")).unwrap();
    let low = too_low("100", "110", "120 130 140 150");
    assert_eq!(sale.bid(firm(B, "109.99")), Err(low.clone()));
    assert_eq!(sale.bid(maximum(A, "500")), Err(low), "the own maximum is not named");

    sale.auction.terms.increment = Increment::DEFAULT;
    let mixed = too_low("100", "102.50", "105 107.50 110 112.50");
    assert_eq!(sale.bid(firm(B, "1")), Err(mixed));
}

#[test]
fn an_answered_bid_has_two_rows_and_every_other_one() {
    let mut sale = Sale::open(english(), Some(usd("400")));
    let rows = |sale: &mut Sale, bid| {
        let events = sale.bid(bid).unwrap();
        let [event] = events.as_slice() else { panic!("one bid is one event: {events:?}") };
        let Change::BidPlaced { bids, .. } = &event.change else { panic!("{event:?}") };
        assert_eq!(bids[0].bid_id, event.entry_id);
        let seen = |bid: &PlacedBid| (bid.bidder, bid.amount, bid.automatic);
        bids.iter().map(seen).collect::<Vec<_>>()
    };
    assert_eq!(rows(&mut sale, maximum(A, "200")), [(A, usd("100"), false)]);
    let answered = [(B, usd("150"), false), (A, usd("160"), true)];
    assert_eq!(rows(&mut sale, maximum(B, "150")), answered);
    let tied = [(B, usd("200"), false), (A, usd("200"), true)];
    assert_eq!(rows(&mut sale, firm(B, "200")), tied);
    assert_eq!(rows(&mut sale, maximum(B, "300")), [(B, usd("210"), false)]);
    // A raise that reaches the reserve has the row of the price it set.
    assert_eq!(rows(&mut sale, maximum(B, "500")), [(B, usd("400"), false)]);
    assert_eq!((sale.auction.state.bid_count, sale.auction.state.bidder_count), (5, 2));
    let ids: std::collections::BTreeSet<_> = sale.rows().iter().map(|row| row.bid_id).collect();
    assert_eq!(ids.len(), 7, "each row has an id of its own");
}

#[test]
fn a_bidder_keeps_the_number_of_the_first_bid() {
    let mut sale = Sale::open(english(), None);
    for (bidder, text) in [(B, "100"), (A, "200"), (C, "150"), (A, "300"), (B, "400")] {
        sale.bid(maximum(bidder, text)).unwrap();
    }
    assert_eq!(sale.bidders().into_iter().collect::<Vec<_>>(), [(1, B), (2, A), (3, C)]);
    assert_eq!(sale.auction.state.bidder_count, 3);
}

#[test]
fn the_reserve_becomes_the_price_of_whoever_reaches_it() {
    let table = [
        "Step 10, baseprice 100, reserve 250: A 249.99 → A 100, not met · B 200 → A 210, not met",
        "Step 10, baseprice 100, reserve 250: A 250 → A 250, met · B 260 → B 260",
        "Step 10, baseprice 100, reserve 250: A firm 300 → A 300, met",
        "Step 10, baseprice 100, reserve 50: A 200 → A 100, met",
        // By a raise, which is an event then and counts, and silent again after it.
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · A 240 → A 100, silent, not met · \
         A 250 → A 250, an event, met, count 2 · A 300 → A 250, silent, count 2",
        // The house's answer stays below it.
        "Step 10, baseprice 100, reserve 250: A 240 → A 100 · B 235 → A 240, not met",
        "Step 10, baseprice 100, reserve 250: A 300 → A 250 · B 260 → A 270",
        // Lowered under the leader's maximum.
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · reserve 150 → A 150, an event, met",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · reserve 220 → A 100, not met",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · reserve none → A 100, no reserve",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · B 150 → A 160 · reserve 120 → A 160",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn steps_follow_the_ladder_at_the_price() {
    let rung = |from, step| Rung { from, step: usd(step) };
    let own = vec![rung(0, "1"), rung(110_00, "20"), rung(200_00, "50")];
    let table = [
        (
            Increment::ladder(own).unwrap(),
            "A firm 109.99 → A 109.99, needs 110.99 · \
          B firm 110.99 → B 110.99, needs 130.99 · A 300 → A 130.99 · B 199.99 → A 219.99 · \
          B 250 → refused, needs 269.99",
        ),
        (Increment::flat(usd("0.01")), "A 100.02 → A 100 · B 100.01 → A 100.02, needs 100.03"),
        (Increment::DEFAULT, "A 249.99 → A 100, needs 102.50 · B 249.98 → A 249.99, needs 252.49"),
    ];
    for (increment, steps) in table {
        let mut sale = Sale::open(gobid_auction::Terms { increment, ..english() }, None);
        play_steps(&mut sale, false, steps);
    }
}

#[test]
fn the_default_ladder_has_the_same_minor_units_in_every_currency() {
    let mut terms = english();
    (terms.currency, terms.baseprice) = ("JPY".parse().unwrap(), amount(4_99));
    terms.increment = Increment::DEFAULT;
    let mut sale = Sale::open(terms, None);
    sale.bid(firm(A, "499")).unwrap();
    assert_eq!(sale.auction.minimum_next_bid(), Some(amount(5_24)));
    assert_eq!(sale.bid(firm(B, "523")).unwrap_err(), {
        let next_bids = [5_74, 6_24, 6_74, 7_24].map(amount).to_vec();
        let (current_price, minimum_next_bid) = (Some(amount(4_99)), Some(amount(5_24)));
        Rejection::TooLow(TooLow { current_price, minimum_next_bid, next_bids })
    });
}

#[test]
fn where_no_legal_amount_is_left_nothing_is_high_enough() {
    let largest = "9999999999.99";
    let mut sale = Sale::open(english(), None);
    sale.bid(maximum(A, "9999999995")).unwrap();
    sale.bid(maximum(B, largest)).unwrap();
    assert_eq!(sale.auction.state.price, Some(Amount::MAX), "a step above the loser is too much");
    assert_eq!(sale.auction.minimum_next_bid(), None);
    let nothing = too_low(largest, "", "");
    assert_eq!(sale.bid(maximum(C, largest)), Err(nothing.clone()));
    assert_eq!(sale.bid(maximum(B, largest)), Err(nothing));

    let mut sale = Sale::open(english(), None);
    sale.bid(maximum(A, largest)).unwrap();
    sale.bid(firm(B, "9999999980")).unwrap();
    assert_eq!(sale.auction.state.price, Some(usd("9999999990")));
    let last = too_low("9999999990", "", "");
    assert_eq!(sale.bid(firm(B, "9999999999")), Err(last));
    sale.close().unwrap();
    assert_eq!(sale.auction.state.status, Status::Sold);
}

#[test]
fn few_steps_are_named_where_few_are_left() {
    let mut sale = Sale::open(english(), None);
    sale.bid(firm(A, "9999999960")).unwrap();
    let Err(Rejection::TooLow(low)) = sale.bid(firm(B, "1")) else { panic!("accepted") };
    assert_eq!(low.next_bids, amounts("9999999980 9999999990"));
}
