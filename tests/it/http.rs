//! The REST API, as the documents describe it, at the real server.

mod accounts;
mod admin_log;
mod admin_orders;
mod admin_users;
mod away;
mod bids;
mod cancels;
mod configuration;
mod connections;
mod controls;
mod demo;
pub(crate) mod durability;
mod dutch;
mod edits;
mod errors;
mod limits;
pub(crate) mod lists;
mod maxima;
mod origins;
mod own;
mod products;
mod purchases;
mod reading;
mod sealed;
mod sessions;
mod standing;
mod start;
mod stop;
mod suspensions;
mod terms;
mod tokens;
mod users;
mod voids;

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::actors::{User, product};
use crate::support::database::Database;
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

/// A request of a person, cookies and CSRF token included.
async fn send(user: &User, method: &str, path: &str, body: &Value) -> Answer {
    user.send(Request::new(method, &format!("/api/v1{path}")).json(body)).await
}

/// A product up for two minutes, with these terms instead of the usual ones; null leaves one out.
fn product_with(terms: &Value) -> Value {
    let mut body = product(Duration::from_mins(2));
    for (name, value) in terms.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

/// Somebody whom an operator has made an admin.
async fn admin(server: &Server, database: &Database) -> User {
    let admin = User::sign_up(server, "root").await;
    let user_id = database.id(&admin.id);
    let text = format!("update users set is_admin = true where user_id = {user_id}");
    assert_eq!(database.execute(&text).await, 1);
    admin
}

/// What admins did and read, newest first: the action, and what was said with it.
async fn audited(admin: &User) -> Vec<(String, String)> {
    let page = admin.get("/admin/audit?limit=100").await.expect(200);
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = page["items"].as_array().unwrap();
    rows.iter().map(|row| (text(row, "action"), text(row, "detail"))).collect()
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
