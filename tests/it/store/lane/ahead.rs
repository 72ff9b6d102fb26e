//! What a lane reads together with the locks.

use std::sync::Arc;

use gobid_store::{LaneConnection, LockMode, Lookup, More, SessionKey, Wants};
use uuid::Uuid;

use super::super::{at, new_user};
use super::batch::Scene;
use crate::support::database::{Database, on_both};

on_both! {
    what_is_read_with_the_lock_is_as_of_the_lock,
    what_is_read_with_the_lock_is_what_is_read_after_it,
}

async fn what_is_read_with_the_lock_is_as_of_the_lock(database: Database) {
    let scene = Scene::new(&database).await;
    scene.log_in(1, scene.anna).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let judged = scene.batch(&before, scene.anna, 10_000);
    let lookups: Arc<[_]> = Arc::new([Lookup {
        request_id: judged.entry.request_id,
        session: Some(SessionKey([1; 32])),
        ..Lookup::of_user(scene.product_id, scene.anna)
    }]);
    let mut waiting = LaneConnection::open(&scene.store).await.unwrap();
    let (product_id, ahead) = (scene.product_id, Arc::clone(&lookups));
    let waiting = tokio::spawn(async move {
        waiting.lock(&[product_id], LockMode::Wait, &ahead).await.unwrap();
        let found = waiting.read(&ahead, at(20)).await.unwrap();
        waiting.rollback().await.unwrap();
        found
    });
    assert!(lane.record(&Arc::new(judged.batch)).await.unwrap());
    assert!(!waiting.is_finished());
    assert!(lane.commit().await.unwrap());
    let found = waiting.await.unwrap();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    let accepted = found.accepted.as_ref().map(|bid| bid.entry_id);
    assert_eq!((accepted, found.number), (Some(judged.entry.entry_id), Some(1)));
    assert!(found.session_alive);
}

async fn what_is_read_with_the_lock_is_what_is_read_after_it(database: Database) {
    let scene = Scene::new(&database).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    scene.log_in(1, scene.anna).await;
    let entry = scene.bid(&mut lane, scene.anna, 10_000).await.entry;
    let of = |user_id| Lookup::of_user(scene.product_id, user_id);
    let session = Some(SessionKey([1; 32]));
    let lookups = [
        Lookup { request_id: entry.request_id, session, ..of(scene.anna) },
        Lookup { request_id: Some(Uuid::now_v7()), session, ..of(scene.anna) },
        Lookup { request_id: entry.request_id, ..of(scene.bob) },
        Lookup { wants: Wants::Bidder(scene.anna), ..of(scene.seller) },
        Lookup { wants: Wants::Description, ..of(scene.bob) },
        of(new_user("Nobody").user_id),
        Lookup { request_id: entry.request_id, session, ..of(scene.anna) },
    ];
    scene.lock(&mut lane).await;
    let expected = lane.read(&lookups, at(20)).await.unwrap();
    lane.rollback().await.unwrap();
    assert!(expected[0].accepted.is_some() && expected[6].accepted.is_some());
    assert!(matches!(expected[3].more, More::Bidder(Some(_))));
    assert!(matches!(expected[4].more, More::Description(_)));
    let plain = |lookup: &Lookup| Lookup { wants: Wants::Nothing, ..lookup.clone() };
    let all: Vec<_> = lookups.iter().map(plain).collect();
    let backwards = all.iter().rev().cloned().collect();
    let more = all.iter().chain(&all).cloned().collect();
    for ahead in [all[..1].to_vec(), all[..6].to_vec(), all[2..].to_vec(), all, backwards, more] {
        let locked = lane.lock(&[scene.product_id], LockMode::Wait, &ahead.into()).await.unwrap();
        assert!(locked.has(scene.product_id));
        assert_eq!(lane.read(&lookups, at(20)).await.unwrap(), expected);
        // What was read with the lock is told once: now it is read anew, at another time.
        let later = lane.read(&lookups, at(20 + 24 * 60 * 60)).await.unwrap();
        assert!(expected[0].session_alive && !later[0].session_alive);
        lane.rollback().await.unwrap();
    }
}
