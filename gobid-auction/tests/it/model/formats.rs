//! Sealed auctions (§5) and Dutch ones (§6).

use crate::{
    model::house::{A, B, C, END, House, SECOND, accepted, refused, terms, word},
    reference::{Bid, Dutch, Format, Offer, Order, Terms},
};

fn sealed(format: Format, reserve: Option<i64>) -> House {
    House::new(Terms { reserve, ..terms(format) })
}

type Auction = (&'static [(u64, i64)], Option<i64>, Option<(u64, i64, i64)>);

/// Who wins and what he pays.
fn sale(format: Format, reserve: Option<i64>, amounts: &[(u64, i64)]) -> Option<(u64, i64)> {
    let mut house = sealed(format, reserve);
    for (bidder, amount) in amounts {
        assert_eq!(word(&house.firm(*bidder, *amount)), "accepted", "{amounts:?}");
    }
    let view = house.close();
    assert_eq!(view.reserve_met, reserve.map(|_| view.winner.is_some()), "{amounts:?}");
    view.winner.zip(view.hammer)
}

#[test]
fn the_highest_sealed_amount_wins_and_a_tie_goes_to_the_earlier() {
    let (first, second) = (Format::SealedFirst, Format::SealedSecond);
    // Amounts, reserve, then the winner and what he pays as the first and as the second price.
    let table: [Auction; 9] = [
        (&[(A, 300), (B, 500), (C, 400)], None, Some((B, 500, 400))),
        (&[(A, 500), (B, 500)], None, Some((A, 500, 500))),
        (&[(A, 400), (B, 500), (A, 500)], None, Some((B, 500, 500))),
        (&[(A, 500), (B, 500), (A, 501)], None, Some((A, 501, 500))),
        (&[(A, 500)], None, Some((A, 500, 100))),
        (&[(A, 500)], Some(300), Some((A, 500, 300))),
        (&[(A, 500), (B, 200)], Some(300), Some((A, 500, 300))),
        (&[(A, 299), (B, 200)], Some(300), None),
        (&[], None, None),
    ];
    for (amounts, reserve, outcome) in table {
        let as_first = outcome.map(|(winner, price, _)| (winner, price));
        let as_second = outcome.map(|(winner, _, price)| (winner, price));
        assert_eq!(sale(first, reserve, amounts), as_first, "{amounts:?}");
        assert_eq!(sale(second, reserve, amounts), as_second, "{amounts:?}");
    }
}

#[test]
fn nothing_is_public_before_the_close() {
    let mut house = sealed(Format::SealedSecond, Some(200));
    let before = house.view();
    let answer = accepted(house.firm(A, 300));
    assert_eq!((answer.seq, answer.leading, answer.price), (1, None, None));
    assert_eq!((answer.minimum, answer.amount), (Some(100), Some(300)));
    house.firm(B, 250);
    let view = house.view();
    assert_eq!((view.seq, view.position), (1, 3));
    assert_eq!((view.bid_count, view.bidder_count), (2, 2), "for the house alone");
    assert_eq!((view.price, view.leader, view.minimum), (before.price, before.leader, Some(100)));
    assert_eq!((&view.bids, &view.events, view.reserve_met), (&before.bids, &before.events, None));
    assert_eq!(house.own(A), (Some(300), None));

    let view = house.close();
    assert_eq!((view.leader, view.price, view.maximum), (Some(A), Some(250), Some(300)));
    assert_eq!(house.rows(), [(A, 300, ""), (B, 250, "")]);
    assert!(view.bids.iter().all(|row| row.seq == view.seq));
    assert_eq!((house.own(A).1, house.own(B).1), (Some("won"), Some("lost")));
}

#[test]
fn a_replacement_raises_or_is_refused() {
    let mut house = sealed(Format::SealedFirst, None);
    assert_eq!(refused(house.firm(A, 99)).minimum, Some(100));
    house.firm(A, 300);
    for (amount, minimum) in [(99, 100), (299, 301), (300, 301)] {
        let refusal = refused(house.firm(A, amount));
        assert_eq!((refusal.code, refusal.minimum), ("bid_too_low", Some(minimum)));
        assert_eq!((refusal.price, refusal.next), (None, Vec::new()));
    }
    assert_eq!(word(&house.firm(A, 301)), "accepted");
    assert_eq!(house.view().bid_count, 1);
    assert_eq!(word(&house.max(A, 400)), "wrong_format");
    let expected = Some(house.money(100));
    let bid = Bid { expected, ..house.offer(B, Offer::Firm(house.money(400))) };
    assert_eq!(word(&house.order(&Order::Bid(bid))), "wrong_format");
}

#[test]
fn a_sealed_amount_is_struck_without_a_trace() {
    let mut house = sealed(Format::SealedFirst, None);
    house.firm(A, 300);
    let struck = accepted(house.firm(A, 400));
    house.firm(B, 200);
    assert_eq!(word(&house.void(struck.bid)), "not_found");
    assert_eq!(word(&house.void_bidder(C)), "not_found");
    assert_eq!(word(&house.void_bidder(A)), "done");
    assert_eq!(word(&house.void_bidder(A)), "already_exists");
    let view = house.view();
    assert_eq!((view.seq, view.position, view.bid_count, view.bidder_count), (1, 5, 1, 2));
    assert_eq!(house.own(A), (None, None));
    // He may begin again, below what was struck.
    assert_eq!(word(&house.firm(A, 150)), "accepted");
    house.void_bidder(A);
    let view = house.close();
    assert_eq!((view.winner, view.hammer), (Some(B), Some(200)));
    assert_eq!((house.rows(), house.own(A)), (vec![(B, 200, "")], (None, Some("none"))));
}

/// Falls from 1,000 by 100 every 10 s to 450.
fn dutch() -> House {
    let dutch = Some(Dutch { floor: 450, step: 100, tick_micros: 10 * SECOND });
    House::new(Terms { baseprice: 1_000, dutch, ..terms(Format::Dutch) })
}

#[test]
fn a_dutch_price_falls_with_time() {
    let house = dutch();
    let table = [
        (-25, 1_000),
        (0, 1_000),
        (9, 1_000),
        (10, 900),
        (19, 900),
        (50, 500),
        (60, 450),
        (999, 450),
    ];
    for (seconds, price) in table {
        let view = house.model.view(seconds * SECOND);
        assert_eq!((view.price, view.minimum), (Some(price), Some(price)), "{seconds}");
    }
}

#[test]
fn the_first_dutch_acceptance_wins_at_the_price_of_its_stamp() {
    let mut house = dutch();
    let low = refused(house.at(12).firm(A, 899));
    assert_eq!((low.code, low.minimum, low.price), ("bid_too_low", Some(900), Some(900)));
    assert!(low.next.is_empty());
    assert_eq!(word(&house.max(A, 950)), "wrong_format");
    assert_eq!(word(&house.buy(A)), "wrong_format");
    let bid = Order::Bid(house.offer(A, Offer::Firm(house.money(950))));
    let answer = house.model.apply(&bid, 9 * SECOND, 12 * SECOND);
    assert_eq!(refused(answer).minimum, Some(1_000), "the price of the stamp");
    let sold = accepted(house.model.apply(&bid, 12 * SECOND, 23 * SECOND));
    assert_eq!((sold.amount, sold.price, sold.seq), (Some(950), Some(900), 2));
    assert_eq!((sold.leading, sold.minimum, sold.end), (Some(true), None, 23 * SECOND));
    let view = house.view();
    assert_eq!((view.status, view.winner, view.hammer), ("sold", Some(A), Some(900)));
    assert_eq!((view.price, view.minimum, view.maximum), (Some(900), None, Some(900)));
    assert_eq!(house.rows(), [(A, 900, "")]);
    assert_eq!(house.kinds(), ["auction_opened", "bid_placed", "auction_closed"]);
    let refusal = refused(house.at(13).firm(B, 1_000));
    assert_eq!((refusal.code, refusal.received_in_time), ("auction_closed", Some(false)));
}

#[test]
fn a_dutch_auction_that_nobody_accepts_is_unsold() {
    let mut house = dutch();
    let view = house.close();
    assert_eq!((view.status, view.unsold_reason, view.end), ("unsold", Some("no_bids"), END));
    assert_eq!((view.price, view.leader, view.minimum), (None, None, None));
}
