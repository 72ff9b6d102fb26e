//! A bare commit: begin, one small insert, commit.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};

use super::sqlite;
use crate::clock;
use crate::figures::percentile;
use crate::place::{Kind, Place};

const TABLE: &str = "create table small (number bigint not null primary key)";
const INSERT: &str = "insert into small values ($1)";

/// How long half of the commits take at most.
pub(crate) async fn run(place: &Place, kind: Kind, duration: Duration) -> anyhow::Result<Duration> {
    let fresh = place.fresh(kind, "commit").await?;
    let mut spans = match kind {
        Kind::Sqlite => {
            let connection = sqlite::connect(&fresh.url)?;
            connection.execute(TABLE, [])?;
            let (begun, mut spans) = (clock::now(), Vec::new());
            while clock::since(begun) < duration {
                let start = clock::now();
                connection.prepare_cached("begin")?.execute([])?;
                connection.prepare_cached(INSERT)?.execute([i64::try_from(spans.len())?])?;
                connection.prepare_cached("commit")?.execute([])?;
                spans.push(clock::since(start));
            }
            spans
        }
        Kind::Postgres => {
            let mut connection = PgConnection::connect(&fresh.url).await?;
            sqlx::raw_sql(TABLE).execute(&mut connection).await?;
            let (begun, mut spans) = (clock::now(), Vec::new());
            while clock::since(begun) < duration {
                let start = clock::now();
                sqlx::query("begin").execute(&mut connection).await?;
                let insert = sqlx::query(INSERT).bind(i64::try_from(spans.len())?);
                insert.execute(&mut connection).await?;
                sqlx::query("commit").execute(&mut connection).await?;
                spans.push(clock::since(start));
            }
            spans
        }
    };
    place.remove(&fresh).await?;
    Ok(percentile(&mut spans, 50))
}
