//! The half of a socket that reads: frames become commands, each with a place for its answer.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;
use gobid_api::RequestId;
use gobid_api::live::{
    ClientFrame, FrameError, FrameErrorCode, MAX_FRAME_BYTES, ServerFrame, close,
};
use gobid_api::problem::{ErrorCode, Facts};
use tokio::sync::mpsc;

use super::commands::{self, AnswerPlace, answer, rejected};
use super::{Line, ended};
use crate::clock::Moment;
use crate::http::limits::{FrameLimiter, Limited};
use crate::http::problem::ApiError;

/// So many frames within a minute that are beyond the limit, or that nobody understands, and the
/// socket is closed.
const MAX_VIOLATIONS: u32 = 100;
const VIOLATIONS_COUNT_FOR: Duration = Duration::from_mins(1);

const TOO_BIG: &str = "a frame has at most 4096 bytes";

/// The half that reads.
pub(super) struct Reader {
    line: Arc<Line>,
    answers: mpsc::Sender<Utf8Bytes>,
    limiter: FrameLimiter,
    violations: u32,
    violations_since: Moment,
}

impl Reader {
    pub(super) fn new(line: Arc<Line>, answers: mpsc::Sender<Utf8Bytes>) -> Self {
        let limiter = line.app.limits.frames();
        let violations_since = line.app.clock.moment();
        Self { line, answers, limiter, violations: 0, violations_since }
    }

    /// Reads until the other end has gone, or the socket must end.
    pub(super) async fn run(mut self, mut stream: SplitStream<WebSocket>) {
        let mut end = self.line.end.subscribe();
        // While an answer could not be queued, nothing is read.
        while let Ok(place) = self.answers.clone().reserve_owned().await {
            let message = tokio::select! {
                biased;
                _ = ended(&mut end) => break,
                message = stream.next() => message,
            };
            match message {
                Some(Ok(message)) => self.take(message, place),
                Some(Err(why)) if was_cut(&why) => {
                    self.line.end_with(close::TOO_BIG, TOO_BIG);
                    break;
                }
                Some(Err(_)) | None => return,
            }
        }
        drop(self);
        // The close of the other end, if it comes.
        while let Some(Ok(_)) = stream.next().await {}
    }

    fn take(&mut self, message: Message, place: AnswerPlace) {
        self.line.note(&self.line.last_heard);
        let within = self.limiter.check();
        match message {
            message if is_too_big(&message) => {
                self.line.end_with(close::TOO_BIG, TOO_BIG);
            }
            Message::Text(text) => self.take_text(&text, within, place),
            Message::Binary(_) => self.complain("frames are text", place),
            Message::Ping(_) | Message::Pong(_) => {
                if within.is_err() {
                    self.violate();
                }
            }
            Message::Close(_) => {}
        }
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
                self.reply(place, &ServerFrame::Pong { n, server_time });
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
                self.error(FrameErrorCode::UnknownType, why.to_string(), place);
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
            None => self.error(FrameErrorCode::RateLimited, limited.to_string(), place),
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
        answer(place, &rejected(request_id, received_at, code, detail, facts));
    }

    fn complain(&mut self, why: &str, place: AnswerPlace) {
        self.violate();
        self.error(FrameErrorCode::MalformedJson, why.to_owned(), place);
    }

    fn error(&self, code: FrameErrorCode, detail: String, place: AnswerPlace) {
        self.reply(place, &ServerFrame::Error { code, detail });
    }

    /// Answers a frame that is no command.
    fn reply(&self, place: AnswerPlace, frame: &ServerFrame) {
        self.line.read.fetch_add(1, Relaxed);
        answer(place, frame);
    }

    fn note_command(&self) {
        self.line.read.fetch_add(1, Relaxed);
        self.line.note(&self.line.last_command);
    }

    fn violate(&mut self) {
        let now = self.line.app.clock.moment();
        if now.since(self.violations_since) >= VIOLATIONS_COUNT_FOR {
            (self.violations, self.violations_since) = (0, now);
        }
        self.violations += 1;
        if self.violations > MAX_VIOLATIONS {
            self.line.end_with(close::VIOLATIONS, "too many violations");
        }
    }
}

fn is_too_big(message: &Message) -> bool {
    let length = match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => 0,
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

/// Whether a frame was too big even to be read. The library's error does not say it in a type that
/// could be asked.
fn was_cut(why: &axum::Error) -> bool {
    why.to_string().starts_with("Space limit exceeded")
}
