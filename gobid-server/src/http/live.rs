//! The live feed of a product: the upgrade to a WebSocket, and the life of the socket.

mod commands;
mod reader;
mod writer;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::http::header::{ORIGIN, SEC_WEBSOCKET_PROTOCOL};
use axum::response::Response;
use futures_util::StreamExt;
use gobid_api::live::{MAX_FRAME_BYTES, close};
use gobid_api::paths::SUBPROTOCOL;
use gobid_api::problem::ErrorCode;
use gobid_auction::ProductId;
use tokio::sync::{mpsc, watch};

use crate::app::AppState;
use crate::http::caller::MaybeCaller;
use crate::http::csrf;
use crate::http::extract::{self, Parameters};
use crate::http::problem::ApiError;
use crate::hub::{Caller, Full, JoinError, Joined, MOST_FRAME_BYTES, Member, Place, Resume};

/// Buffers of a socket: the library's own would take 128 KiB of an idle one.
const BUFFER_BYTES: usize = 4096;
/// What may wait to be written to a socket whose other end does not read. The library refuses a
/// frame that has no place here, so the largest must have: a frame is written to its end before the
/// next one, and beside it there are pongs alone, of which whoever reads lets none wait.
const MAX_UNWRITTEN_BYTES: usize = 2 * MOST_FRAME_BYTES;
/// A larger frame is not even read to its end.
const MAX_READ_BYTES: usize = 16 * MAX_FRAME_BYTES;
/// How many answers may wait for a socket; while none can, the socket is not read.
const ANSWERS: usize = 32;
/// How long the other end has to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What the two halves of a socket share.
#[derive(Debug)]
struct Line {
    app: AppState,
    product_id: ProductId,
    caller: Option<Caller>,
    /// Commands that were read, and answers that were written.
    read: AtomicU64,
    answered: AtomicU64,
    /// When the last command was read, and when the other end was last heard of, in milliseconds
    /// since the start.
    last_command: AtomicU64,
    last_heard: AtomicU64,
    /// Why the socket must end, once somebody knows.
    end: watch::Sender<Option<End>>,
}

/// Why a socket ends, from the server's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct End {
    code: u16,
    reason: &'static str,
}

/// `GET /products/ws/subscribe/{product_id}`
pub(crate) async fn subscribe(
    State(app): State<AppState>,
    extract::ProductId(product_id): extract::ProductId,
    MaybeCaller(caller): MaybeCaller,
    parameters: Parameters,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    csrf::check_origin(&app.config, &headers)?;
    let resume = resume(parameters)?;
    let upgrade = upgrade.map_err(|why| ApiError::MalformedJson(why.to_string()))?;
    check_protocol(&headers)?;
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_write_buffer_size(MAX_UNWRITTEN_BYTES)
        .max_message_size(MAX_READ_BYTES)
        .max_frame_size(MAX_READ_BYTES);
    match let_in(&app, product_id, caller, resume).await {
        Ok((place, joined)) => {
            let tasks = app.tasks.clone();
            let line = Line::new(app, product_id, caller);
            Ok(upgrade.on_upgrade(move |socket| tasks.track(line.run(socket, place, joined))))
        }
        // A page of a browser could not read a problem document.
        Err(why) if headers.contains_key(ORIGIN) => match close_code(&why) {
            Some(end) => Ok(upgrade.on_upgrade(move |socket| close_at_once(socket, end))),
            None => Err(why),
        },
        Err(why) => Err(why),
    }
}

/// Takes a place for the socket, and one in the room.
async fn let_in(
    app: &AppState,
    product_id: ProductId,
    caller: Option<Caller>,
    resume: Option<Resume>,
) -> Result<(Place, Joined), ApiError> {
    if app.tasks.is_stopping() {
        return Err(ApiError::unavailable());
    }
    if app.database.product(product_id).await?.is_none() {
        return Err(ApiError::NotFound("product"));
    }
    let place = app.hub.open_socket(caller).map_err(|full| {
        let whose = match full {
            Full::Server => "the server has as many sockets as it takes",
            Full::User => "you have as many sockets as one user may have: close one",
        };
        ApiError::NotReady(whose.to_owned())
    })?;
    let member = match caller {
        Some(Caller { user_id, .. }) => app.database.user(user_id).await?,
        None => None,
    };
    let member = member.map(|user| Member { user_id: user.user_id, user_name: user.user_name });
    let joined = app.hub.join(product_id, member, resume).await.map_err(|why| match why {
        JoinError::NotFound => ApiError::NotFound("product"),
        JoinError::Busy => ApiError::unavailable(),
    })?;
    Ok((place, joined))
}

fn resume(mut parameters: Parameters) -> Result<Option<Resume>, ApiError> {
    let after_seq = parameters.take("after_seq", |text| {
        let seq = text.parse().ok().filter(|seq: &i64| *seq >= 0);
        seq.ok_or_else(|| "must be a whole number from 0".to_owned())
    });
    let epoch = parameters.take("epoch", |text| Ok(text.to_owned()));
    parameters.finish(&["after_seq", "epoch"])?;
    Ok(after_seq.map(|after_seq| Resume { after_seq, epoch }))
}

fn check_protocol(headers: &HeaderMap) -> Result<(), ApiError> {
    let asked = headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter();
    let mut asked = asked
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(str::trim)
        .peekable();
    if asked.peek().is_none() || asked.any(|protocol| protocol == SUBPROTOCOL) {
        Ok(())
    } else {
        let why = format!("there is one subprotocol here, {SUBPROTOCOL}");
        Err(ApiError::MalformedJson(why))
    }
}

/// The close that tells a page what it could not read in a problem document.
fn close_code(why: &ApiError) -> Option<End> {
    let no_product = End { code: close::NOT_FOUND, reason: ErrorCode::NotFound.as_str() };
    matches!(why, ApiError::NotFound(_)).then_some(no_product)
}

async fn close_at_once(mut socket: WebSocket, end: End) {
    let closing = async {
        if socket.send(end.message()).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // Whoever does not answer the close is gone all the same.
    let _ = tokio::time::timeout(CLOSE_TIMEOUT, closing).await;
}

/// Why the socket must end, once somebody knows.
async fn ended(end: &mut watch::Receiver<Option<End>>) -> Option<End> {
    *end.wait_for(Option::is_some).await.ok()?
}

impl End {
    fn message(self) -> Message {
        Message::Close(Some(CloseFrame { code: self.code, reason: self.reason.into() }))
    }
}

impl Line {
    fn new(app: AppState, product_id: ProductId, caller: Option<Caller>) -> Arc<Self> {
        let line = Self {
            product_id,
            caller,
            read: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            last_command: AtomicU64::new(0),
            last_heard: AtomicU64::new(0),
            end: watch::Sender::new(None),
            app,
        };
        let now = line.millis();
        line.last_command.store(now, Relaxed);
        line.last_heard.store(now, Relaxed);
        Arc::new(line)
    }

    /// The socket's life: a task that reads, and this one that writes. Each ends the other.
    async fn run(self: Arc<Self>, socket: WebSocket, place: Place, joined: Joined) {
        let (sink, stream) = socket.split();
        let (answers, answers_taken) = mpsc::channel(ANSWERS);
        let reader = reader::Reader::new(Arc::clone(&self), answers);
        let mut reading = self.app.tasks.spawn(reader.run(stream));
        let mut writing = pin!(writer::Writer::new(&self, sink, answers_taken, joined).run(&place));
        tokio::select! {
            _ = &mut reading => {
                // Nothing can be read any more; what the reader found may still have to be told.
                if self.end.borrow().is_some() {
                    writing.await;
                }
            }
            () = &mut writing => {
                if tokio::time::timeout(CLOSE_TIMEOUT, &mut reading).await.is_err() {
                    reading.abort();
                }
            }
        }
    }

    /// The socket must end for this reason, unless there is one already.
    fn end_with(&self, code: u16, reason: &'static str) {
        self.end.send_if_modified(|end| {
            let first = end.is_none();
            end.get_or_insert(End { code, reason });
            first
        });
    }

    fn everything_answered(&self) -> bool {
        self.read.load(Relaxed) == self.answered.load(Relaxed)
    }

    /// How long ago a moment was that was kept in milliseconds.
    fn since(&self, moment: &AtomicU64) -> Duration {
        Duration::from_millis(self.millis().saturating_sub(moment.load(Relaxed)))
    }

    fn note(&self, moment: &AtomicU64) {
        moment.store(self.millis(), Relaxed);
    }

    fn millis(&self) -> u64 {
        self.app.clock.moment().as_millis()
    }
}
