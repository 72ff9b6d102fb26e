//! The REST API, as the documents describe it, at the real server.

mod bids;
mod configuration;
mod connections;
mod errors;
mod limits;
mod origins;
mod products;
mod sessions;
mod start;
mod users;

use serde_json::Value;

use crate::support::actors::User;
use crate::support::http::{Answer, Request};

/// A request of a person, cookies and CSRF token included.
async fn send(user: &User, method: &str, path: &str, body: &Value) -> Answer {
    user.send(Request::new(method, &format!("/api/v1{path}")).json(body)).await
}

/// The names of the fields that a refusal complains about.
#[track_caller]
fn fields_of(answer: Answer, status: u16, code: &str) -> Vec<String> {
    let body = answer.refused(status, code);
    let errors = body["errors"].as_object().unwrap_or_else(|| panic!("no errors: {body}"));
    errors.keys().cloned().collect()
}
