//! Whether the process answers, and whether the server can do its work.

use std::time::Duration;

use axum::Json as Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::app::{App, AppState};
use crate::clock::Moment;
use crate::config::Migrate;
use crate::http::problem::ApiError;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an answer of the database holds: many who ask cost it one query.
const FRESH: Duration = Duration::from_secs(1);

/// What the database last said of itself.
#[derive(Debug, Default)]
pub(crate) struct DatabaseHealth(Mutex<Option<(Moment, Result<(), String>)>>);

/// `GET /health`
pub(crate) async fn health() -> Response {
    Body(json!({"status": "ok"})).into_response()
}

/// `GET /ready`
pub(crate) async fn ready(State(app): State<AppState>) -> Result<Response, ApiError> {
    readiness(&app).await.map_err(ApiError::NotReady)?;
    Ok(Body(json!({"status": "ready"})).into_response())
}

async fn readiness(app: &App) -> Result<(), String> {
    if app.tasks.is_stopping() {
        return Err("the server stops".to_owned());
    }
    app.database_health.check(app).await?;
    if app.hub.is_ready() { Ok(()) } else { Err("auctions are not being judged".to_owned()) }
}

impl DatabaseHealth {
    async fn check(&self, app: &App) -> Result<(), String> {
        let mut last = self.0.lock().await;
        match &*last {
            Some((told, health)) if app.clock.moment().since(*told) < FRESH => health.clone(),
            // Dated when it is there: who has waited meanwhile takes it, however long it took.
            _ => {
                let health = ask(app).await;
                last.insert((app.clock.moment(), health)).1.clone()
            }
        }
    }
}

async fn ask(app: &App) -> Result<(), String> {
    let asked = async {
        match app.config.migrate {
            Migrate::Off => app.database.schema().await.map(drop),
            Migrate::Auto | Migrate::Check => app.database.check_schema().await,
        }
    };
    match timeout(PATIENCE, asked).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(why)) if why.is_away() => {
            tracing::warn!(error = ?why, "the database is away");
            Err("the database is away".to_owned())
        }
        Ok(Err(why)) => Err(why.to_string()),
        Err(_elapsed) => Err("the database does not answer".to_owned()),
    }
}
