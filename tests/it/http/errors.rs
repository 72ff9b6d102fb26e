//! Every refusal is a problem document, whoever makes it.

use std::time::Duration;

use serde_json::{Value, json};

use super::fields_of;
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::http::{Answer, Request};
use crate::support::server::Server;

const SOME_ID: &str = "0190b0a0-0000-7000-8000-000000000001";

#[tokio::test]
async fn every_refusal_is_a_problem_document_with_its_trace_id() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let bids = format!("/products/{SOME_ID}/bids");
    let product = format!("/products/{SOME_ID}");
    let events = format!("/products/{SOME_ID}/events");
    let table: [(&str, &str, u16, &str); 21] = [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/products/7/8/9", 404, "not_found"),
        ("GET", &product, 404, "not_found"),
        ("GET", &bids, 404, "not_found"),
        ("GET", &events, 404, "not_found"),
        ("GET", "/products/7", 400, "malformed_id"),
        ("GET", "/products/%ff", 400, "malformed_id"),
        ("GET", "/products/x/events", 400, "malformed_id"),
        ("POST", "/products/x/bids", 400, "malformed_id"),
        ("DELETE", "/products", 405, "method_not_allowed"),
        ("PUT", "/users/me", 405, "method_not_allowed"),
        ("GET", "/users/loginuser", 405, "method_not_allowed"),
        ("POST", "/users/loginuser", 415, "unsupported_media_type"),
        ("POST", "/products/", 415, "unsupported_media_type"),
        ("POST", &bids, 400, "malformed_json"),
        ("POST", "/products/x/buy", 400, "malformed_id"),
        ("PATCH", "/products/x", 400, "malformed_id"),
        ("PATCH", "/products/", 405, "method_not_allowed"),
        ("GET", "/products?limit=0", 422, "validation_failed"),
        ("GET", "/products?color=red", 422, "validation_failed"),
        ("GET", "/products/ws/subscribe/x", 400, "malformed_id"),
    ];
    for (method, path, status, code) in table {
        let answer = eva.send(Request::new(method, &format!("/api/v1{path}"))).await;
        is_problem(&answer, status, code);
        let with_slash = path.replacen('?', "/?", 1);
        if with_slash != path {
            let answer = eva.send(Request::new(method, &format!("/api/v1{with_slash}"))).await;
            is_problem(&answer, status, code);
        }
    }
    let outside = Request::new("GET", "/api/v2/products").send(server.address()).await.unwrap();
    is_problem(&outside, 404, "not_found");
    let method = eva.send(Request::new("DELETE", "/api/v1/products")).await;
    let allowed = method.header("Allow").unwrap();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
}

#[tokio::test]
async fn a_body_that_is_not_one_json_object_is_refused() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "visitor");
    let good = r#"{"email":"eva@example.org","password":"12345678"}"#;
    let large = format!(r#"{{"email":"{}"}}"#, "x".repeat(70_000));
    let huge = format!(r#"{{"email":"{}"}}"#, "x".repeat(900_000));
    let table = [
        ("application/json", good, 401, "invalid_credentials"),
        ("application/json; charset=utf-8", good, 401, "invalid_credentials"),
        ("Application/JSON", good, 401, "invalid_credentials"),
        ("application/x-www-form-urlencoded", good, 415, "unsupported_media_type"),
        ("text/plain", good, 415, "unsupported_media_type"),
        ("application/jsonx", good, 415, "unsupported_media_type"),
        ("application/json", "", 400, "malformed_json"),
        ("application/json", "{", 400, "malformed_json"),
        ("application/json", "null", 400, "malformed_json"),
        ("application/json", r#""eva""#, 400, "malformed_json"),
        ("application/json", r#"["eva@example.org","12345678",false]"#, 400, "malformed_json"),
        ("application/json", r#"{"email":"a","email":"b"}"#, 400, "malformed_json"),
        ("application/json", r#"{"email":"a"}{"email":"b"}"#, 400, "malformed_json"),
        ("application/json", r#"{"email":'a'}"#, 400, "malformed_json"),
        ("application/json", r#"{"email":NaN}"#, 400, "malformed_json"),
        ("application/json", &large, 413, "payload_too_large"),
        ("application/json", &huge, 413, "payload_too_large"),
    ];
    for (media_type, body, status, code) in table {
        let request = Request::new("POST", "/api/v1/users/loginuser")
            .header("Content-Type", media_type)
            .body(body.as_bytes().to_vec());
        is_problem(&visitor.send(request).await, status, code);
    }
    let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let request = Request::new("POST", "/api/v1/users/loginuser")
        .header("Content-Type", "application/json")
        .body(deep.into_bytes());
    let answer = visitor.send(request).await;
    assert!([400, 422].contains(&answer.status), "{}", answer.body);
}

#[tokio::test]
async fn fields_of_the_wrong_shape_are_named() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let bids = format!("/products/{SOME_ID}/bids");
    let table: [(&str, Value, &[&str]); 7] = [
        ("/users/loginuser", json!({"mail": "x"}), &["mail"]),
        ("/users/loginuser", json!({"remember": "yes", "email": 1}), &["email", "remember"]),
        ("/products/", json!({"baseprice": true, "increment": [1]}), &["baseprice", "increment"]),
        ("/products/", json!({"anonymous_bidders": "no"}), &["anonymous_bidders"]),
        (&bids, json!({"maximum": "5.00"}), &["maximum"]),
        (&bids, json!({"amount": {"value": 5}}), &["amount"]),
        (&bids, json!({"amount": "5", "not_after": 5, "hidden": 1}), &["hidden", "not_after"]),
    ];
    for (path, body, wanted) in table {
        let answer = eva.post(path, &body).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{path} {body}");
    }
    let mut wrong = product(Duration::from_mins(1));
    wrong["baseprice"] = true.into();
    let body = eva.post("/products/", &wrong).await.refused(422, "validation_failed");
    let why = body["errors"]["baseprice"][0].as_str().unwrap();
    assert!(why.starts_with("must be a decimal string"), "{why}");
    // The names are the sender's: they come back short, and harmless.
    let name = "\u{1b}[31m".repeat(100);
    let answer = eva.post("/users/loginuser", &json!({name: 1})).await;
    let fields = fields_of(answer, 422, "validation_failed");
    assert_eq!(fields[0].chars().count(), 64);
}

#[tokio::test]
async fn a_server_says_nothing_of_its_inside() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    database.execute("alter table auction_bidders rename to lost").await;
    let answer = eva.get("/products?status=open").await;
    is_problem(&answer, 500, "internal");
    let text = answer.body.to_string();
    assert!(!text.contains("auction_bidders") && !text.contains("sql"), "{text}");
    let trace_id = answer.body["trace_id"].as_str().unwrap();
    let log = server.log();
    let line = log.lines().find(|line| line.contains(trace_id) && line.contains("ERROR"));
    assert!(line.is_some_and(|line| line.contains("auction_bidders")), "{log}");
}

#[track_caller]
fn is_problem(answer: &Answer, status: u16, code: &str) {
    let body = &answer.body;
    assert_eq!(answer.status, status, "{body}");
    assert_eq!(answer.header("Content-Type"), Some("application/problem+json"), "{body}");
    assert_eq!(body["status"], status);
    assert_eq!(body["code"], code, "{body}");
    assert_eq!(body["type"], format!("urn:gobid:problem:{code}"));
    for member in ["title", "detail"] {
        assert!(!body[member].as_str().unwrap().is_empty(), "{body}");
    }
    let trace_id = body["trace_id"].as_str().unwrap();
    assert_eq!(trace_id.len(), 32);
    assert_eq!(answer.header("X-Trace-Id"), Some(trace_id));
}
