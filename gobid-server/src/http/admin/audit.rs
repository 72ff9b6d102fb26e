//! The record of what admins did and read.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::admin::{AuditRow, LogUser};
use gobid_api::page::Page;
use gobid_auction::{ProductId, Timestamp};
use gobid_store::{AuditAction, AuditLine, NewAudit};
use uuid::Uuid;

use crate::app::{App, AppState};
use crate::http::caller::Admin;
use crate::http::extract::Parameters;
use crate::http::pages;
use crate::http::problem::ApiError;
use crate::hub::Caller;

/// How the list is named in its cursors.
const LIST: &str = "audit";

/// `GET /admin/audit`
pub(crate) async fn audit(
    State(app): State<AppState>,
    Admin(_): Admin,
    mut query: Parameters,
) -> Result<Body<Page<AuditRow>>, ApiError> {
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let before = query.take("cursor", |text| pages::place(LIST, text).map(Uuid::from_bytes));
    query.finish(&["limit", "cursor"])?;
    let lines = app.database.audit(before, limit + 1).await?;
    let rows = lines.into_iter().map(row).collect();
    let cursor = |last: &AuditRow| pages::cursor(LIST, last.audit_id.as_bytes());
    Ok(Body(pages::page(rows, limit, cursor)))
}

fn row(line: AuditLine) -> AuditRow {
    AuditRow {
        audit_id: line.audit_id,
        at: Timestamp::from_micros(line.at),
        admin: LogUser { user_id: line.admin_id, user_name: line.admin_name },
        action: line.action,
        product_id: line.product_id,
        user: line
            .user_id
            .zip(line.user_name)
            .map(|(user_id, user_name)| LogUser { user_id, user_name }),
        detail: line.detail,
    }
}

/// Writes down what an admin is about to read: nothing is read that could not be written down.
pub(super) async fn note(
    app: &App,
    admin: Caller,
    action: AuditAction,
    product_id: ProductId,
    detail: Option<String>,
) -> Result<(), ApiError> {
    let audit = NewAudit {
        audit_id: Uuid::now_v7(),
        at: app.clock.now(),
        admin_id: admin.user_id,
        action,
        product_id: Some(product_id),
        user_id: None,
        detail,
    };
    write(app, audit).await
}

/// Writes down what an admin is about to read, of whatever it is.
pub(super) async fn write(app: &App, audit: NewAudit) -> Result<(), ApiError> {
    let database = app.database.clone();
    // In a task of its own: whoever reads may go away at any moment.
    let noting = app.tasks.spawn(async move { database.note_audit(&audit).await });
    Ok(noting.await.map_err(|why| ApiError::Internal(why.to_string()))??)
}

/// Writes down what an admin has done. It is in the auction's log, whatever becomes of this, and so
/// the answer does not depend on it.
pub(crate) async fn note_done(
    app: &App,
    admin: Caller,
    action: AuditAction,
    product_id: ProductId,
    reason: Option<String>,
) {
    if let Err(why) = note(app, admin, action, product_id, reason).await {
        let (admin_id, action) = (admin.user_id, action.as_str());
        tracing::error!(?why, %admin_id, action, %product_id, "an admin's action was not audited");
    }
}
