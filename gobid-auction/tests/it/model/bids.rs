//! How bids are judged (§4): the order of the checks, request ids, soft close, reserve, buy-now.

use crate::{
    model::house::{A, B, END, House, SECOND, SELLER, accepted, english, refused, word},
    reference::{Answer, Bid, Decimal, Format, Offer, Order, Terms},
};

const WINDOW: i64 = 60 * SECOND;

fn opens_later() -> Terms {
    Terms { start: 100 * SECOND, starts_later: true, ..english() }
}

#[test]
fn the_first_check_that_fails_is_the_code() {
    let mut house = House::new(Terms { soft_close_micros: 0, digits: 2, ..opens_later() });
    let mut bid = Bid {
        not_after: Some(SECOND),
        expected: Some(Decimal { digits: 5, scale: 0 }),
        cap: Some((50, false)),
        ..house.offer(SELLER, Offer::Firm(Decimal { digits: 1_000, scale: 3 }))
    };
    let mut codes = Vec::new();
    let mut send = |house: &mut House, bid: &Bid| {
        codes.push(word(&house.order(&Order::Bid(bid.clone()))));
    };
    send(house.at(50), &bid);
    bid.not_after = Some(50 * SECOND);
    send(&mut house, &bid);
    bid.not_after = None;
    bid.offer = Offer::Firm(Decimal { digits: 99, scale: 2 });
    send(&mut house, &bid);
    send(house.at(1_000), &bid);
    send(house.at(200), &bid);
    bid.bidder = B;
    send(&mut house, &bid);
    bid.cap = Some((50, true));
    send(&mut house, &bid);
    bid.cap = Some((99, true));
    send(&mut house, &bid);
    bid.expected = Some(Decimal { digits: 1, scale: 0 });
    send(&mut house, &bid);
    bid.expected = None;
    send(&mut house, &bid);
    bid.offer = Offer::Firm(Decimal { digits: 1, scale: 0 });
    bid.cap = None;
    send(&mut house, &bid);
    bid.request += 1;
    send(&mut house, &bid);
    bid.request -= 1;
    send(house.at(2_000), &bid);
    bid.offer = Offer::Maximum(Decimal { digits: 1, scale: 0 });
    send(&mut house, &bid);
    let expected = [
        "expired",
        "validation_failed",
        "auction_not_open",
        "auction_closed",
        "own_product",
        "spending_cap",
        "spending_cap",
        "price_moved",
        "bid_too_low",
        "bid_too_low",
        "accepted",
        "already_leading",
        "again",
        "request_id_reused",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn a_repeated_bid_gets_its_answer_whatever_has_happened_since() {
    let mut house = House::new(english());
    let bid = house.offer(A, Offer::Maximum(house.money(200)));
    let first = accepted(house.order(&Order::Bid(bid.clone())));
    assert_eq!(
        (first.seq, first.leading, first.price, first.minimum),
        (2, Some(true), Some(100), Some(110))
    );
    assert_eq!((first.amount, first.max_amount), (None, Some(200)));
    house.max(B, 300);
    house.close();
    let position = house.view().position;
    // Neither `not_after` nor the cap is a part of what a bid says.
    let again = Bid { not_after: Some(0), cap: Some((1, false)), ..bid.clone() };
    let again = accepted(house.order(&Order::Bid(again)));
    assert!(!again.new);
    assert_eq!((again.seq, again.leading, again.end), (first.seq, first.leading, first.end));
    for other in [
        Bid { offer: Offer::Firm(house.money(200)), ..bid.clone() },
        Bid { offer: Offer::Maximum(house.money(201)), ..bid.clone() },
        Bid { offer: Offer::Maximum(Decimal { digits: 2_001, scale: 1 }), ..bid.clone() },
        Bid { expected: Some(house.money(100)), ..bid.clone() },
        Bid { offer: Offer::BuyNow, ..bid.clone() },
    ] {
        assert_eq!(word(&house.order(&Order::Bid(other))), "request_id_reused");
    }
    // The same id of somebody else is another id; a refused one is judged afresh.
    assert_eq!(word(&house.order(&Order::Bid(Bid { bidder: B, ..bid }))), "auction_closed");
    assert_eq!(house.view().position, position);
}

#[test]
fn amounts_have_the_digits_of_the_currency() {
    let mut house = House::new(Terms { digits: 2, ..english() });
    let wrong = [(12_345, 3), (0, 0), (-500, 2), (1_000_000_000_000, 2), (i64::MAX, 0)];
    for (digits, scale) in wrong {
        let refusal = refused(house.bid(A, Offer::Maximum(Decimal { digits, scale })));
        assert_eq!((refusal.code, refusal.field), ("validation_failed", Some("max_amount")));
    }
    let amount = Offer::Firm(Decimal { digits: 125, scale: 1 });
    assert_eq!(accepted(house.bid(A, amount)).amount, Some(12_50));
    let expected = Some(Decimal { digits: 12_500, scale: 3 });
    let bid = Bid { expected, ..house.offer(B, Offer::Firm(house.money(20_00))) };
    assert_eq!(refused(house.order(&Order::Bid(bid))).field, Some("expected_price"));
}

#[test]
fn a_late_bid_moves_the_end() {
    let hard_end = Some(END + 30 * SECOND);
    let mut house = House::new(Terms { soft_close_micros: WINDOW, hard_end, ..english() });
    let mut amount = 100;
    let mut ends = Vec::new();
    for (seconds, bidder) in [(939, A), (940, B), (950, A), (1_005, B), (1_029, A)] {
        let end = accepted(house.at(seconds).firm(bidder, amount)).end;
        let extended = house.view().events.last().map(|event| event.extended);
        ends.push((end / SECOND, extended));
        amount += 10;
    }
    let expected = [(1_000, false), (1_000, false), (1_010, true), (1_030, true), (1_030, false)];
    assert_eq!(ends, expected.map(|(end, extended)| (end, Some(extended))));
}

#[test]
fn what_the_public_does_not_see_moves_no_end() {
    let terms = Terms { soft_close_micros: WINDOW, reserve: Some(250), ..english() };
    let mut house = House::new(terms);
    house.at(10).max(A, 150);
    house.at(980).max(A, 200);
    assert_eq!(word(&house.at(985).max(B, 100)), "bid_too_low");
    assert_eq!((house.view().end, house.view().seq), (END, 2));
    // The house's automatic answer does, and so does a raise that reaches the reserve.
    house.at(990).max(B, 120);
    assert_eq!((house.lead(), house.view().end), (Some((A, 130)), 1_050 * SECOND));
    let raise = accepted(house.at(1_020).max(A, 300));
    assert_eq!((raise.price, raise.end, raise.seq), (Some(250), 1_080 * SECOND, 4));
    assert_eq!(house.rows().last(), Some(&(A, 250, "")));
    assert_eq!(house.view().bid_count, 3);
}

#[test]
fn the_stamp_decides_not_the_moment_of_judging() {
    let mut house = House::new(Terms { soft_close_micros: WINDOW, ..english() });
    let bid = house.offer(A, Offer::Firm(house.money(100)));
    let late = house.offer(B, Offer::Firm(house.money(500)));
    let refusal = refused(house.model.apply(&Order::Bid(late.clone()), END, END));
    assert_eq!((refusal.code, refusal.received_in_time), ("auction_closed", Some(false)));
    let answer = house.model.apply(&Order::Bid(bid), END - 1, END + SECOND / 5);
    assert_eq!(accepted(answer).end, END - 1 + WINDOW);
    house.now = END + 30 * SECOND;
    assert_eq!(house.order(&Order::Close), Answer::NotDue);
    let view = house.close();
    assert_eq!(
        (view.status, view.winner, view.hammer, view.minimum),
        ("sold", Some(A), Some(100), None)
    );
    assert_eq!(house.order(&Order::Close), Answer::NotDue);
    let refusal = refused(house.model.apply(&Order::Bid(late), END, house.now));
    assert_eq!(refusal.received_in_time, Some(true), "the close came first");
}

#[test]
fn a_reserve_that_is_not_met_sells_nothing() {
    let mut house = House::new(Terms { reserve: Some(250), ..english() });
    house.max(A, 249);
    let view = house.close();
    assert_eq!((view.status, view.unsold_reason), ("unsold", Some("reserve_not_met")));
    assert_eq!((view.leader, view.winner, view.hammer), (Some(A), None, None));
    assert_eq!(house.own(A), (Some(249), Some("lost")));
    let view = House::new(english()).close();
    assert_eq!((view.status, view.unsold_reason), ("unsold", Some("no_bids")));
}

#[test]
fn a_purchase_ends_the_auction_at_its_price() {
    let mut house = House::new(Terms { buy_now: Some(500), reserve: Some(300), ..english() });
    house.max(A, 290);
    assert!(house.view().buy_now_available, "with a reserve, until it is met");
    let bought = accepted(house.at(77).buy(A));
    assert_eq!((bought.seq, bought.amount, bought.price), (3, Some(500), Some(500)));
    assert_eq!((bought.end, bought.minimum, bought.leading), (77 * SECOND, None, Some(true)));
    let view = house.view();
    assert_eq!((view.status, view.winner, view.hammer), ("sold", Some(A), Some(500)));
    assert_eq!((view.bid_count, view.reserve_met, view.seq), (2, Some(true), 4));
    assert!(!view.buy_now_available);
    let second = Order::Bid(house.offer(B, Offer::BuyNow));
    let refusal = refused(house.model.apply(&second, 0, house.now));
    assert_eq!((refusal.code, refusal.received_in_time), ("auction_closed", Some(false)));
}

#[test]
fn buy_now_goes_with_the_first_bid_or_the_reserve() {
    let mut house = House::new(Terms { buy_now: Some(500), ..english() });
    house.firm(A, 100);
    assert_eq!(word(&house.buy(B)), "buy_now_unavailable");
    house.void_bidder(A);
    assert_eq!(word(&house.buy(B)), "buy_now_unavailable", "a voided bid was the first bid");

    let mut house = House::new(Terms { buy_now: Some(500), reserve: Some(300), ..english() });
    house.max(A, 300);
    assert_eq!(word(&house.buy(B)), "buy_now_unavailable");
    house.void_bidder(A);
    let capped = Bid { cap: Some((499, true)), ..house.offer(B, Offer::BuyNow) };
    assert_eq!(word(&house.order(&Order::Bid(capped))), "spending_cap");
    assert_eq!(word(&house.buy(B)), "accepted");

    assert_eq!(word(&House::new(english()).buy(A)), "buy_now_unavailable");
    assert_eq!(
        word(&House::new(crate::model::house::terms(Format::SealedFirst)).buy(A)),
        "wrong_format"
    );
}

#[test]
fn a_bid_opens_what_was_due_and_a_refused_one_does_not() {
    let mut house = House::new(opens_later());
    assert_eq!(refused(house.at(99).firm(A, 100)).start, Some(100 * SECOND));
    assert_eq!(word(&house.at(100).firm(A, 99)), "bid_too_low");
    assert_eq!((house.view().status, house.view().position), ("scheduled", 0));
    assert_eq!(accepted(house.firm(A, 100)).seq, 2);
    assert_eq!(house.kinds(), ["auction_opened", "bid_placed"]);
    // Early is early, also after another bid found it open.
    let early = house.offer(B, Offer::Firm(house.money(200)));
    let answer = house.model.apply(&Order::Bid(early), 100 * SECOND - 1, house.now);
    assert_eq!(word(&answer), "auction_not_open");
}
