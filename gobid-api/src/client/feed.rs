//! The live feed of an auction, on a connection that comes again by itself.

mod line;
mod position;
mod socket;
mod task;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;

use super::{Client, Credential};
use crate::ProductId;
use crate::live::{ClientFrame, ServerFrame};
use task::Task;

/// How many events wait for a reader. When they are all taken, nothing is read from the socket
/// and the server makes do with a snapshot.
const EVENTS: usize = 256;

/// How many frames wait to be sent.
const FRAMES: usize = 16;

/// The live feed of one auction.
///
/// A task of its own connects, pings, connects again with growing waits for as long as it takes,
/// and goes on after the last event that was passed on. It ends when the feed is dropped.
#[derive(Debug)]
pub struct Feed {
    events: mpsc::Receiver<FeedEvent>,
    handle: FeedHandle,
    /// Aborts the task when it is dropped.
    _task: JoinSet<()>,
}

/// What happens on a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEvent {
    /// A connection is being opened.
    Connecting {
        /// The number of the attempt since the last frame: 1, 2, 3, …
        attempt: u32,
    },
    /// There is a connection, or a new one in place of a slow one. A snapshot, what was missed, or
    /// a heartbeat follows.
    Connected,
    /// A frame from the server, every event in it for the first time. Pongs are left out.
    Frame(ServerFrame),
    /// A ping was answered after so long.
    RoundTrip(Duration),
    /// Nothing was heard for a while, and a second connection is being opened. Frames can still be
    /// sent. Comes again every second until the next frame, `RoundTrip` or `Connected`.
    Slow {
        /// How long nothing has been heard.
        silent_for: Duration,
    },
    /// There is no connection. Frames handed over meanwhile are lost.
    Disconnected {
        /// What happened to it, in a few words.
        why: String,
        /// When the next one is tried.
        retry_in: Duration,
    },
    /// The session has ended. The client has forgotten it, and the feed goes on as a visitor's.
    SignedOut,
    /// There is no connection, and none is tried until the login changes or
    /// [`FeedHandle::reconnect_now`] is called.
    Ended(FeedEnd),
}

/// Why a feed does not try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedEnd {
    /// The auction is over, and every command has its answer.
    Over,
    /// The server wants a login.
    LoginNeeded,
    /// The server does not allow it.
    Forbidden,
    /// There is no such product.
    NotFound,
    /// The server refused, and says why.
    Refused(String),
}

/// There is no connection to send a frame on, or too much waits for it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not connected: nothing can be sent now")]
pub struct NotConnected;

/// What others may do with a feed while somebody reads it. Clones are cheap.
#[derive(Clone)]
pub struct FeedHandle {
    client: Client,
    frames: mpsc::Sender<ClientFrame>,
    link: Arc<Link>,
}

/// What the task and the handles share.
#[derive(Debug, Default)]
struct Link {
    is_connected: AtomicBool,
    reconnect: Notify,
}

impl Feed {
    pub(super) fn open(client: Client, product_id: ProductId) -> Self {
        let (events_in, events) = mpsc::channel(EVENTS);
        let (frames, frames_out) = mpsc::channel(FRAMES);
        let link = Arc::new(Link::default());
        let task = Task::new(client.clone(), product_id, events_in, frames_out, Arc::clone(&link));
        let mut tasks = JoinSet::new();
        tasks.spawn(task.run());
        Self { events, handle: FeedHandle { client, frames, link }, _task: tasks }
    }

    /// What happens next. May be cancelled without losing anything.
    pub async fn next(&mut self) -> FeedEvent {
        match self.events.recv().await {
            Some(event) => event,
            // The task runs for as long as the feed is there: nothing will ever happen.
            None => std::future::pending().await,
        }
    }

    /// A handle to act on the feed.
    pub fn handle(&self) -> FeedHandle {
        self.handle.clone()
    }
}

impl FeedHandle {
    /// Hands a frame over to be sent on the connection there is. One that breaks before takes the
    /// frame with it, as if it had been lost on the way.
    pub fn send(&self, frame: ClientFrame) -> Result<(), NotConnected> {
        if !self.link.is_connected.load(Ordering::Acquire) {
            return Err(NotConnected);
        }
        self.frames.try_send(frame).map_err(|_full| NotConnected)
    }

    /// Connects anew without waiting, whatever state the feed is in.
    pub fn reconnect_now(&self) {
        self.link.reconnect.notify_one();
    }

    /// Uses another login, or none, for the client and all its feeds, which connect anew. A login
    /// or logout through the client does the same by itself.
    pub fn set_credential(&self, credential: Option<Credential>) {
        self.client.set_credential(credential);
    }
}

impl fmt::Debug for FeedHandle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("FeedHandle").field("link", &self.link).finish_non_exhaustive()
    }
}
