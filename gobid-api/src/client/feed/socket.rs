//! One connection of a feed: how it comes about, and what its end means.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::handshake::client::{Request, Response};
use tokio_tungstenite::tungstenite::http::header::{
    HeaderValue, RETRY_AFTER, SEC_WEBSOCKET_PROTOCOL,
};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use super::FeedEnd;
use super::position::Position;
use crate::client::identity::Who;
use crate::client::{Client, ClientError};
use crate::live::close;
use crate::problem::Problem;
use crate::{ProductId, paths};

/// How long a connection may take to come about.
const OPEN_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest message that is read, in bytes: a snapshot with long texts is far below.
const MAX_MESSAGE_BYTES: usize = 4 * 1024 * 1024;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why there is no connection any more, or yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Try again, no sooner than after so long.
    Again { why: String, at_least: Duration },
    /// Try again at once.
    AtOnce { why: &'static str },
    /// The session is over, or there was none and the server wants one.
    SessionEnded,
    /// There is no use in trying.
    Ended(FeedEnd),
}

impl Lost {
    pub(super) fn again(why: impl Into<String>) -> Self {
        Self::Again { why: why.into(), at_least: Duration::ZERO }
    }

    /// What the server's close frame means, or its absence.
    pub(super) fn by_close(frame: Option<&CloseFrame>) -> Self {
        let Some(frame) = frame else {
            return Self::again("the server closed the connection");
        };
        match u16::from(frame.code) {
            close::OVER => Self::Ended(FeedEnd::Over),
            close::SESSION_ENDED => Self::SessionEnded,
            close::FORBIDDEN => Self::Ended(FeedEnd::Forbidden),
            close::NOT_FOUND => Self::Ended(FeedEnd::NotFound),
            close::GOING_AWAY => Self::again("the server is restarting"),
            close::TOO_SLOW => Self::again("the server found this connection too slow"),
            close::VIOLATIONS => Self::again("the server closed the connection for violations"),
            code => Self::again(format!("the server closed the connection ({code})")),
        }
    }

    fn by_error(error: Error) -> Self {
        match error {
            Error::Http(response) => Self::by_answer(&response),
            Error::Io(error) => Self::again(error.to_string()),
            error => Self::again(error.to_string()),
        }
    }

    /// What an answer other than an upgrade means.
    fn by_answer(response: &Response) -> Self {
        let body = response.body().as_deref().unwrap_or_default();
        let problem: Option<Problem> = serde_json::from_slice(body).ok();
        let status = response.status().as_u16();
        let why = problem.map_or_else(
            || format!("the server answered with status {status}"),
            |problem| problem.detail,
        );
        let retry_after = response.headers().get(RETRY_AFTER);
        let seconds = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        match status {
            401 => Self::SessionEnded,
            403 => Self::Ended(FeedEnd::Forbidden),
            404 => Self::Ended(FeedEnd::NotFound),
            408 | 429 | 500.. => {
                Self::Again { why, at_least: Duration::from_secs(seconds.unwrap_or(0)) }
            }
            _ => Self::Ended(FeedEnd::Refused(why)),
        }
    }
}

/// Makes the request for a connection: whose, and from where in the log.
pub(super) fn request(
    client: &Client,
    product_id: ProductId,
    position: &Position,
) -> Result<Request, Lost> {
    let refused = |why: String| Lost::Ended(FeedEnd::Refused(why));
    let path = format!("{}{}", paths::BASE, paths::of_product(paths::SUBSCRIBE, product_id));
    let url = client.http.origin.websocket_url(&path);
    let mut url = url.map_err(|error: ClientError| refused(error.to_string()))?;
    if let Some(query) = position.query() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut request =
        url.as_str().into_client_request().map_err(|error| refused(error.to_string()))?;
    let headers = request.headers_mut();
    let subprotocol = HeaderValue::from_static(paths::SUBPROTOCOL);
    headers.insert(SEC_WEBSOCKET_PROTOCOL, subprotocol);
    if let Some((name, value)) = client.http.identity.header(Who::User) {
        let value = HeaderValue::from_str(&value).map_err(|error| refused(error.to_string()))?;
        headers.insert(name, value);
    }
    Ok(request)
}

/// Opens a connection.
pub(super) async fn open(request: Result<Request, Lost>) -> Result<Socket, Lost> {
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(256 * 1024)
        .max_message_size(Some(MAX_MESSAGE_BYTES))
        .max_frame_size(Some(MAX_MESSAGE_BYTES));
    // Small frames must not wait for more to send.
    let without_delay = true;
    let opening = connect_async_tls_with_config(request?, Some(config), without_delay, None);
    match tokio::time::timeout(OPEN_TIMEOUT, opening).await {
        Ok(Ok((socket, _response))) => Ok(socket),
        Ok(Err(error)) => Err(Lost::by_error(error)),
        Err(_elapsed) => {
            Err(Lost::again(format!("no connection within {} s", OPEN_TIMEOUT.as_secs())))
        }
    }
}

/// The text of what was read; `None` for control messages, which only show that the line lives.
pub(super) fn text(read: Option<Result<Message, Error>>) -> Result<Option<String>, Lost> {
    match read {
        Some(Ok(Message::Text(text))) => Ok(Some(text.as_str().to_owned())),
        Some(Ok(Message::Close(frame))) => Err(Lost::by_close(frame.as_ref())),
        Some(Ok(_)) => Ok(None),
        Some(Err(error)) => Err(Lost::by_error(error)),
        None => Err(Lost::by_close(None)),
    }
}
