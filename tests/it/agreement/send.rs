//! How a command reaches the server, and what comes back.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::cast::Cast;
use super::command::{Command, Way};
use super::listing::now_micros;
use super::reference::{Bid, Decimal, Offer, Order};
use super::words::{micros, request_id, text_of, time};
use crate::support::http::{Answer, Request};
use crate::support::socket::{Closed, Socket};

/// What the server says to a command.
#[derive(Debug)]
pub(crate) struct Said {
    /// Over REST alone.
    pub(crate) status: Option<u16>,
    pub(crate) body: Value,
    /// Between these two it was received, by the clock of this machine.
    sent_at: i64,
    answered_at: i64,
}

impl Said {
    pub(crate) fn is_accepted(&self) -> bool {
        self.status.map_or(self.body["type"] == "bid_accepted", |status| status < 300)
    }

    /// The server could not judge it, and it is to be repeated.
    pub(crate) fn is_unavailable(&self) -> bool {
        self.status.map_or(self.body["type"] == "bid_unavailable", |status| status == 503)
    }

    /// The first and the last moment at which it may have been received: the wire tells
    /// milliseconds, and of some orders nothing.
    pub(crate) fn received_between(&self) -> [i64; 2] {
        match self.body["received_at"].as_str().map(micros) {
            Some(received_at) => [received_at, received_at + 999],
            None => [self.sent_at, self.answered_at],
        }
    }

    /// A refusal without what it says in sentences: of fields their names. `judged`, which every
    /// refused bid says, must be true.
    pub(crate) fn refusal(&self) -> Value {
        let mut facts = self.body.clone();
        let fields = facts.as_object_mut().unwrap();
        if let Some(judged) = fields.remove("judged") {
            assert_eq!(judged, true, "{}", self.body);
        }
        let words = ["type", "title", "status", "detail", "trace_id", "received_at"];
        for name in words.into_iter().chain(["idempotency_key", "request_id"]) {
            fields.remove(name);
        }
        if let Some(Value::Object(errors)) = fields.get("errors") {
            fields["errors"] = errors.keys().cloned().collect();
        }
        facts
    }
}

/// Who sends the commands of one auction, each person over a socket of his own or over REST.
pub(crate) struct Sender<'a> {
    pub(crate) cast: &'a Cast,
    pub(crate) product_id: String,
    sockets: BTreeMap<u64, Socket>,
    /// The events that the sockets have told since somebody looked.
    pub(crate) heard: Vec<Value>,
}

impl<'a> Sender<'a> {
    pub(crate) fn new(cast: &'a Cast, product_id: String) -> Self {
        Self { cast, product_id, sockets: BTreeMap::new(), heard: Vec::new() }
    }

    /// Sends a command; `target` is the bid that it strikes.
    pub(crate) async fn send(&mut self, command: &Command, target: Uuid) -> Said {
        let sent_at = now_micros();
        let (status, body) = match (&command.order, command.way) {
            (Order::Bid(bid), Way::Socket) => (None, self.over_socket(bid).await),
            (Order::Bid(bid), _) => of_rest(self.over_rest(bid).await),
            _ => of_rest(self.order(command, target).await),
        };
        Said { status, body, sent_at, answered_at: now_micros() }
    }

    async fn over_rest(&self, bid: &Bid) -> Answer {
        let path = if bid.offer == Offer::BuyNow { "buy" } else { "bids" };
        let request = Request::new("POST", &format!("/api/v1/products/{}/{path}", self.product_id));
        let request = request.header("Idempotency-Key", &request_id(bid.request).to_string());
        let answer = self.cast.person(bid.bidder).send(request.json(&body(bid))).await;
        let key = answer.body["idempotency_key"].as_str();
        assert_eq!(key, Some(request_id(bid.request).to_string().as_str()), "{}", answer.body);
        answer
    }

    /// A socket that the server closed because the auction is over had nothing unanswered: what was
    /// sent then was not read, and is sent again on another one.
    async fn over_socket(&mut self, bid: &Bid) -> Value {
        let kind = if bid.offer == Offer::BuyNow { "buy_now" } else { "place_bid" };
        let mut frame = body(bid);
        frame["type"] = kind.into();
        frame["request_id"] = json!(request_id(bid.request));
        loop {
            let mut socket = match self.sockets.remove(&bid.bidder) {
                Some(socket) => socket,
                None => self.cast.person(bid.bidder).subscribe(&self.product_id).await,
            };
            match exchange(&mut socket, &frame, &mut self.heard).await {
                Ok(answer) => {
                    self.sockets.insert(bid.bidder, socket);
                    return answer;
                }
                Err(Closed { code: Some(1000) | None, .. }) => {}
                Err(closed) => panic!("{closed:?} instead of an answer to {frame}"),
            }
        }
    }

    async fn order(&self, command: &Command, target: Uuid) -> Answer {
        let (person, reason) = (self.cast.person(command.by), &command.reason);
        let product = format!("/products/{}", self.product_id);
        let admin = format!("/admin{product}");
        match &command.order {
            Order::Edit { description, reserve, revision, .. } => {
                let body = edit(description.as_deref(), *reserve, *revision);
                let path = format!("/api/v1{product}");
                person.send(Request::new("PATCH", &path).json(&body)).await
            }
            Order::Cancel { .. } => {
                let path = if command.way == Way::Admin { admin } else { product };
                person.post(&format!("{path}/cancel"), &json!({"reason": reason})).await
            }
            Order::Extend { end, .. } => {
                let body = json!({"auction_end": time(*end), "reason": reason});
                person.post(&format!("{admin}/extend"), &body).await
            }
            Order::Annul { .. } => {
                person.post(&format!("{admin}/annul"), &json!({"reason": reason})).await
            }
            Order::VoidBid { .. } => {
                let path = format!("{admin}/bids/{target}/void");
                person.post(&path, &json!({"reason": reason})).await
            }
            Order::VoidBidder { bidder, .. } => {
                let body = json!({"user_id": self.cast.person(*bidder).id, "reason": reason});
                person.post(&format!("{admin}/void-bidder"), &body).await
            }
            Order::Bid(_) | Order::Open | Order::Close => unreachable!("no order of a person"),
        }
    }
}

/// Sends a frame and reads until its answer comes.
async fn exchange(
    socket: &mut Socket,
    frame: &Value,
    heard: &mut Vec<Value>,
) -> Result<Value, Closed> {
    socket.send(frame).await?;
    let id = frame["request_id"].as_str().unwrap();
    loop {
        let mut came = socket.take("a frame", |_frame| true).await?;
        if came["request_id"] == id {
            return Ok(came);
        }
        if let Value::Array(events) = came["events"].take() {
            heard.extend(events);
        }
    }
}

fn of_rest(answer: Answer) -> (Option<u16>, Value) {
    (Some(answer.status), answer.body)
}

/// A bid without its request id. Some amounts are numbers in the JSON.
fn body(bid: &Bid) -> Value {
    let mut body = Map::new();
    let mut tell = |name: &str, amount: Decimal| {
        body.insert(name.to_owned(), text_of(amount).into());
    };
    match bid.offer {
        Offer::Firm(amount) if amount.scale == 0 => {
            body.insert("amount".to_owned(), amount.digits.into());
        }
        Offer::Firm(amount) => tell("amount", amount),
        Offer::Maximum(amount) => tell("max_amount", amount),
        Offer::BuyNow => {}
    }
    if let Some(expected) = bid.expected {
        body.insert("expected_price".to_owned(), text_of(expected).into());
    }
    if let Some(not_after) = bid.not_after {
        body.insert("not_after".to_owned(), time(not_after).into());
    }
    Value::Object(body)
}

#[expect(clippy::option_option, reason = "the reserve is left alone, removed or set")]
fn edit(
    description: Option<&str>,
    reserve: Option<Option<Decimal>>,
    revision: Option<i64>,
) -> Value {
    let mut body = Map::new();
    if let Some(description) = description {
        body.insert("description".to_owned(), description.into());
    }
    if let Some(reserve) = reserve {
        body.insert("reserve_price".to_owned(), reserve.map(text_of).into());
    }
    if let Some(revision) = revision {
        body.insert("revision".to_owned(), revision.into());
    }
    Value::Object(body)
}
