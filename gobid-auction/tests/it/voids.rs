//! Voiding bids of an English auction (RULES.md §4).

use crate::support::script::{play, play_steps};
use crate::support::{
    A, ADMIN, B, C, END, SECOND, SELLER, SOON, START, STRANGER, Sale, annul, at, cancel, closed,
    english, firm, maximum, reason, terms, usd, void, void_bidder,
};
use gobid_auction::{Action, Change, Format, Offered, Rejection, Standing, Voided};

#[test]
fn what_remains_is_replayed() {
    let table = [
        "Step 10, baseprice 100: A 200 → A 100 · void A 200 → nobody, needs 100, count 0",
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · void B → A 100, count 1",
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · void A → B 100, needs 110",
        "Step 10, baseprice 100: A 200 → A 100 · B 300 → B 210 · void B → A 100, needs 110",
        "Step 10, baseprice 100: A 200 → A 100 · B 300 → B 210 · void A → B 100",
        "Step 10, baseprice 100: A 200 → A 100 · B firm 300 → B 300 · void A → B 300",
        "Step 10, baseprice 100: A 200 → A 100 · B 200 → A 200 · void A → B 100 · C 110 → B 120",
        // All bids of a bidder, or one of them.
        "Step 10, baseprice 100: A 150 → A 100 · B 200 → B 160 · A 300 → A 210 · C 250 → A 260 · \
         void A → C 210, count 2",
        "Step 10, baseprice 100: A 150 → A 100 · B 200 → B 160 · A 300 → A 210 · C 250 → A 260 · \
         void A 150 → A 260, count 3 · void B → A 260 · void C → A 100, count 1",
        // No bid is measured by a minimum: C is below what B's bid would demand.
        "Firm, step 10, baseprice 100: A 100 → A 100 · B 150 → B 150 · C 160 → C 160 · \
         void B → C 160, needs 170",
        "Step 10, baseprice 100: A 200 → A 100 · B 201 → B 201 · C 400 → C 211 · void A → C 211 · \
         void B → C 100",
        // A firm bid of whoever leads raises his maximum to it, and the price stays.
        "Firm, step 10, baseprice 100: A 100 → A 100 · B 150 → B 150 · A 200 → A 200 · \
         void B → A 100 · C 180 → A 190 · C 200 → A 200",
        // The price never falls: B's 200 is now a firm bid that leads, and A's 150 came after it.
        "Firm, step 10, baseprice 100: A 100 → A 100 · B 110 → B 110 · C max 200 → C 120 · \
         B 200 → C 200 · void C → B 110 · A 150 → B 160 · void B 110 → B 200, needs 210",
        // What follows a void is bid on what it left.
        "Step 10, baseprice 100: A 200 → A 100 · B 500 → B 210 · void B → A 100 · \
         B 110 → A 120, count 2 · B 300 → B 210, count 3 · void A → B 100, count 2",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn the_silent_raises_after_a_bid_fall_with_it() {
    let table = [
        "Step 10, baseprice 100: A 200 → A 100 · A 300 → A 100, silent · void A 200 → nobody",
        // Up to the next bid with a seq that stands.
        "Step 10, baseprice 100: A 200 → A 100 · A 250 → silent · B 300 → B 260 · A 400 → A 310 · \
         A 500 → silent · void A 200 → A 310 · C 450 → A 460",
        "Step 10, baseprice 100: A 200 → A 100 · A 250 → silent · B 300 → B 260 · A 400 → A 310 · \
         A 500 → silent · void A 400 → B 260 · void A 200 → B 100",
        // One that is struck already is no border.
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · B 300 → B 210 · A 400 → A 310 · \
         void A 400 → B 210 · void B → A 100 · A 250 → silent · void A 200 → nobody",
        // A raise that met the reserve is a bid of its own.
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · A 260 → A 250 · A 300 → silent · \
         void A 260 → A 100, not met, count 1",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · A 260 → A 250 · A 300 → silent · \
         void A 200 → A 250, met, count 1",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · A 240 → silent · A 260 → A 250 · \
         void A 200 → A 250, count 1",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn the_rows_that_are_struck_in_the_order_of_the_log() {
    let table = [
        "Step 10, baseprice 100: A 200 → A 100 · void A → strikes A 100",
        // The answer to the bid, made for another.
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · void B → strikes B 150 + A 160*",
        // The answers made for the bidder.
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · C 180 → A 190 · \
         void A → strikes A 100 + A 160* + A 190*, count 2",
        "Step 10, baseprice 100: A 200 → A 100 · A 250 → silent · B 230 → A 240 · B 300 → B 260 · \
         A 400 → A 310 · C 350 → A 360 · void A 200 → strikes A 100 + A 240* · \
         void A 400 → strikes A 310 + A 360*",
        // A border that is struck is none, and no row is named twice.
        "Step 10, baseprice 100: A 200 → A 100 · A 250 → silent · B 230 → A 240 · B 300 → B 260 · \
         A 400 → A 310 · C 350 → A 360 · void A 400 → strikes A 310 + A 360* · \
         void A 200 → strikes A 100 + A 240*",
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · void B → strikes B 150 + A 160* · \
         void A → strikes A 100, nobody",
        "Step 10, baseprice 100: A 200 → A 100 · B 150 → A 160 · void A → strikes A 100 + A 160* · \
         void B → strikes B 150, nobody, count 0",
        "Step 10, baseprice 100: A 150 → A 100 · B 200 → B 160 · C 180 → B 190 · A 300 → A 210 · \
         B 250 → A 260 · void B → strikes B 160 + B 190* + B 250 + A 260*, A 190, count 3",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn the_reserve_counts_as_it_was_in_its_place() {
    let table = [
        // B met the reserve of his time, and the price stays though the reserve fell since.
        "Step 10, baseprice 100, reserve 250: A 120 → A 100 · B 300 → B 250 · reserve 150 → B 250 · \
         void A → B 250",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · B 220 → B 210 · reserve 150 → B 210 · \
         void B → A 150, met",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · B 220 → B 210 · reserve none → B 210 · \
         void B → A 100, no reserve",
        "Step 10, baseprice 100, reserve 250: reserve 180 → not met · A 200 → A 180 · \
         B 300 → B 210 · void A → B 180, met",
        "Step 10, baseprice 100, reserve 250: A 200 → A 100 · void A → nobody, not met · \
         reserve 150 → nobody · A 160 → A 150, met",
    ];
    for line in table {
        play(line);
    }
}

#[test]
fn a_void_says_what_fell_and_what_still_stands() {
    let mut sale = Sale::open(english(), None);
    play_steps(&mut sale, false, "A 200 → A 100 · A 250 → silent · B 230 → A 240 · B 300 → B 260");
    play_steps(&mut sale, false, "A 400 → A 310 · C 350 → A 360");
    let (first, second) = (sale.bids_of(A)[0], sale.bids_of(A)[1]);
    let silent = sale.log.iter().find(|event| event.seq.is_none()).unwrap().entry_id;
    let answers: Vec<_> = sale.rows().into_iter().filter(|row| row.automatic).collect();

    let events = sale.order(ADMIN, void(second)).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let voided = Voided {
        bidder: A,
        number: 1,
        bids: vec![second, answers[1].bid_id],
        entries: vec![second],
        count: 1,
        standing: Some(Offered::Maximum(usd("250"))),
        reason: reason(),
    };
    assert_eq!(event.change, Change::BidsVoided(voided.clone()));
    assert_eq!((event.seq, event.actor), (Some(7), Some(ADMIN.user_id)));
    assert_eq!((event.after.leader, event.after.price), (Some(C), Some(usd("310"))));

    let events = sale.order(ADMIN, void(first)).unwrap();
    let bids = vec![first, answers[0].bid_id];
    let entries = vec![first, silent];
    let voided = Voided { bids, entries, standing: None, ..voided };
    assert_eq!(events[0].change, Change::BidsVoided(voided));
    assert_eq!((sale.auction.state.bid_count, sale.auction.state.bidder_count), (3, 3));
}

#[test]
fn a_bidder_of_whom_nothing_stands_is_as_if_he_had_never_bid_but_keeps_his_number() {
    let mut sale = Sale::open(english(), None);
    play_steps(&mut sale, false, "A 200 → A 100 · B 150 → A 160 · A 300 → silent · B 250 → A 260");
    let first = sale.bids_of(B)[0];
    let standings = |sale: &Sale| [A, B, C].map(|user| sale.standing_of(user).unwrap());
    assert_eq!(standings(&sale), [Standing::Leading, Standing::Outbid, Standing::None]);
    sale.order(ADMIN, void_bidder(A)).unwrap();
    assert_eq!(standings(&sale), [Standing::None, Standing::Leading, Standing::None]);
    assert_eq!(sale.offer_of(A), None);
    sale.order(ADMIN, void(first)).unwrap();
    assert_eq!(sale.offer_of(B), Some(Offered::Maximum(usd("250"))));
    play_steps(&mut sale, false, "C 200 → B 210 · A 400 → A 260");
    assert_eq!(sale.bidders().into_values().collect::<Vec<_>>(), [A, B, C]);
    assert_eq!(standings(&sale), [Standing::Leading, Standing::Outbid, Standing::Outbid]);
    sale.order(ADMIN, void_bidder(A)).unwrap();
    sale.close().unwrap();
    assert_eq!(standings(&sale), [Standing::None, Standing::Won, Standing::Lost]);
}

#[test]
fn what_cannot_be_voided() {
    let mut sale = Sale::open(english(), None);
    play_steps(&mut sale, false, "A 200 → A 100 · A 250 → silent · B 230 → A 240 · C 300 → C 260");
    sale.order(ADMIN, void_bidder(C)).unwrap();
    let bid = void(sale.bids_of(B)[0]);
    let struck = void(sale.bids_of(C)[0]);
    let answer = sale.rows().into_iter().find(|row| row.automatic).unwrap().bid_id;
    let silent = sale.log.iter().find(|event| event.seq.is_none()).unwrap().entry_id;
    let (opening, voiding) = (sale.log[0].entry_id, sale.log[5].entry_id);
    let forbidden = Rejection::Forbidden { admin_may: true };
    let table = [
        (SELLER, bid.clone(), END, forbidden.clone()),
        (STRANGER, void_bidder(STRANGER.user_id), SOON, forbidden),
        (ADMIN, bid, END, closed(END, false)),
        (ADMIN, void_bidder(STRANGER.user_id), SOON, Rejection::NoSuchBid),
        (ADMIN, void(STRANGER.user_id), SOON, Rejection::NoSuchBid),
        (ADMIN, void(answer), SOON, Rejection::NoSuchBid),
        (ADMIN, void(silent), SOON, Rejection::NoSuchBid),
        (ADMIN, void(opening), SOON, Rejection::NoSuchBid),
        (ADMIN, void(voiding), SOON, Rejection::NoSuchBid),
        (ADMIN, struck, SOON, Rejection::AlreadyVoided),
        (ADMIN, void_bidder(C), SOON, Rejection::AlreadyVoided),
    ];
    for (actor, order, now, why) in table {
        let before = sale.auction.clone();
        assert_eq!(sale.order_at(actor, order.clone(), now), Err(why), "{order:?}");
        assert_eq!(sale.auction, before);
    }
}

#[test]
fn only_an_open_auction_has_bids_to_void() {
    let early = Rejection::NotOpen { auction_start: at(START) };
    let mut waiting = Sale::scheduled(english(), None);
    assert_eq!(waiting.order_at(ADMIN, void_bidder(A), START - 1), Err(early));
    assert_eq!(waiting.order_at(ADMIN, void_bidder(A), START), Err(Rejection::NoSuchBid));

    let led = || {
        let mut sale = Sale::open(english(), None);
        sale.bid(maximum(A, "200")).unwrap();
        sale
    };
    let (mut sold, mut annulled, mut cancelled) = (led(), led(), led());
    sold.close().unwrap();
    annulled.close().unwrap();
    annulled.order(ADMIN, annul()).unwrap();
    cancelled.order(ADMIN, cancel()).unwrap();
    assert_eq!(sold.order(ADMIN, void_bidder(A)), Err(closed(END, true)));
    assert_eq!(annulled.order(ADMIN, void_bidder(A)), Err(closed(END, true)));
    assert_eq!(cancelled.order(ADMIN, void_bidder(A)), Err(closed(SOON, false)));

    let mut dutch = Sale::open(terms(Format::Dutch), None);
    assert_eq!(dutch.order(ADMIN, void_bidder(A)), Err(Rejection::NoSuchBid));
}

#[test]
fn a_void_between_the_end_and_the_close_comes_too_late_but_one_judged_then_counts() {
    let mut sale = Sale::open(english(), None);
    sale.bid(firm(A, "100")).unwrap();
    sale.bid(firm(B, "110")).unwrap();
    sale.ask(Action::Order(ADMIN, void_bidder(B)), END - 1, END + SECOND / 5).unwrap();
    sale.close().unwrap();
    assert_eq!((sale.auction.state.leader, sale.auction.state.price), (Some(A), Some(usd("100"))));
}

#[test]
fn where_no_step_is_left_a_replay_takes_the_whole_maximum() {
    play(
        "Step 10, baseprice 100: C 150 → C 100 · A 9999999995 → A 160 · \
         B 9999999999.98 → B 9999999999.98 · void C → B 9999999999.98 · void A → B 100 · \
         C 9999999997 → B 9999999999.98 · void B → C 100",
    );
}
