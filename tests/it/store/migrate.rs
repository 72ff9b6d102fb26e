//! The migrations.

use gobid_store::{Database as Store, Opening, SchemaState, StoreError};

use super::{connect, store};
use crate::support::database::{Backend, Database, on_both};

on_both! {
    an_empty_database_is_migrated_once,
    one_of_many_migrates,
    another_programs_database_is_refused,
    another_programs_migrations_are_refused,
    a_start_that_was_broken_off_is_taken_up,
    a_newer_schema_is_borne,
    a_schema_that_wants_a_newer_program_is_refused,
}

async fn assert_refused(store: &Store, is_expected: fn(&StoreError) -> bool) {
    for fault in [
        store.check_schema().await.unwrap_err(),
        store.schema().await.unwrap_err(),
        store.migrate().await.unwrap_err(),
    ] {
        assert!(is_expected(&fault), "{fault:?}");
    }
}

fn is_foreign(fault: &StoreError) -> bool {
    matches!(fault, StoreError::Foreign)
}

fn is_of_schema(fault: &StoreError) -> bool {
    matches!(fault, StoreError::Schema(_))
}

async fn an_empty_database_is_migrated_once(database: Database) {
    let store = connect(&database).await;
    let SchemaState { applied, pending } = store.schema().await.unwrap();
    assert_eq!(applied, []);
    let first = pending.first().unwrap();
    assert_eq!((first.version, first.description.as_str()), (1, "initial"));
    let fault = store.check_schema().await.unwrap_err();
    assert!(is_of_schema(&fault), "{fault:?}");

    assert_eq!(store.migrate().await.unwrap(), pending);
    assert_eq!(store.migrate().await.unwrap(), []);
    let state = SchemaState { applied: pending, pending: Vec::new() };
    assert_eq!(store.schema().await.unwrap(), state);
    store.check_schema().await.unwrap();
}

async fn one_of_many_migrates(database: Database) {
    let servers: Vec<_> = (0..6)
        .map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move {
                let store = Store::connect(&url, Opening::MayCreate).await.unwrap();
                let applied = store.migrate().await.unwrap();
                store.check_schema().await.unwrap();
                applied.len()
            })
        })
        .collect();
    let mut applied = Vec::new();
    for server in servers {
        applied.push(server.await.unwrap());
    }
    applied.retain(|count| *count > 0);
    let state = connect(&database).await.schema().await.unwrap();
    assert_eq!(applied, [state.applied.len()]);
}

async fn another_programs_database_is_refused(database: Database) {
    let store = connect(&database).await;
    database.execute("create table settings (theme text)").await;
    assert_refused(&store, is_foreign).await;
    database.execute("drop table settings").await;
    assert_eq!(store.schema().await.unwrap().applied, []);
}

async fn another_programs_migrations_are_refused(database: Database) {
    let store = store(&database).await;
    let other_bytes = match database.backend() {
        Backend::Sqlite => "x'beef'",
        Backend::Postgres => "'\\xbeef'",
    };
    let text = format!("update _sqlx_migrations set checksum = {other_bytes}");
    database.execute(&text).await;
    assert_refused(&store, is_foreign).await;
}

async fn a_start_that_was_broken_off_is_taken_up(database: Database) {
    let store = store(&database).await;
    database.execute("drop view bids").await;
    for table in [
        "settings",
        "api_tokens",
        "sessions",
        "auction_log",
        "auction_bidders",
        "voided_bids",
        "audit_log",
        "products",
        "product_prices",
        "product_words",
        "watchlist",
        "users",
    ] {
        database.execute(&format!("drop table {table}")).await;
    }
    database.execute("delete from _sqlx_migrations").await;
    assert!(!store.migrate().await.unwrap().is_empty());
    store.check_schema().await.unwrap();
}

async fn a_newer_schema_is_borne(database: Database) {
    let store = store(&database).await;
    let newer = "insert into _sqlx_migrations \
                    (version, description, success, checksum, execution_time) \
                 select 9000, 'of a newer program', true, checksum, 1 from _sqlx_migrations \
                 where version = 1";
    assert_eq!(database.execute(newer).await, 1);
    assert_eq!(store.migrate().await.unwrap(), []);
    store.check_schema().await.unwrap();
    let applied = store.schema().await.unwrap().applied;
    assert_eq!(applied.last().unwrap().version, 9000);
}

async fn a_schema_that_wants_a_newer_program_is_refused(database: Database) {
    let store = store(&database).await;
    let want = async |version: &str| {
        let text = format!("update settings set value = '{version}' where name = 'oldest_program'");
        assert_eq!(database.execute(&text).await, 1);
    };
    for borne in ["0.0.1", env!("CARGO_PKG_VERSION")] {
        want(borne).await;
        store.check_schema().await.unwrap();
        assert_eq!(store.migrate().await.unwrap(), []);
    }
    for too_new in ["999.0.0", "0.999.0", "soon", ""] {
        want(too_new).await;
        assert_refused(&store, is_of_schema).await;
    }
    database.execute("delete from settings where name = 'oldest_program'").await;
    assert_refused(&store, is_of_schema).await;
}
