//! Sign-up, login and profile.

use serde_json::{Value, json};

use super::{fields_of, send};
use crate::support::actors::User;
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(
    a_user_signs_up_logs_in_and_sees_a_profile,
    all_faults_of_a_sign_up_are_named_at_once,
    a_name_and_an_email_are_taken_whatever_their_case,
    a_login_says_nothing_of_who_is_signed_up,
    a_suspended_user_can_do_nothing,
);

async fn a_user_signs_up_logs_in_and_sees_a_profile(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::visitor(&server, "Eva");
    let body = json!({
        "user_name": "Eva_7.x-y", "email": "  EVA@Example.ORG ", "password": "пароль с пробелами",
        "bio": "Collects cameras.",
    });
    let made = send(&eva, "POST", "/users/signupuser", &body).await.expect(201);
    eva.get("/users/me").await.refused(401, "unauthenticated");

    let login = json!({"email": "eva@example.org", "password": "пароль с пробелами"});
    let answer = send(&eva, "POST", "/users/loginuser", &login).await.expect(200);
    assert_eq!(answer["user_id"], made["user_id"]);
    assert_eq!(answer["user_name"], "Eva_7.x-y");
    assert!(answer["message"].is_string() && answer["csrf_token"].is_string());

    let profile = eva.get("/users/me").await.expect(200);
    assert_eq!(profile["user_id"], made["user_id"]);
    assert_eq!(profile["email"], "eva@example.org");
    assert_eq!(profile["bio"], "Collects cameras.");
    assert_eq!(profile["is_admin"], false);
    assert!(profile.get("password_hash").is_none());
    let hash =
        "select count(*) from users where password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'";
    assert_eq!(database.number(hash).await, 1);
}

async fn all_faults_of_a_sign_up_are_named_at_once(database: Database) {
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "nobody");
    let long = |count| "x".repeat(count);
    let good = json!({"user_name": "eva", "email": "eva@example.org", "password": "12345678"});
    let table: [(Value, &[&str]); 14] = [
        (json!({}), &["email", "password", "user_name"]),
        (
            json!({"user_name": "e", "email": "e", "password": "e", "bio": long(256)}),
            &["bio", "email", "password", "user_name"],
        ),
        (json!({"user_name": "eva\u{1b}[31m"}), &["user_name"]),
        (json!({"user_name": long(51)}), &["user_name"]),
        (json!({"user_name": "eva smith"}), &["user_name"]),
        (json!({"email": "eva@"}), &["email"]),
        (json!({"email": "eva@example.org\r\nBcc: all@example.org"}), &["email"]),
        (json!({"password": "1234567"}), &["password"]),
        (json!({"password": long(129)}), &["password"]),
        (json!({"bio": "line\nline"}), &["bio"]),
        (json!({"bio": 7}), &["bio"]),
        (json!({"is_admin": true}), &["is_admin"]),
        (json!({"user_name": null, "email": ["a"]}), &["email", "user_name"]),
        (json!({"user_id": "x", "admin": 1}), &["admin", "user_id"]),
    ];
    for (change, wanted) in table {
        let body = if change == json!({}) { change } else { with(&good, &change) };
        let answer = send(&visitor, "POST", "/users/signupuser", &body).await;
        assert_eq!(fields_of(answer, 422, "validation_failed"), wanted, "{body}");
    }
    assert_eq!(database.number("select count(*) from users").await, 0);
}

async fn a_name_and_an_email_are_taken_whatever_their_case(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    let table = [
        ("EVA", "other@example.org", &["user_name"][..]),
        ("other", "EVA@EXAMPLE.ORG", &["email"]),
        ("Eva", " Eva@example.org", &["email", "user_name"]),
    ];
    for (user_name, email, wanted) in table {
        let body = json!({"user_name": user_name, "email": email, "password": "12345678"});
        let answer = send(&eva, "POST", "/users/signupuser", &body).await;
        assert_eq!(fields_of(answer, 409, "already_exists"), wanted, "{user_name} {email}");
    }
    assert_eq!(database.number("select count(*) from users").await, 1);
}

async fn a_login_says_nothing_of_who_is_signed_up(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await.elsewhere();
    let attempts = [
        ("eva@example.org", "the wrong password"),
        ("nobody@example.org", "the password of eva"),
        ("", ""),
        ("eva@example.org", ""),
    ];
    let mut answers = Vec::new();
    for (email, password) in attempts {
        let body = json!({"email": email, "password": password});
        let mut body =
            send(&eva, "POST", "/users/loginuser", &body).await.refused(401, "invalid_credentials");
        body["trace_id"].take();
        answers.push(body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    eva.get("/users/me").await.refused(401, "unauthenticated");
    assert_eq!(database.number("select count(*) from sessions").await, 1, "that of the sign-up");
}

async fn a_suspended_user_can_do_nothing(database: Database) {
    let server = Server::start(&database).await;
    let eva = User::sign_up(&server, "eva").await;
    database.execute("update users set suspended_at = 1").await;
    eva.get("/users/me").await.refused(403, "suspended");
    send(&eva, "POST", "/products/", &json!({})).await.refused(403, "suspended");
    eva.elsewhere().log_in().await.refused(403, "suspended");
    let wrong = json!({"email": eva.email, "password": "wrong wrong"});
    let wrong = send(&eva.elsewhere(), "POST", "/users/loginuser", &wrong).await;
    wrong.refused(401, "invalid_credentials");
    eva.log_out().await.expect(200);
}

fn with(good: &Value, change: &Value) -> Value {
    let mut body = good.clone();
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}
