//! The Dutch auction (RULES.md §6).

use crate::support::{
    A, ADMIN, B, END, SECOND, SELLER, SETTLED, START, Sale, at, cancel, closed, decimal,
    description, firm, maximum, terms, too_low, usd,
};
use gobid_auction::{
    Action, Change, Closing, Format, Offered, Outcome, PlacedBid, Rejection, Standing, Status,
    Unsold,
};

const MINUTE: i64 = 60 * SECOND;

/// From 100.00 by 10.00 a minute down to 50.00.
fn falling() -> Sale {
    Sale::open(terms(Format::Dutch), None)
}

#[test]
fn the_price_falls_and_is_the_minimum() {
    let table = [
        (START - 1, "100"),
        (START, "100"),
        (START + MINUTE - 1, "100"),
        (START + MINUTE, "90"),
        (START + 2 * MINUTE, "80"),
        (START + 5 * MINUTE - 1, "60"),
        (START + 5 * MINUTE, "50"),
        (START + 6 * MINUTE, "50"),
        (END, "50"),
    ];
    let auction = falling().auction;
    for (time, price) in table {
        assert_eq!(auction.current_price_at(at(time)), Some(usd(price)), "{time}");
        assert_eq!(auction.minimum_next_bid_at(at(time)), Some(usd(price)), "{time}");
    }
    let waiting = Sale::scheduled(terms(Format::Dutch), None).auction;
    assert_eq!(waiting.current_price_at(at(START)), None);
    assert_eq!(waiting.minimum_next_bid_at(at(START)), Some(usd("100")));
}

#[test]
fn the_first_acceptance_wins_at_the_price_of_its_stamp() {
    let table = [
        (START, "100", "100"),
        (START + MINUTE - 1, "100", "100"),
        (START + MINUTE, "90", "90"),
        // Filled at the price, never above, whatever was agreed to.
        (START + MINUTE, "100", "90"),
        (START + MINUTE, "9999999999.99", "90"),
        (START + 5 * MINUTE, "50", "50"),
        (END - 1, "50", "50"),
    ];
    for (received_at, agreed, price) in table {
        // Judged late: the stamp decides.
        let now = received_at + 3 * MINUTE;
        let mut sale = falling();
        let events = sale.ask(Action::Bid(firm(A, agreed)), received_at, now).unwrap();
        let [accepted, closing] = events.as_slice() else { panic!("{events:?}") };
        let row = PlacedBid {
            bid_id: accepted.entry_id,
            bidder: A,
            amount: usd(price),
            automatic: false,
        };
        let offer = Offered::Firm(usd(agreed));
        let placed = Change::BidPlaced { offer, number: 1, bids: vec![row], extended: false };
        assert_eq!(accepted.change, placed);
        let outcome = Outcome::Sold { winner: A, hammer_price: usd(price) };
        assert_eq!(closing.change, Change::Closed(Closing { outcome, sealed: vec![] }));
        let state = &sale.auction.state;
        assert_eq!((state.status, state.leader), (Status::Sold, Some(A)));
        assert_eq!((state.price, state.maximum), (Some(usd(price)), Some(usd(price))));
        assert_eq!((state.auction_end, state.ended_early), (at(now), true));
        assert_eq!((state.bid_count, state.bidder_count), (1, 1));
    }
}

#[test]
fn less_than_the_price_of_the_stamp_is_too_low() {
    let table = [
        (START, "99.99", "100"),
        (START + MINUTE - 1, "90", "100"),
        (START + MINUTE, "89.99", "90"),
        (END - 1, "49.99", "50"),
    ];
    for (received_at, agreed, price) in table {
        let mut sale = falling();
        // Judged a minute later, at a price that would do.
        let judged = sale.ask(Action::Bid(firm(A, agreed)), received_at, received_at + MINUTE);
        assert_eq!(judged, Err(too_low(price, price, "")));
        assert_eq!(sale.auction.state.bidder_count, 0);
    }
}

#[test]
fn only_a_plain_amount_accepts() {
    let mut sale = falling();
    let expecting = gobid_auction::Bid { expected_price: Some(decimal("100")), ..firm(A, "100") };
    for bid in [maximum(A, "100"), crate::support::purchase(A), expecting] {
        assert_eq!(sale.bid(bid), Err(Rejection::WrongFormat));
    }
    assert_eq!(sale.bid(firm(SELLER.user_id, "100")), Err(Rejection::OwnProduct));
}

#[test]
fn whoever_comes_second_was_not_in_time() {
    let mut sale = falling();
    let stamp = START + 3 * MINUTE;
    sale.bid_at(firm(A, "70"), stamp).unwrap();
    for received_at in [stamp - 1, stamp, stamp + 1, END] {
        let judged = sale.bid_at(firm(B, "100"), received_at);
        assert_eq!(judged, Err(closed(stamp, false)), "{received_at}");
    }
    assert_eq!([A, B].map(|user| sale.standing_of(user)), {
        [Some(Standing::Won), Some(Standing::None)]
    });
    let public = sale.public(END);
    assert_eq!((public.price, public.minimum), (Some(usd("70")), None));
    assert_eq!((public.counts, public.rows.len()), (Some((1, 1)), 1));
    assert_eq!(sale.close(), Err(Rejection::NotDue));
}

#[test]
fn an_acceptance_finds_an_auction_open_whose_time_has_come() {
    let mut sale = Sale::scheduled(terms(Format::Dutch), None);
    let early = Rejection::NotOpen { auction_start: at(START) };
    assert_eq!(sale.bid_at(firm(A, "100"), START - 1), Err(early));
    assert_eq!(sale.bid_at(firm(A, "89"), START + MINUTE), Err(too_low("90", "90", "")));
    assert_eq!(sale.auction.state.status, Status::Scheduled, "a refusal opens nothing");
    let events = sale.bid_at(firm(A, "95"), START + MINUTE).unwrap();
    assert_eq!((events.len(), events[0].change.clone()), (3, Change::Opened));
    assert_eq!(sale.auction.state.price, Some(usd("90")));
}

#[test]
fn in_an_auction_created_open_a_stamp_before_the_start_pays_the_first_price() {
    let mut sale = falling();
    sale.auction.terms.starts_later = false;
    sale.bid_at(firm(A, "100"), START - SECOND).unwrap();
    assert_eq!(sale.auction.state.price, Some(usd("100")));
}

#[test]
fn nobody_accepts() {
    let mut sale = falling();
    assert_eq!(sale.bid_at(firm(A, "100"), END), Err(closed(END, false)));
    sale.close_at(SETTLED).unwrap();
    assert_eq!(sale.outcome(), Some(Outcome::Unsold(Unsold::NoBids)));
    let public = sale.public(SETTLED);
    assert_eq!((public.price, public.minimum, public.leader), (None, None, None));
    assert_eq!(sale.bid_at(firm(A, "100"), END - 1), Err(closed(END, true)));
}

#[test]
fn other_events_leave_the_price_alone() {
    let mut sale = falling();
    sale.order(SELLER, description("new")).unwrap();
    assert_eq!(sale.auction.current_price_at(at(START + MINUTE)), Some(usd("90")));
    sale.order(ADMIN, cancel()).unwrap();
    let public = sale.public(START + MINUTE);
    assert_eq!((public.status, public.price, public.minimum), (Status::Cancelled, None, None));
}
