//! A bare commit: begin, one small insert, commit.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use super::sqlite;
use crate::clock;
use crate::figures::percentile;
use crate::place::{Kind, Place};

/// How long half of the commits take at most.
pub(crate) async fn run(place: &Place, kind: Kind, duration: Duration) -> anyhow::Result<Duration> {
    let fresh = place.fresh(kind, "commit").await?;
    let mut spans = match kind {
        Kind::Sqlite => {
            let url = format!("{}?mode=rwc", fresh.url);
            let mut connection = sqlite::connect(&url).await?;
            commits!(&mut connection, duration)
        }
        Kind::Postgres => {
            let mut connection = PgConnection::connect(&fresh.url).await?;
            commits!(&mut connection, duration)
        }
    };
    place.remove(&fresh).await?;
    Ok(percentile(&mut spans, 50))
}

macro_rules! commits {
    ($connection:expr, $duration:expr) => {{
        let connection = $connection;
        let table = "create table small (number bigint not null primary key)";
        sqlx::raw_sql(table).execute(&mut *connection).await?;
        let (begun, mut spans) = (clock::now(), Vec::new());
        let mut number = 0_i64;
        while clock::since(begun) < $duration {
            let start = clock::now();
            sqlx::query("begin").execute(&mut *connection).await?;
            number += 1;
            let insert = sqlx::query("insert into small values ($1)").bind(number);
            insert.execute(&mut *connection).await?;
            sqlx::query("commit").execute(&mut *connection).await?;
            spans.push(clock::since(start));
        }
        spans
    }};
}

use commits;
