//! Sessions.

use gobid_auction::{Timestamp, UserId};
use gobid_store::{Database as Store, NewSession, SessionKey, SessionRow};
use uuid::Uuid;

use super::{at, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_session_is_read_as_created,
    a_session_ends_by_itself,
    a_session_is_saved,
    an_ended_session_stays_so,
    use_is_noted_every_five_minutes,
    use_revives_nothing,
    those_alive_are_told,
    expired_ones_are_deleted_in_batches,
}

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

fn key(number: u8) -> SessionKey {
    SessionKey([number; 32])
}

/// A session of 30 days that begins at 0.
fn new_session(number: u8, user_id: UserId) -> NewSession {
    NewSession {
        key: key(number),
        session_id: Uuid::now_v7(),
        device: None,
        address: None,
        user_id,
        data: "{}".to_owned(),
        remember: false,
        created_at: at(0),
        expires_at: at(30 * DAY),
    }
}

async fn log_in(store: &Store, number: u8, user_id: UserId) {
    let session = new_session(number, user_id);
    assert!(store.create_session(&session).await.unwrap());
}

async fn is_alive(store: &Store, number: u8, now: Timestamp) -> bool {
    let alone = store.session(key(number), now).await.unwrap().is_some();
    let among_many = store.sessions_alive(&[key(number)], now).await.unwrap();
    assert_eq!(alone, !among_many.is_empty());
    alone
}

async fn a_session_is_read_as_created(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    let data = r#"{"csrf":"…"}"#.to_owned();
    let session = NewSession { data, remember: true, ..new_session(1, user_id) };
    assert!(store.create_session(&session).await.unwrap());
    let row = SessionRow {
        user_id,
        is_suspended: false,
        data: session.data.clone(),
        remember: true,
        last_seen_at: at(0),
        expires_at: at(30 * DAY),
    };
    assert_eq!(store.session(key(1), at(5)).await.unwrap(), Some(row.clone()));
    assert_eq!(store.session(key(2), at(5)).await.unwrap(), None);

    let other = NewSession { data: "another's".to_owned(), ..session };
    assert!(!store.create_session(&other).await.unwrap());
    assert_eq!(store.session(key(1), at(5)).await.unwrap(), Some(row.clone()));

    database.execute("update users set suspended_at = 1").await;
    let row = SessionRow { is_suspended: true, ..row };
    assert_eq!(store.session(key(1), at(5)).await.unwrap(), Some(row));
}

async fn a_session_ends_by_itself(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    for (number, remember, lasts) in [(1, false, DAY), (2, true, 30 * DAY)] {
        let session = NewSession { remember, ..new_session(number, user_id) };
        assert!(store.create_session(&session).await.unwrap());
        assert!(is_alive(&store, number, at(lasts - 1)).await, "{number}");
        assert!(!is_alive(&store, number, at(lasts)).await, "{number}");
    }
    let short = NewSession { expires_at: at(HOUR), ..new_session(3, user_id) };
    assert!(store.create_session(&short).await.unwrap());
    assert!(is_alive(&store, 3, at(HOUR - 1)).await);
    assert!(!is_alive(&store, 3, at(HOUR)).await);
}

async fn a_session_is_saved(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    log_in(&store, 1, user_id).await;
    log_in(&store, 2, user_id).await;
    assert!(store.save_session(key(1), "new", at(HOUR)).await.unwrap());
    let saved = store.session(key(1), at(5)).await.unwrap().unwrap();
    assert_eq!((saved.data.as_str(), saved.expires_at), ("new", at(HOUR)));
    let other = store.session(key(2), at(5)).await.unwrap().unwrap();
    assert_eq!((other.data.as_str(), other.expires_at), ("{}", at(30 * DAY)));
}

async fn an_ended_session_stays_so(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    log_in(&store, 1, user_id).await;
    log_in(&store, 2, user_id).await;
    assert!(store.end_session(key(1)).await.unwrap());
    assert!(!store.end_session(key(1)).await.unwrap());
    // What a request that was under way does afterwards does not bring it back.
    assert!(!store.save_session(key(1), "new", at(DAY)).await.unwrap());
    store.touch_session(key(1), at(HOUR)).await.unwrap();
    assert!(!is_alive(&store, 1, at(5)).await);
    assert!(is_alive(&store, 2, at(5)).await);
}

async fn use_is_noted_every_five_minutes(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    log_in(&store, 1, user_id).await;
    log_in(&store, 2, user_id).await;
    let table = [(299, 0), (300, 0), (301, 301), (601, 301), (602, 602), (400, 602)];
    for (now, seen) in table {
        let before = store.session(key(1), at(now)).await.unwrap().unwrap();
        store.touch_session(key(1), at(now)).await.unwrap();
        let after = store.session(key(1), at(now)).await.unwrap().unwrap();
        assert_eq!(after.last_seen_at, at(seen), "at {now}");
        let noted = after.last_seen_at != before.last_seen_at;
        assert_eq!(before.wants_touch(at(now)), noted, "at {now}");
    }
    let other = store.session(key(2), at(602)).await.unwrap().unwrap();
    assert_eq!(other.last_seen_at, at(0));
    assert!(is_alive(&store, 1, at(DAY + 601)).await);

    let both = [key(1), key(2), key(3)];
    store.touch_sessions(&both, at(602 + HOUR)).await.unwrap();
    for number in [1, 2] {
        let seen = store.session(key(number), at(602 + HOUR)).await.unwrap();
        assert_eq!(seen.unwrap().last_seen_at, at(602 + HOUR));
    }
    store.touch_sessions(&[], at(602)).await.unwrap();
}

async fn use_revives_nothing(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    log_in(&store, 1, user_id).await;
    let remembered = NewSession { remember: true, ..new_session(2, user_id) };
    assert!(store.create_session(&remembered).await.unwrap());
    store.touch_sessions(&[key(1), key(2)], at(DAY)).await.unwrap();
    assert!(!is_alive(&store, 1, at(DAY)).await);
    assert!(is_alive(&store, 2, at(DAY)).await);
    store.touch_session(key(2), at(30 * DAY)).await.unwrap();
    assert!(!is_alive(&store, 2, at(30 * DAY)).await);
    assert!(is_alive(&store, 2, at(30 * DAY - 1)).await);
}

async fn those_alive_are_told(database: Database) {
    let store = store(&database).await;
    let anna = sign_up(&store, "Anna").await;
    let bob = sign_up(&store, "Bob").await;
    for (number, user_id) in [(1, anna), (2, anna), (3, bob), (4, bob)] {
        log_in(&store, number, user_id).await;
    }
    let keys = [1, 2, 3, 4, 5].map(key);
    let mut alive = store.sessions_alive(&keys, at(5)).await.unwrap();
    alive.sort();
    assert_eq!(alive, [1, 2, 3, 4].map(key));

    store.end_session(key(2)).await.unwrap();
    database.execute("update users set suspended_at = 1 where user_name = 'Bob'").await;
    assert_eq!(store.sessions_alive(&keys, at(5)).await.unwrap(), [key(1)]);
    database.execute("update users set suspended_at = null").await;
    let again = store.sessions_alive(&keys, at(5)).await.unwrap();
    assert_eq!(again.len(), 3);
    assert_eq!(store.sessions_alive(&[], at(5)).await.unwrap(), []);
}

async fn expired_ones_are_deleted_in_batches(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    for number in 1..=5 {
        let expires_at = at(i64::from(number) * HOUR);
        let session = NewSession { expires_at, ..new_session(number, user_id) };
        assert!(store.create_session(&session).await.unwrap());
    }
    let now = at(4 * HOUR);
    assert_eq!(store.delete_expired_sessions(now, 3).await.unwrap(), 3);
    let oldest = format!("select min(expires_at) from sessions where expires_at > {}", 0);
    assert_eq!(database.number(&oldest).await, now.as_micros());
    assert_eq!(store.delete_expired_sessions(now, 3).await.unwrap(), 1);
    assert_eq!(store.delete_expired_sessions(now, 3).await.unwrap(), 0);
    assert!(is_alive(&store, 5, now).await);
}

#[test]
fn a_key_is_not_printed() {
    let session = new_session(0xab, UserId::nil());
    assert_eq!(format!("{:?}", session.key), "SessionKey(…)");
}
