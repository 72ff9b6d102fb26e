//! What users have and admins do about users, as commands ask for it; and an API token in place of a
//! login. The server here says what the wire says; the real one is asked elsewhere.

use serde_json::{Value, json};

use super::fake::Fake;
use super::shell::Shell;
use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;

const HEAD: &str = "200 OK\r\nContent-Type: application/json";
const TOKEN: &str = "gbt_secret";
const ID: &str = "0190b0a0-0000-7000-8000-000000000001";
const AT: &str = "2030-01-31T18:00:00.000Z";

/// A shell with a token, at a server that answers everything so.
async fn at(answer: &Value) -> (Fake, Shell) {
    let fake = Fake::start(HEAD, &answer.to_string()).await;
    let shell = Shell::new().env("GOBID_SERVER", fake.url()).env("GOBID_TOKEN", TOKEN);
    (fake, shell)
}

fn page(item: &Value) -> Value {
    json!({"items": [item], "next_cursor": null})
}

fn user(name: &str) -> Value {
    json!({
        "user_id": ID, "user_name": name, "email": "eva@example.org", "bio": "A \u{1b}[31mbidder.",
        "is_admin": false, "suspended_at": null, "created_at": AT,
    })
}

fn token() -> Value {
    json!({
        "token_id": ID, "name": "sniper", "scopes": ["bid", "read"], "created_at": AT,
        "last_used_at": null, "expires_at": AT, "max_offer": "500.00", "currency": "USD",
    })
}

fn session() -> Value {
    json!({
        "session_id": ID, "current": true, "device": "gobid/0.1.0", "address": "192.0.2.7",
        "since": AT, "last_seen_at": AT, "expires_at": AT, "remember": true, "sockets": [],
    })
}

/// A product as a real server shows it, so that it has every field there is.
async fn product_view() -> Value {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let id = seller.create_product(&product(super::HOUR)).await;
    seller.elsewhere().product(&id).await
}

#[tokio::test]
async fn what_is_asked_for_is_asked_as_the_wire_has_it() {
    let product = product_view().await;
    let bid = json!({"my_status": "outbid", "max_amount": "120.00", "product": product});
    let mut secret = token();
    secret["token"] = "gbt_new".into();
    let audit = json!({
        "audit_id": ID, "at": AT, "admin": {"user_id": ID, "user_name": "Root"},
        "action": "suspend", "product_id": null, "user": {"user_id": ID, "user_name": "Eva"},
        "detail": "A stolen account.",
    });
    let table: [(Value, &[&str], &str); 9] = [
        (page(&bid), &["bid", "mine"], "GET /api/v1/users/me/bids?limit=50 "),
        (page(&product), &["watchlist", "list"], "GET /api/v1/users/me/watchlist?limit=50 "),
        (
            json!({"product_id": ID, "since": AT}),
            &["watchlist", "add", ID],
            &format!("PUT /api/v1/users/me/watchlist/{ID} "),
        ),
        (
            page(&product),
            &["product", "list", "--mine", "--reference", "R1"],
            "GET /api/v1/users/me/products?reference=R1&limit=50 ",
        ),
        (page(&session()), &["user", "sessions"], "GET /api/v1/users/me/sessions?limit=50 "),
        (page(&token()), &["user", "tokens", "list"], "GET /api/v1/users/me/tokens?limit=50 "),
        (
            secret,
            &["user", "tokens", "create", "--scope", "read,bid", "--max-offer", "500"],
            "POST /api/v1/users/me/tokens ",
        ),
        (
            page(&user("Eva")),
            &["admin", "users", "--search", "eva"],
            "GET /api/v1/admin/users?q=eva&limit=50 ",
        ),
        (page(&audit), &["admin", "audit"], "GET /api/v1/admin/audit?limit=50 "),
    ];
    for (answer, args, wanted) in table {
        let (fake, shell) = at(&answer).await;
        let more: &[&str] =
            if args.contains(&"--max-offer") { &["--currency", "usd"] } else { &[] };
        // No text of strangers acts on a terminal.
        assert!(!shell.ok(&[args, more].concat()).await.contains('\u{1b}'));
        let requests = fake.requests();
        let [request] = &*requests else { panic!("{args:?}: {requests:?}") };
        assert!(request.starts_with(wanted), "{request}");
        assert!(request.contains(&format!("authorization: Bearer {TOKEN}\r\n")), "{request}");
        assert!(!request.to_lowercase().contains("csrf"), "{request}");
    }
}

/// The body of a request.
fn body(request: &str) -> Value {
    let (_head, body) = request.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or(Value::Null)
}

#[tokio::test]
async fn what_is_changed_is_sent_as_the_wire_has_it() {
    let of_session = format!("DELETE /api/v1/users/me/sessions/{ID} ");
    let of_token = format!("DELETE /api/v1/users/me/tokens/{ID} ");
    let of_product = format!("DELETE /api/v1/users/me/watchlist/{ID} ");
    let create = ["user-create", "--user-name", "Eva", "--email", " Eva@example.org"];
    let made =
        json!({"message": "done", "csrf_token": "t", "user_id": ID, "one_time_password": "p"});
    let table: [(&[&str], &str, Value); 5] = [
        (&["user", "sessions", "end", ID], &of_session, Value::Null),
        (&["user", "tokens", "revoke", ID], &of_token, Value::Null),
        (&["watchlist", "rm", ID], &of_product, Value::Null),
        (
            &["user", "password", "--password-stdin"],
            "POST /api/v1/users/me/password ",
            json!({"current_password": "the old one", "new_password": "the new one"}),
        ),
        (
            &[&["admin"][..], &create].concat(),
            "POST /api/v1/admin/users ",
            json!({"user_name": "Eva", "email": "eva@example.org"}),
        ),
    ];
    for (args, wanted, sent) in table {
        let (fake, shell) = at(&made).await;
        let ran = shell.run_with(args, "the old one\nthe new one\n").await;
        let requests = fake.requests();
        assert_eq!(requests.len(), 1, "{args:?} {}", ran.stderr);
        assert!(requests[0].starts_with(wanted), "{}", requests[0]);
        assert_eq!(body(&requests[0]), sent, "{args:?}");
        let printed = ran.ok();
        assert_eq!(printed.contains("one_time_password\tp"), args.contains(&"user-create"));
    }
    let (_fake, shell) = at(&made).await;
    let args = ["user", "password", "--password-stdin", "-o", "json"];
    let error = shell.run_with(&args, "one alone\n").await.refused(2, "usage");
    assert!(error["detail"].as_str().unwrap().contains("each on a line"), "{error}");
    // A session is not what a token is.
    shell.run(&["user", "logout", "-o", "json"]).await.refused(2, "usage");
}

#[tokio::test]
async fn a_token_is_good_for_one_server_alone() {
    let (fake, shell) = at(&user("Eva")).await;
    let (other, _) = at(&user("Eva")).await;
    let whoami = ["user", "whoami", "-o", "json"];
    shell.run(&whoami).await.ok();
    // The one that the environment names beside it.
    let args = [&whoami[..], &["--server", other.url()]].concat();
    shell.run(&args).await.refused(4, "not_logged_in");
    assert_eq!((fake.requests().len(), other.requests().len()), (1, 0));
    // Where it names none, the one that is meant.
    let shell = shell.without("GOBID_SERVER");
    shell.run(&args).await.ok();
    assert_eq!(other.requests().len(), 1);

    let file = shell.file("token", &format!("{TOKEN}\n"));
    let shell = shell.without("GOBID_TOKEN").env("GOBID_TOKEN_FILE", &file);
    shell.run(&args).await.ok();
    assert!(other.requests()[1].contains(&format!("Bearer {TOKEN}")), "{:?}", other.requests());
    shell.file("token", "gobid_session=s");
    let error = shell.run(&args).await.refused(3, "config");
    assert!(error["detail"].as_str().unwrap().contains("GOBID_TOKEN_FILE"), "{error}");
    assert!(!error.to_string().contains("gobid_session"), "{error}");
    let shell = shell.env("GOBID_TOKEN_FILE", "nowhere");
    shell.run(&args).await.refused(1, "input");
}
