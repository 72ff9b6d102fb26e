//! Writes whose callers leave: a dropped `begin` of the driver leaves a transaction open on its
//! connection, and what the next borrower writes is acknowledged and never committed.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use gobid_store::{Database as Store, NewSession, SessionKey};
use uuid::Uuid;

use super::{at, new_user, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    writes_after_a_storm_of_dropped_ones_are_kept,
    a_dropped_write_is_whole_or_not_at_all,
}

/// A write waits fewer times than this before it is done.
const WAITS: usize = 16;
/// More than there are connections.
const WRITERS: u8 = 12;

fn key(waits: usize, writer: u8) -> SessionKey {
    let mut key = [writer; 32];
    key[0] = u8::try_from(waits).unwrap();
    SessionKey(key)
}

/// Drops a write when it waits for so many times, as a server does when the client has left; says
/// whether it was done before.
async fn drop_waiting(times: usize, write: impl Future) -> bool {
    let mut write = pin!(write);
    let mut waits = 0;
    poll_fn(|context| {
        let done = write.as_mut().poll(context).is_ready();
        waits += 1;
        if done || waits == times { Poll::Ready(done) } else { Poll::Pending }
    })
    .await
}

async fn writes_after_a_storm_of_dropped_ones_are_kept(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    for waits in 1..=WAITS {
        for writer in 0..WRITERS {
            let session = NewSession {
                key: key(waits, writer),
                session_id: Uuid::now_v7(),
                device: None,
                address: None,
                user_id,
                data: String::new(),
                remember: true,
                created_at: at(0),
                expires_at: at(1_000_000),
            };
            assert!(store.create_session(&session).await.unwrap());
        }
        at_once(&store, |store, _| async move {
            let user = new_user(&Uuid::now_v7().to_string());
            drop_waiting(waits, store.create_user(&user)).await;
        })
        .await;
        // One statement each, without a transaction around it that would commit the left one.
        at_once(&store, |store, writer| async move {
            store.touch_session(key(waits, writer), at(1_000)).await.unwrap();
        })
        .await;
        let noted =
            format!("select count(*) from sessions where last_seen_at = {}", at(1_000).as_micros());
        let written = i64::try_from(waits).unwrap() * i64::from(WRITERS);
        assert_eq!(database.number(&noted).await, written, "after {waits} waits");
    }
}

async fn at_once<Done>(store: &Store, act: impl Fn(Store, u8) -> Done)
where
    Done: Future<Output = ()> + Send + 'static,
{
    let acts: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(act(store.clone(), writer))).collect();
    for act in acts {
        act.await.unwrap();
    }
}

async fn a_dropped_write_is_whole_or_not_at_all(database: Database) {
    let store = store(&database).await;
    let mut done = 0;
    for waits in 1..=WAITS {
        let user = new_user(&format!("user{waits}"));
        if drop_waiting(waits, store.create_user(&user)).await {
            assert!(store.user(user.user_id).await.unwrap().is_some());
            done += 1;
        }
        let next = new_user(&format!("next{waits}"));
        assert_eq!(store.create_user(&next).await.unwrap(), []);
    }
    assert!(done > 0, "{WAITS} waits are too few to see a write through");
    let next = "select count(*) from users where user_name like 'next%'";
    assert_eq!(database.number(next).await, i64::try_from(WAITS).unwrap());
}
