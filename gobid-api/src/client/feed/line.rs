//! A connection in use: what is heard on it, what is not, and the one that may replace it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::Duration;

use futures_util::SinkExt as _;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::socket::{Lost, Socket};
use crate::client::clock;
use crate::live::ClientFrame;

/// A connection is live only while something was heard within this time.
const LIVE_FOR: Duration = Duration::from_secs(5);

/// How long the socket may take no byte.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many pings may be without an answer; older ones are given up.
const OPEN_PINGS: usize = 16;

/// How often the silence of a slow connection is reported.
const SLOW_EVERY: Duration = Duration::from_secs(1);

/// A connection that is in use.
pub(super) struct Line {
    pub(super) socket: Socket,
    /// When something was last heard on it.
    heard: Instant,
    /// When its silence is to be reported.
    pub(super) report_silence: Instant,
    pings: VecDeque<(u64, Instant)>,
    /// The connection that is to replace this one, while it is being opened.
    pub(super) second: Option<Opening>,
}

pub(super) type Opening = Pin<Box<dyn Future<Output = Result<Socket, Lost>> + Send>>;

impl Line {
    pub(super) fn new(socket: Socket) -> Self {
        let now = clock::monotonic();
        Self {
            socket,
            heard: now,
            report_silence: now + LIVE_FOR,
            pings: VecDeque::new(),
            second: None,
        }
    }

    /// Something was heard: the line lives, and needs nobody to replace it.
    pub(super) fn hear(&mut self) {
        self.heard = clock::monotonic();
        self.report_silence = self.heard + LIVE_FOR;
        self.second = None;
    }

    pub(super) async fn send(&mut self, frame: &ClientFrame) -> Result<(), Lost> {
        let text = serde_json::to_string(frame).map_err(|error| Lost::again(error.to_string()))?;
        let sending = self.socket.send(Message::text(text));
        match tokio::time::timeout(WRITE_TIMEOUT, sending).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Lost::again(error.to_string())),
            Err(_elapsed) => Err(Lost::again("the connection takes nothing any more")),
        }
    }

    /// When the ping with this number was sent. Older ones will not be answered any more.
    pub(super) fn take_ping(&mut self, n: u64) -> Option<Instant> {
        while let Some((number, sent)) = self.pings.pop_front() {
            if number == n {
                return Some(sent);
            }
        }
        None
    }

    /// Asks whether the line lives, and what time it is at the other end.
    pub(super) async fn ping(&mut self, n: u64) -> Result<(), Lost> {
        if self.pings.len() >= OPEN_PINGS {
            self.pings.pop_front();
        }
        self.pings.push_back((n, clock::monotonic()));
        self.send(&ClientFrame::Ping { n }).await
    }

    /// How long nothing has been heard, to be reported now and again in a second.
    pub(super) fn silent_for(&mut self) -> Duration {
        let now = clock::monotonic();
        self.report_silence = now + SLOW_EVERY;
        now.saturating_duration_since(self.heard)
    }
}

/// Waits for the second connection, when one is being opened.
pub(super) async fn opened(second: &mut Option<Opening>) -> Result<Socket, Lost> {
    match second {
        Some(opening) => opening.await,
        None => std::future::pending().await,
    }
}
