//! How a command reaches the server, and what comes back.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::Barrier;
use uuid::Uuid;

use super::cast::Cast;
use super::command::{Command, Way};
use super::listing::now_micros;
use super::reference::{Bid, Decimal, Offer, Order};
use super::words::{micros, request_id, text_of, time};
use crate::support::http::{Answer, Request};
use crate::support::socket::{Closed, Socket};
use crate::support::wait::soon;

/// How long an answer may take, however many other frames come before it.
const ANSWER: Duration = Duration::from_mins(1);

/// What the server says to a command.
#[derive(Debug)]
pub(crate) struct Said {
    /// To a bid or a purchase, not to an order.
    is_of_bid: bool,
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
            None if self.is_of_bid => panic!("without received_at: {self:?}"),
            None => [self.sent_at, self.answered_at],
        }
    }

    /// A refusal without what it says in sentences: of fields their names. A refused bid must say
    /// that it was judged.
    pub(crate) fn refusal(&self) -> Value {
        let mut facts = self.body.clone();
        let fields = facts.as_object_mut().unwrap();
        let is_judged = fields.remove("judged").is_some_and(|judged| judged == true);
        assert!(is_judged || !self.is_of_bid, "{}", self.body);
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
    /// The people, at each of the servers: these take turns.
    casts: &'a [Cast],
    turn: usize,
    pub(crate) product_id: String,
    /// By the place of the server and the person's number.
    sockets: BTreeMap<(usize, u64), Socket>,
    /// The events that the sockets have told since somebody looked.
    pub(crate) heard: Vec<Value>,
}

impl<'a> Sender<'a> {
    pub(crate) fn new(casts: &'a [Cast], product_id: String) -> Self {
        Self { casts, turn: 0, product_id, sockets: BTreeMap::new(), heard: Vec::new() }
    }

    /// The people at the server whose turn it is.
    pub(crate) fn cast(&self) -> &'a Cast {
        &self.casts[self.turn]
    }

    /// Sends a command; `target` is the bid that it strikes.
    pub(crate) async fn send(&mut self, command: &Command, target: Uuid) -> Said {
        self.turn = (self.turn + 1) % self.casts.len();
        let sent_at = now_micros();
        let (status, body) = match (&command.order, command.way) {
            (Order::Bid(bid), Way::Socket) => (None, self.over_socket(bid).await),
            (Order::Bid(bid), _) => of_rest(self.over_rest(bid).await),
            _ => of_rest(self.order(command, target).await),
        };
        let is_of_bid = matches!(command.order, Order::Bid(_));
        Said { is_of_bid, status, body, sent_at, answered_at: now_micros() }
    }

    /// Sends bids of one person one right after the other, while others do the same from the start
    /// on, and waits for all answers. What the server cannot judge is sent again.
    pub(crate) async fn all_at_once(
        &self,
        bidder: u64,
        commands: &[&Command],
        start: &Barrier,
    ) -> Vec<Said> {
        let frames: Vec<Value> = commands
            .iter()
            .filter_map(|command| match &command.order {
                Order::Bid(bid) => Some(frame(bid)),
                _ => None,
            })
            .collect();
        let mut socket = self.cast().person(bidder).subscribe(&self.product_id).await;
        start.wait().await;
        let sent_at = now_micros();
        for frame in &frames {
            socket.send(frame).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut said = Vec::new();
        for frame in &frames {
            let id = frame["request_id"].as_str().unwrap().parse().unwrap();
            let mut body = socket.answer_to(id).await.unwrap();
            while body["type"] == "bid_unavailable" {
                socket.send(frame).await.unwrap();
                body = socket.answer_to(id).await.unwrap();
            }
            let answered_at = now_micros();
            said.push(Said { is_of_bid: true, status: None, body, sent_at, answered_at });
        }
        said
    }

    async fn over_rest(&self, bid: &Bid) -> Answer {
        let path = if bid.offer == Offer::BuyNow { "buy" } else { "bids" };
        let request = Request::new("POST", &format!("/api/v1/products/{}/{path}", self.product_id));
        let request = request.header("Idempotency-Key", &request_id(bid.request).to_string());
        let answer = self.cast().person(bid.bidder).send(request.json(&body(bid))).await;
        let key = answer.body["idempotency_key"].as_str();
        assert_eq!(key, Some(request_id(bid.request).to_string().as_str()), "{}", answer.body);
        answer
    }

    /// A socket that the server closed because the auction is over had nothing unanswered: what was
    /// sent then was not read, and is sent again on another one.
    async fn over_socket(&mut self, bid: &Bid) -> Value {
        let frame = frame(bid);
        loop {
            let mut socket = match self.sockets.remove(&(self.turn, bid.bidder)) {
                Some(socket) => socket,
                None => self.cast().person(bid.bidder).subscribe(&self.product_id).await,
            };
            let answer = exchange(&mut socket, &frame, &mut self.heard);
            match soon(&format!("the answer to {frame}"), ANSWER, answer).await {
                Ok(answer) => {
                    self.sockets.insert((self.turn, bid.bidder), socket);
                    return answer;
                }
                Err(Closed { code: Some(1000) | None, .. }) => {}
                Err(closed) => panic!("{closed:?} instead of an answer to {frame}"),
            }
        }
    }

    async fn order(&self, command: &Command, target: Uuid) -> Answer {
        let (person, reason) = (self.cast().person(command.by), &command.reason);
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
                let body = json!({"user_id": self.cast().person(*bidder).id, "reason": reason});
                person.post(&format!("{admin}/void-bidder"), &body).await
            }
            Order::Bid(_) | Order::Open | Order::Close => panic!("no order of a person"),
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

/// A bid or a purchase as a frame.
fn frame(bid: &Bid) -> Value {
    let kind = if bid.offer == Offer::BuyNow { "buy_now" } else { "place_bid" };
    let mut frame = body(bid);
    frame["type"] = kind.into();
    frame["request_id"] = json!(request_id(bid.request));
    frame
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
