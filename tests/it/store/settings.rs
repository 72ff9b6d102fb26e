//! What the installation is.

use gobid_store::{Installation, StoreError};

use super::{connect, store};
use crate::support::database::{Database, on_both};

on_both! {
    it_is_made_once,
    every_server_gets_the_same,
    what_is_lacking_is_made,
    a_key_that_is_none_is_a_fault,
    an_epoch_begins_and_the_key_stays,
}

fn candidate(number: u8) -> Installation {
    Installation { epoch: format!("epoch {number}"), csrf_key: [number; 32] }
}

async fn it_is_made_once(database: Database) {
    let store = store(&database).await;
    assert_eq!(store.installation(&candidate(1)).await.unwrap(), candidate(1));
    assert_eq!(store.installation(&candidate(2)).await.unwrap(), candidate(1));
    let again = connect(&database).await;
    assert_eq!(again.installation(&candidate(3)).await.unwrap(), candidate(1));
}

async fn every_server_gets_the_same(database: Database) {
    store(&database).await;
    let mut servers = Vec::new();
    for number in 1..=4 {
        let server = connect(&database).await;
        servers.push(tokio::spawn(async move {
            server.installation(&candidate(number)).await.unwrap()
        }));
    }
    let mut got = Vec::new();
    for server in servers {
        got.push(server.await.unwrap());
    }
    got.dedup();
    assert_eq!(got.len(), 1);
}

async fn what_is_lacking_is_made(database: Database) {
    let store = store(&database).await;
    store.installation(&candidate(1)).await.unwrap();
    database.execute("delete from settings where name = 'epoch'").await;
    let new = Installation { csrf_key: [1; 32], ..candidate(2) };
    assert_eq!(store.installation(&candidate(2)).await.unwrap(), new);
}

async fn an_epoch_begins_and_the_key_stays(database: Database) {
    let store = store(&database).await;
    store.installation(&candidate(1)).await.unwrap();
    store.begin_epoch("epoch 2").await.unwrap();
    let second = Installation { csrf_key: [1; 32], ..candidate(2) };
    assert_eq!(store.installation(&candidate(3)).await.unwrap(), second);
    // On a database that no server has run on, the rest is made later.
    database.execute("delete from settings where name in ('epoch', 'csrf_key')").await;
    store.begin_epoch("epoch 4").await.unwrap();
    assert_eq!(store.installation(&candidate(4)).await.unwrap(), candidate(4));
}

async fn a_key_that_is_none_is_a_fault(database: Database) {
    let store = store(&database).await;
    store.installation(&candidate(1)).await.unwrap();
    database.execute("update settings set value = 'beef' where name = 'csrf_key'").await;
    let fault = store.installation(&candidate(1)).await.unwrap_err();
    assert!(matches!(fault, StoreError::Corrupt { table: "settings", .. }), "{fault}");
}

#[test]
fn the_key_is_not_printed() {
    let printed = format!("{:?}", candidate(7));
    assert_eq!(printed, r#"Installation { epoch: "epoch 7", .. }"#);
}
