//! A live feed as it comes over the wire.

mod uncommon;

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use super::http::Answer;
use super::wait::soon;
pub(crate) use uncommon::{Upgrade, masked};

const SUBPROTOCOL: &str = "gobid.v1";

/// How long a server may take to give an answer, also that it does not know one.
const ANSWER: Duration = Duration::from_mins(1);

/// A WebSocket on a product. Pings of the server are answered while something is awaited here.
pub(crate) struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// What came while something else was awaited.
    inbox: VecDeque<Value>,
}

/// Why no socket came about.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The server answered with a document instead.
    Answer(Answer),
    /// No server, or a line that was cut.
    Line(String),
}

/// How a socket ended: the server's close code, none when the line was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closed {
    pub(crate) code: Option<u16>,
    pub(crate) reason: String,
}

/// What a watcher has seen of an auction's events.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// In the order in which they came.
    pub(crate) events: Vec<Value>,
    /// How many the server said it left out.
    pub(crate) skipped: u64,
    /// How often a snapshot came instead, the first one not counted.
    pub(crate) resets: usize,
}

impl Socket {
    /// Opens one at `HOST:PORT`.
    pub(crate) async fn open(
        address: &str,
        path: &str,
        cookies: Option<&str>,
    ) -> Result<Self, Refused> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("Sec-WebSocket-Protocol", SUBPROTOCOL.parse().unwrap());
        if let Some(cookies) = cookies {
            headers.insert("Cookie", cookies.parse().unwrap());
        }
        let opening = async {
            let stream = TcpStream::connect(address).await.map_err(Error::Io)?;
            stream.set_nodelay(true).map_err(Error::Io)?;
            client_async(request, stream).await
        };
        match soon("the answer to an upgrade", ANSWER, opening).await {
            Ok((stream, _response)) => Ok(Self { stream, inbox: VecDeque::new() }),
            Err(Error::Http(response)) => Err(Refused::Answer(Answer::of_upgrade(&response))),
            Err(error) => Err(Refused::Line(error.to_string())),
        }
    }

    /// A firm bid, and the server's answer to it.
    pub(crate) async fn place_bid(&mut self, amount: &str) -> Value {
        self.try_place_bid(amount, Uuid::new_v4()).await.unwrap()
    }

    /// A firm bid with a request id of one's own, and the server's answer to it, if one comes.
    pub(crate) async fn try_place_bid(
        &mut self,
        amount: &str,
        request_id: Uuid,
    ) -> Result<Value, Closed> {
        self.send_bid(amount, request_id).await?;
        self.answer_to(request_id).await
    }

    /// Sends a firm bid and waits for nothing.
    pub(crate) async fn send_bid(&mut self, amount: &str, request_id: Uuid) -> Result<(), Closed> {
        let bid = json!({"type": "place_bid", "request_id": request_id, "amount": amount});
        self.send(&bid).await
    }

    /// Sends any command.
    pub(crate) async fn send(&mut self, command: &Value) -> Result<(), Closed> {
        self.send_text(command.to_string()).await
    }

    /// Sends any text.
    pub(crate) async fn send_text(&mut self, text: String) -> Result<(), Closed> {
        self.stream.send(Message::text(text)).await.map_err(|error| cut(&error))
    }

    /// The answer to a bid that was sent.
    pub(crate) async fn answer_to(&mut self, request_id: Uuid) -> Result<Value, Closed> {
        let request_id = request_id.to_string();
        self.take(&format!("the answer to {request_id}"), |frame| {
            frame["request_id"] == request_id.as_str()
        })
        .await
    }

    /// The next frame, whatever it is.
    pub(crate) async fn next_frame(&mut self) -> Value {
        self.take("a frame", |_frame| true).await.unwrap()
    }

    /// The next frame of a type; what came before it waits for others who ask.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        self.take(&format!("a frame {kind}"), |frame| frame["type"] == kind).await.unwrap()
    }

    /// The first update or snapshot that reaches the seq; those before it are passed over.
    pub(crate) async fn wait_for_update(&mut self, seq: u64) -> Value {
        loop {
            let frame = self.next_news().await.unwrap();
            if frame["seq"].as_u64().unwrap() >= seq {
                return frame;
            }
        }
    }

    /// All events up to a seq.
    pub(crate) async fn events_until(&mut self, seq: u64) -> Seen {
        self.events_while(|frame| frame["seq"].as_u64().unwrap() < seq).await.unwrap()
    }

    /// All events up to the end of the auction.
    pub(crate) async fn events_until_closed(&mut self) -> Seen {
        let is_over = |status: &Value| status != "open" && status != "scheduled";
        self.events_while(|frame| !is_over(&frame["product"]["status"])).await.unwrap()
    }

    /// All events until a frame of which `goes_on` says no. An error when the socket ended first.
    pub(crate) async fn events_while(
        &mut self,
        goes_on: impl Fn(&Value) -> bool,
    ) -> Result<Seen, Closed> {
        let mut seen = Seen::default();
        loop {
            let mut frame = self.next_news().await?;
            let is_last = !goes_on(&frame);
            if frame["type"] == "update" {
                let Value::Array(events) = frame["events"].take() else { panic!("no events") };
                seen.events.extend(events);
                seen.skipped += frame["skipped"].as_u64().unwrap();
            } else {
                seen.resets += usize::from(frame["reset"] == true);
            }
            if is_last {
                return Ok(seen);
            }
        }
    }

    /// Waits for the end of the socket; what came before it is passed over.
    pub(crate) async fn closed(&mut self) -> Closed {
        loop {
            if let Err(closed) = soon("the close of a socket", ANSWER, self.receive()).await {
                return closed;
            }
        }
    }

    /// Closes it in good order.
    pub(crate) async fn close(mut self) {
        let _it_was_cut = self.stream.close(None).await;
    }

    /// The first frame that is wanted, among those that wait and those that come.
    pub(crate) async fn take(
        &mut self,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, Closed> {
        if let Some(place) = self.inbox.iter().position(&wanted) {
            return Ok(self.inbox.remove(place).unwrap());
        }
        let coming = async {
            loop {
                let frame = self.receive().await?;
                if wanted(&frame) {
                    return Ok(frame);
                }
                self.inbox.push_back(frame);
            }
        };
        soon(what, ANSWER, coming).await
    }

    async fn next_news(&mut self) -> Result<Value, Closed> {
        self.take("an update", |frame| frame["type"] == "update" || frame["type"] == "snapshot")
            .await
    }

    async fn receive(&mut self) -> Result<Value, Closed> {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(close)))) => {
                    let (code, reason) = (Some(close.code.into()), close.reason.to_string());
                    return Err(Closed { code, reason });
                }
                Some(Ok(Message::Binary(bytes))) => panic!("a binary frame: {bytes:?}"),
                Some(Ok(_control)) => {}
                Some(Err(error)) => return Err(cut(&error)),
                None => {
                    return Err(Closed { code: None, reason: "it ended".to_owned() });
                }
            }
        }
    }
}

fn cut(error: &Error) -> Closed {
    Closed { code: None, reason: error.to_string() }
}
