//! Users.

use std::collections::{BTreeSet, HashMap};

use gobid_auction::Timestamp;
use gobid_store::{Credentials, NewUser, StoreError, Taken, User};
use uuid::Uuid;

use super::{at, new_user, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_user_is_read_as_created,
    names_and_addresses_are_taken_once,
    one_of_many_gets_the_name,
    an_id_that_is_taken_is_a_fault,
    an_admin_is_made,
    a_suspension_shows,
}

async fn a_user_is_read_as_created(database: Database) {
    let store = store(&database).await;
    let bio = "I collect lamps.\n'; drop table users; --".to_owned();
    let new = NewUser { bio, is_admin: true, created_at: at(7), ..new_user("Zoë") };
    assert_eq!(store.create_user(&new).await.unwrap(), []);

    let user = User {
        user_id: new.user_id,
        user_name: new.user_name.clone(),
        email: new.email.clone(),
        bio: new.bio.clone(),
        is_admin: true,
        suspended_at: None,
        created_at: at(7),
    };
    assert_eq!(store.user(new.user_id).await.unwrap(), Some(user));
    let credentials = Credentials {
        user_id: new.user_id,
        user_name: new.user_name,
        password_hash: new.password_hash,
        is_suspended: false,
        is_one_time: false,
    };
    let found = store.credentials("zoë@example.com").await.unwrap();
    assert_eq!(found, Some(credentials));

    let other = sign_up(&store, "Bob").await;
    let users = [new.user_id, other, Uuid::now_v7()].into();
    let emails = HashMap::from([(new.user_id, new.email), (other, "bob@example.com".to_owned())]);
    assert_eq!(store.emails_of(&users).await.unwrap(), emails);
    assert!(store.emails_of(&BTreeSet::new()).await.unwrap().is_empty());

    assert_eq!(store.user(Uuid::now_v7()).await.unwrap(), None);
    assert_eq!(store.credentials("nobody@example.com").await.unwrap(), None);
}

async fn names_and_addresses_are_taken_once(database: Database) {
    let store = store(&database).await;
    sign_up(&store, "Ärmel").await;
    sign_up(&store, "Bob").await;
    let table = [
        ("ÄRMEL", "new@example.com", vec![Taken::UserName]),
        ("new", "bob@example.com", vec![Taken::Email]),
        ("bob", "bob@example.com", vec![Taken::UserName, Taken::Email]),
        ("ärmel", "bob@example.com", vec![Taken::UserName, Taken::Email]),
    ];
    for (name, email, taken) in table {
        let mut user = new_user(name);
        user.email = email.to_owned();
        assert_eq!(store.create_user(&user).await.unwrap(), taken, "{name} {email}");
        assert_eq!(store.user(user.user_id).await.unwrap(), None, "{name} {email}");
    }
}

async fn one_of_many_gets_the_name(database: Database) {
    let store = store(&database).await;
    let sign_ups = (0..20).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.create_user(&new_user("Bob")).await.unwrap() })
    });
    let sign_ups: Vec<_> = sign_ups.collect();
    let mut made = 0;
    for sign_up in sign_ups {
        match sign_up.await.unwrap().as_slice() {
            [] => made += 1,
            taken => assert_eq!(taken, [Taken::UserName, Taken::Email]),
        }
    }
    assert_eq!(made, 1);
    assert_eq!(database.number("select count(*) from users").await, 1);
}

async fn an_id_that_is_taken_is_a_fault(database: Database) {
    let store = store(&database).await;
    let mut user = new_user("Bob");
    user.user_id = sign_up(&store, "Anna").await;
    let fault = store.create_user(&user).await.unwrap_err();
    assert!(matches!(fault, StoreError::Corrupt { table: "users", .. }), "{fault}");
}

async fn an_admin_is_made(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    let other_id = sign_up(&store, "Bob").await;
    assert!(!store.make_admin("nobody@example.com").await.unwrap());
    for _ in 0..2 {
        assert!(store.make_admin("anna@example.com").await.unwrap());
        assert!(store.user(user_id).await.unwrap().unwrap().is_admin);
        assert!(!store.user(other_id).await.unwrap().unwrap().is_admin);
    }
}

async fn a_suspension_shows(database: Database) {
    let store = store(&database).await;
    let user_id = sign_up(&store, "Anna").await;
    database.execute("update users set suspended_at = 1").await;
    let since = store.user(user_id).await.unwrap().unwrap().suspended_at;
    assert_eq!(since, Some(Timestamp::from_micros(1)));
    let credentials = store.credentials("anna@example.com").await.unwrap();
    assert!(credentials.unwrap().is_suspended);
}

#[test]
fn secrets_are_not_printed() {
    let user = new_user("Anna");
    assert!(!format!("{user:?}").contains("hash of"));
    let credentials = Credentials {
        user_id: user.user_id,
        user_name: user.user_name,
        password_hash: user.password_hash,
        is_suspended: false,
        is_one_time: false,
    };
    assert!(!format!("{credentials:?}").contains("hash of"));
}
