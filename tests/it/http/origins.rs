//! What keeps pages of other sites from speaking for whoever is logged in.

use serde_json::json;

use super::{raw, send};
use crate::support::actors::User;
use crate::support::database::{Backend, Database};
use crate::support::http::{Answer, Request};
use crate::support::server::{Server, Setup};

const LOG_OUT: &str = "/api/v1/users/logout";

#[tokio::test]
async fn a_write_needs_the_token_of_its_own_session() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let visitor = User::visitor(&server, "visitor");
    let of_visitor = token(&visitor.get("/csrftoken").await);
    let eva = User::sign_up(&server, "eva").await;
    let bob = User::sign_up(&server, "bob").await;
    let of_bob = token(&bob.get("/csrftoken").await);
    let of_eva = token(&eva.get("/csrftoken").await);
    let odd = of_eva.get(..63).unwrap();
    for wrong in [None, Some(""), Some("x"), Some(&of_visitor), Some(&of_bob), Some(odd)] {
        let mut request = Request::new("POST", LOG_OUT).json(&json!({}));
        if let Some(token) = wrong {
            request = request.header("X-CSRF-Token", token);
        }
        let answer = eva.try_send_without_token(request).await.unwrap();
        let body = answer.refused(403, "csrf_token_invalid");
        assert!(body["detail"].as_str().unwrap().contains("/api/v1/csrftoken"), "{body}");
    }
    let request = Request::new("POST", LOG_OUT).json(&json!({})).header("X-CSRF-Token", &of_eva);
    eva.try_send_without_token(request).await.unwrap().expect(200);
}

#[tokio::test]
async fn sign_up_and_login_need_a_token_too() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    for path in ["/users/signupuser", "/users/loginuser"] {
        let request = Request::new("POST", &format!("/api/v1{path}")).json(&json!({}));
        request.send(server.address()).await.unwrap().refused(403, "csrf_token_invalid");
    }
    // Whoever's session has ended is told to log in, not to fetch a token.
    let eva = User::sign_up(&server, "eva").await;
    database.execute("delete from sessions").await;
    eva.log_out().await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_page_of_another_site_is_refused_whatever_its_token() {
    let database = Database::new(Backend::Sqlite).await;
    let setup = Setup::on(database.url()).args(&["--allowed-origins", "https://Shop.example/"]);
    let server = setup.start().await;
    let own = server.url().to_owned();
    let table: [(&[(&str, &str)], bool); 9] = [
        (&[], true),
        (&[("Origin", &own)], true),
        (&[("Origin", "https://shop.example"), ("Sec-Fetch-Site", "cross-site")], true),
        (&[("Sec-Fetch-Site", "same-origin")], true),
        (&[("Sec-Fetch-Site", "cross-site")], false),
        (&[("Origin", "https://evil.example")], false),
        (&[("Origin", "null")], false),
        (&[("Origin", "http://shop.example")], false),
        (&[("Origin", "http://localhost:1")], false),
    ];
    for (headers, allowed) in table {
        let visitor = User::visitor(&server, "visitor");
        let body = json!({"email": "eva@example.org", "password": "12345678"});
        let mut request = Request::new("POST", "/api/v1/users/loginuser").json(&body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = visitor.send(request).await;
        if allowed {
            answer.refused(401, "invalid_credentials");
        } else {
            let body = answer.refused(403, "forbidden");
            assert!(body["detail"].as_str().unwrap().contains("--base-url"), "{body}");
        }
    }
}

#[tokio::test]
async fn a_name_is_the_servers_own_when_it_can_mean_nothing_but_this_machine() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let table = [
        ("localhost:3080", "csrf_token_invalid"),
        ("127.0.0.9:3080", "csrf_token_invalid"),
        ("[::1]:3080", "csrf_token_invalid"),
        // Names that another site lets point to this machine.
        ("evil.example:3080", "forbidden"),
        ("127.0.0.1.evil.example", "forbidden"),
        ("192.168.0.1:3080", "forbidden"),
    ];
    for (host, code) in table {
        let request = format!(
            "POST {LOG_OUT} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let answer = raw(&server, request.as_bytes()).await;
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{host}: {answer}");
    }
}

#[tokio::test]
async fn a_named_origin_gets_cors_without_cookies_and_no_other_does() {
    let database = Database::new(Backend::Sqlite).await;
    let setup = Setup::on(database.url()).args(&["--allowed-origins", "https://shop.example"]);
    let server = setup.start().await;
    let preflight = |origin: &str| {
        let request =
            Request::new("OPTIONS", "/api/v1/products/0190b0a0-0000-7000-8000-000000000001/bids")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,idempotency-key");
        let address = server.address().to_owned();
        async move { request.send(&address).await.unwrap() }
    };
    let answer = preflight("https://shop.example").await;
    assert_eq!(answer.header("Access-Control-Allow-Origin"), Some("https://shop.example"));
    let allowed = answer.header("Access-Control-Allow-Headers").unwrap();
    for header in ["authorization", "idempotency-key", "if-none-match", "content-type"] {
        assert!(allowed.contains(header), "{allowed}");
    }
    assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
    let answer = preflight("https://evil.example").await;
    assert_eq!(answer.header("Access-Control-Allow-Origin"), None);

    let list = Request::new("GET", "/api/v1/products").header("Origin", "https://shop.example");
    let answer = list.send(server.address()).await.unwrap();
    let exposed = answer.header("Access-Control-Expose-Headers").unwrap();
    for header in ["etag", "retry-after", "x-trace-id"] {
        assert!(exposed.contains(header), "{exposed}");
    }
}

#[tokio::test]
async fn behind_tls_the_cookies_are_secure_and_of_this_host_alone() {
    let database = Database::new(Backend::Sqlite).await;
    let setup = Setup::on(database.url()).args(&["--base-url", "https://auctions.example"]);
    let server = setup.start().await;
    let eva = User::visitor(&server, "eva");
    let token = eva.get("/csrftoken").await;
    let cookie = token.header("Set-Cookie").unwrap();
    assert!(cookie.starts_with("__Host-gobid_anonymous=") && cookie.contains("Secure"), "{cookie}");
    let body = json!({"user_name": "eva", "email": eva.email, "password": eva.password});
    send(&eva, "POST", "/users/signupuser", &body).await.expect(201);
    let answer = eva.log_in().await;
    let cookie = answer.header("Set-Cookie").unwrap();
    assert!(cookie.starts_with("__Host-gobid_session=") && cookie.contains("Secure"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");

    let log_out = |origin: &str| {
        let request = Request::new("POST", LOG_OUT).json(&json!({})).header("Origin", origin);
        let eva = eva.clone();
        async move { eva.send(request).await }
    };
    log_out(server.url()).await.refused(403, "forbidden");
    let answer = log_out("https://auctions.example").await;
    let removal = answer.header("Set-Cookie").unwrap().to_owned();
    // Without Secure and the path a browser would not let a `__Host-` cookie go.
    assert!(removal.starts_with("__Host-gobid_session=;"), "{removal}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=0"] {
        assert!(removal.split("; ").any(|part| part == attribute), "{removal}");
    }
    answer.expect(200);
}

/// Whoever keeps the cookie of a session that is over can log in and sign up with the token that
/// is given to him, and is told to log in for everything else.
#[tokio::test]
async fn a_cookie_whose_session_is_over_is_in_nobodys_way() {
    let ends = ["delete from sessions", "update sessions set expires_at = created_at"];
    for (end, base_url) in ends.into_iter().zip(["http://127.0.0.1:1", "https://auctions.example"])
    {
        let database = Database::new(Backend::Sqlite).await;
        let server = Setup::on(database.url()).args(&["--base-url", base_url]).start().await;
        let eva = User::sign_up(&server, "eva").await;
        let over = eva.cookies().unwrap();
        database.execute(end).await;
        let get = Request::new("GET", "/api/v1/csrftoken").header("Cookie", &over);
        let token = token(&get.send(server.address()).await.unwrap());
        let post = |path: &str, cookies: &str, body: &serde_json::Value| {
            let request = Request::new("POST", &format!("/api/v1{path}"))
                .header("Cookie", cookies)
                .header("X-CSRF-Token", &token)
                .json(body);
            let address = server.address().to_owned();
            async move { request.send(&address).await.unwrap() }
        };
        post("/users/logout", &over, &json!({})).await.refused(401, "unauthenticated");
        let login = json!({"email": eva.email, "password": eva.password});
        let answer = post("/users/loginuser", &over, &login).await;
        let alive = answer.header("Set-Cookie").unwrap().split(';').next().unwrap().to_owned();
        answer.expect(200);
        let body = json!({"user_name": "bob", "email": "bob@example.org", "password": "12345678"});
        post("/users/signupuser", &over, &body).await.expect(201);
        // The visitor's token is no token of a session that is alive.
        let visitor = over.split("; ").find(|cookie| cookie.contains("anonymous")).unwrap();
        let both = format!("{alive}; {visitor}");
        post("/users/logout", &both, &json!({})).await.refused(403, "csrf_token_invalid");
    }
}

fn token(answer: &Answer) -> String {
    answer.body["csrf_token"].as_str().unwrap().to_owned()
}
