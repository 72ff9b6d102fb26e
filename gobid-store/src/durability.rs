//! What a database says of how durable a COMMIT is, and what it must say.

use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tokio::time::timeout;

use crate::lane::{lane_options, sqlite_durability};
use crate::lease::DEADLINE;
use crate::{Database, StoreError};

/// A setting that durability depends on, as the database itself has read it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What the database calls it.
    pub name: &'static str,
    /// What it is, in the database's words.
    pub value: String,
    /// What to do where an acknowledged bid could be lost by it; `None` where none can.
    pub remedy: Option<&'static str>,
}

impl Setting {
    fn new(name: &'static str, value: String, is_safe: bool, remedy: &'static str) -> Self {
        Self { name, value, remedy: (!is_safe).then_some(remedy) }
    }
}

impl Database {
    /// The settings that durability depends on, as they are for the lanes: of SQLite `journal_mode` and
    /// `synchronous`, of PostgreSQL `fsync`, `full_page_writes` and `synchronous_commit`.
    pub async fn durability(&self) -> Result<Vec<Setting>, StoreError> {
        match self {
            Self::Sqlite(database) => {
                let asked = timeout(DEADLINE, sqlite_durability(database)).await;
                let (journal, synchronous) = asked.map_err(|_elapsed| StoreError::TimedOut)??;
                Ok(sqlite(journal, synchronous))
            }
            Self::Postgres(database) => {
                let options = lane_options(database);
                let asked = async {
                    let mut connection = PgConnection::connect_with(&options).await?;
                    let sql = "select current_setting('fsync'), current_setting('full_page_writes'), \
                               current_setting('synchronous_commit')";
                    let settings = sqlx::query_as(sql).fetch_one(&mut connection).await?;
                    connection.close().await?;
                    Ok::<_, StoreError>(settings)
                };
                let asked = timeout(DEADLINE, asked).await;
                Ok(postgres(asked.map_err(|_elapsed| StoreError::TimedOut)??))
            }
        }
    }
}

fn sqlite(journal: String, synchronous: i64) -> Vec<Setting> {
    let is_full = synchronous >= 2;
    let name = match synchronous {
        0 => "off",
        1 => "normal",
        2 => "full",
        _ => "extra",
    };
    let is_wal = journal == "wal";
    vec![
        Setting::new("journal_mode", journal, is_wal, "the file must be on a local disk"),
        Setting::new(
            "synchronous",
            name.to_owned(),
            is_full,
            "open the file by gobid-server alone",
        ),
    ]
}

fn postgres((fsync, full_page_writes, commit): (String, String, String)) -> Vec<Setting> {
    let is_on = |value: &str| value == "on";
    // What a standby has on its disk, or has applied, is no less durable.
    let is_awaited = ["on", "remote_apply"].contains(&&*commit);
    let (fsync_on, pages_on) = (is_on(&fsync), is_on(&full_page_writes));
    let remedy = "set fsync = on in postgresql.conf and restart PostgreSQL";
    let remedy_of_pages = "set full_page_writes = on in postgresql.conf and reload it";
    let remedy_of_commit = "do not set synchronous_commit in the options of the URL or of the role";
    vec![
        Setting::new("fsync", fsync, fsync_on, remedy),
        Setting::new("full_page_writes", full_page_writes, pages_on, remedy_of_pages),
        Setting::new("synchronous_commit", commit, is_awaited, remedy_of_commit),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(settings: &[Setting]) -> Vec<&str> {
        let unsafe_ones = settings.iter().filter(|setting| setting.remedy.is_some());
        unsafe_ones.map(|setting| setting.name).collect()
    }

    #[test]
    fn what_is_off_has_a_remedy() {
        let on = || "on".to_owned();
        let off_ = || "off".to_owned();
        let table = [
            ((on(), on(), on()), vec![]),
            ((on(), on(), "remote_apply".to_owned()), vec![]),
            ((off_(), on(), on()), vec!["fsync"]),
            ((on(), off_(), "local".to_owned()), vec!["full_page_writes", "synchronous_commit"]),
        ];
        for (settings, expected) in table {
            assert_eq!(off(&postgres(settings.clone())), expected, "{settings:?}");
        }
        let table = [
            ("wal", 2, vec![]),
            ("wal", 1, vec!["synchronous"]),
            ("delete", 3, vec!["journal_mode"]),
        ];
        for (journal, synchronous, expected) in table {
            assert_eq!(off(&sqlite(journal.to_owned(), synchronous)), expected, "{journal}");
        }
    }
}
