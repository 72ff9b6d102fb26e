//! The database itself.

use gobid_store::{Database as Store, Opening, StoreError};

use super::{connect, new_user, store};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_is_not_printed() {
    let database = Database::new(Backend::Postgres).await;
    let url = database.url().replacen("postgres@", "postgres:sesame@", 1);
    assert!(url.contains("sesame"));
    let store = Store::connect(&url, Opening::MayCreate).await.unwrap();
    assert_eq!(format!("{store:?}"), "PostgreSQL");
    let nowhere = url.replacen("127.0.0.1", "256.0.0.1", 1);
    let fault = Store::connect(&nowhere, Opening::MayCreate).await.unwrap_err();
    assert!(!format!("{fault} {fault:?}").contains("sesame"), "{fault:?}");
}

/// A connection that was cut while nobody used it is replaced before somebody does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_were_cut_are_replaced() {
    let database = Database::new(Backend::Postgres).await;
    let store = store(&database).await;
    for _ in 0..3 {
        futures_util::future::join_all((0..10).map(|_| store.ping())).await;
        let cut = "select pg_terminate_backend(pid, 10000) from pg_stat_activity \
                   where datname = current_database() and application_name = 'gobid'";
        assert!(database.execute(cut).await > 1);
        store.ping().await.unwrap();
        store.make_admin("nobody@example.com").await.unwrap();
    }
}

/// Whoever locks the file for too long makes the database away, and nothing is written later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_stays_locked_is_away() {
    let database = Database::new(Backend::Sqlite).await;
    let store = store(&database).await;
    let mut lock = database.sqlite().begin_with("begin immediate").await.unwrap();
    let user = new_user("Anna");
    let fault = store.create_user(&user).await.unwrap_err();
    assert!(fault.is_away() && !fault.spares_connection(), "{fault:?}");
    sqlx::query("delete from users").execute(&mut *lock).await.unwrap();
    lock.commit().await.unwrap();
    assert_eq!(store.user(user.user_id).await.unwrap(), None);
    assert_eq!(store.create_user(&user).await.unwrap(), []);
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
