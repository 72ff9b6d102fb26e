//! The live feed of a product: the upgrade to a WebSocket, and the life of the socket.

mod commands;
mod inbound;
mod outbound;
mod reader;
mod readers;
mod socket;
mod upgrade;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use axum::response::Response;
use gobid_api::accounts::Scope;
use gobid_api::live::close;
use gobid_api::problem::ErrorCode;
use gobid_auction::ProductId;

use crate::app::AppState;
use crate::http::caller::{self, MaybeCaller};
use crate::http::csrf;
use crate::http::extract::{self, Parameters};
use crate::http::problem::ApiError;
use crate::http::whence::Whence;
use crate::hub::{Caller, Full, JoinError, Joined, Member, OpenSocket, Outbox, Place, Resume};
pub(crate) use readers::Readers;
use upgrade::Upgrade;

/// What the two tasks of a socket share: whose it is, of which product, and how it lives.
#[derive(Debug)]
struct Line {
    app: AppState,
    product_id: ProductId,
    caller: Option<Caller>,
    /// When the other end was last heard of, and when its last command was read, in milliseconds
    /// since the start.
    last_heard: AtomicU64,
    last_command: AtomicU64,
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
    caller: Result<MaybeCaller, ApiError>,
    Whence { address, device }: Whence,
    parameters: Parameters,
    headers: HeaderMap,
    upgrade: Result<Upgrade, ApiError>,
) -> Result<Response, ApiError> {
    csrf::check_origin(&app.config, &headers)?;
    let resume = resume(parameters)?;
    let upgrade = upgrade?;
    let tasks = app.tasks.clone();
    let since = app.clock.now();
    let socket = OpenSocket { product_id, device, address: address.to_string(), since };
    let places = match caller {
        Ok(MaybeCaller(caller)) => {
            let_in(&app, socket, caller, resume).await.map(|places| (caller, places))
        }
        Err(why) => Err(why),
    };
    match places {
        Ok((caller, places)) => {
            let (response, upgraded) = upgrade.accept();
            let line = Line::new(app, product_id, caller);
            tasks.spawn(async move {
                if let Some(upgraded) = upgraded.await {
                    socket::run(line, upgraded, places).await;
                }
            });
            Ok(response)
        }
        // A page of a browser could not read a problem document.
        Err(why) if headers.contains_key(ORIGIN) => {
            let end = close_code(&why).ok_or(why)?;
            let (response, upgraded) = upgrade.accept();
            tasks.spawn(async move {
                if let Some(upgraded) = upgraded.await {
                    socket::close_at_once(upgraded, end).await;
                }
            });
            Ok(response)
        }
        Err(why) => Err(why),
    }
}

/// Takes a place for the socket, and one in the room.
async fn let_in(
    app: &AppState,
    socket: OpenSocket,
    caller: Option<Caller>,
    resume: Option<Resume>,
) -> Result<(Outbox, Joined, Place), ApiError> {
    if app.tasks.is_stopping() {
        return Err(ApiError::unavailable());
    }
    if !app.config.watching_is_open {
        caller::must(caller.ok_or(ApiError::Unauthenticated)?, Scope::Read)?;
    }
    let product_id = socket.product_id;
    if app.database.product(product_id).await?.is_none() {
        return Err(ApiError::NotFound("product"));
    }
    let outbox = Outbox::new();
    let owned = caller.map(|caller| (caller, socket));
    let place = app.hub.open_socket(owned, &outbox).map_err(|full| {
        let whose = match full {
            Full::Server => "the server has as many sockets as it takes",
            Full::User => "you have as many sockets as one user may have: close one",
        };
        ApiError::NotReady(whose.to_owned())
    })?;
    // Who may neither read what is his own nor bid is told as much as a visitor, and who does so
    // for another.
    let is_told = |Caller { rights, .. }: &Caller| {
        rights.see_secrets() && [Scope::Read, Scope::Bid].iter().any(|it| rights.allow(*it))
    };
    let member = match caller.filter(is_told) {
        Some(Caller { user_id, .. }) => app.database.user(user_id).await?,
        None => None,
    };
    let member = member.map(|user| Member { user_id: user.user_id, user_name: user.user_name });
    let joined = app.hub.join(product_id, member, resume, &outbox).await;
    let joined = joined.map_err(|why| match why {
        JoinError::NotFound => ApiError::NotFound("product"),
        JoinError::Busy => ApiError::unavailable(),
    })?;
    Ok((outbox, joined, place))
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

/// The close that tells a page what it could not read in a problem document.
fn close_code(why: &ApiError) -> Option<End> {
    let (code, kind) = match why {
        ApiError::NotFound(_) => (close::NOT_FOUND, ErrorCode::NotFound),
        ApiError::Unauthenticated | ApiError::TokenEnded => {
            (close::SESSION_ENDED, ErrorCode::Unauthenticated)
        }
        ApiError::OutOfScope(_) => (close::FORBIDDEN, ErrorCode::Forbidden),
        _ => return None,
    };
    Some(End { code, reason: kind.as_str() })
}

impl Line {
    fn new(app: AppState, product_id: ProductId, caller: Option<Caller>) -> Arc<Self> {
        let now = app.clock.moment().as_millis();
        let (last_heard, last_command) = (AtomicU64::new(now), AtomicU64::new(now));
        Arc::new(Self { app, product_id, caller, last_heard, last_command })
    }

    /// How long ago a moment was that was kept in milliseconds.
    fn since(&self, moment: &AtomicU64) -> Duration {
        let now = self.app.clock.moment().as_millis();
        Duration::from_millis(now.saturating_sub(moment.load(Relaxed)))
    }

    fn note(&self, moment: &AtomicU64) {
        moment.store(self.app.clock.moment().as_millis(), Relaxed);
    }
}
