//! What users do with their sessions and passwords, and what admins do about users.

use gobid_auction::UserId;
use gobid_store::{
    AuditAction, Database as Store, NewAudit, NewPassword, NewSession, Ordered, SessionKey,
    UserPage,
};
use uuid::Uuid;

use super::{at, new_user, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_users_sessions_are_his_to_see_and_to_end,
    sessions_of_an_older_server_get_names,
    a_new_password_ends_the_sessions,
    a_one_time_password_is_good_once,
    what_admins_do_is_written_down_with_it,
    users_are_found,
}

async fn log_in(store: &Store, number: u8, user_id: UserId) -> NewSession {
    let session = NewSession {
        key: SessionKey([number; 32]),
        session_id: Uuid::now_v7(),
        device: Some(format!("browser {number}")),
        address: Some("203.0.113.9".to_owned()),
        user_id,
        data: "{}".to_owned(),
        remember: false,
        created_at: at(i64::from(number)),
        expires_at: at(1_000_000),
    };
    assert!(store.create_session(&session).await.unwrap());
    session
}

fn audit(admin_id: UserId, action: AuditAction, user_id: UserId) -> NewAudit {
    NewAudit {
        audit_id: Uuid::now_v7(),
        at: at(50),
        admin_id,
        action,
        product_id: None,
        user_id: Some(user_id),
        detail: Some("why".to_owned()),
    }
}

async fn a_users_sessions_are_his_to_see_and_to_end(database: Database) {
    let store = store(&database).await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    let (first, second) = (log_in(&store, 1, anna).await, log_in(&store, 2, anna).await);
    let other = log_in(&store, 3, bob).await;
    let lines = store.sessions_of(anna, at(5), None, 10).await.unwrap();
    let keys: Vec<_> = lines.iter().map(|line| line.key).collect();
    assert_eq!(keys, [second.key, first.key]);
    assert_eq!(lines[1].session_id, first.session_id);
    assert_eq!((&lines[1].device, &lines[1].address), (&first.device, &first.address));
    assert_eq!((lines[1].created_at, lines[1].last_seen_at), (at(1), at(1)));
    let behind = store.sessions_of(anna, at(5), Some(second.session_id), 10).await.unwrap();
    assert_eq!(behind, lines[1..]);
    assert_eq!(store.sessions_of(anna, at(5), None, 1).await.unwrap(), lines[..1]);
    // A day without use, and it is over.
    assert_eq!(store.sessions_of(anna, at(100_000), None, 10).await.unwrap(), []);

    assert_eq!(store.end_session_of(bob, first.session_id).await.unwrap(), None);
    assert_eq!(store.end_session_of(anna, first.session_id).await.unwrap(), Some(first.key));
    assert_eq!(store.end_session_of(anna, first.session_id).await.unwrap(), None);
    assert_eq!(store.end_sessions_of(anna).await.unwrap(), [second.key]);
    let keys = [first.key, second.key, other.key];
    assert_eq!(store.sessions_alive(&keys, at(5)).await.unwrap(), [other.key]);
}

async fn sessions_of_an_older_server_get_names(database: Database) {
    let store = store(&database).await;
    let anna = sign_up(&store, "Anna").await;
    for number in 1..=3 {
        log_in(&store, number, anna).await;
    }
    database.execute("update sessions set session_id = null, device = null, address = null").await;
    assert_eq!(store.sessions_of(anna, at(5), None, 10).await.unwrap(), []);
    for named in [2, 1, 0] {
        assert_eq!(store.name_sessions(2).await.unwrap(), named);
    }
    let lines = store.sessions_of(anna, at(5), None, 10).await.unwrap();
    assert_eq!(lines.len(), 3);
    assert!(lines.iter().all(|line| line.device.is_none() && line.address.is_none()));
}

async fn a_new_password_ends_the_sessions(database: Database) {
    let store = store(&database).await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    let own = [log_in(&store, 1, anna).await.key, log_in(&store, 2, anna).await.key];
    let other = log_in(&store, 3, bob).await.key;
    let password = NewPassword {
        user_id: anna,
        password_hash: "a new hash",
        is_one_time: false,
        instead_of: Some("another hash"),
    };
    assert_eq!(store.set_password(password, None).await.unwrap(), None);
    assert_eq!(store.sessions_of(anna, at(5), None, 10).await.unwrap().len(), 2);

    let right = NewPassword { instead_of: Some("hash of Anna"), ..password };
    let mut ended = store.set_password(right, None).await.unwrap().unwrap();
    ended.sort();
    assert_eq!(ended, own);
    let credentials = store.credentials("anna@example.com").await.unwrap().unwrap();
    assert_eq!((&*credentials.password_hash, credentials.is_one_time), ("a new hash", false));
    let untouched = store.credentials("bob@example.com").await.unwrap().unwrap();
    assert_eq!(untouched.password_hash, "hash of Bob");
    assert_eq!(store.sessions_alive(&[own[0], other], at(5)).await.unwrap(), [other]);
    assert_eq!(store.set_password(right, None).await.unwrap(), None, "the password before is gone");
    let nobody = NewPassword { user_id: Uuid::now_v7(), instead_of: None, ..password };
    assert_eq!(store.set_password(nobody, None).await.unwrap(), None);
    assert!(!format!("{password:?}").contains("hash"));
}

async fn a_one_time_password_is_good_once(database: Database) {
    let store = store(&database).await;
    let anna = sign_up(&store, "Anna").await;
    let usual = store.use_one_time_password(anna, "hash of Anna").await.unwrap();
    assert!(!usual, "it is none");
    let set = async |password_hash, is_one_time| {
        let password = NewPassword { user_id: anna, password_hash, is_one_time, instead_of: None };
        store.set_password(password, None).await.unwrap().unwrap();
        store.credentials("anna@example.com").await.unwrap().unwrap().is_one_time
    };
    assert!(set("once", true).await);
    assert!(!store.use_one_time_password(anna, "another").await.unwrap());
    assert!(store.use_one_time_password(anna, "once").await.unwrap());
    assert!(!store.use_one_time_password(anna, "once").await.unwrap());
    assert!(set("again", true).await);
    assert!(store.use_one_time_password(anna, "again").await.unwrap());
    assert!(!set("for good", false).await);
}

async fn what_admins_do_is_written_down_with_it(database: Database) {
    let store = store(&database).await;
    let (ada, bob) = (sign_up(&store, "Ada").await, sign_up(&store, "Bob").await);
    let note = |action| audit(ada, action, bob);
    let suspend = note(AuditAction::Suspend);
    assert_eq!(store.suspend(bob, &suspend).await.unwrap(), Ordered::NoAdmin);
    let make = note(AuditAction::MakeAdmin);
    assert_eq!(store.set_admin(bob, true, &make).await.unwrap(), Ordered::NoAdmin);
    assert!(store.make_admin("ada@example.com").await.unwrap());
    let user = async || store.user(bob).await.unwrap().unwrap();
    let suspended = store.suspend(bob, &note(AuditAction::Suspend)).await.unwrap();
    assert_eq!((suspended, user().await.suspended_at), (Ordered::Done(at(50)), Some(at(50))));
    let again = NewAudit { at: at(60), ..note(AuditAction::Suspend) };
    assert_eq!(store.suspend(bob, &again).await.unwrap(), Ordered::Done(at(50)));
    assert!(store.reinstate(bob, &note(AuditAction::Reinstate)).await.unwrap());
    assert_eq!(user().await.suspended_at, None);
    for is_admin in [true, false] {
        let done = store.set_admin(bob, is_admin, &note(AuditAction::MakeAdmin)).await.unwrap();
        assert_eq!(done, Ordered::Done(()));
        assert_eq!(user().await.is_admin, is_admin);
    }
    let password =
        NewPassword { user_id: bob, password_hash: "x", is_one_time: true, instead_of: None };
    let note_of_password = note(AuditAction::ResetPassword);
    assert!(store.set_password(password, Some(&note_of_password)).await.unwrap().is_some());
    let new = new_user("Carl");
    let made = audit(ada, AuditAction::CreateUser, new.user_id);
    assert_eq!(store.make_user(&new, true, Some(&made)).await.unwrap(), []);
    assert!(store.credentials(&new.email).await.unwrap().unwrap().is_one_time);
    let lines = store.audit(None, 100).await.unwrap();
    let about: Vec<_> = lines.iter().map(|line| line.user_name.as_deref().unwrap()).collect();
    assert_eq!(about, ["Carl", "Bob", "Bob", "Bob", "Bob", "Bob", "Bob"]);

    // What is not done is not written down.
    let nobody = Uuid::now_v7();
    let note = |action| audit(ada, action, nobody);
    let suspend = note(AuditAction::Suspend);
    assert_eq!(store.suspend(nobody, &suspend).await.unwrap(), Ordered::NoUser);
    assert!(!store.reinstate(nobody, &note(AuditAction::Reinstate)).await.unwrap());
    let make = note(AuditAction::MakeAdmin);
    assert_eq!(store.set_admin(nobody, true, &make).await.unwrap(), Ordered::NoUser);
    let password = NewPassword { user_id: nobody, ..password };
    let ended = store.set_password(password, Some(&note(AuditAction::ResetPassword))).await;
    assert_eq!(ended.unwrap(), None);
    let taken =
        store.make_user(&new_user("Carl"), true, Some(&note(AuditAction::CreateUser))).await;
    assert_eq!(taken.unwrap().len(), 2);
    assert_eq!(store.audit(None, 100).await.unwrap().len(), lines.len());
}

async fn users_are_found(database: Database) {
    let store = store(&database).await;
    let mut ids = Vec::new();
    for name in ["Anna", "Bob_7", "Anton", "Zoë", "b0b"] {
        ids.push(sign_up(&store, name).await);
    }
    let found = async |text: Option<&str>, before, limit| {
        let UserPage { users, next } = store.users(text, before, limit).await.unwrap();
        let users: Vec<_> = users.into_iter().map(|user| user.user_name).collect();
        (users.join(" "), next)
    };
    assert_eq!(found(None, None, 10).await, ("b0b Zoë Anton Bob_7 Anna".to_owned(), None));
    assert_eq!(found(None, None, 2).await, ("b0b Zoë".to_owned(), Some(ids[3])));
    assert_eq!(found(None, Some(ids[3]), 3).await, ("Anton Bob_7 Anna".to_owned(), None));
    let id = ids[2].to_string();
    let table = [
        ("an", "Anton Anna"),
        ("nna@example", "Anna"),
        ("zoë", "Zoë"),
        ("_", "Bob_7"),
        ("%", ""),
        ("b!", ""),
        (&*id, "Anton"),
        ("nobody", ""),
    ];
    for (text, names) in table {
        assert_eq!(found(Some(text), None, 10).await, (names.to_owned(), None), "{text}");
    }
    assert_eq!(found(Some("an"), None, 1).await, ("Anton".to_owned(), Some(ids[2])));
    assert_eq!(found(Some("an"), Some(ids[2]), 1).await, ("Anna".to_owned(), None));
}
