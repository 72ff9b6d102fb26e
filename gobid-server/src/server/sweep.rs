//! What is cleaned up now and then.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::app::AppState;

/// How often the rate limits forget who has been quiet.
const LIMITS_EVERY: Duration = Duration::from_secs(10);
/// How often sessions that have expired are deleted.
const SESSIONS_EVERY: Duration = Duration::from_mins(1);
/// How many are deleted at once, so that nobody waits long for them.
const SESSIONS_AT_ONCE: u16 = 200;

/// Starts the sweeps; they end when the server stops.
pub(super) fn start(app: &AppState) {
    for sweep in [Sweep::Limits, Sweep::Sessions] {
        let (swept, token) = (app.clone(), app.tasks.token().clone());
        app.tasks.spawn(async move { token.run_until_cancelled(sweep.run(&swept)).await });
    }
}

#[derive(Clone, Copy, Debug)]
enum Sweep {
    Limits,
    Sessions,
}

impl Sweep {
    async fn run(self, app: &AppState) {
        let mut ticks = interval(match self {
            Self::Limits => LIMITS_EVERY,
            Self::Sessions => SESSIONS_EVERY,
        });
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            match self {
                Self::Limits => app.limits.sweep(),
                Self::Sessions => {
                    delete_sessions(app).await;
                    name_sessions(app).await;
                }
            }
        }
    }
}

async fn delete_sessions(app: &AppState) {
    loop {
        // Not to be cancelled: a write that is leaves its connection in a transaction.
        let (database, now) = (app.database.clone(), app.clock.now());
        let limit = SESSIONS_AT_ONCE.into();
        let deleting =
            app.tasks.spawn(async move { database.delete_expired_sessions(now, limit).await });
        match deleting.await {
            Ok(Ok(deleted)) if deleted >= u64::from(SESSIONS_AT_ONCE) => {}
            Ok(Ok(_)) | Err(_) => return,
            Ok(Err(why)) => {
                tracing::warn!(error = ?why, "expired sessions were not deleted");
                return;
            }
        }
    }
}

/// Gives names to sessions that a server of the release before has made.
async fn name_sessions(app: &AppState) {
    loop {
        let database = app.database.clone();
        let limit = SESSIONS_AT_ONCE.into();
        let naming = app.tasks.spawn(async move { database.name_sessions(limit).await });
        match naming.await {
            Ok(Ok(named)) if named >= usize::from(SESSIONS_AT_ONCE) => {}
            Ok(Ok(_)) | Err(_) => return,
            Ok(Err(why)) => {
                tracing::warn!(error = ?why, "sessions without a name got none");
                return;
            }
        }
    }
}
