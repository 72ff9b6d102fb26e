//! On what machine a run was, and with which settings.

use std::fs;
use std::thread::available_parallelism;

use sqlx::{Connection as _, PgConnection};

use crate::place::{Kind, Place};

/// The machine, as far as it matters.
pub(crate) async fn describe(place: &Place, kinds: &[Kind]) -> anyhow::Result<Vec<String>> {
    let cores = available_parallelism()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut lines = vec![format!("{cores} cores, Linux {}", kernel.trim()), load("at the start")];
    if kinds.contains(&Kind::Postgres) {
        let mut connection = PgConnection::connect(&place.cluster()?.url("postgres")).await?;
        let mut settings = Vec::new();
        for setting in ["server_version", "fsync", "full_page_writes", "synchronous_commit"] {
            let value: String = sqlx::query_scalar("select current_setting($1)")
                .bind(setting)
                .fetch_one(&mut connection)
                .await?;
            settings.push(format!("{setting} {value}"));
        }
        lines.push(format!("PostgreSQL: {}", settings.join(", ")));
        connection.close().await?;
    }
    Ok(lines)
}

/// How many processes wanted to run during the last minute.
pub(crate) fn load(when: &str) -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let minute = text.split(' ').next().unwrap_or_default();
    format!("load {when}: {minute}")
}
