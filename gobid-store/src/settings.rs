//! What the installation is: facts that are made once and hold for every server on the database.

use std::fmt;

use crate::database::{reading, writing};
use crate::error::corrupt;
use crate::{Database, StoreError, hex};

/// What the installation is.
#[derive(Clone, PartialEq, Eq)]
pub struct Installation {
    /// Which life of the database this is: new after a restore, and named by every resume.
    pub epoch: String,
    /// The key of the CSRF tokens. Secret.
    pub csrf_key: [u8; 32],
}

impl fmt::Debug for Installation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Installation").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

const READ: &str = "select name, value from settings where name in ('epoch', 'csrf_key')";

impl Database {
    /// What the installation is. What it lacks is taken from the candidate, once: every server gets
    /// the same answer.
    pub async fn installation(&self, candidate: &Installation) -> Result<Installation, StoreError> {
        let rows = reading!(self, |connection| sqlx::query_as(READ).fetch_all(connection).await?);
        if let Some(found) = found(rows)? {
            return Ok(found);
        }
        let rows = writing!(self, |connection| {
            sqlx::query(
                "insert into settings (name, value) values ('epoch', $1), ('csrf_key', $2) \
                 on conflict (name) do nothing",
            )
            .bind(&candidate.epoch)
            .bind(hex::hex(&candidate.csrf_key))
            .execute(&mut *connection)
            .await?;
            sqlx::query_as(READ).fetch_all(connection).await?
        });
        found(rows)?.ok_or_else(|| corrupt("settings", "what was written is not there"))
    }

    /// Begins another life of the database, after a restore: no resume goes on from the one before.
    /// A server that runs has read the old epoch at its start, and keeps it.
    pub async fn begin_epoch(&self, epoch: &str) -> Result<(), StoreError> {
        writing!(self, |connection| {
            sqlx::query(
                "insert into settings (name, value) values ('epoch', $1) \
                 on conflict (name) do update set value = excluded.value",
            )
            .bind(epoch)
            .execute(connection)
            .await?;
        });
        Ok(())
    }
}

fn found(rows: Vec<(String, String)>) -> Result<Option<Installation>, StoreError> {
    let (mut epoch, mut csrf_key) = (None, None);
    for (name, value) in rows {
        match name.as_str() {
            "epoch" => epoch = Some(value),
            _ => csrf_key = Some(value),
        }
    }
    let (Some(epoch), Some(csrf_key)) = (epoch, csrf_key) else {
        return Ok(None);
    };
    let csrf_key =
        hex::bytes(&csrf_key).ok_or_else(|| corrupt("settings", "csrf_key is not 32 bytes"))?;
    Ok(Some(Installation { epoch, csrf_key }))
}
