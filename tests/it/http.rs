//! The REST API, as the documents describe it, at the real server.

mod away;
mod bids;
mod configuration;
mod connections;
mod errors;
mod limits;
mod origins;
mod products;
mod reading;
mod sessions;
mod start;
mod stop;
mod users;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::actors::User;
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

/// A request of a person, cookies and CSRF token included.
async fn send(user: &User, method: &str, path: &str, body: &Value) -> Answer {
    user.send(Request::new(method, &format!("/api/v1{path}")).json(body)).await
}

/// Sends bytes, and gives all that comes until the server closes.
async fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The names of the fields that a refusal complains about.
#[track_caller]
fn fields_of(answer: Answer, status: u16, code: &str) -> Vec<String> {
    let body = answer.refused(status, code);
    let errors = body["errors"].as_object().unwrap_or_else(|| panic!("no errors: {body}"));
    errors.keys().cloned().collect()
}
