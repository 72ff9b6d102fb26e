use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

use crate::support::database::{Backend, Database, on_both};

async fn a_test_reads_what_is_in_it(database: Database) {
    if database.backend() == Backend::Sqlite {
        let options: SqliteConnectOptions = database.url().parse().unwrap();
        options.create_if_missing(true).connect().await.unwrap().close().await.unwrap();
    }
    let id = database.id(&Uuid::new_v4().to_string());
    database.execute("create table things (id uuid not null, size bigint)").await;
    assert_eq!(database.execute(&format!("insert into things values ({id}, 7)")).await, 1);
    assert_eq!(database.number(&format!("select size from things where id = {id}")).await, 7);
}
on_both!(a_test_reads_what_is_in_it);
