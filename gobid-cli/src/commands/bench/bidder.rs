//! One bidder of a race: a socket, and one bid in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use gobid_api::bids::BidResult;
use gobid_api::client::{Client, ClientError};
use gobid_api::live::{BidRejected, ClientFrame, PlaceBid, ServerFrame};
use gobid_api::problem::ErrorCode;
use gobid_api::users::{Login, NewUser};
use gobid_api::{ProductId, RequestId, paths};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header::COOKIE};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;

use crate::clock;
use crate::error::CliError;

/// How long a bidder who leads waits to be outbid, before he tries all the same.
const LEADING: Duration = Duration::from_millis(20);
/// A bid that has no answer for this long ends the race of its bidder.
const PATIENCE: Duration = Duration::from_secs(30);

/// A socket of the bench.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What the bidders on one product share.
#[derive(Debug)]
pub(super) struct Stand {
    pub(super) product_id: ProductId,
    /// The next amount, in cents: every bid is above all that were sent before it.
    pub(super) next_cents: AtomicI64,
}

/// What a bidder saw.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) accepted: Vec<(Uuid, BidResult, Duration)>,
    pub(super) refused: Vec<(Uuid, Duration)>,
    /// Bids without an answer, or with one that says nothing final.
    pub(super) open: usize,
}

/// Signs a user up, and logs him in.
pub(super) async fn user(client: Client, name: String) -> Result<Client, ClientError> {
    let (email, password) = (format!("{name}@bench.example"), "a long password".to_owned());
    let user = NewUser { user_name: name, email, password, bio: None };
    client.sign_up(&user).await?;
    let NewUser { email, password, .. } = user;
    client.log_in(&Login { email, password, remember: false }).await?;
    Ok(client)
}

/// Opens a socket to a product's feed.
pub(super) async fn connect(client: &Client, product_id: ProductId) -> Result<Socket, CliError> {
    let path = paths::of_product(paths::SUBSCRIBE, product_id);
    let url = format!("{}{}{path}", client.server().replacen("http", "ws", 1), paths::BASE);
    let mut request = url.into_client_request().map_err(|why| broken(&why))?;
    if let Some(credential) = client.credential() {
        let cookie = HeaderValue::from_str(credential.cookie()).map_err(|why| broken(&why))?;
        request.headers_mut().insert(COOKIE, cookie);
    }
    let (socket, _) =
        tokio_tungstenite::connect_async(request).await.map_err(|why| broken(&why))?;
    Ok(socket)
}

/// Bids until it is told to stop, one bid in flight.
pub(super) async fn race(mut socket: Socket, stand: Arc<Stand>, stop: Arc<AtomicBool>) -> Tally {
    let mut tally = Tally::default();
    while !stop.load(Relaxed) {
        let request_id = Uuid::new_v4();
        let cents = stand.next_cents.fetch_add(1, Relaxed);
        let sent = clock::now();
        if send(&mut socket, request_id, cents).await.is_none() {
            tally.open += 1;
            break;
        }
        match tokio::time::timeout(PATIENCE, answer(&mut socket)).await {
            Ok(Some(ServerFrame::BidAccepted { request_id, result })) => {
                tally.accepted.push((request_id, result, since(sent)));
            }
            Ok(Some(ServerFrame::BidRejected(refusal))) => {
                let BidRejected { request_id, code, .. } = *refusal;
                tally.refused.push((request_id, since(sent)));
                if code == ErrorCode::AlreadyLeading {
                    let _ = tokio::time::timeout(LEADING, you(&mut socket)).await;
                }
            }
            Ok(Some(_)) => tally.open += 1,
            Ok(None) | Err(_) => {
                tally.open += 1;
                break;
            }
        }
    }
    tally
}

async fn send(socket: &mut Socket, request_id: RequestId, cents: i64) -> Option<()> {
    let amount = Some(format!("{}.{:02}", cents / 100, cents % 100).into());
    let bid =
        PlaceBid { request_id, amount, max_amount: None, expected_price: None, not_after: None };
    let text = serde_json::to_string(&ClientFrame::PlaceBid(bid)).ok()?;
    socket.send(Message::text(text)).await.ok()
}

/// The next answer to a bid.
async fn answer(socket: &mut Socket) -> Option<ServerFrame> {
    let text = next(socket, r#"{"type":"bid_"#).await?;
    serde_json::from_str(&text).ok()
}

/// The first frame of a socket.
pub(super) async fn first_frame(socket: &mut Socket) -> Option<ServerFrame> {
    serde_json::from_str(&next(socket, "{").await?).ok()
}

/// The next word on how the bidder stands.
async fn you(socket: &mut Socket) -> Option<Utf8Bytes> {
    next(socket, r#"{"type":"you""#).await
}

/// The next frame that begins like this; what others did is not even parsed.
async fn next(socket: &mut Socket, beginning: &str) -> Option<Utf8Bytes> {
    loop {
        if let Message::Text(text) = socket.next().await?.ok()?
            && text.starts_with(beginning)
        {
            return Some(text);
        }
    }
}

fn since(sent: Instant) -> Duration {
    clock::now().saturating_duration_since(sent)
}

fn broken(why: &dyn std::fmt::Display) -> CliError {
    CliError::Bench(format!("a socket could not be opened: {why}"))
}
