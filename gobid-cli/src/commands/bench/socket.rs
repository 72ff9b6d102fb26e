//! Sockets of the bench: small buffers, texts made by hand, and answers read no further than needed.

use std::fmt::Display;

use futures_util::StreamExt as _;
use gobid_api::client::Client;
use gobid_api::{ProductId, paths};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{HeaderValue, header::COOKIE};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use uuid::Uuid;

use super::stage;
use crate::error::CliError;

/// The library's own buffers would take 128 KiB of each of thousands of sockets.
const BUFFER_BYTES: usize = 4096;

/// A socket of the bench.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a bid is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Of exactly this amount; whoever leads is refused one.
    Firm,
    /// Up to this amount; whoever leads raises his own.
    Maximum,
}

impl Kind {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Firm => "firm",
            Self::Maximum => "maximum",
        }
    }
}

/// As much of an answer to a bid as counts here.
#[derive(Debug, Deserialize)]
pub(super) struct Answer<'a> {
    pub(super) r#type: &'a str,
    pub(super) request_id: Uuid,
    pub(super) bid_id: Option<Uuid>,
    pub(super) seq: Option<i64>,
    pub(super) code: Option<&'a str>,
}

/// Where a watcher was: the epoch of the database, and the last event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resume<'a> {
    pub(super) epoch: &'a str,
    pub(super) after_seq: i64,
}

/// Opens a socket to a product's feed.
pub(super) async fn connect(
    client: &Client,
    product_id: ProductId,
    resume: Option<Resume<'_>>,
) -> Result<Socket, CliError> {
    let path = paths::of_product(paths::SUBSCRIBE, product_id);
    let mut url = format!("{}{}{path}", client.server().replacen("http", "ws", 1), paths::BASE);
    if let Some(Resume { epoch, after_seq }) = resume {
        url = format!("{url}?after_seq={after_seq}&epoch={epoch}");
    }
    let mut request = url.into_client_request().map_err(|why| broken(&why))?;
    if let Some(credential) = client.credential() {
        let cookie = HeaderValue::from_str(credential.cookie()).map_err(|why| broken(&why))?;
        request.headers_mut().insert(COOKIE, cookie);
    }
    let config =
        WebSocketConfig::default().read_buffer_size(BUFFER_BYTES).write_buffer_size(BUFFER_BYTES);
    // Boxed: it is large, and there are thousands at once.
    let connected = Box::pin(connect_async_with_config(request, Some(config), true)).await;
    Ok(connected.map_err(|why| broken(&why))?.0)
}

/// The frame that places a bid.
pub(super) fn bid(kind: Kind, cents: i64) -> Message {
    named_bid(stage::request_id(cents), kind, cents)
}

/// The frame that places a bid under a name that it may have had before.
pub(super) fn named_bid(request_id: Uuid, kind: Kind, cents: i64) -> Message {
    let field = match kind {
        Kind::Firm => "amount",
        Kind::Maximum => "max_amount",
    };
    Message::text(format!(
        r#"{{"type":"place_bid","request_id":"{request_id}","{field}":"{}.{:02}"}}"#,
        cents / 100,
        cents % 100
    ))
}

/// Whether a frame answers a bid.
pub(super) fn is_answer(text: &str) -> bool {
    text.starts_with(r#"{"type":"bid_"#)
}

/// The next frame that begins like this; what others did is not even parsed.
pub(super) async fn next(socket: &mut Socket, beginning: &str) -> Option<Utf8Bytes> {
    loop {
        if let Message::Text(text) = socket.next().await?.ok()?
            && text.starts_with(beginning)
        {
            return Some(text);
        }
    }
}

fn broken(why: &dyn Display) -> CliError {
    CliError::Bench(format!("a socket could not be opened: {why}"))
}
