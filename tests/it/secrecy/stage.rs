//! One run of an auction: its servers, its people, and all that those see of it who do not know the
//! secret.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::cases::Case;
use super::transcript::{Channel, Transcript};
use super::watcher::Watcher;
use super::{reading, server_log};
use crate::support::actors::{API, User, product};
use crate::support::database::{Backend, Database};
use crate::support::http::{Answer, Request};
use crate::support::server::{Server, Setup};

/// Longer than any run.
const ENDS_IN: Duration = Duration::from_mins(30);

/// All that our crates log, and what the others tell at this level.
const LOG: &str = "debug,gobid_api=trace,gobid_auction=trace,gobid_server=trace,\
                   gobid_server_planted=trace,gobid_store=trace";

/// One who has no account.
pub(super) const VISITOR: &str = "visitor";
/// The seller, and an admin.
pub(super) const SELLER: &str = "sue";
pub(super) const ADMIN: &str = "root";
/// Bidders, and one who is logged in and never bids.
pub(super) const OLGA: &str = "olga";
pub(super) const OTTO: &str = "otto";
pub(super) const RICK: &str = "rick";
pub(super) const IDLE: &str = "nell";

const USERS: [&str; 6] = [SELLER, ADMIN, OLGA, OTTO, RICK, IDLE];

/// One run of an auction.
pub(super) struct Stage {
    case: Case,
    database: Database,
    /// On PostgreSQL two: what is done is done at the first.
    pub(super) servers: Vec<Server>,
    people: BTreeMap<&'static str, User>,
    pub(super) product_id: String,
    /// Another product of the seller's, in the same lists.
    pub(super) other_id: String,
    /// The sockets of those who do not know the secret, and of those who do.
    watchers: Vec<Watcher>,
    knowing: Vec<Watcher>,
    epoch: String,
    /// The requests of those who know: the server's log may tell that they were there.
    hidden_requests: BTreeSet<String>,
    is_closed: bool,
    /// The tag that one had at the last look.
    pub(super) tags: BTreeMap<String, String>,
    pub(super) transcript: Transcript,
}

impl Stage {
    /// Everybody is there and watches, and nothing has been bid.
    pub(super) async fn set(
        case: Case,
        variant: usize,
        database: Database,
        bug: Option<&str>,
    ) -> Self {
        let mut servers = vec![start(&database, bug).await];
        if database.backend() == Backend::Postgres {
            servers.push(start(&database, bug).await);
        }
        let first = &servers[0];
        let signing_up = USERS.map(|name| async move { (name, User::sign_up(first, name).await) });
        let users = futures_util::future::join_all(signing_up).await;
        let mut people: BTreeMap<_, _> = users.into_iter().collect();
        people.insert(VISITOR, User::visitor(first, VISITOR));
        let admin_id = database.id(&people[ADMIN].id);
        database
            .execute(&format!("update users set is_admin = true where user_id = {admin_id}"))
            .await;
        let seller = &people[SELLER];
        let product_id = seller.create_product(&case.product(variant, ENDS_IN)).await;
        let other_id = seller.create_product(&product(2 * ENDS_IN)).await;

        let mut transcript = Transcript::default();
        for (name, user) in people.iter().filter(|(name, _)| **name != VISITOR) {
            transcript.names.give(&user.id, name);
        }
        transcript.names.give(&product_id, "the product");
        transcript.names.give(&other_id, "the other product");
        let (watchers, knowing, epoch) = (Vec::new(), Vec::new(), String::new());
        let (hidden_requests, tags) = (BTreeSet::new(), BTreeMap::new());
        let mut stage = Self {
            case,
            database,
            servers,
            people,
            product_id,
            other_id,
            watchers,
            knowing,
            epoch,
            hidden_requests,
            is_closed: false,
            tags,
            transcript,
        };
        stage.watch_all().await;
        stage
    }

    /// Everybody who does not know the secret.
    pub(super) fn others(&self) -> Vec<&'static str> {
        let know = self.case.known_to();
        self.people.keys().copied().filter(|name| !know.contains(name)).collect()
    }

    /// Whether what admins read of the log is compared: before the close, in some cases.
    pub(super) fn compares_admin_log(&self) -> bool {
        self.case.admin_may_not_tell() && !self.is_closed
    }

    /// Somebody, at one of the servers.
    pub(super) fn person(&self, name: &str, server: usize) -> User {
        self.people[name].at(&self.servers[server])
    }

    /// Where something is done to the product: `/bids`, or `/admin/extend`.
    pub(super) fn path(&self, of_product: &str) -> String {
        match of_product.strip_prefix("/admin") {
            Some(path) => format!("{API}/admin/products/{}{path}", self.product_id),
            None => format!("{API}/products/{}{of_product}", self.product_id),
        }
    }

    /// What everybody may know of something done: who did it sees the answer, and it is waited for
    /// until all have seen what came of it.
    pub(super) async fn openly(
        &mut self,
        name: &'static str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        let answer = self.send(name, method, path, &body).await;
        let what = self.transcript.names.shortened(&format!("{method} {path} {body}"));
        self.transcript.answer(Channel::Answers, name, &what, &answer);
        self.settle(name, &body, answer).await
    }

    /// The same of something that nobody may learn.
    pub(super) async fn secretly(
        &mut self,
        name: &'static str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        let answer = self.send(name, method, path, &body).await;
        self.hidden_requests.extend(answer.header("X-Trace-Id").map(str::to_owned));
        self.settle(name, &body, answer).await
    }

    /// A bid that everybody may know of, or that only its bidder knows, by who it is.
    pub(super) async fn bid(&mut self, name: &'static str, bid: Value) -> Value {
        self.as_known(name, "POST", "/bids", bid).await
    }

    /// What everybody may know of, or only who does it, when he knows the secret.
    pub(super) async fn as_known(
        &mut self,
        name: &'static str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        if self.case.known_to().contains(&name) {
            self.secretly(name, method, path, body).await
        } else {
            self.openly(name, method, path, body).await
        }
    }

    /// A bid over the socket of one who knows the secret.
    pub(super) async fn bid_on_socket(&mut self, name: &'static str, bid: Value) {
        let mut command = bid.clone();
        command["type"] = "place_bid".into();
        command["request_id"] = Uuid::new_v4().to_string().into();
        let request_id = command["request_id"].clone();
        let own = self.knowing.iter().find(|own| own.who.starts_with(name)).unwrap();
        own.send(command).await;
        let answer = own.sees("the answer", |frame| frame["request_id"] == request_id).await;
        assert_eq!(answer["type"], "bid_accepted");
        self.told_of(name, &bid).await;
    }

    /// An admin strikes the sealed amount of one who knows the secret, who alone is told.
    pub(super) async fn strike_sealed(&mut self, name: &'static str) {
        let user_id = self.people[name].id.clone();
        let own = || self.knowing.iter().filter(|own| own.who.starts_with(name));
        let told: Vec<_> = own().map(Watcher::yous).collect();
        let body = json!({"user_id": user_id, "reason": "The bidder was mistaken."});
        self.secretly(ADMIN, "POST", "/admin/void-bidder", body).await;
        let own = self.knowing.iter().filter(|own| own.who.starts_with(name));
        for (own, told) in own.zip(told) {
            own.sees_yous(told + 1).await;
        }
    }

    /// A bid on the other product.
    pub(super) async fn bid_on_other(&self, name: &str, amount: &str) {
        let key = Uuid::new_v4();
        self.people[name].place_bid_rest(&self.other_id, amount, key).await.expect(201);
    }

    /// The end is now; waits until everybody was told how it ended.
    pub(super) async fn close(&mut self) {
        self.is_closed = true;
        self.database.end_now(&self.product_id).await;
        self.over().await;
    }

    /// Waits until everybody was told that it is over, and every socket has ended.
    pub(super) async fn over(&mut self) {
        for watcher in self.watchers.iter_mut().chain(&mut self.knowing) {
            let last = watcher.ended().await.pop().unwrap_or_default();
            assert!(last.starts_with("closed with Some(1000)"), "{}: {last}", watcher.who);
        }
    }

    /// All that can be seen now, by everybody, at every server: what is read, what is refused, and
    /// what a socket begins with.
    pub(super) async fn look(&mut self) {
        reading::prices_have_followed(&self.database).await;
        for server in 0..self.servers.len() {
            for name in self.others() {
                reading::read_all(self, name, server).await;
            }
            for name in self.others() {
                reading::try_all(self, name, server).await;
            }
        }
    }

    /// The same while it goes on: more sockets are opened, and one is told no.
    pub(super) async fn look_live(&mut self) {
        self.look().await;
        let seq = self.people[VISITOR].product(&self.product_id).await["seq"].as_u64().unwrap();
        for server in 0..self.servers.len() {
            for (name, after) in [(VISITOR, None), (VISITOR, Some(seq)), (RICK, Some(seq - 1))] {
                let query = after.map(|seq| format!("?after_seq={seq}&epoch={}", self.epoch));
                let watcher = self.watch(name, server, &query.unwrap_or_default()).await;
                self.watchers.push(watcher);
            }
        }
        let bid = json!({"type": "place_bid", "request_id": Uuid::new_v4(), "amount": "1.00"});
        let rick = self.watchers.iter().find(|watcher| watcher.who.starts_with(RICK));
        if let Some(rick) = rick {
            rick.send(bid.clone()).await;
            rick.sees("a refusal", |frame| frame["request_id"] == bid["request_id"]).await;
        }
    }

    /// The run is over: the servers stop, the sockets end, and everything is in the transcript.
    pub(super) async fn end(mut self) -> Transcript {
        for server in &mut self.servers {
            assert!(server.terminate().await.success());
        }
        for watcher in &mut self.watchers {
            for frame in watcher.ended().await {
                self.transcript.frame(&watcher.who, &frame);
            }
        }
        for (number, server) in (1..).zip(&self.servers) {
            let (who, log) = (format!("server {number}"), server.log());
            server_log::note(&mut self.transcript, &who, &log, &self.hidden_requests);
            self.transcript.logs += &log;
        }
        self.transcript.sort(Channel::ServerLog);
        self.transcript
    }

    /// Everybody watches, at every server, one after the other.
    async fn watch_all(&mut self) {
        for server in 0..self.servers.len() {
            for name in self.people.keys().copied().collect::<Vec<_>>() {
                let watcher = self.watch(name, server, "").await;
                if self.case.known_to().contains(&name) {
                    self.knowing.push(watcher);
                } else {
                    self.watchers.push(watcher);
                }
            }
        }
        let first = self.watchers[0].sees("a snapshot", |_frame| true).await;
        first["epoch"].as_str().unwrap().clone_into(&mut self.epoch);
    }

    /// A socket that has begun: with its first frame, and how its owner stands.
    async fn watch(&self, name: &'static str, server: usize, query: &str) -> Watcher {
        let user = self.person(name, server);
        let socket = user.try_subscribe(&self.product_id, query).await.unwrap();
        let number = self.watchers.len() + self.knowing.len() + 1;
        let watcher = Watcher::of(format!("{name}, socket {number}"), socket);
        watcher.sees("a first frame", |_frame| true).await;
        if name != VISITOR {
            watcher.sees("a you", |frame| frame["type"] == "you").await;
        }
        watcher
    }

    async fn send(&self, name: &str, method: &str, path: &str, body: &Value) -> Answer {
        self.people[name].send(Request::new(method, &self.path(path)).json(body)).await
    }

    /// Waits until all have seen what was done, at every server.
    async fn settle(&self, name: &str, body: &Value, answer: Answer) -> Value {
        assert!(answer.status < 300, "{body} → {} {}", answer.status, answer.body);
        let seq = answer.body["seq"].as_u64().unwrap();
        for watcher in self.watchers.iter().chain(&self.knowing) {
            watcher.sees_seq(seq).await;
        }
        self.told_of(name, body).await;
        answer.body
    }

    /// Waits until each socket of a bidder was told what he has offered: then the room has taken in
    /// what nobody else sees.
    async fn told_of(&self, name: &str, bid: &Value) {
        for field in ["amount", "max_amount"] {
            let Some(wanted) = bid.get(field) else { continue };
            let own = self.watchers.iter().chain(&self.knowing);
            for watcher in own.filter(|watcher| watcher.who.starts_with(name)) {
                let is_told = |frame: &Value| frame["type"] == "you" && frame[field] == *wanted;
                watcher.sees(&format!("a you with {wanted}"), is_told).await;
            }
        }
    }
}

async fn start(database: &Database, bug: Option<&str>) -> Server {
    let setup = Setup::on(database.url()).env("GOBID_LOG", LOG).args(&["--log-format", "json"]);
    match bug {
        Some(bug) => setup.planted(bug).start().await,
        None => setup.start().await,
    }
}
