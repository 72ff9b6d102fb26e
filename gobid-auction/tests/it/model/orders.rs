//! The orders of sellers and admins, and the life of an auction (§3, §4).

use crate::{
    model::house::{A, B, END, House, SECOND, SELLER, english, refused, terms, word},
    reference::{Answer, Format, Order, Terms},
};

fn edit(description: &str, revision: Option<i64>) -> Order {
    let description = Some(description.to_owned());
    Order::Edit { by: SELLER, description, reserve: None, revision }
}

fn seller_cancels() -> Order {
    Order::Cancel { by: SELLER, admin: false }
}

fn admin_cancels() -> Order {
    Order::Cancel { by: 2, admin: true }
}

fn later(format: Format) -> Terms {
    Terms { start: 100 * SECOND, starts_later: true, ..terms(format) }
}

#[test]
fn an_edit_changes_what_differs() {
    let mut house = House::new(Terms { reserve: Some(200), ..english() });
    assert_eq!(word(&house.order(&edit("As it was.", Some(1)))), "done");
    assert_eq!((house.view().revision, house.view().seq), (1, 1));
    assert_eq!(word(&house.order(&edit("As it is.", Some(1)))), "done");
    assert_eq!(word(&house.order(&edit("As it was.", Some(1)))), "precondition_failed");
    let both = Order::Edit {
        by: SELLER,
        description: Some("As it will be.".to_owned()),
        reserve: Some(Some(house.money(300))),
        revision: Some(2),
    };
    assert_eq!(word(&house.order(&both)), "done");
    let view = house.view();
    assert_eq!((view.revision, view.reserve, view.seq), (4, Some(300), 4));
    assert_eq!(view.description, "As it will be.");
    assert_eq!(house.kinds().last_chunk(), Some(&["description_changed", "reserve_changed"]));
    let of_another = Order::Edit { by: A, description: None, reserve: None, revision: None };
    assert_eq!(word(&house.order(&of_another)), "forbidden");
    assert_eq!(refused(house.at(1_000).order(&both)).received_in_time, Some(false));
}

#[test]
fn after_the_first_bid_the_reserve_is_lowered_once() {
    let mut house = House::new(Terms { reserve: Some(400), buy_now: Some(500), ..english() });
    assert_eq!(refused(house.set_reserve(Some(501))).field, Some("reserve_price"));
    assert_eq!(word(&house.set_reserve(Some(450))), "done");
    house.max(A, 300);
    assert_eq!(word(&house.set_reserve(Some(451))), "price_fixed");
    assert_eq!(word(&house.set_reserve(Some(450))), "done", "what stands costs nothing");
    assert_eq!(word(&house.set_reserve(Some(250))), "done");
    assert_eq!((house.lead(), house.view().reserve_met), (Some((A, 250)), Some(true)));
    assert_eq!((house.view().end, house.view().bid_count), (END, 1));
    assert_eq!(word(&house.set_reserve(Some(200))), "price_fixed");
    assert_eq!(word(&house.set_reserve(None)), "price_fixed");

    let mut house = House::new(Terms { reserve: Some(400), ..english() });
    house.max(A, 300);
    assert_eq!(word(&house.set_reserve(None)), "done");
    assert_eq!((house.lead(), house.view().reserve_met), (Some((A, 100)), None));
    assert_eq!(house.close().status, "sold");

    let mut house = House::new(english());
    house.max(A, 300);
    assert_eq!(word(&house.set_reserve(Some(10))), "price_fixed", "there was none to lower");
}

#[test]
fn the_reserve_of_a_sealed_auction_is_fixed_when_it_opens() {
    let mut house = House::new(later(Format::SealedFirst));
    assert_eq!(word(&house.at(99).set_reserve(Some(300))), "done");
    assert_eq!(word(&house.at(100).set_reserve(Some(200))), "price_fixed");
    assert_eq!(word(&house.set_reserve(Some(300))), "done");
    assert_eq!(house.kinds(), ["reserve_changed", "auction_opened"]);
    let dutch = refused(House::new(terms(Format::Dutch)).set_reserve(Some(10)));
    assert_eq!((dutch.code, dutch.field), ("validation_failed", Some("reserve_price")));
}

#[test]
fn a_seller_cancels_until_the_first_bid() {
    let mut house = House::new(english());
    assert_eq!(word(&house.order(&Order::Cancel { by: A, admin: false })), "forbidden");
    house.firm(A, 100);
    house.void_bidder(A);
    assert_eq!(word(&house.at(5).order(&seller_cancels())), "forbidden");
    house.firm(B, 100);
    assert_eq!(word(&house.order(&admin_cancels())), "done");
    let view = house.view();
    assert_eq!((view.status, view.end, view.minimum), ("cancelled", 5 * SECOND, None));
    assert_eq!((house.lead(), house.own(B)), (Some((B, 100)), (Some(100), Some("none"))));
    let refusal = refused(house.at(1).firm(A, 200));
    assert_eq!((refusal.code, refusal.received_in_time), ("auction_closed", Some(false)));
    assert_eq!(word(&house.order(&admin_cancels())), "auction_closed");

    let mut house = House::new(later(Format::SealedFirst));
    assert_eq!(word(&house.at(100).order(&seller_cancels())), "forbidden");
    assert_eq!(word(&house.at(99).order(&seller_cancels())), "done");
    assert_eq!(house.kinds(), ["auction_cancelled"]);
}

#[test]
fn an_admin_moves_the_end_later() {
    let hard_end = Some(END + 100);
    let mut house = House::new(Terms { hard_end, ..later(Format::English) });
    let extend = |end| Order::Extend { end, admin: true };
    assert_eq!(word(&house.order(&Order::Extend { end: END + 1, admin: false })), "forbidden");
    assert_eq!(word(&house.at(99).order(&extend(END + 1))), "auction_not_open");
    house.at(100);
    for end in [END - 1, END, END + 101] {
        assert_eq!(refused(house.order(&extend(end))).field, Some("auction_end"));
    }
    assert_eq!(house.view().position, 0);
    assert_eq!(word(&house.order(&extend(END + 100))), "done");
    assert_eq!(house.view().end, END + 100);
    assert_eq!(house.kinds(), ["auction_opened", "auction_extended"]);
}

#[test]
fn a_sale_is_annulled_once() {
    let mut house = House::new(english());
    let annul = Order::Annul { admin: true };
    house.firm(A, 100);
    assert_eq!(word(&house.order(&annul)), "not_found");
    house.close();
    assert_eq!(word(&house.order(&Order::Annul { admin: false })), "forbidden");
    assert_eq!(word(&house.order(&annul)), "done");
    assert_eq!(word(&house.order(&annul)), "already_exists");
    let view = house.view();
    assert_eq!((view.status, view.winner, view.annulled), ("sold", Some(A), true));
    assert_eq!(house.kinds().last(), Some(&"sale_annulled"));
    let mut unsold = House::new(english());
    unsold.close();
    assert_eq!(word(&unsold.order(&annul)), "not_found");
}

#[test]
fn it_opens_and_closes_exactly_once() {
    let mut house = House::new(later(Format::English));
    assert_eq!(house.view().minimum, Some(100));
    assert_eq!(house.at(99).order(&Order::Open), Answer::NotDue);
    assert_eq!(house.at(100).order(&Order::Open), Answer::Done);
    assert_eq!(house.order(&Order::Open), Answer::NotDue);
    house.now = END + SECOND / 4 - 1;
    assert_eq!(house.order(&Order::Close), Answer::NotDue);
    assert_eq!(house.close().status, "unsold");
    assert_eq!(house.order(&Order::Close), Answer::NotDue);

    let mut never_opened = House::new(later(Format::English));
    assert_eq!(refused(never_opened.at(1_000).firm(A, 100)).code, "auction_closed");
    never_opened.close();
    assert_eq!(never_opened.kinds(), ["auction_opened", "auction_closed"]);
}

#[test]
fn the_time_of_the_log_never_goes_back() {
    let mut house = House::new(Terms { created_at: 3 * SECOND, ..english() });
    house.at(10).firm(A, 100);
    house.at(8).firm(B, 110);
    house.at(12).firm(A, 120);
    let times: Vec<i64> = house.view().events.iter().map(|event| event.at / SECOND).collect();
    assert_eq!(times, [3, 10, 10, 12]);
}
