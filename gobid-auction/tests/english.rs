//! The rules of the English auction, as tables and properties.
#![expect(clippy::unwrap_used, reason = "helpers of tests: what is not there fails the test")]

use gobid_auction::{
    Action, Amount, Auction, Bid, Change, Command, EntryIds, Event, Format, Increment, MoneyError,
    Offer, Outcome, Rejection, Status, Terms, Timestamp, TooLow, Unsold, UserId,
};
use proptest::prelude::*;
use uuid::Uuid;

const SELLER: UserId = Uuid::from_u128(1);
const ANA: UserId = Uuid::from_u128(0xA);
const BOB: UserId = Uuid::from_u128(0xB);
const START: i64 = 1_000_000;
const END: i64 = 60_000_000;
const SETTLED: i64 = END + 250_000;

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn amount(minor: i64) -> Amount {
    Amount::new(minor).unwrap()
}

fn scheduled() -> Auction {
    let terms = Terms {
        product_id: Uuid::from_u128(7),
        seller_id: SELLER,
        format: Format::English,
        currency: "USD".parse().unwrap(),
        baseprice: amount(100_00),
        increment: Increment::flat(amount(10_00)),
        auction_start: at(START),
        starts_later: true,
    };
    Auction::new(terms, at(END), at(0))
}

fn open() -> Auction {
    let mut auction = scheduled();
    play(&mut auction, Action::Open, START).unwrap();
    auction
}

fn ids() -> EntryIds {
    EntryIds { own: Uuid::new_v4(), opening: Uuid::new_v4() }
}

fn bid(bidder: UserId, text: &str) -> Bid {
    let offer = Offer::Firm(text.parse().unwrap());
    Bid { bidder, number: None, offer, expected_price: None, not_after: None }
}

/// Judges a command that was received and is judged at the same moment, and applies what it leads
/// to.
fn play(auction: &mut Auction, action: Action, now: i64) -> Result<Vec<Event>, Rejection> {
    let events = auction.judge(&Command { ids: ids(), action }, at(now), at(now))?;
    for event in &events {
        auction.apply(event);
    }
    Ok(events)
}

fn place(auction: &mut Auction, bidder: UserId, text: &str) -> Result<Vec<Event>, Rejection> {
    play(auction, Action::Bid(bid(bidder, text)), START + 1)
}

#[test]
fn the_first_bid_may_be_the_baseprice_and_every_other_is_a_step_above() {
    let mut auction = open();
    assert!(matches!(place(&mut auction, ANA, "99.99"), Err(Rejection::TooLow(_))));
    for (bidder, text, minimum) in
        [(ANA, "100.00", 110_00), (BOB, "110", 120_00), (ANA, "500.5", 510_50)]
    {
        place(&mut auction, bidder, text).unwrap();
        assert_eq!(auction.state.leader, Some(bidder));
        assert_eq!(auction.minimum_next_bid(), Some(amount(minimum)));
    }
    let steps = [520_50, 530_50, 540_50, 550_50].map(amount).to_vec();
    let low = TooLow {
        current_price: Some(amount(500_50)),
        minimum_next_bid: Some(amount(510_50)),
        next_bids: steps,
    };
    assert_eq!(place(&mut auction, BOB, "510.49"), Err(Rejection::TooLow(low)));
    assert_eq!(auction.state.bid_count, 3);
    assert_eq!(auction.state.bidder_count, 3, "none of these bids named a number");
}

#[test]
fn the_default_ladder_leads_the_first_vector_of_firm_bids() {
    let mut auction = open();
    auction.terms.increment = Increment::DEFAULT;
    auction.terms.baseprice = amount(99);
    place(&mut auction, ANA, "0.99").unwrap();
    place(&mut auction, BOB, "4.99").unwrap();
    assert_eq!(auction.minimum_next_bid(), Some(amount(5_24)));
    place(&mut auction, ANA, "25.00").unwrap();
    assert!(matches!(place(&mut auction, BOB, "25.99"), Err(Rejection::TooLow(_))));
    place(&mut auction, BOB, "26.00").unwrap();
}

#[test]
fn where_no_legal_amount_is_left_nothing_is_high_enough() {
    let mut auction = open();
    place(&mut auction, ANA, "9999999995.00").unwrap();
    assert_eq!(auction.minimum_next_bid(), None);
    let Err(Rejection::TooLow(low)) = place(&mut auction, BOB, "9999999999.99") else {
        panic!("accepted");
    };
    assert_eq!((low.minimum_next_bid, low.next_bids), (None, vec![]));
}

#[test]
fn a_bidder_keeps_the_number_of_the_first_bid() {
    let mut auction = open();
    let numbers: Vec<_> = [(ANA, None), (BOB, None), (ANA, Some(1)), (BOB, Some(2))]
        .into_iter()
        .zip(["100", "110", "120", "130"])
        .map(|((bidder, number), text)| {
            let action = Action::Bid(Bid { number, ..bid(bidder, text) });
            let events = play(&mut auction, action, START + 1).unwrap();
            match events[0].change {
                Change::BidPlaced { number, .. } => number,
                _ => panic!("not a bid"),
            }
        })
        .collect();
    assert_eq!(numbers, [1, 2, 1, 2]);
    assert_eq!(auction.state.bidder_count, 2);
}

/// Each bid breaks every rule from its own on: the first in the order of RULES.md §4 is the answer.
#[test]
fn the_first_rule_that_fails_is_the_answer() {
    let usd_digits = MoneyError::TooManyDigits { code: "USD", digits: 2 };
    let in_time = START + 1;
    let closed = |received_in_time| Rejection::Closed { auction_end: at(END), received_in_time };
    let not_an_amount = Rejection::NotAnAmount { field: "amount", why: usd_digits };
    let expected = |text: &str| Some(text.parse().unwrap());
    let worst = Bid {
        expected_price: expected("7"),
        not_after: Some(at(START - 2)),
        ..bid(SELLER, "0.001")
    };
    let low = Bid { expected_price: expected("7"), ..bid(SELLER, "1") };
    let mut sold = open();
    place(&mut sold, ANA, "100").unwrap();
    play(&mut sold, Action::Close, SETTLED).unwrap();
    let mut led = open();
    place(&mut led, ANA, "100").unwrap();

    let table = [
        (&sold, worst.clone(), in_time, Rejection::Expired),
        (&sold, Bid { not_after: None, ..worst }, in_time, not_an_amount),
        (&sold, low.clone(), in_time, closed(true)),
        (&sold, low.clone(), END, closed(false)),
        (&scheduled(), low.clone(), START - 1, Rejection::NotOpen { auction_start: at(START) }),
        (&scheduled(), low.clone(), END, closed(false)),
        (&open(), low.clone(), START - 1, Rejection::NotOpen { auction_start: at(START) }),
        (&led, low.clone(), END, closed(false)),
        (&led, low.clone(), END - 1, Rejection::OwnProduct),
        (
            &led,
            Bid { bidder: ANA, ..low.clone() },
            in_time,
            Rejection::PriceMoved { current_price: Some(amount(100_00)) },
        ),
        (&led, bid(ANA, "1"), in_time, Rejection::AlreadyLeading),
    ];
    for (auction, bid, received_at, why) in table {
        let command = Command { ids: ids(), action: Action::Bid(bid) };
        let judged = auction.judge(&command, at(received_at), at(received_at));
        assert_eq!(judged, Err(why.clone()), "{why:?}");
    }
}

#[test]
fn the_expected_price_is_the_baseprice_while_nobody_leads() {
    let expecting =
        |text: &str| Bid { expected_price: Some(text.parse().unwrap()), ..bid(ANA, "200") };
    let mut auction = open();
    let moved = play(&mut auction, Action::Bid(expecting("99.00")), START + 1);
    assert_eq!(moved, Err(Rejection::PriceMoved { current_price: None }));
    play(&mut auction, Action::Bid(expecting("100.00")), START + 1).unwrap();
}

#[test]
fn not_after_is_the_last_moment_that_is_wanted() {
    let mut auction = open();
    let wanted = |not_after| Bid { not_after: Some(at(not_after)), ..bid(ANA, "100") };
    let late = play(&mut auction, Action::Bid(wanted(START + 4)), START + 5);
    assert_eq!(late, Err(Rejection::Expired));
    play(&mut auction, Action::Bid(wanted(START + 5)), START + 5).unwrap();
}

#[test]
fn a_bid_from_the_start_on_finds_the_auction_open() {
    let mut auction = scheduled();
    let events = play(&mut auction, Action::Bid(bid(ANA, "100")), START).unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0].change, Change::Opened);
    assert_eq!((events[0].seq, events[1].seq), (Some(1), Some(2)));
    assert_eq!((events[0].actor, events[1].actor), (None, Some(ANA)));
    assert_eq!(auction.state.status, Status::Open);
}

#[test]
fn no_bid_is_early_in_an_auction_that_began_with_its_creation() {
    let mut auction = open();
    auction.terms.starts_later = false;
    play(&mut auction, Action::Bid(bid(ANA, "100")), START - 1).unwrap();
}

#[test]
fn a_bid_received_in_time_counts_though_it_is_judged_late() {
    let mut auction = open();
    let command = Command { ids: ids(), action: Action::Bid(bid(ANA, "100")) };
    let events = auction.judge(&command, at(END - 1), at(END + 4_000_000)).unwrap();
    assert_eq!(events[0].at, at(END + 4_000_000));
    assert_eq!(events[0].received_at, at(END - 1));
    auction.apply(&events[0]);
    assert_eq!(auction.state.leader, Some(ANA));
}

#[test]
fn what_is_due_is_done_once_and_not_before_its_time() {
    let mut auction = scheduled();
    assert_eq!(auction.due_at(), Some(at(START)));
    assert_eq!(play(&mut auction, Action::Open, START - 1), Err(Rejection::NotDue));
    play(&mut auction, Action::Open, START).unwrap();
    assert_eq!(play(&mut auction, Action::Open, START), Err(Rejection::NotDue));
    assert_eq!(auction.due_at(), Some(at(END)));
    place(&mut auction, ANA, "120").unwrap();
    assert_eq!(play(&mut auction, Action::Close, SETTLED - 1), Err(Rejection::NotDue));
    let closing = play(&mut auction, Action::Close, SETTLED).unwrap();
    let sold = Outcome::Sold { winner: ANA, hammer_price: amount(120_00) };
    assert_eq!(closing[0].change, Change::Closed(sold));
    assert_eq!((auction.state.status, auction.due_at()), (Status::Sold, None));
    assert_eq!(play(&mut auction, Action::Close, SETTLED), Err(Rejection::NotDue));
    assert_eq!(play(&mut auction, Action::Open, SETTLED), Err(Rejection::NotDue));
}

#[test]
fn an_auction_that_never_opened_opens_before_it_closes() {
    let mut auction = scheduled();
    let events = play(&mut auction, Action::Close, SETTLED).unwrap();
    let changes: Vec<_> = events.iter().map(|event| event.change.clone()).collect();
    let unsold = Change::Closed(Outcome::Unsold(Unsold::NoBids));
    assert_eq!(changes, [Change::Opened, unsold]);
    assert_eq!(auction.state.status, Status::Unsold);
}

#[test]
fn the_time_of_entries_never_goes_back() {
    let mut auction = open();
    play(&mut auction, Action::Bid(bid(ANA, "100")), START + 9).unwrap();
    let events = play(&mut auction, Action::Bid(bid(BOB, "110")), START + 5).unwrap();
    assert_eq!(events[0].at, at(START + 9));
}

proptest! {
    /// Whatever is bid, by whomever and whenever: the log explains the state, and its numbers,
    /// prices and times never go back.
    #[test]
    fn a_log_is_one_strict_order(
        commands in prop::collection::vec((0..5_u128, 1..40_000_i64, 0..80_000_000_i64), 0..60)
    ) {
        let mut auction = scheduled();
        let mut log = Vec::new();
        for (who, minor, now) in commands {
            let text = format!("{}.{:02}", minor / 100, minor % 100);
            let action = match who {
                0 => Action::Open,
                1 => Action::Close,
                bidder => Action::Bid(bid(Uuid::from_u128(bidder), &text)),
            };
            let before = auction.clone();
            if let Ok(events) = play(&mut auction, action, now) {
                log.extend(events);
            } else {
                prop_assert_eq!(&auction, &before);
            }
        }
        let mut replayed = scheduled();
        for (index, event) in log.iter().enumerate() {
            let number = i64::try_from(index).unwrap() + 1;
            prop_assert_eq!((event.position, event.seq), (number, Some(number)));
            prop_assert!(event.at >= replayed.state.last_at);
            prop_assert!(!replayed.state.status.is_over(), "nothing follows the end");
            if let Change::BidPlaced { offer, .. } = event.change {
                prop_assert!(Some(offer) >= replayed.minimum_next_bid());
                prop_assert!(event.received_at < at(END));
            }
            replayed.apply(event);
        }
        prop_assert_eq!(replayed, auction);
    }
}
