//! The task of a feed: one connection after the other, and the waits between them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::{mpsc, watch};
use tokio::time::MissedTickBehavior;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::line::{Line, Opening, opened};
use super::position::Position;
use super::socket::{self, Lost, Socket};
use super::{FeedEnd, FeedEvent, Link};
use crate::ProductId;
use crate::client::backoff::Backoff;
use crate::client::clock::{self, SleepWatch};
use crate::client::{Client, Credential};
use crate::live::{ClientFrame, ServerFrame};

const PING_EVERY: Duration = Duration::from_secs(2);

pub(super) struct Task {
    client: Client,
    product_id: ProductId,
    events: mpsc::Sender<FeedEvent>,
    frames: mpsc::Receiver<ClientFrame>,
    link: Arc<Link>,
    session: watch::Receiver<Option<Credential>>,
    /// The session that the last connection was opened with.
    session_used: Option<Credential>,
    position: Position,
    backoff: Backoff,
    sleep: SleepWatch,
    last_ping: u64,
}

impl Task {
    pub(super) fn new(
        client: Client,
        product_id: ProductId,
        events: mpsc::Sender<FeedEvent>,
        frames: mpsc::Receiver<ClientFrame>,
        link: Arc<Link>,
    ) -> Self {
        Self {
            session: client.watch_session(),
            session_used: None,
            position: Position::default(),
            backoff: Backoff::new(Duration::from_millis(250), Duration::from_secs(15)),
            sleep: SleepWatch::start(),
            last_ping: 0,
            client,
            product_id,
            events,
            frames,
            link,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let lost = match self.connect().await {
                Ok(socket) => self.follow(socket).await,
                Err(lost) => lost,
            };
            self.link.is_connected.store(false, Ordering::Release);
            self.pause(lost).await;
        }
    }

    async fn connect(&mut self) -> Result<Socket, Lost> {
        let attempt = self.backoff.failures().saturating_add(1);
        self.emit(FeedEvent::Connecting { attempt }).await;
        let opening = self.open();
        tokio::select! {
            opened = opening => opened,
            why = asked_anew(&self.link, &mut self.session) => Err(Lost::AtOnce { why }),
        }
    }

    /// Begins to open a connection with the login and from the position as they are now.
    fn open(&mut self) -> Opening {
        self.session_used.clone_from(&self.session.borrow_and_update());
        let request = socket::request(&self.client, self.product_id, &self.position);
        Box::pin(socket::open(request))
    }

    /// Reads and writes until the connection is lost, and says how it was.
    async fn follow(&mut self, socket: Socket) -> Lost {
        // Nobody was told that these would wait for the next connection.
        while self.frames.try_recv().is_ok() {}
        self.link.is_connected.store(true, Ordering::Release);
        self.emit(FeedEvent::Connected).await;
        let mut line = Line::new(socket);
        let mut pings = tokio::time::interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let result = tokio::select! {
                // What is to be sent comes first: under a flood there is always more to read.
                biased;
                why = asked_anew(&self.link, &mut self.session) => Err(Lost::AtOnce { why }),
                Some(frame) = self.frames.recv() => line.send(&frame).await,
                _ = pings.tick() => self.ping(&mut line).await,
                read = line.socket.next() => self.read(&mut line, read).await,
                opened = opened(&mut line.second) => match opened {
                    Ok(socket) => {
                        line = Line::new(socket);
                        pings.reset_immediately();
                        self.emit(FeedEvent::Connected).await;
                        Ok(())
                    }
                    Err(lost) => Err(lost),
                },
                () = tokio::time::sleep_until(line.report_silence) => {
                    self.report_silence(&mut line).await;
                    Ok(())
                }
            };
            if let Err(lost) = result {
                return lost;
            }
        }
    }

    async fn ping(&mut self, line: &mut Line) -> Result<(), Lost> {
        if self.sleep.has_slept() {
            return Err(self.after_sleep());
        }
        self.last_ping = self.last_ping.wrapping_add(1);
        line.ping(self.last_ping).await
    }

    async fn read(
        &mut self,
        line: &mut Line,
        read: Option<Result<Message, Error>>,
    ) -> Result<(), Lost> {
        if let Some(text) = socket::text(read)? {
            let frame: ServerFrame = serde_json::from_str(&text)
                .map_err(|error| Lost::again(format!("a frame makes no sense: {error}")))?;
            self.backoff.reset();
            if let ServerFrame::Pong { n, server_time } = frame {
                if let Some(asked) = line.take_ping(n) {
                    let round_trip = self.client.http.clock.observe(asked, server_time);
                    self.emit(FeedEvent::RoundTrip(round_trip)).await;
                }
            } else if let Some(frame) = self.position.admit(frame) {
                self.emit(FeedEvent::Frame(frame)).await;
            }
        }
        // Only now: the time that a reader of this feed takes is not the line's silence.
        line.hear();
        Ok(())
    }

    async fn report_silence(&mut self, line: &mut Line) {
        if line.second.is_none() {
            line.second = Some(self.open());
        }
        let silent_for = line.silent_for();
        self.emit(FeedEvent::Slow { silent_for }).await;
    }

    /// Waits until it is time for the next connection.
    async fn pause(&mut self, lost: Lost) {
        match lost {
            Lost::Again { why, at_least } => {
                let retry_in = self.backoff.next().max(at_least);
                self.emit(FeedEvent::Disconnected { why, retry_in }).await;
                self.rest(retry_in).await;
            }
            Lost::AtOnce { why } => {
                let why = why.to_owned();
                let retry_in = Duration::ZERO;
                self.emit(FeedEvent::Disconnected { why, retry_in }).await;
            }
            Lost::SessionEnded => match self.session_used.take() {
                // Unless somebody has logged in anew meanwhile.
                Some(used) if self.client.credential() == Some(used.clone()) => {
                    self.client.set_credential(None);
                    self.emit(FeedEvent::SignedOut).await;
                }
                Some(_) => {}
                None => self.end(FeedEnd::LoginNeeded).await,
            },
            Lost::Ended(end) => self.end(end).await,
        }
    }

    async fn end(&mut self, end: FeedEnd) {
        self.emit(FeedEvent::Ended(end)).await;
        asked_anew(&self.link, &mut self.session).await;
    }

    /// Waits; less when somebody asks to connect anew or the machine wakes up from a sleep.
    async fn rest(&mut self, wait: Duration) {
        const LOOK_UP_EVERY: Duration = Duration::from_secs(1);
        let until = clock::monotonic() + wait;
        loop {
            let left = until.saturating_duration_since(clock::monotonic());
            tokio::select! {
                () = tokio::time::sleep(left.min(LOOK_UP_EVERY)) => {}
                _ = asked_anew(&self.link, &mut self.session) => return,
            }
            if self.sleep.has_slept() {
                self.after_sleep();
                return;
            }
            if clock::monotonic() >= until {
                return;
            }
        }
    }

    fn after_sleep(&self) -> Lost {
        self.client.http.clock.forget();
        Lost::AtOnce { why: "this machine was asleep" }
    }

    /// Waits for room: a feed that nobody reads stands still.
    async fn emit(&self, event: FeedEvent) {
        // Fails when the feed was dropped, and then this task ends, too.
        let _ = self.events.send(event).await;
    }
}

/// Waits until somebody wants a new connection, and says why.
async fn asked_anew(
    link: &Link,
    session: &mut watch::Receiver<Option<Credential>>,
) -> &'static str {
    tokio::select! {
        () = link.reconnect.notified() => "connecting anew was asked for",
        // The client, which the task holds, keeps the other end open.
        Ok(()) = session.changed() => "the login has changed",
    }
}
