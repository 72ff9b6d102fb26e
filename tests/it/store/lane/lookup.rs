//! What a lane reads under its locks.

use futures_util::FutureExt as _;
use gobid_store::{LaneConnection, LockMode, Lookup, More, SessionKey, Wants};
use uuid::Uuid;

use super::super::{at, new_user};
use super::batch::Scene;
use crate::support::database::{Database, on_both};

on_both! {
    what_is_read_is_as_of_the_lock,
    people_bids_and_what_few_commands_need_are_read_together,
}

async fn what_is_read_is_as_of_the_lock(database: Database) {
    let scene = Scene::new(&database).await;
    scene.log_in(1, scene.anna).await;
    let mut lane = LaneConnection::open(&scene.store).await.unwrap();
    let before = scene.lock(&mut lane).await;
    let judged = scene.batch(&before, scene.anna, 10_000);
    let lookup = Lookup {
        request_id: judged.entry.request_id,
        session: Some(SessionKey([1; 32])),
        ..Lookup::of_user(scene.product_id, scene.anna)
    };
    let mut waiting = LaneConnection::open(&scene.store).await.unwrap();
    let product_id = scene.product_id;
    let mut waiting = Box::pin(async move {
        waiting.lock(&[product_id], LockMode::Wait).await.unwrap();
        let found = waiting.read(&[lookup], at(20)).await.unwrap();
        waiting.rollback().await.unwrap();
        found
    });
    assert!((&mut waiting).now_or_never().is_none());
    let waiting = tokio::spawn(waiting);
    assert!(lane.record(&judged.batch).await.unwrap());
    assert!(!waiting.is_finished());
    lane.commit().await.unwrap();
    let found = waiting.await.unwrap();
    let [found] = found.as_slice() else { panic!("{found:?}") };
    let accepted = found.accepted.as_ref().map(|bid| bid.entry_id);
    assert_eq!((accepted, found.number), (Some(judged.entry.entry_id), Some(1)));
    assert!(found.session_alive);
}

async fn people_bids_and_what_few_commands_need_are_read_together(database: Database) {
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
        Lookup { wants: Wants::Bidder(scene.bob), ..of(scene.seller) },
        Lookup { wants: Wants::Description, ..of(scene.bob) },
        Lookup { wants: Wants::History(2), ..of(scene.seller) },
        Lookup { wants: Wants::BestSealed(10), ..of(scene.seller) },
        of(new_user("Nobody").user_id),
        Lookup { request_id: entry.request_id, session, ..of(scene.anna) },
    ];
    scene.lock(&mut lane).await;
    let found = lane.read(&lookups, at(20)).await.unwrap();
    let later = lane.read(&lookups, at(20 + 24 * 60 * 60)).await.unwrap();
    assert!(lane.read(&[], at(20)).await.unwrap().is_empty());
    lane.rollback().await.unwrap();

    let names: Vec<_> = found.iter().map(|found| found.user_name.as_deref()).collect();
    let (anna, bob, seller) = (Some("Anna"), Some("Bob"), Some("Sally"));
    assert_eq!(names, [anna, anna, bob, seller, seller, bob, seller, seller, None, anna]);
    let accepted = |n: usize| found[n].accepted.as_ref().map(|bid| bid.entry_id);
    assert_eq!([accepted(0), accepted(9)], [Some(entry.entry_id); 2]);
    assert!((1..9).all(|n| accepted(n).is_none()));
    let numbers: Vec<_> = found.iter().map(|found| found.number).collect();
    let first = Some(1);
    assert_eq!(numbers, [first, first, None, None, None, None, None, None, None, first]);
    assert!([0, 1, 9].iter().all(|n| found[*n].session_alive && !later[*n].session_alive));
    assert!((2..9).all(|n| !found[n].session_alive));

    let more: Vec<_> = found.into_iter().map(|found| found.more).collect();
    let [_, _, _, bidder, stranger, description, history, sealed, ..] = more.as_slice() else {
        panic!("{more:?}")
    };
    assert!(*bidder == More::Bidder(Some((1, None))), "{bidder:?}");
    assert!(*stranger == More::Bidder(None), "{stranger:?}");
    assert!(matches!(description, More::Description(text) if !text.is_empty()));
    let More::History(history) = history else { panic!("{history:?}") };
    assert_eq!((history.log.len(), history.until), (0, 2));
    assert!(*sealed == More::BestSealed(Vec::new()), "{sealed:?}");
}
