//! The transaction of a lane.

mod batch;
mod growth;
mod lookup;

use std::collections::HashSet;
use std::time::Duration;

use futures_util::FutureExt as _;
use gobid_auction::{Offered, ProductId};
use gobid_store::{
    AcceptedBid, Created, Found, LaneConnection, LockMode, Lookup, More, SessionKey, Wants,
};
use uuid::Uuid;

use super::{amount, at, new_product, new_user, opened, sign_up, store};
use crate::support::database::{Backend, Database, on_both};
use batch::Scene;

on_both! {
    a_batch_is_recorded,
    a_batch_without_a_bid_is_recorded,
    a_position_that_moved_is_not_written_over,
    what_cannot_be_written_is_refused,
    what_is_rolled_back_never_was,
    a_repeated_bid_is_found,
    those_who_may_not_bid_are_found_out,
    what_came_above_a_position_is_told,
    one_lane_waits_for_another,
    what_is_not_there_is_not_locked,
}

async fn a_batch_is_recorded(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let first = scene.bid(&mut lane, scene.anna, 10_000).await;
    let second = scene.bid(&mut lane, scene.bob, 11_000).await;

    let product = scene.store.product(scene.product_id).await.unwrap().unwrap();
    let leader = product.leader.unwrap();
    assert_eq!((leader.user_name.as_str(), leader.number), ("Bob", 2));
    let state = &product.auction.state;
    assert_eq!((state.position, state.seq, state.bid_count, state.bidder_count), (3, 3, 2, 2));
    assert_eq!((state.price, state.leader), (Some(amount(11_000)), Some(scene.bob)));
    assert_eq!(product.auction, second.after);

    let events = scene.store.events(scene.product_id, 1, 10).await.unwrap();
    let ids: Vec<_> = events.iter().map(|event| event.entry_id).collect();
    assert_eq!(ids, [first.entry.entry_id, second.entry.entry_id]);
    let bidder = scene.store.bidder(scene.product_id, scene.anna).await.unwrap().unwrap();
    assert_eq!((bidder.number, bidder.offer), (1, Some(Offered::Firm(amount(10_000)))));

    // The number of a first bid stays with the next.
    scene.bid(&mut lane, scene.anna, 12_000).await;
    let bidder = scene.store.bidder(scene.product_id, scene.anna).await.unwrap().unwrap();
    assert_eq!((bidder.number, bidder.offer), (1, Some(Offered::Firm(amount(12_000)))));
    assert_eq!(database.number("select minimum from products").await, 12_250);
}

async fn a_batch_without_a_bid_is_recorded(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let auction = scene.close(&mut lane).await;
    assert_eq!(auction.due_at(), None);
    let product = scene.store.product(scene.product_id).await.unwrap().unwrap();
    assert_eq!(product.auction, auction);
    assert_eq!(scene.store.due(at(1_000_000), None, 10).await.unwrap(), []);
}

async fn a_position_that_moved_is_not_written_over(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let mut batch = scene.batch(&before, scene.anna, 10_000).batch;
    for change in &mut batch.products {
        change.position_read = 0;
    }
    assert!(!lane.record(&batch).await.unwrap());
    lane.rollback().await.unwrap();
    let product = scene.store.product(scene.product_id).await.unwrap().unwrap();
    assert_eq!(product.auction, before);
    assert_eq!(scene.store.events(scene.product_id, 1, 10).await.unwrap(), []);
}

async fn what_cannot_be_written_is_refused(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let mut batch = scene.batch(&before, scene.anna, 10_000).batch;
    // The place of the opening.
    batch.entries[0].position = 1;
    let fault = lane.record(&batch).await.unwrap_err();
    assert!(fault.spares_connection(), "{fault:?}");
    lane.rollback().await.unwrap();
    let product = scene.store.product(scene.product_id).await.unwrap().unwrap();
    assert_eq!(product.auction, before);
    assert_eq!(scene.store.bidder(scene.product_id, scene.anna).await.unwrap(), None);
    scene.bid(&mut lane, scene.anna, 10_000).await;
}

async fn what_is_rolled_back_never_was(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let batch = scene.batch(&before, scene.anna, 10_000).batch;
    assert!(lane.record(&batch).await.unwrap());
    lane.rollback().await.unwrap();
    assert_eq!(scene.lock(&mut lane).await, before);
    lane.rollback().await.unwrap();
    assert_eq!(scene.store.bidder(scene.product_id, scene.anna).await.unwrap(), None);
    assert_eq!(scene.store.events(scene.product_id, 1, 10).await.unwrap(), []);
}

async fn a_repeated_bid_is_found(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let entry = scene.bid(&mut lane, scene.anna, 10_000).await.entry;
    scene.bid(&mut lane, scene.bob, 11_000).await;
    let accepted = AcceptedBid {
        entry_id: entry.entry_id,
        request_digest: entry.request_digest.unwrap(),
        offer: Some(10_000),
        seq_after: 2,
        leader: Some(scene.anna),
        price: Some(10_000),
        minimum: Some(10_250),
        auction_end: entry.auction_end,
        received_at: entry.received_at,
    };
    let table = [
        (scene.product_id, scene.anna, entry.request_id, Some(accepted)),
        (scene.product_id, scene.anna, Some(Uuid::now_v7()), None),
        (scene.product_id, scene.anna, None, None),
        (scene.product_id, scene.bob, entry.request_id, None),
        (ProductId::nil(), scene.anna, entry.request_id, None),
    ];
    let lookups: Vec<_> = table
        .iter()
        .map(|(product_id, user_id, request_id, _)| Lookup {
            product_id: *product_id,
            user_id: *user_id,
            request_id: *request_id,
            session: None,
            wants: Wants::Nothing,
        })
        .collect();
    scene.lock(&mut lane).await;
    let found = lane.read(&lookups, at(20)).await.unwrap();
    lane.rollback().await.unwrap();
    assert_eq!(found.len(), table.len());
    for (found, (.., accepted)) in found.into_iter().zip(table) {
        assert_eq!(found.accepted, accepted);
        assert!(!found.session_alive);
    }
}

async fn those_who_may_not_bid_are_found_out(database: Database) {
    let scene = Scene::new(&database).await;
    let (anna, bob) = (scene.anna, scene.bob);
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    scene.bid(&mut lane, bob, 10_000).await;
    scene.log_in(1, anna).await;
    scene.log_in(2, bob).await;
    scene.log_in(3, anna).await;
    scene.store.end_session(SessionKey([3; 32])).await.unwrap();
    database.execute("update users set suspended_at = 1 where user_name = 'Bob'").await;

    let found = |name: Option<&str>, is_suspended, session_alive, number| Found {
        user_name: name.map(str::to_owned),
        is_suspended,
        is_admin: false,
        session_alive,
        number,
        sealed: None,
        accepted: None,
        more: More::Nothing,
    };
    let nobody = new_user("Nobody").user_id;
    let table = [
        (anna, 1, found(Some("Anna"), false, true, None)),
        (bob, 2, found(Some("Bob"), true, true, Some(1))),
        (anna, 2, found(Some("Anna"), false, false, None)),
        (anna, 3, found(Some("Anna"), false, false, None)),
        (anna, 4, found(Some("Anna"), false, false, None)),
        (nobody, 1, found(None, false, false, None)),
    ];
    let lookup = |(user_id, session, _): &(_, u8, _)| Lookup {
        product_id: scene.product_id,
        user_id: *user_id,
        request_id: Some(Uuid::now_v7()),
        session: Some(SessionKey([*session; 32])),
        wants: Wants::Nothing,
    };
    let lookups: Vec<_> = table.iter().map(lookup).collect();
    scene.lock(&mut lane).await;
    let read = lane.read(&lookups, at(20)).await.unwrap();
    let later = lane.read(&lookups, at(20 + 24 * 60 * 60)).await.unwrap();
    assert_eq!(lane.read(&[], at(20)).await.unwrap(), []);
    lane.rollback().await.unwrap();
    assert_eq!(read, table.map(|(.., found)| found));
    assert!(later.iter().all(|found| !found.session_alive));
}

async fn what_came_above_a_position_is_told(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let first = scene.bid(&mut lane, scene.anna, 10_000).await.entry;
    let second = scene.bid(&mut lane, scene.bob, 11_000).await.entry;
    scene.lock(&mut lane).await;
    for (position, expected) in
        [(1, vec![first.entry_id, second.entry_id]), (2, vec![second.entry_id]), (3, vec![])]
    {
        let positions = [(scene.product_id, position), (ProductId::nil(), 0)];
        let above = lane.entries_above(&positions).await.unwrap();
        assert_eq!(above, HashSet::from_iter(expected), "above {position}");
    }
    lane.rollback().await.unwrap();
}

async fn one_lane_waits_for_another(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let mut waiting = LaneConnection::open(&scene.store).await.unwrap();
    let product_id = scene.product_id;
    let mut waiting = Box::pin(async move {
        let mut locked = waiting.lock(&[product_id], LockMode::Wait).await.unwrap();
        waiting.rollback().await.unwrap();
        locked.auctions.remove(0).auction
    });
    assert!((&mut waiting).now_or_never().is_none());
    let waiting = tokio::spawn(waiting);
    let judged = scene.batch(&before, scene.anna, 10_000);
    assert!(lane.record(&judged.batch).await.unwrap());
    assert!(!waiting.is_finished());
    lane.commit().await.unwrap();
    // What it locks is what was committed meanwhile.
    assert_eq!(waiting.await.unwrap(), judged.after);
}

async fn what_is_not_there_is_not_locked(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let nil = ProductId::nil();
    for (products, locked) in [(vec![nil, scene.product_id], 1), (vec![nil], 0), (vec![], 0)] {
        let got = lane.lock(&products, LockMode::Wait).await.unwrap();
        lane.rollback().await.unwrap();
        assert_eq!(got.auctions.len(), locked);
        assert_eq!(got.has(scene.product_id), locked > 0);
        assert!(!got.has(nil));
        let has_clock = locked > 0 && database.backend() == Backend::Postgres;
        assert_eq!(got.clock.is_some(), has_clock);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_somebody_holds_does_not_stop_a_lane() {
    let database = Database::new(Backend::Postgres).await;
    let scene = Scene::new(&database).await;
    let (other, entry) = opened(new_product(scene.seller, at(1_000)));
    let created = scene.store.create_product(&other, Some(&entry)).await.unwrap();
    assert_eq!(created, Created::Made);
    let other = other.auction.terms.product_id;
    let mut holding = LaneConnection::open(&scene.store).await.unwrap();
    scene.lock(&mut holding).await;

    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let both = [scene.product_id, other];
    let briefly = LockMode::Briefly(Duration::from_millis(20));
    let fault = lane.lock(&both, briefly).await.unwrap_err();
    assert!(fault.spares_connection(), "{fault:?}");
    lane.rollback().await.unwrap();

    let locked = lane.lock(&both, LockMode::SkipLocked).await.unwrap();
    assert!(locked.has(other) && !locked.has(scene.product_id));
    lane.rollback().await.unwrap();

    // The short timeout was of that transaction alone, and sign-ups and products do not wait.
    let store = store(&database).await;
    let bidder = sign_up(&store, "Carl").await;
    let (third, entry) = opened(new_product(bidder, at(1_000)));
    store.create_product(&third, Some(&entry)).await.unwrap();
    holding.rollback().await.unwrap();
    assert!(lane.lock(&both, briefly).await.unwrap().has(scene.product_id));
}

/// Longer than a statement may take, 5 s.
const SLOW: &str = "create function slow() returns trigger language plpgsql \
    as $$ begin perform pg_sleep(7); return new; end $$; \
    create trigger slow before insert on auction_log for each row execute function slow();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_takes_too_long_is_refused() {
    let database = Database::new(Backend::Postgres).await;
    let scene = Scene::new(&database).await;
    sqlx::raw_sql(SLOW).execute(database.postgres()).await.unwrap();
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let batch = scene.batch(&before, scene.anna, 10_000).batch;
    let fault = lane.record(&batch).await.unwrap_err();
    assert!(fault.spares_connection(), "{fault:?}");
    lane.rollback().await.unwrap();

    database.execute("drop trigger slow on auction_log").await;
    scene.bid(&mut lane, scene.anna, 10_000).await;
}

/// Before its silence would end it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backend_that_was_lost_is_ended_with_its_locks() {
    let database = Database::new(Backend::Postgres).await;
    let scene = Scene::new(&database).await;
    let mut lost = LaneConnection::open(&scene.store).await.unwrap();
    scene.lock(&mut lost).await;
    let backend = lost.backend();
    let mut lane = LaneConnection::open_instead(&scene.store, backend.as_ref()).await.unwrap();
    let briefly = LockMode::Briefly(Duration::from_secs(1));
    let locked = lane.lock(&[scene.product_id], briefly).await.unwrap();
    assert!(locked.has(scene.product_id));
    assert!(lost.rollback().await.is_err());
}
