//! The task that reads a socket: frames become commands, each with a place for its answer.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use gobid_api::RequestId;
use gobid_api::live::{
    AuctionEvent, ClientFrame, FrameError, FrameErrorCode, MAX_FRAME_BYTES, ServerFrame, close,
};
use gobid_api::problem::{ErrorCode, Facts};
use tokio_tungstenite::tungstenite::error::CapacityError;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Line;
use super::commands::{self, rejected};
use super::inbound::Inbound;
use crate::clock::Moment;
use crate::frame::{self, TextFrame};
use crate::http::limits::{FrameLimiter, Limited};
use crate::http::problem::ApiError;
use crate::hub::{AnswerPlace, Ending, ReaderEnd};

/// So many frames within a minute that are beyond the limit, or that nobody understands, and the
/// socket is closed.
const MAX_VIOLATIONS: u32 = 100;
const VIOLATIONS_COUNT_FOR: Duration = Duration::from_mins(1);

/// The task that reads.
pub(super) struct Reader {
    line: Arc<Line>,
    outbox: ReaderEnd,
    limiter: FrameLimiter,
    violations: u32,
    violations_since: Moment,
}

impl Reader {
    pub(super) fn new(line: Arc<Line>, outbox: ReaderEnd) -> Self {
        let limiter = line.app.limits.frames();
        let violations_since = line.app.clock.moment();
        Self { line, outbox, limiter, violations: 0, violations_since }
    }

    /// Reads until the socket has to end, and then on, without heeding it, until nothing comes.
    pub(super) async fn run(mut self, mut inbound: Inbound) {
        while let Ok(message) = poll_fn(|context| self.poll(&mut inbound, context)).await {
            if let Err(ending) = self.take(message) {
                self.outbox.end(ending);
                break;
            }
        }
        drop(self);
        inbound.exhaust().await;
    }

    /// The next message. While an answer could not be queued, nothing is read.
    fn poll(
        &self,
        inbound: &mut Inbound,
        context: &mut Context<'_>,
    ) -> Poll<Result<Option<Result<Message, Error>>, Ending>> {
        match ready!(self.outbox.poll_place(context)) {
            Ok(()) => inbound.poll(context).map(Ok),
            Err(ending) => Poll::Ready(Err(ending)),
        }
    }

    /// Takes a message. An error says why the socket must end.
    fn take(&mut self, message: Option<Result<Message, Error>>) -> Result<(), Ending> {
        self.line.note(&self.line.last_heard);
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. }))) => {
                return Err(Ending::TooBig);
            }
            Some(Err(_)) | None => return Err(Ending::Gone),
        };
        let place = self.outbox.place();
        let within = self.limiter.check();
        match message {
            message if is_too_big(&message) => return Err(Ending::TooBig),
            Message::Text(text) => self.take_text(&text, within, place),
            Message::Binary(_) => self.complain("frames are text", place),
            Message::Ping(payload) => {
                place.reply(frame::pong(&payload));
                if within.is_err() {
                    self.violate();
                }
            }
            Message::Pong(_) if within.is_err() => self.violate(),
            Message::Close(close) => {
                return Err(Ending::Closed(close.map_or(close::OVER, |close| close.code.into())));
            }
            Message::Pong(_) | Message::Frame(_) => {}
        }
        if self.violations > MAX_VIOLATIONS { Err(Ending::Violations) } else { Ok(()) }
    }

    fn take_text(&mut self, text: &str, within: Result<(), Limited>, place: AnswerPlace) {
        let frame = ClientFrame::parse(text);
        if let Err(limited) = within {
            return self.refuse_flood(&frame, limited, place);
        }
        if let (None, Some(request_id)) = (self.line.caller, command_id(&frame)) {
            let (code, detail, facts) = ApiError::Unauthenticated.words();
            return self.reject(request_id, code, detail, facts, place);
        }
        match frame {
            Ok(ClientFrame::Ping { n }) => {
                let server_time = self.line.app.clock.now();
                let pong = ServerFrame::<AuctionEvent>::Pong { n, server_time };
                place.reply(TextFrame::json(&pong).bytes());
            }
            Ok(ClientFrame::PlaceBid(bid)) => {
                self.note_command();
                commands::place_bid(&self.line, bid, place);
            }
            Ok(ClientFrame::BuyNow(purchase)) => {
                self.note_command();
                commands::buy_now(&self.line, purchase, place);
            }
            Err(FrameError::Command { request_id, why }) => {
                let (code, detail, facts) = commands::faults(text, why).words();
                self.reject(request_id, code, detail, facts, place);
            }
            Err(why @ FrameError::UnknownType(_)) => {
                self.violate();
                Self::error(FrameErrorCode::UnknownType, why.to_string(), place);
            }
            Err(why @ FrameError::Malformed(_)) => self.complain(&why.to_string(), place),
        }
    }

    fn refuse_flood(
        &mut self,
        frame: &Result<ClientFrame, FrameError>,
        limited: Limited,
        place: AnswerPlace,
    ) {
        self.violate();
        match command_id(frame) {
            Some(request_id) => {
                let (code, detail, facts) = ApiError::from(limited).words();
                self.reject(request_id, code, detail, facts, place);
            }
            None => Self::error(FrameErrorCode::RateLimited, limited.to_string(), place),
        }
    }

    fn reject(
        &self,
        request_id: RequestId,
        code: ErrorCode,
        detail: String,
        facts: Facts,
        place: AnswerPlace,
    ) {
        self.note_command();
        let received_at = self.line.app.clock.now();
        let rejected = rejected(request_id, received_at, code, detail, facts);
        place.reply(TextFrame::json(&rejected).bytes());
    }

    fn complain(&mut self, why: &str, place: AnswerPlace) {
        self.violate();
        Self::error(FrameErrorCode::MalformedJson, why.to_owned(), place);
    }

    fn error(code: FrameErrorCode, detail: String, place: AnswerPlace) {
        place.reply(TextFrame::json(&ServerFrame::<AuctionEvent>::Error { code, detail }).bytes());
    }

    fn note_command(&self) {
        self.line.note(&self.line.last_command);
    }

    fn violate(&mut self) {
        let now = self.line.app.clock.moment();
        if now.since(self.violations_since) >= VIOLATIONS_COUNT_FOR {
            (self.violations, self.violations_since) = (0, now);
        }
        self.violations += 1;
    }
}

fn is_too_big(message: &Message) -> bool {
    let length = match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => 0,
    };
    length > MAX_FRAME_BYTES
}

/// The request id of a frame that is a command, right or wrong.
fn command_id(frame: &Result<ClientFrame, FrameError>) -> Option<RequestId> {
    match frame {
        Ok(ClientFrame::PlaceBid(bid)) => Some(bid.request_id),
        Ok(ClientFrame::BuyNow(purchase)) => Some(purchase.request_id),
        Err(FrameError::Command { request_id, .. }) => Some(*request_id),
        _ => None,
    }
}
