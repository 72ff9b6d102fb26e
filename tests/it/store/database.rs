//! The database itself.

use gobid_store::{Database as Store, Opening, StoreError};

use super::{connect, store};
use crate::support::database::{Backend, Database, on_both};

on_both! {
    it_answers,
    it_is_away_once_closed,
}

async fn it_answers(database: Database) {
    let store = connect(&database).await;
    store.ping().await.unwrap();
    let clock = store.clock().await.unwrap();
    let (name, lanes) = match database.backend() {
        Backend::Postgres => ("PostgreSQL", 4),
        Backend::Sqlite => ("SQLite", 1),
    };
    assert_eq!((store.name(), store.lanes()), (name, lanes));
    assert_eq!(clock.is_some(), database.backend() == Backend::Postgres);
    if let Some(clock) = clock {
        let again = store.clock().await.unwrap().unwrap();
        assert!(again > clock, "{again} after {clock}");
    }
}

async fn it_is_away_once_closed(database: Database) {
    let store = store(&database).await;
    store.close().await;
    let fault = store.ping().await.unwrap_err();
    assert!(fault.is_away(), "{fault:?}");
}

#[tokio::test]
async fn a_file_that_must_be_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("gobid.db");
    let url = format!("sqlite://{}", file.display());
    let fault = Store::connect(&url, Opening::MustExist).await.unwrap_err();
    assert!(matches!(fault, StoreError::Missing(_)), "{fault:?}");
    assert!(!file.exists());
    Store::connect(&url, Opening::MayCreate).await.unwrap();
    Store::connect(&url, Opening::MustExist).await.unwrap();
}

#[tokio::test]
async fn a_database_in_memory_keeps_nothing() {
    let fault = Store::connect("sqlite::memory:", Opening::MayCreate).await.unwrap_err();
    let setting = "journal_mode";
    assert!(
        matches!(fault, StoreError::Durability { setting: found, .. } if found == setting),
        "{fault:?}"
    );
}

#[tokio::test]
async fn other_databases_are_refused_without_their_password() {
    for url in ["mysql://me:secret@host/gobid", "gobid.db", ""] {
        let fault = Store::connect(url, Opening::MayCreate).await.unwrap_err();
        assert!(matches!(fault, StoreError::Url(_)), "{fault:?}");
        assert!(!fault.to_string().contains("secret"), "{fault}");
    }
}
