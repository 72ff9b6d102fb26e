//! The feed against a server made of a bare socket.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::header::{COOKIE, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use super::{Feed, FeedEnd, FeedEvent, NotConnected};
use crate::client::{Client, Credential};
use crate::live::{BuyNow, ClientFrame, ServerFrame, close};

struct Server {
    listener: TcpListener,
}

/// A connection as the server sees it, and what was asked for.
struct Visitor {
    socket: WebSocketStream<TcpStream>,
    query: Option<String>,
    cookie: Option<String>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { listener }
    }

    fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().unwrap())
    }

    fn client(&self, cookie: Option<&str>) -> Client {
        let credential = cookie.map(|cookie| Credential::new(self.url(), cookie));
        Client::new(&self.url(), credential, Duration::from_secs(5)).unwrap()
    }

    #[expect(clippy::result_large_err, reason = "the library wants a whole response")]
    async fn accept(&self) -> Visitor {
        let (stream, _address) = self.listener.accept().await.unwrap();
        let (mut query, mut cookie) = (None, None);
        let look = |request: &Request, mut response: Response| {
            query = request.uri().query().map(str::to_owned);
            let header = request.headers().get(COOKIE);
            cookie = header.map(|header| header.to_str().unwrap().to_owned());
            let subprotocol = request.headers()[SEC_WEBSOCKET_PROTOCOL].clone();
            response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
            Ok(response)
        };
        let socket = tokio_tungstenite::accept_hdr_async(stream, look).await.unwrap();
        Visitor { socket, query, cookie }
    }

    #[expect(clippy::result_large_err, reason = "the library wants a whole response")]
    async fn refuse(&self, status: u16) {
        let (stream, _address) = self.listener.accept().await.unwrap();
        let look = |_: &Request, _: Response| {
            let mut response = ErrorResponse::new(None);
            *response.status_mut() = status.try_into().unwrap();
            Err(response)
        };
        let refused = tokio_tungstenite::accept_hdr_async(stream, look).await;
        assert!(refused.is_err());
    }
}

impl Visitor {
    async fn send(&mut self, frame: &str) {
        self.socket.send(Message::text(frame)).await.unwrap();
    }

    async fn send_update(&mut self, seq: i64) {
        let frame = format!(
            r#"{{"type":"update","seq":{seq},"server_time":"2030-01-01T00:00:00Z","skipped":0,
            "events":[{{"seq":{seq},"at":"2030-01-01T00:00:00Z","type":"auction_opened"}}],
            "product":{{"current_price":null,"minimum_next_bid":null,"bid_count":0,"bidder_count":0,
            "leader":null,"auction_end":"2030-01-01T00:00:00Z","status":"open","reserve_met":null,
            "buy_now_available":false}}}}"#
        );
        self.send(&frame).await;
    }

    async fn send_snapshot(&mut self, seq: i64) {
        let frame = format!(
            r#"{{"type":"snapshot","epoch":"e 1","seq":{seq},"reset":false,"watchers":1,"bids":[],
            "server_time":"2030-01-01T00:00:00Z","product":{PRODUCT}}}"#
        );
        self.send(&frame).await;
    }

    async fn close(mut self, code: u16) {
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        self.socket.close(Some(frame)).await.unwrap();
    }

    /// The next frame that is no ping.
    async fn receive(&mut self) -> String {
        loop {
            let text = self.socket.next().await.unwrap().unwrap();
            if !text.to_text().unwrap().contains("ping") {
                return text.to_text().unwrap().to_owned();
            }
        }
    }
}

const PRODUCT: &str = r#"{"product_id":"0190b0a0-0000-7000-8000-000000000001","product_name":"Leica",
"description":"A camera.","seller":{"user_id":"0190b0a0-0000-7000-8000-000000000002",
"user_name":"ana"},"format":"english","currency":"USD","baseprice":"100.00","current_price":null,
"minimum_next_bid":"100.00","increment":[],"buy_now_price":null,"buy_now_available":false,
"reserve_met":null,"anonymous_bidders":false,"bid_count":0,"bidder_count":0,"leader":null,
"status":"open","is_sold":false,"annulled":false,"winner":null,"hammer_price":null,
"cancel_reason":null,"auction_start":"2030-01-01T00:00:00Z","auction_end":"2030-01-02T00:00:00Z",
"original_end":"2030-01-02T00:00:00Z","hard_end":null,"soft_close_seconds":0,"seq":1,"revision":0,
"server_time":"2030-01-01T00:00:00Z","created_at":"2030-01-01T00:00:00Z"}"#;

fn follow(client: &Client) -> Feed {
    client.feed("0190b0a0-0000-7000-8000-000000000001".parse().unwrap())
}

/// The next event that is neither an attempt nor a round trip.
async fn next(feed: &mut Feed) -> FeedEvent {
    loop {
        match feed.next().await {
            FeedEvent::Connecting { .. } | FeedEvent::RoundTrip(_) => {}
            event => return event,
        }
    }
}

async fn next_seq(feed: &mut Feed) -> i64 {
    match next(feed).await {
        FeedEvent::Frame(ServerFrame::Snapshot(snapshot)) => snapshot.seq,
        FeedEvent::Frame(ServerFrame::Update(update)) => update.seq,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_broken_connection_is_resumed() {
    let server = Server::start().await;
    let mut feed = follow(&server.client(None));
    assert_eq!(feed.handle().send(ClientFrame::Ping { n: 0 }), Err(NotConnected));
    let mut visitor = server.accept().await;
    assert_eq!(visitor.query, None);
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);
    visitor.send_snapshot(4).await;
    visitor.send_update(5).await;
    assert_eq!(next_seq(&mut feed).await, 4);
    assert_eq!(next_seq(&mut feed).await, 5);
    drop(visitor);

    let FeedEvent::Disconnected { retry_in, .. } = next(&mut feed).await else {
        panic!("not disconnected");
    };
    assert!(retry_in <= Duration::from_millis(250), "{retry_in:?}");
    let mut visitor = server.accept().await;
    assert_eq!(visitor.query.as_deref(), Some("after_seq=5&epoch=e+1"));
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);
    visitor.send_update(5).await;
    visitor.send_update(6).await;
    assert_eq!(next_seq(&mut feed).await, 6, "5 was passed on before");
}

#[tokio::test]
async fn pings_set_the_clock_and_frames_go_out() {
    let server = Server::start().await;
    let client = server.client(None);
    let mut feed = follow(&client);
    let mut visitor = server.accept().await;
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);
    let ping = visitor.socket.next().await.unwrap().unwrap();
    assert_eq!(ping.to_text().unwrap(), r#"{"type":"ping","n":1}"#);
    visitor.send(r#"{"type":"pong","n":1,"server_time":"2030-01-01T00:00:00Z"}"#).await;
    assert!(matches!(feed.next().await, FeedEvent::RoundTrip(_)));
    assert!(client.clock().now().to_string().starts_with("2030-01-01"));
    let request_id = "0190b0a0-0000-7000-8000-000000000003".parse().unwrap();
    let purchase = ClientFrame::BuyNow(BuyNow { request_id, not_after: None });
    feed.handle().send(purchase).unwrap();
    assert!(visitor.receive().await.contains("buy_now"));
}

#[tokio::test]
async fn a_login_connects_anew_with_its_cookie_and_its_end_without() {
    let server = Server::start().await;
    let client = server.client(None);
    let mut feed = follow(&client);
    let visitor = server.accept().await;
    assert_eq!(visitor.cookie, None);
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);

    let login = Credential::new(server.url(), "gobid_session=s");
    feed.handle().set_credential(Some(login));
    let visitor = server.accept().await;
    assert_eq!(visitor.cookie.as_deref(), Some("gobid_session=s"));
    assert!(matches!(next(&mut feed).await, FeedEvent::Disconnected { .. }));
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);

    visitor.close(close::SESSION_ENDED).await;
    assert_eq!(next(&mut feed).await, FeedEvent::SignedOut);
    assert_eq!(client.credential(), None);
    server.refuse(401).await;
    let wants_login = FeedEvent::Ended(FeedEnd::LoginNeeded);
    assert_eq!(next(&mut feed).await, wants_login);
}

#[tokio::test]
async fn an_end_is_an_end_until_somebody_asks() {
    let server = Server::start().await;
    let mut feed = follow(&server.client(None));
    let ends = [
        (close::OVER, FeedEnd::Over),
        (close::FORBIDDEN, FeedEnd::Forbidden),
        (close::NOT_FOUND, FeedEnd::NotFound),
    ];
    for (code, end) in ends {
        let visitor = server.accept().await;
        assert_eq!(next(&mut feed).await, FeedEvent::Connected);
        visitor.close(code).await;
        assert_eq!(next(&mut feed).await, FeedEvent::Ended(end));
        feed.handle().reconnect_now();
    }
    server.refuse(404).await;
    assert_eq!(next(&mut feed).await, FeedEvent::Ended(FeedEnd::NotFound));
    feed.handle().reconnect_now();
    server.refuse(503).await;
    assert!(matches!(next(&mut feed).await, FeedEvent::Disconnected { .. }));
}

/// Takes the five seconds after which a line counts as slow.
#[tokio::test]
async fn a_silent_connection_is_replaced_by_a_second_one() {
    let server = Server::start().await;
    let mut feed = follow(&server.client(None));
    let mut first = server.accept().await;
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);
    first.send_snapshot(1).await;
    assert_eq!(next_seq(&mut feed).await, 1);
    let FeedEvent::Slow { silent_for } = next(&mut feed).await else {
        panic!("not slow");
    };
    assert!(silent_for >= Duration::from_secs(5), "{silent_for:?}");
    feed.handle().send(ClientFrame::Ping { n: 99 }).unwrap();

    let mut second = server.accept().await;
    assert_eq!(second.query.as_deref(), Some("after_seq=1&epoch=e+1"));
    assert_eq!(next(&mut feed).await, FeedEvent::Connected);
    second.send_update(2).await;
    assert_eq!(next_seq(&mut feed).await, 2);
}
