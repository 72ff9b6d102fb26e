//! The half of a socket that writes: answers first, then what the room sends.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use gobid_api::live::close;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{End, Line, ended};
use crate::hub::{Joined, Place};

/// How often the other end is pinged, and after how long without a sign of life it is gone.
const PING_EVERY: Duration = Duration::from_secs(20);
const GONE_AFTER: Duration = Duration::from_secs(40);
/// A socket that takes no byte for this long is cut.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// A socket of an auction that is over is closed when no command came for this long.
const OVER_FOR: Duration = Duration::from_secs(5);
/// How often it is looked at whether something is over.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a socket waits for answers, once the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// The half that writes.
pub(super) struct Writer<'a> {
    line: &'a Arc<Line>,
    sink: SplitSink<WebSocket, Message>,
    answers: mpsc::Receiver<Utf8Bytes>,
    joined: Joined,
    /// Whether the auction is over and everything about it was sent.
    is_over: bool,
}

/// The socket is gone.
struct Gone;

impl<'a> Writer<'a> {
    pub(super) fn new(
        line: &'a Arc<Line>,
        sink: SplitSink<WebSocket, Message>,
        answers: mpsc::Receiver<Utf8Bytes>,
        joined: Joined,
    ) -> Self {
        Self { line, sink, answers, joined, is_over: false }
    }

    /// Writes until the socket has to end, and says why.
    pub(super) async fn run(mut self, place: &Place) {
        let Ok(end) = self.write(place).await else {
            return;
        };
        self.line.end_with(end.code, end.reason);
        // What is answered already is not lost with the socket.
        while let Ok(answer) = self.answers.try_recv() {
            if self.send_answer(answer).await.is_err() {
                return;
            }
        }
        // Whoever does not take the close is gone all the same.
        let _ = self.send(end.message()).await;
    }

    async fn write(&mut self, place: &Place) -> Result<End, Gone> {
        let mut end = self.line.end.subscribe();
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pings.tick().await;
        loop {
            tokio::select! {
                biased;
                () = place.session_ended.cancelled() => {
                    return Ok(End { code: close::SESSION_ENDED, reason: "the session has ended" });
                }
                end = ended(&mut end) => return end.ok_or(Gone),
                Some(answer) = self.answers.recv() => self.send_answer(answer).await?,
                frame = self.joined.frames.recv() => match frame {
                    Some(frame) => {
                        self.is_over = frame.is_last;
                        self.send(Message::Text(frame.text)).await?;
                        self.joined.catch_up().await;
                    }
                    None => return self.drain().await,
                },
                () = self.line.app.tasks.stopping() => return self.drain().await,
                _ = pings.tick() => self.ping().await?,
                _ = looks.tick(), if self.is_over => {
                    let quiet = self.line.since(&self.line.last_command) >= OVER_FOR;
                    if quiet && self.line.everything_answered() {
                        return Ok(End { code: close::OVER, reason: "the auction is over" });
                    }
                }
            }
        }
    }

    /// The server stops: what was read gets its answer, then the socket ends.
    async fn drain(&mut self) -> Result<End, Gone> {
        let answers = async {
            while !self.line.everything_answered()
                && let Some(answer) = self.answers.recv().await
            {
                self.send_answer(answer).await?;
            }
            Ok(())
        };
        if let Ok(drained) = timeout(DRAIN, answers).await {
            drained?;
        }
        Ok(End { code: close::GOING_AWAY, reason: "the server stops: reconnect" })
    }

    async fn ping(&mut self) -> Result<(), Gone> {
        if self.line.since(&self.line.last_heard) >= GONE_AFTER {
            return Err(Gone);
        }
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn send_answer(&mut self, answer: Utf8Bytes) -> Result<(), Gone> {
        self.send(Message::Text(answer)).await?;
        self.line.answered.fetch_add(1, Relaxed);
        Ok(())
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(WRITE_TIMEOUT, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }
}
