//! Opens the database that a server starts on.

use std::time::Duration;

use gobid_store::{Database, DatabaseUrl, Installation, Opening, SchemaState, Setting, StoreError};
use uuid::Uuid;

use super::StartError;
use crate::clock::Clock;
use crate::config::{Config, Migrate};
use crate::hex::hex;
use crate::hub::Hub;

/// How long a PostgreSQL that is away is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two tries, the first time and at most.
const BACKOFF: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(2));

/// A database that is ready for a server, and what was found there.
pub(super) struct Opened {
    pub(super) database: Database,
    pub(super) clock: Clock,
    pub(super) installation: Installation,
    pub(super) schema: SchemaState,
    /// What it says of how durable a COMMIT is.
    pub(super) durability: Vec<Setting>,
}

/// Opens the database; tries again while a PostgreSQL is away.
pub(super) async fn open(config: &Config) -> Result<Opened, StartError> {
    let url = &config.database_url;
    let (clock, mut backoff) = (Clock::system(), BACKOFF.0);
    let begun = clock.moment();
    loop {
        match try_open(url, config.migrate).await {
            Ok(opened) => return Ok(opened),
            Err(why) if may_come_back(url, &why) && clock.moment().since(begun) < PATIENCE => {
                tracing::warn!(error = ?why, database = %url, "the database is away; trying again");
                tokio::time::sleep(backoff).await;
                backoff = (backoff * 2).min(BACKOFF.1);
            }
            Err(why) => return Err(StartError::Store { database: url.to_string(), why }),
        }
    }
}

fn may_come_back(url: &DatabaseUrl, why: &StoreError) -> bool {
    !url.is_file() && why.is_away()
}

async fn try_open(url: &DatabaseUrl, migrate: Migrate) -> Result<Opened, StoreError> {
    let database = url.open(Opening::MayCreate).await?;
    match migrate {
        Migrate::Auto => {
            let applied = database.migrate().await?;
            for migration in applied {
                let (version, what) = (migration.version, migration.description);
                tracing::info!(version, what, "a migration was applied");
            }
        }
        Migrate::Check => database.check_schema().await?,
        Migrate::Off => {}
    }
    let schema = database.schema().await?;
    let candidate =
        Installation { epoch: hex(Uuid::now_v7().as_bytes()), csrf_key: rand::random() };
    let installation = database.installation(&candidate).await?;
    let clock = Hub::clock_of(&database).await?;
    let durability = database.durability().await?;
    warn_of(&durability);
    Ok(Opened { database, clock, installation, schema, durability })
}

/// Warns of each setting by which an acknowledged bid could be lost.
fn warn_of(durability: &[Setting]) {
    for Setting { name, value, remedy } in durability {
        if let Some(remedy) = remedy {
            tracing::warn!(
                setting = name,
                value,
                remedy,
                "acknowledged bids could be lost when the machine fails"
            );
        }
    }
}
