//! How an auction opens and closes, and in which order its entries stand (RULES.md §3, §7).
use crate::support::{
    A, ADMIN, B, C, CREATED, END, SECOND, SELLER, SETTLED, SOON, START, Sale, at, cancel,
    description, english, extend, firm, maximum, terms, usd,
};
use gobid_auction::{
    Action, Auction, Change, Closing, Format, Outcome, Rejection, Standing, State, Status, Unsold,
};

fn led(reserve: Option<&str>) -> Sale {
    let mut sale = Sale::open(english(), reserve.map(usd));
    sale.bid(maximum(A, "200")).unwrap();
    sale
}

#[test]
fn a_new_auction_waits_and_nothing_has_happened() {
    let state = State {
        status: Status::Scheduled,
        position: 0,
        seq: 0,
        leader: None,
        price: None,
        maximum: None,
        reserve: Some(usd("150")),
        reserve_fixed: false,
        bid_count: 0,
        bidder_count: 0,
        auction_end: at(END),
        ended_early: false,
        annulled: false,
        revision: 1,
        last_at: at(CREATED),
    };
    let auction = Sale::scheduled(english(), Some(usd("150"))).auction;
    assert_eq!(auction.state, state);
    assert_eq!(auction.minimum_next_bid(), Some(usd("100")));
}

#[test]
fn what_is_due_is_done_once_and_not_before_its_time() {
    let mut sale = Sale::scheduled(english(), None);
    let not_due = Err(Rejection::NotDue);
    let open_at = |sale: &mut Sale, now| sale.ask(Action::Open, now, now);
    assert_eq!(sale.auction.due_at(), Some(at(START)));
    assert_eq!(open_at(&mut sale, START - 1), not_due);
    assert_eq!(sale.close_at(START), not_due);
    let events = open_at(&mut sale, START).unwrap();
    assert_eq!((events[0].seq, events[0].actor, events[0].at), (Some(1), None, at(START)));
    assert_eq!(open_at(&mut sale, START), not_due);
    assert_eq!(sale.auction.due_at(), Some(at(END)));
    sale.bid(firm(A, "120")).unwrap();
    assert_eq!(sale.close_at(END), not_due);
    assert_eq!(sale.close_at(SETTLED - 1), not_due);
    let events = sale.close_at(SETTLED).unwrap();
    let outcome = Outcome::Sold { winner: A, hammer_price: usd("120") };
    assert_eq!(events[0].change, Change::Closed(Closing { outcome, sealed: vec![] }));
    assert_eq!((events[0].actor, events[0].after.minimum), (None, None));
    assert_eq!((sale.auction.state.status, sale.auction.due_at()), (Status::Sold, None));
    assert_eq!(sale.close_at(SETTLED), not_due);
    assert_eq!(open_at(&mut sale, SETTLED), not_due);
}

#[test]
fn the_closer_does_not_ask_who_leads() {
    for format in Format::ALL {
        let mut sale = Sale::scheduled(terms(format), None);
        let events = sale.close_at(SETTLED).unwrap();
        let changes: Vec<_> = events.iter().map(|event| event.change.clone()).collect();
        let outcome = Outcome::Unsold(Unsold::NoBids);
        let closing = Change::Closed(Closing { outcome, sealed: vec![] });
        assert_eq!(changes, [Change::Opened, closing], "one that never opened opens first");
        assert_eq!(sale.auction.state.status, Status::Unsold);
    }
}

#[test]
fn an_opening_may_be_judged_late() {
    let mut sale = Sale::scheduled(english(), None);
    sale.ask(Action::Open, END + SECOND, END + SECOND).unwrap();
    assert_eq!(sale.auction.state.status, Status::Open);
    sale.close_at(END + SECOND).unwrap();
}

#[test]
fn how_an_english_auction_ends() {
    let table = [
        (led(None), Outcome::Sold { winner: A, hammer_price: usd("100") }),
        (led(Some("200")), Outcome::Sold { winner: A, hammer_price: usd("200") }),
        (led(Some("200.01")), Outcome::Unsold(Unsold::ReserveNotMet)),
        (Sale::open(english(), Some(usd("150"))), Outcome::Unsold(Unsold::NoBids)),
    ];
    for (mut sale, outcome) in table {
        let before = sale.auction.state.clone();
        sale.close().unwrap();
        assert_eq!(sale.outcome(), Some(outcome));
        let state = &sale.auction.state;
        let facts = |state: &State| (state.leader, state.price, state.maximum, state.auction_end);
        assert_eq!(facts(state), facts(&before), "they stay as facts");
        assert!(!state.ended_early);
    }
}

#[test]
fn how_everybody_stands() {
    let (leading, outbid) = (Some(Standing::Leading), Some(Standing::Outbid));
    let (lost, none) = (Some(Standing::Lost), Some(Standing::None));
    let bid_on = |reserve: Option<&str>| {
        let mut sale = led(reserve);
        sale.bid(maximum(B, "150")).unwrap();
        sale
    };
    let standings = |sale: &Sale| [A, B, C].map(|user| sale.standing_of(user));
    let mut sale = bid_on(None);
    assert_eq!(standings(&sale), [leading, outbid, none]);
    sale.close().unwrap();
    assert_eq!(standings(&sale), [Some(Standing::Won), lost, none]);

    let mut sale = bid_on(Some("250"));
    assert_eq!(standings(&sale), [leading, outbid, none], "also below the reserve");
    sale.close().unwrap();
    assert_eq!(standings(&sale), [lost, lost, none]);

    let mut sale = bid_on(None);
    sale.order(ADMIN, cancel()).unwrap();
    assert_eq!(standings(&sale), [none; 3]);
    assert_eq!(standings(&Sale::scheduled(english(), None)), [none; 3]);
}

#[test]
fn a_close_follows_an_end_that_was_moved() {
    let mut sale = led(None);
    sale.order(ADMIN, extend(END + 9)).unwrap();
    assert_eq!(sale.auction.due_at(), Some(at(END + 9)));
    assert_eq!(sale.close_at(SETTLED), Err(Rejection::NotDue));
    sale.close_at(SETTLED + 9).unwrap();
}

#[test]
fn an_end_before_the_start_is_due_when_it_comes() {
    let auction = Auction::new(english(), None, at(START - 1), at(CREATED));
    assert_eq!(auction.due_at(), Some(at(START - 1)));
}

#[test]
fn a_command_from_the_start_on_finds_the_auction_open() {
    let mut sale = Sale::scheduled(english(), None);
    let events = sale.ask(Action::Bid(firm(A, "100")), START, START + 5).unwrap();
    let [opening, bid] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(opening.change, Change::Opened);
    assert_eq!((opening.position, opening.seq, opening.actor), (1, Some(1), None));
    assert_eq!((bid.position, bid.seq, bid.actor), (2, Some(2), Some(A)));
    assert_eq!((opening.at, bid.at, bid.received_at), (at(START + 5), at(START + 5), at(START)));
    assert_ne!(opening.entry_id, bid.entry_id);
    assert_eq!(sale.auction.state.status, Status::Open);
}

#[test]
fn a_refused_command_opens_nothing() {
    let mut sale = Sale::scheduled(english(), None);
    assert!(sale.bid(firm(A, "1")).is_err());
    assert_eq!((sale.auction.state.status, sale.log.len()), (Status::Scheduled, 0));
}

#[test]
fn the_time_of_entries_never_goes_back() {
    let mut sale = Sale::scheduled(english(), None);
    // The clock of a server stands before the creation, and then goes back.
    sale.order_at(SELLER, description("new"), CREATED - 5).unwrap();
    sale.ask(Action::Bid(firm(A, "100")), START, START + 9).unwrap();
    sale.ask(Action::Bid(firm(B, "110")), START + 3, START + 5).unwrap();
    sale.bid_at(maximum(B, "200"), START + 7).unwrap();
    sale.order_at(ADMIN, cancel(), START + 8).unwrap();
    let times: Vec<_> = sale.log.iter().map(|event| event.at.as_micros()).collect();
    assert_eq!(times, [CREATED, START + 9, START + 9, START + 9, START + 9, START + 9]);
    let received: Vec<_> = sale.log.iter().map(|event| event.received_at.as_micros()).collect();
    assert_eq!(received, [CREATED - 5, START + 9, START, START + 3, START + 7, START + 8]);
    assert_eq!(sale.auction.state.auction_end, at(START + 9), "of the cancel's entry");
}

#[test]
fn order_is_the_order_of_the_log_and_not_of_stamps() {
    let mut sale = Sale::open(english(), None);
    sale.ask(Action::Bid(maximum(B, "200")), SOON + 9, SOON + 10).unwrap();
    sale.ask(Action::Bid(maximum(A, "200")), SOON, SOON + 11).unwrap();
    assert_eq!((sale.auction.state.leader, sale.auction.state.price), (Some(B), Some(usd("200"))));
}

#[test]
fn a_bid_received_in_time_counts_though_it_is_judged_late() {
    let mut sale = led(None);
    sale.ask(Action::Bid(firm(B, "300")), END - 1, END + 4 * SECOND).unwrap();
    sale.close_at(END + 4 * SECOND).unwrap();
    assert_eq!(sale.auction.state.leader, Some(B));
}
