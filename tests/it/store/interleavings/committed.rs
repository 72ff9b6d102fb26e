//! Rows of every kind, as lanes, rooms and voids read them.

use gobid_auction::{EntryId, Offered, ProductId, State, Status, UserId};
use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{Batch, BidderChange, Edit, LogEntry, Lookup, OfferKind, Private, Wants};

use super::on_both_sides;
use super::play::Play;
use super::scene::{
    ADMIN, ANNA, BOB, Bid, CHAIR, LAMP, PRODUCTS, SELLER, TABLE, change, entry, request,
};
use super::side::{A, Query, Side};
use crate::store::{amount, at};

on_both_sides! {
    rows_of_every_kind_are_read_alike,
}

async fn rows_of_every_kind_are_read_alike<S: Side>(it: &mut Play<S>) {
    it.locks(A, &[LAMP]).await;
    let first = it.bids(A, LAMP, BID).await.entries[0].entry_id;
    it.commits(A).await;
    raise(it).await;
    let answered = maximum(it).await;
    edit(it).await;
    strike(it, first, answered).await;
    seal(it).await;
    cancel(it).await;
    read_all(it).await;
}

const BID: Bid = Bid { bidder: ANNA, minor_units: 10_000, request_id: request(1) };

/// Locks a product, and records what comes of its state.
async fn record<S: Side>(
    it: &mut Play<S>,
    product_id: ProductId,
    make: impl FnOnce(&mut State, EntryId) -> (Vec<LogEntry>, Batch),
) {
    it.locks(A, &[product_id]).await;
    let (auction, id) = (it.auction(A, product_id), it.entry_id());
    let mut state = auction.state.clone();
    let (entries, rest) = make(&mut state, id);
    let products = vec![change(&auction, state)];
    let batch = Batch { entries, products, ..rest };
    assert_eq!(it.records(A, batch).await, Outcome::Recorded(true));
    it.commits(A).await;
}

fn next(state: &mut State, is_public: bool) {
    state.position += 1;
    state.seq += i64::from(is_public);
}

fn part(product_id: ProductId, user_id: UserId, offer: Offered, position: i64) -> BidderChange {
    let number = super::scene::number(user_id);
    BidderChange {
        product_id,
        user_id,
        number,
        offer: Some(offer),
        is_sealed: false,
        last_position: position,
    }
}

/// Anna raises her maximum, which the public does not see.
async fn raise<S: Side>(it: &mut Play<S>) {
    record(it, LAMP, |state, entry_id| {
        next(state, false);
        state.maximum = Some(amount(15_000));
        let private = Private {
            maximum: state.maximum,
            bidder_number: Some(1),
            offer: OfferKind::Maximum,
            ..Private::default()
        };
        let entry = LogEntry {
            entry_id,
            seq: None,
            actor_id: Some(ANNA),
            request_id: Some(request(2)),
            request_digest: Some(vec![8; 32]),
            offer: Some(15_000),
            public: None,
            private: Some(private),
            ..entry(LAMP, "raised", state)
        };
        let part = part(LAMP, ANNA, Offered::Maximum(amount(15_000)), state.position);
        (vec![entry], Batch { bidders: vec![part], ..Batch::default() })
    })
    .await;
}

/// Bob bids up to an amount, and the house answers for Anna.
async fn maximum<S: Side>(it: &mut Play<S>) -> EntryId {
    let answered = it.entry_id();
    record(it, LAMP, |state, entry_id| {
        next(state, true);
        (state.price, state.bid_count, state.bidder_count) = (Some(amount(14_250)), 2, 2);
        let private = Private {
            maximum: state.maximum,
            bidder_number: Some(2),
            offer: OfferKind::Maximum,
            automatic: Some((answered, ANNA)),
            ..Private::default()
        };
        let entry = LogEntry {
            entry_id,
            actor_id: Some(BOB),
            request_id: Some(request(3)),
            request_digest: Some(vec![9; 32]),
            offer: Some(14_000),
            private: Some(private),
            ..entry(LAMP, "bid_placed", state)
        };
        let part = part(LAMP, BOB, Offered::Maximum(amount(14_000)), state.position);
        (vec![entry], Batch { bidders: vec![part], ..Batch::default() })
    })
    .await;
    answered
}

/// Sally changes description and reserve.
async fn edit<S: Side>(it: &mut Play<S>) {
    let second = it.entry_id();
    record(it, LAMP, |state, entry_id| {
        let mut entries = Vec::new();
        for (entry_id, kind, private) in [
            (entry_id, "description_changed", None),
            (second, "reserve_changed", Some(amount(12_000))),
        ] {
            next(state, true);
            state.revision += 1;
            let private = private.map(|it| Private { reserve: Some(it), ..Private::default() });
            entries.push(LogEntry {
                entry_id,
                actor_id: Some(SELLER),
                private,
                ..entry(LAMP, kind, state)
            });
        }
        (state.reserve, state.reserve_fixed) = (Some(amount(12_000)), true);
        let edit = Edit {
            product_id: LAMP,
            state: state.clone(),
            description: Some("It shines again.".to_owned()),
            cancel_reason: None,
        };
        (entries, Batch { edits: vec![edit], ..Batch::default() })
    })
    .await;
}

/// Ada strikes what Anna has bid.
async fn strike<S: Side>(it: &mut Play<S>, first: EntryId, answered: EntryId) {
    record(it, LAMP, |state, entry_id| {
        next(state, true);
        (state.leader, state.price, state.maximum) =
            (Some(BOB), Some(amount(9_990)), Some(amount(14_000)));
        let private = Private {
            maximum: state.maximum,
            bidder: Some(ANNA),
            bidder_number: Some(1),
            struck: vec![first],
            struck_rows: vec![first, answered],
            ..Private::default()
        };
        let entry = LogEntry {
            entry_id,
            actor_id: Some(ADMIN),
            private: Some(private),
            ..entry(LAMP, "bids_voided", state)
        };
        let part = BidderChange {
            offer: None,
            ..part(LAMP, ANNA, Offered::Firm(amount(1)), state.position)
        };
        let voided = vec![(LAMP, first), (LAMP, answered)];
        (vec![entry], Batch { bidders: vec![part], voided, ..Batch::default() })
    })
    .await;
}

/// Anna and Bob give sealed amounts, which are equal.
async fn seal<S: Side>(it: &mut Play<S>) {
    for (bidder, minor_units) in [(BOB, 20_000), (ANNA, 20_000)] {
        record(it, CHAIR, |state, entry_id| {
            next(state, false);
            (state.bid_count, state.bidder_count) = (state.bid_count + 1, 2);
            let entry = LogEntry {
                entry_id,
                seq: None,
                actor_id: Some(bidder),
                request_id: Some(request(4)),
                request_digest: Some(vec![6; 32]),
                offer: Some(minor_units),
                public: None,
                private: Some(Private { bidder_number: Some(1), ..Private::default() }),
                ..entry(CHAIR, "sealed_bid_placed", state)
            };
            let part = BidderChange {
                is_sealed: true,
                ..part(CHAIR, bidder, Offered::Firm(amount(minor_units)), state.position)
            };
            (vec![entry], Batch { bidders: vec![part], ..Batch::default() })
        })
        .await;
    }
}

/// Sally calls the auction of the table off.
async fn cancel<S: Side>(it: &mut Play<S>) {
    record(it, TABLE, |state, entry_id| {
        next(state, true);
        (state.status, state.auction_end, state.ended_early) = (Status::Cancelled, at(20), true);
        let entry =
            LogEntry { entry_id, actor_id: Some(SELLER), ..entry(TABLE, "cancelled", state) };
        let edit = Edit {
            product_id: TABLE,
            state: state.clone(),
            description: None,
            cancel_reason: Some("It is broken.".to_owned()),
        };
        (vec![entry], Batch { edits: vec![edit], ..Batch::default() })
    })
    .await;
}

async fn read_all<S: Side>(it: &mut Play<S>) {
    for product_id in PRODUCTS.into_iter().chain([ProductId::nil()]) {
        for (from, limit) in [(0, 100), (1, 2), (2, 1), (3, 2), (6, 100)] {
            let all = it.all_of(product_id, from, limit);
            it.looks_at(&all).await;
            let after = Some((at(1_000), CHAIR));
            it.looks_at(&Query { after, until: at(1_000), bids: Vec::new(), ..all.clone() }).await;
            it.looks_at(&Query { until: at(999), products: vec![CHAIR], ..all }).await;
        }
        let mut lookups = Vec::new();
        for wants in [
            Wants::Nothing,
            Wants::Description,
            Wants::History(0),
            Wants::History(3),
            Wants::Bidder(ANNA),
            Wants::Bidder(SELLER),
            Wants::BestSealed(1),
            Wants::BestSealed(10),
        ] {
            for user_id in [ADMIN, ANNA, BOB, UserId::nil()] {
                let of_user = Lookup { wants, ..Lookup::of_user(product_id, user_id) };
                lookups.extend(
                    (1..5).map(|number| Lookup {
                        request_id: Some(request(number)),
                        ..of_user.clone()
                    }),
                );
            }
        }
        it.does(A, Statement::Read(lookups.into(), at(20))).await;
        it.does(A, Statement::EntriesAbove(vec![(product_id, 2), (LAMP, 5)])).await;
    }
}
