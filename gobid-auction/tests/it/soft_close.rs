//! The soft close of an English auction (RULES.md §4).
use crate::support::{
    A, ADMIN, B, C, END, SECOND, SELLER, SOON, START, Sale, annul, at, closed, description,
    english, extend, firm, maximum, purchase, reserve, seconds, usd, void_bidder,
};
use gobid_auction::{Action, Bid, Change, Terms};

const WINDOW: i64 = 60 * SECOND;

/// An auction with a window of a minute in which A leads at 100.00 with 200.00.
fn led(hard_end: Option<i64>, reserve: Option<&str>) -> Sale {
    let terms = Terms {
        soft_close: seconds(60),
        hard_end: hard_end.map(at),
        buy_now_price: Some(usd("500")),
        ..english()
    };
    let mut sale = Sale::open(terms, reserve.map(usd));
    sale.bid(maximum(A, "200")).unwrap();
    sale
}

/// Whether the last bid says that it moved the end.
fn extended(sale: &Sale) -> bool {
    matches!(sale.log.last().unwrap().change, Change::BidPlaced { extended: true, .. })
}

#[test]
fn a_late_bid_moves_the_end_to_its_stamp_and_the_window() {
    let table = [
        (END - WINDOW - 1, None, END),
        (END - WINDOW, None, END),
        (END - WINDOW + 1, None, END + 1),
        (END - 1, None, END + WINDOW - 1),
        (END - WINDOW + 5, Some(END + 5), END + 5),
        (END - WINDOW + 6, Some(END + 5), END + 5),
        (END - 1, Some(END + 5), END + 5),
        (END - 1, Some(END), END),
    ];
    for (received_at, hard_end, end) in table {
        let mut sale = led(hard_end, None);
        sale.bid_at(firm(B, "300"), received_at).unwrap();
        assert_eq!(sale.auction.state.auction_end, at(end), "{received_at} {hard_end:?}");
        assert_eq!(extended(&sale), end > END, "{received_at} {hard_end:?}");
        assert!(!sale.auction.state.ended_early);
    }
}

#[test]
fn without_a_window_no_bid_moves_the_end() {
    let mut sale = Sale::open(english(), None);
    sale.bid_at(firm(A, "100"), END - 1).unwrap();
    assert_eq!((sale.auction.state.auction_end, extended(&sale)), (at(END), false));
}

#[test]
fn which_bids_move_the_end() {
    let moved = END + WINDOW - 1;
    let table = [
        ("a new leader", firm(B, "300"), moved),
        ("a maximum that leads", maximum(B, "300"), moved),
        ("the house's answer", firm(B, "150"), moved),
        ("the house's answer to a tie", maximum(B, "200"), moved),
        ("a raise that reaches the reserve", maximum(A, "250"), moved),
        ("a silent raise", maximum(A, "240"), END),
        ("a purchase", purchase(B), END - 1),
        ("too low a bid", firm(B, "109"), END),
        ("a firm bid of the leader", firm(A, "300"), END),
        ("a bid of the seller", firm(SELLER.user_id, "300"), END),
    ];
    for (what, bid, end) in table {
        let mut sale = led(None, Some("250"));
        let was_extended = sale.bid_at(bid, END - 1).is_ok() && extended(&sale);
        assert_eq!(sale.auction.state.auction_end, at(end), "{what}");
        assert_eq!(was_extended, end == moved, "{what}");
    }
}

#[test]
fn no_order_but_an_extension_moves_the_end_of_an_open_auction() {
    let table = [
        (SELLER, description("a clock with a key")),
        (SELLER, reserve("150")),
        (SELLER, reserve("none")),
        (ADMIN, void_bidder(A)),
    ];
    for (actor, order) in table {
        let mut sale = led(None, Some("250"));
        sale.order_at(actor, order.clone(), END - 1).unwrap();
        assert_eq!(sale.auction.state.auction_end, at(END), "{order:?}");
    }
}

#[test]
fn the_end_moves_on_from_where_it_was_moved() {
    let mut sale = led(Some(END + 90 * SECOND), None);
    let table = [
        (firm(B, "300"), END - 10 * SECOND, END + 50 * SECOND),
        (firm(A, "400"), END - 11 * SECOND, END + 50 * SECOND), // Stamped before, judged after.
        (firm(B, "500"), END + 20 * SECOND, END + 80 * SECOND),
        (firm(A, "600"), END + 79 * SECOND, END + 90 * SECOND),
        (firm(B, "700"), END + 89 * SECOND, END + 90 * SECOND),
    ];
    for (bid, received_at, end) in table {
        sale.bid_at(bid, received_at).unwrap();
        assert_eq!(sale.auction.state.auction_end, at(end));
    }
    let late = END + 90 * SECOND;
    assert_eq!(sale.bid_at(firm(A, "800"), late), Err(closed(late, false)));
    sale.close().unwrap();
    assert_eq!(sale.auction.state.leader, Some(B));
}

#[test]
fn a_straggler_stamped_in_time_moves_an_end_that_has_passed() {
    let mut sale = led(None, None);
    let now = END + 200_000;
    sale.ask(Action::Bid(firm(B, "300")), END - 1, now).unwrap();
    assert_eq!(sale.auction.state.auction_end, at(END + WINDOW - 1));
    assert_eq!(sale.close_at(END + 250_000), Err(gobid_auction::Rejection::NotDue));
    sale.bid_at(firm(C, "400"), END + SECOND).unwrap();
}

#[test]
fn an_end_that_was_extended_stays_when_the_bid_is_voided() {
    let mut sale = led(None, None);
    sale.bid_at(firm(B, "300"), END - 1).unwrap();
    sale.order_at(ADMIN, void_bidder(B), END).unwrap();
    assert_eq!(sale.auction.state.auction_end, at(END + WINDOW - 1));
    sale.close().unwrap();
    sale.order_at(ADMIN, annul(), 2 * END).unwrap();
    assert_eq!(sale.auction.state.auction_end, at(END + WINDOW - 1));
}

#[test]
fn an_admin_may_extend_on_top_of_it() {
    let mut sale = led(Some(END + 100 * SECOND), None);
    sale.bid_at(firm(B, "300"), END - 1).unwrap();
    sale.order_at(ADMIN, extend(END + 70 * SECOND), END).unwrap();
    sale.bid_at(firm(A, "400"), END + 10 * SECOND).unwrap();
    assert_eq!(sale.auction.state.auction_end, at(END + 70 * SECOND), "never earlier");
    sale.bid_at(firm(B, "500"), END + 69 * SECOND).unwrap();
    assert_eq!(sale.auction.state.auction_end, at(END + 100 * SECOND));
}

#[test]
fn a_window_longer_than_the_auction_moves_the_end_with_every_bid() {
    let mut sale = Sale::open(Terms { soft_close: seconds(7_200), ..english() }, None);
    for (bid, stamp) in [(firm(A, "100"), START), (firm(B, "110"), SOON)] {
        let bid: Bid = bid;
        sale.bid_at(bid, stamp).unwrap();
        assert_eq!(sale.auction.state.auction_end, at(stamp + 7_200 * SECOND));
    }
}
