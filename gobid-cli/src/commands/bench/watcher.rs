//! Watchers: who is shown what, and when.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gobid_api::ProductId;
use gobid_api::client::Client;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use super::figures;
use super::frames::{Frames, Snapshot, Update};
use super::log::Log;
use super::socket::{self, Resume, Socket};
use crate::clock;
use crate::error::CliError;

/// How many sockets are opened at once.
const OPENINGS: usize = 64;
/// How long watchers may take to be shown what has happened, once nothing happens any more.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long they may take to come back when all have lost their sockets.
const STORM_PATIENCE: Duration = Duration::from_mins(1);
/// How long one who could not come back waits before he tries again.
const RETRY_AFTER: Duration = Duration::from_millis(100);
/// How often it is looked whether they have been.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Many who watch one product.
pub(super) struct Watchers {
    pub(super) frames: Arc<Mutex<Frames>>,
    pub(super) all: Vec<Arc<Mutex<Watcher>>>,
    tasks: JoinSet<()>,
    begun: Instant,
}

/// One who watches.
#[derive(Debug, Default)]
pub(super) struct Watcher {
    pub(super) epoch: String,
    /// The last event that he was shown, or was told to have been left out.
    pub(super) last: i64,
    /// From which event on he was shown what happened.
    pub(super) began_after: i64,
    pub(super) seen: Vec<Seen>,
    /// How often he was told to begin anew.
    pub(super) resets: usize,
    /// Whether his socket was closed by the server, or broke.
    pub(super) is_gone: bool,
    /// When the first frame of his last socket came, in microseconds since all began.
    pub(super) back_at: Option<u32>,
}

/// A frame, at a watcher.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Microseconds since all began.
    pub(super) at: u32,
    pub(super) what: What,
}

/// What kind of frame.
#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    /// An update, by its place among the frames.
    Update(u32),
    /// The state as of an event.
    Snapshot(i64),
}

/// How watchers came back.
#[derive(Clone, Debug)]
pub(super) struct Return {
    /// Until the last had a first frame; `None` when one never had.
    pub(super) took: Option<Duration>,
    /// Each of those who came back.
    pub(super) each: Vec<Duration>,
    pub(super) retries: usize,
}

/// What watchers were shown, compared with the log.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) deliveries: usize,
    pub(super) skipped: i64,
    pub(super) frames: usize,
    pub(super) resets: usize,
    pub(super) is_log: bool,
    pub(super) is_once: bool,
    /// When each event was sent, by its number, to each watcher: for the latencies.
    pub(super) times: Vec<Duration>,
}

impl Watchers {
    /// Opens sockets, each of which has had its snapshot.
    pub(super) async fn open(
        client: &Client,
        product_id: ProductId,
        count: usize,
    ) -> Result<Self, CliError> {
        let sockets: Vec<_> = stream::iter(0..count)
            .map(async |_| begin(client, product_id).await)
            .buffer_unordered(OPENINGS)
            .try_collect()
            .await?;
        let mut watchers = Self {
            frames: Arc::default(),
            all: Vec::with_capacity(count),
            tasks: JoinSet::new(),
            begun: clock::now(),
        };
        for (socket, watcher) in sockets {
            let watcher = Arc::new(Mutex::new(watcher));
            watchers.all.push(Arc::clone(&watcher));
            watchers.watch(socket, watcher);
        }
        Ok(watchers)
    }

    fn watch(&mut self, socket: Socket, watcher: Arc<Mutex<Watcher>>) {
        self.tasks.spawn(watch(socket, watcher, Arc::clone(&self.frames), self.begun));
    }

    /// Cuts all sockets at once, and opens them again at once, each where its watcher was. Waits
    /// until all are back.
    pub(super) async fn storm(&mut self, client: &Client, product_id: ProductId) -> Return {
        self.tasks.shutdown().await;
        for watcher in &self.all {
            let mut watcher = locked(watcher);
            (watcher.back_at, watcher.is_gone) = (None, false);
        }
        let lost = clock::now();
        let retries = Arc::new(AtomicUsize::new(0));
        for watcher in &self.all {
            let (watcher, frames) = (Arc::clone(watcher), Arc::clone(&self.frames));
            let (client, retries, begun) = (client.clone(), Arc::clone(&retries), self.begun);
            self.tasks.spawn(async move {
                match come_back(&client, product_id, &watcher, &retries).await {
                    Some(socket) => watch(socket, watcher, frames, begun).await,
                    None => locked(&watcher).is_gone = true,
                }
            });
        }
        let is_away = |watcher: &Arc<Mutex<Watcher>>| {
            let watcher = locked(watcher);
            watcher.back_at.is_none() && !watcher.is_gone
        };
        while self.all.iter().any(is_away) && clock::now() < lost + STORM_PATIENCE {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let away_at = lost.saturating_duration_since(self.begun);
        let back = |watcher: &Arc<Mutex<Watcher>>| {
            let back_at = Duration::from_micros(u64::from(locked(watcher).back_at?));
            Some(back_at.saturating_sub(away_at))
        };
        let each: Vec<_> = self.all.iter().filter_map(back).collect();
        let took = each.iter().max().copied().filter(|_| each.len() == self.all.len());
        Return { took, each, retries: retries.load(Relaxed) }
    }

    /// How many frames have come so far.
    pub(super) fn frames_so_far(&self) -> usize {
        self.all.iter().map(|watcher| locked(watcher).seen.len()).sum()
    }

    /// Waits until all were shown the event, or have no socket any more; not for ever.
    pub(super) async fn wait_for(&self, seq: i64) {
        let until = clock::now() + PATIENCE;
        let waits = |watcher: &Arc<Mutex<Watcher>>| {
            let watcher = locked(watcher);
            watcher.last < seq && !watcher.is_gone
        };
        while self.all.iter().any(waits) && clock::now() < until {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Compares what they were shown with the log. `sent` gives when the bid of an event was sent.
    pub(super) fn shown(&self, log: &Log, sent: impl Fn(i64) -> Option<Instant>) -> Shown {
        let frames = locked(&self.frames);
        let mut shown =
            Shown {
                deliveries: 0,
                skipped: 0,
                frames: 0,
                resets: 0,
                is_log: frames.all().iter().flat_map(|update| &update.events).all(
                    |(seq, bid_id)| log.event(*seq).is_some_and(|event| event.bid_id == *bid_id),
                ),
                is_once: true,
                times: Vec::new(),
            };
        let offset = |seq| Some(sent(seq)?.saturating_duration_since(self.begun));
        let sent: Vec<_> = (1..=log.last()).map(offset).collect();
        for watcher in &self.all {
            shown.add(&locked(watcher), &frames, &sent, log.last());
        }
        shown
    }
}

impl Shown {
    fn add(&mut self, watcher: &Watcher, frames: &Frames, sent: &[Option<Duration>], end: i64) {
        let mut last = watcher.began_after;
        self.resets += watcher.resets;
        for Seen { at, what } in &watcher.seen {
            let place = match what {
                What::Update(place) => usize::try_from(*place).unwrap_or(usize::MAX),
                What::Snapshot(seq) => {
                    self.skipped += (seq - last).max(0);
                    last = last.max(*seq);
                    continue;
                }
            };
            self.frames += 1;
            let Some(update) = frames.get(place) else { continue };
            self.skipped += update.skipped;
            last += update.skipped;
            for (seq, _) in &update.events {
                self.is_once &= *seq > last;
                self.is_log &= *seq == last + 1;
                last = *seq;
                self.deliveries += 1;
                let place = usize::try_from(seq - 1).unwrap_or(usize::MAX);
                if let Some(sent) = sent.get(place).copied().flatten() {
                    let at = Duration::from_micros(u64::from(*at));
                    self.times.push(at.saturating_sub(sent));
                }
            }
        }
        self.is_log &= last == end;
    }
}

/// Opens a socket, and reads the snapshot with which it begins.
pub(super) async fn begin(
    client: &Client,
    product_id: ProductId,
) -> Result<(Socket, Watcher), CliError> {
    let mut socket = socket::connect(client, product_id, None).await?;
    let text = socket::next(&mut socket, r#"{"type":"snapshot""#).await;
    let text = text.unwrap_or_default();
    let snapshot: Snapshot<'_> = serde_json::from_str(&text)
        .map_err(|why| CliError::Bench(format!("a socket got no snapshot: {why}")))?;
    let Snapshot { epoch, seq } = snapshot;
    let watcher =
        Watcher { epoch: epoch.to_owned(), last: seq, began_after: seq, ..Watcher::default() };
    Ok((socket, watcher))
}

/// Opens a socket where the watcher was, and tries again for a while.
async fn come_back(
    client: &Client,
    product_id: ProductId,
    watcher: &Mutex<Watcher>,
    retries: &AtomicUsize,
) -> Option<Socket> {
    let until = clock::now() + STORM_PATIENCE;
    let (epoch, after_seq) = {
        let watcher = locked(watcher);
        (watcher.epoch.clone(), watcher.last)
    };
    while clock::now() < until {
        let resume = Resume { epoch: &epoch, after_seq };
        let connecting = socket::connect(client, product_id, Some(resume));
        if let Ok(Ok(socket)) = timeout(PATIENCE, connecting).await {
            return Some(socket);
        }
        retries.fetch_add(1, Relaxed);
        tokio::time::sleep(RETRY_AFTER).await;
    }
    None
}

/// Watches until the socket ends.
async fn watch(
    mut socket: Socket,
    watcher: Arc<Mutex<Watcher>>,
    frames: Arc<Mutex<Frames>>,
    begun: Instant,
) {
    let mut expected = 0;
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        let at = figures::micros(clock::now().saturating_duration_since(begun));
        let mut watcher = locked(&watcher);
        watcher.back_at.get_or_insert(at);
        let what = if text.starts_with(r#"{"type":"update""#) {
            let mut frames = locked(&frames);
            let place = frames.place(expected, text);
            expected = place + 1;
            if let Some(last) = frames.get(place).and_then(Update::last) {
                watcher.last = watcher.last.max(last);
            }
            What::Update(u32::try_from(place).unwrap_or(u32::MAX))
        } else if let Ok(snapshot) = serde_json::from_str::<Snapshot<'_>>(&text) {
            watcher.resets += 1;
            watcher.last = watcher.last.max(snapshot.seq);
            What::Snapshot(snapshot.seq)
        } else {
            continue;
        };
        watcher.seen.push(Seen { at, what });
    }
    locked(&watcher).is_gone = true;
}

/// Whoever panicked with it is of no matter: a task that panics is seen where it is awaited.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
