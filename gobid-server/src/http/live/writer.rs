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
use crate::hub::{Delivery, Frame, Joined, Place};

/// How often the other end is pinged, and after how long without a sign of life it is gone.
const PING_EVERY: Duration = Duration::from_secs(20);
const GONE_AFTER: Duration = Duration::from_secs(40);
/// A socket that takes no byte for this long is cut.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// A socket of an auction that is over is closed when no command came for this long.
const OVER_FOR: Duration = Duration::from_secs(5);
/// How often it is looked at whether something is over.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a socket that has to end waits for answers.
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

    /// Writes until the socket has to end. Then nothing more is read, what was read gets its
    /// answer, and the close says why.
    pub(super) async fn run(mut self, place: &Place) {
        let Ok(end) = self.write(place).await else { return };
        self.line.end_with(end.code, end.reason);
        // Whoever does not take his answers, or the close, is gone all the same.
        if let Ok(Ok(())) = timeout(DRAIN, self.drain()).await {
            let _ = self.send(end.message()).await;
        }
    }

    async fn write(&mut self, place: &Place) -> Result<End, Gone> {
        let stopping = End { code: close::GOING_AWAY, reason: "the server stops: reconnect" };
        let mut end = self.line.end.subscribe();
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        pings.tick().await;
        // Whatever was asked meanwhile: a feed begins with what the room has sent first.
        match self.joined.frames.recv().await {
            Some(first) => self.deliver(first).await?,
            None => return Ok(stopping),
        }
        loop {
            tokio::select! {
                biased;
                () = place.session_ended.cancelled() => {
                    return Ok(End { code: close::SESSION_ENDED, reason: "the session has ended" });
                }
                end = ended(&mut end) => return end.ok_or(Gone),
                Some(answer) = self.answers.recv() => self.send_answer(answer).await?,
                delivery = self.joined.frames.recv() => match delivery {
                    Some(delivery) => self.deliver(delivery).await?,
                    None => return Ok(stopping),
                },
                () = self.line.app.tasks.stopping() => return Ok(stopping),
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

    /// Writes the answers to all that was read; the last place for one goes with the reader.
    async fn drain(&mut self) -> Result<(), Gone> {
        while let Some(answer) = self.answers.recv().await {
            self.send_answer(answer).await?;
        }
        Ok(())
    }

    async fn deliver(&mut self, delivery: Delivery) -> Result<(), Gone> {
        match delivery {
            Delivery::Frame(frame) => self.send_frame(frame).await?,
            Delivery::LeftOut => self.joined.catch_up().await,
        }
        Ok(())
    }

    /// Sends what happened. When the auction is over, the wait for a last command begins.
    async fn send_frame(&mut self, frame: Frame) -> Result<(), Gone> {
        self.send(Message::Text(frame.text)).await?;
        if frame.is_last && !self.is_over {
            self.line.note(&self.line.last_command);
        }
        self.is_over = frame.is_last;
        Ok(())
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
