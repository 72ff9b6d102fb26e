//! The same rows as bids lead to, written by a bare loop: one transaction a batch.

use std::time::Duration;

use super::rows::Rows;
use super::{postgres, sqlite};
use crate::clock;
use crate::figures::per_second;
use crate::place::{Kind, Place};
use crate::seed;

/// How many bids a batch has.
pub(crate) const SIZES: [u64; 4] = [1, 10, 100, 256];

enum Writer {
    Sqlite(sqlite::Writer),
    Postgres(postgres::Writer),
}

impl Writer {
    async fn write(&mut self, rows: &Rows) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(writer) => writer.write(rows),
            Self::Postgres(writer) => writer.write(rows).await,
        }
    }
}

/// Bids a second in batches of that size. What a batch is made of is made before it is timed.
pub(crate) async fn run(
    place: &Place,
    kind: Kind,
    size: u64,
    duration: Duration,
) -> anyhow::Result<f64> {
    let fresh = place.migrated(kind, "batches").await?;
    seed::products(&fresh, 1).await?;
    let size = i64::try_from(size)?;
    let mut rows = Rows::after(1, size);
    let mut writer = match kind {
        Kind::Sqlite => Writer::Sqlite(sqlite::Writer::open(&fresh.url, &rows)?),
        Kind::Postgres => Writer::Postgres(postgres::Writer::open(&fresh.url).await?),
    };
    writer.write(&rows).await?; // prepares its statements
    let (mut spent, mut written) = (Duration::ZERO, 0);
    while spent < duration {
        rows = Rows::after(rows.position_read + size, size);
        let begun = clock::now();
        writer.write(&rows).await?;
        spent += clock::since(begun);
        written += 1;
    }
    drop(writer);
    place.remove(&fresh).await?;
    Ok(per_second(written * u64::try_from(size)?, spent))
}
