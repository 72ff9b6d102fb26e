//! People who use a server: sellers, bidders, visitors.
//!
//! They speak the documented wire, in plain JSON, and not through the clients.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use gobid_auction::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::http::{Answer, Request};
use super::server::Server;
use super::socket::{Refused, Socket};

/// The path that all of the API is under.
pub(crate) const API: &str = "/api/v1";

/// Somebody at a browser or a script, with cookies. Clones share them: the same person in another
/// window.
#[derive(Clone)]
pub(crate) struct User {
    address: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
    jar: Arc<Mutex<Jar>>,
}

#[derive(Default)]
struct Jar {
    cookies: BTreeMap<String, String>,
    csrf_token: Option<String>,
}

impl User {
    /// Somebody who has no account yet.
    pub(crate) fn visitor(server: &Server, name: &str) -> Self {
        Self::visitor_at(server.address(), name)
    }

    /// The same at `HOST:PORT`.
    pub(crate) fn visitor_at(address: &str, name: &str) -> Self {
        Self {
            address: address.to_owned(),
            id: String::new(),
            name: name.to_owned(),
            email: format!("{}@example.org", name.to_lowercase()),
            password: format!("the password of {name}"),
            jar: Arc::default(),
        }
    }

    /// Somebody who has signed up and logged in.
    pub(crate) async fn sign_up(server: &Server, name: &str) -> Self {
        let mut user = Self::visitor(server, name);
        let Self { name, email, password, .. } = &user;
        let body = json!({"user_name": name, "email": email, "password": password});
        let body = user.post("/users/signupuser", &body).await.expect(201);
        body["user_id"].as_str().unwrap().clone_into(&mut user.id);
        user.log_in().await.expect(200);
        user
    }

    /// The same person at another server, with the same cookies, as behind a load balancer.
    pub(crate) fn at(&self, server: &Server) -> Self {
        Self { address: server.address().to_owned(), ..self.clone() }
    }

    /// The same person on another machine, not logged in.
    pub(crate) fn elsewhere(&self) -> Self {
        Self { jar: Arc::default(), ..self.clone() }
    }

    pub(crate) async fn log_in(&self) -> Answer {
        let body = json!({"email": self.email, "password": self.password});
        let answer = self.post("/users/loginuser", &body).await;
        self.jar.lock().unwrap().csrf_token = answer.body["csrf_token"].as_str().map(str::to_owned);
        answer
    }

    pub(crate) async fn log_out(&self) -> Answer {
        let answer = self.post("/users/logout", &json!({})).await;
        self.jar.lock().unwrap().csrf_token = None;
        answer
    }

    /// Puts a product up (see `product`) and gives its id.
    pub(crate) async fn create_product(&self, product: &Value) -> String {
        let body = self.post("/products/", product).await.expect(201);
        body["product_id"].as_str().unwrap().to_owned()
    }

    /// What anybody sees of a product, and what its viewer sees of himself.
    pub(crate) async fn product(&self, product_id: &str) -> Value {
        self.get(&format!("/products/{product_id}")).await.expect(200)
    }

    /// All events of an auction after a seq, page by page.
    pub(crate) async fn events(&self, product_id: &str, mut after_seq: u64) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let path = format!("/products/{product_id}/events?after_seq={after_seq}&limit=100");
            let mut page = self.get(&path).await.expect(200);
            let Value::Array(items) = page["items"].take() else { panic!("no items: {page}") };
            let Some(last) = items.last() else {
                return events;
            };
            after_seq = last["seq"].as_u64().unwrap();
            events.extend(items);
        }
    }

    /// A firm bid over REST.
    pub(crate) async fn place_bid_rest(
        &self,
        product_id: &str,
        amount: &str,
        request_id: Uuid,
    ) -> Answer {
        let answer = self.try_bid_rest(product_id, &json!({"amount": amount}), request_id).await;
        answer.unwrap()
    }

    /// Any bid over REST; an error when no answer came.
    pub(crate) async fn try_bid_rest(
        &self,
        product_id: &str,
        bid: &Value,
        request_id: Uuid,
    ) -> io::Result<Answer> {
        let request = Request::new("POST", &format!("{API}/products/{product_id}/bids"));
        let request = request.header("Idempotency-Key", &request_id.to_string());
        self.try_send(request.json(bid)).await
    }

    /// Watches a product from its snapshot on.
    pub(crate) async fn subscribe(&self, product_id: &str) -> Socket {
        self.try_subscribe(product_id, "").await.unwrap()
    }

    /// Watches a product on from a seq of an epoch.
    pub(crate) async fn resume(&self, product_id: &str, epoch: &str, after_seq: u64) -> Socket {
        let query = format!("?after_seq={after_seq}&epoch={epoch}");
        self.try_subscribe(product_id, &query).await.unwrap()
    }

    /// Watches a product, with any query; an error when there is no server or it refuses.
    pub(crate) async fn try_subscribe(
        &self,
        product_id: &str,
        query: &str,
    ) -> Result<Socket, Refused> {
        let path = format!("{API}/products/ws/subscribe/{product_id}{query}");
        Socket::open(&self.address, &path, self.cookies().as_deref()).await
    }

    /// GET of a path under the API.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::new("GET", &format!("{API}{path}"))).await
    }

    /// POST to a path under the API.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Request::new("POST", &format!("{API}{path}")).json(body)).await
    }

    /// Any request, with cookies and CSRF token.
    pub(crate) async fn send(&self, request: Request) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// Any request, with cookies and CSRF token; an error when no answer came.
    pub(crate) async fn try_send(&self, mut request: Request) -> io::Result<Answer> {
        if request.changes_something() {
            request = request.header("X-CSRF-Token", &self.csrf_token().await?);
        }
        self.try_send_without_token(request).await
    }

    /// Any request, with cookies alone.
    pub(crate) async fn try_send_without_token(&self, mut request: Request) -> io::Result<Answer> {
        if let Some(cookies) = self.cookies() {
            request = request.header("Cookie", &cookies);
        }
        let answer = request.send(&self.address).await?;
        let mut jar = self.jar.lock().unwrap();
        answer.all_headers("Set-Cookie").for_each(|cookie| jar.keep(cookie));
        // Another session comes with its token.
        if let Some(token) = answer.body["csrf_token"].as_str() {
            jar.csrf_token = Some(token.to_owned());
        }
        Ok(answer)
    }

    /// The `Cookie` header that this person sends.
    pub(crate) fn cookies(&self) -> Option<String> {
        let jar = self.jar.lock().unwrap();
        let pairs: Vec<String> =
            jar.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    async fn csrf_token(&self) -> io::Result<String> {
        if let Some(token) = &self.jar.lock().unwrap().csrf_token {
            return Ok(token.clone());
        }
        let request = Request::new("GET", &format!("{API}/csrftoken"));
        let body = self.try_send_without_token(request).await?.expect(200);
        let token = body["csrf_token"].as_str().unwrap().to_owned();
        self.jar.lock().unwrap().csrf_token = Some(token.clone());
        Ok(token)
    }
}

impl Jar {
    fn keep(&mut self, set_cookie: &str) {
        let mut parts = set_cookie.split(';').map(str::trim);
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).unwrap();
        if value.is_empty() || parts.any(|part| part.eq_ignore_ascii_case("max-age=0")) {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// A product as its seller describes it: an English auction in steps of 1.00 from 100.00 on, that
/// starts at once. Change what the test is about: `product["increment"] = …`.
pub(crate) fn product(ends_in: Duration) -> Value {
    json!({
        "product_name": "Leica M3 double-stroke, 1955",
        "description": "Overhauled in 2023, light wear on the top plate.",
        "baseprice": "100.00",
        "increment": "1.00",
        "auction_end": from_now(ends_in),
    })
}

/// A moment so long from now, as the wire has it.
pub(crate) fn from_now(span: Duration) -> String {
    now().plus(span).to_string()
}

/// What the clock of this machine says, which here is the server's and the database's too.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_micros(0)
        .plus(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap())
}
