//! The sockets that are open: how many there may be, and whose session still lives.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gobid_auction::{ProductId, Timestamp, UserId};
use gobid_store::{Database, SessionKey};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::answer::Caller;
use super::outbox::{Ender, Ending};
use crate::clock::Clock;

/// How often the store is asked which sessions are still alive.
const CHECK_EVERY: Duration = Duration::from_secs(2);

/// The sockets that are open.
#[derive(Debug)]
pub(crate) struct Sockets {
    most: usize,
    most_per_user: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    /// Whether the server stops.
    stops: bool,
    last_id: u64,
    sockets: HashMap<u64, Socket>,
    by_user: HashMap<UserId, usize>,
}

#[derive(Debug)]
struct Socket {
    /// Whose it is, and what there is to know of it; boxed, since most sockets are nobody's.
    caller: Option<Box<(Caller, OpenSocket)>>,
    ender: Ender,
}

/// What the owner of a socket wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenSocket {
    /// The product that it watches.
    pub(crate) product_id: ProductId,
    /// What the program at the other end calls itself.
    pub(crate) device: Option<String>,
    /// From where it was opened.
    pub(crate) address: String,
    /// When.
    pub(crate) since: Timestamp,
}

/// The place of one socket; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    id: u64,
    sockets: Arc<Sockets>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// There are as many sockets as there may be.
    Server,
    /// The user has as many as one may have.
    User,
}

impl Sockets {
    pub(crate) fn new(most: usize, most_per_user: usize) -> Arc<Self> {
        Arc::new(Self { most, most_per_user, open: Mutex::default() })
    }

    /// Takes a place for a socket.
    pub(crate) fn open(
        self: &Arc<Self>,
        caller: Option<(Caller, OpenSocket)>,
        ender: Ender,
    ) -> Result<Place, Full> {
        let mut open = self.locked();
        if open.sockets.len() >= self.most {
            return Err(Full::Server);
        }
        if let Some((Caller { user_id, .. }, _)) = &caller {
            let count = open.by_user.entry(*user_id).or_default();
            if *count >= self.most_per_user {
                return Err(Full::User);
            }
            *count += 1;
        }
        open.last_id += 1;
        let id = open.last_id;
        if open.stops {
            ender.end(Ending::ServerStops);
        }
        open.sockets.insert(id, Socket { caller: caller.map(Box::new), ender });
        Ok(Place { id, sockets: Arc::clone(self) })
    }

    /// A session has ended: so do its sockets.
    pub(crate) fn end_session(&self, key: SessionKey) {
        self.end_sessions(|caller| caller.session == key);
    }

    /// A user may do nothing any more: so his sockets end.
    pub(crate) fn end_user(&self, user_id: UserId) {
        self.end_sessions(|caller| caller.user_id == user_id);
    }

    /// The sockets of a user, oldest first.
    pub(crate) fn of(&self, user_id: UserId) -> Vec<(SessionKey, OpenSocket)> {
        let open = self.locked();
        let owned = open.sockets.values().filter_map(|socket| socket.caller.as_deref());
        let his = owned.filter(|(caller, _)| caller.user_id == user_id);
        let mut his: Vec<_> =
            his.map(|(caller, socket)| (caller.session, socket.clone())).collect();
        drop(open);
        his.sort_by_key(|(_, socket)| socket.since);
        his
    }

    /// Asks the store, again and again, which sessions are alive, and ends the sockets of the
    /// others. An open socket is use of its session.
    pub(crate) async fn watch_sessions(self: Arc<Self>, database: Database, clock: Clock) {
        let mut ticks = interval(CHECK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let keys = self.sessions();
            if keys.is_empty() {
                continue;
            }
            let now = clock.now();
            match database.sessions_alive(&keys, now).await {
                Ok(alive) => {
                    // Those that were asked about alone: others may have come meanwhile.
                    let living: HashSet<_> = alive.iter().collect();
                    let ended: HashSet<_> =
                        keys.iter().filter(|key| !living.contains(key)).collect();
                    self.end_sessions(|caller| ended.contains(&caller.session));
                    if let Err(error) = database.touch_sessions(&alive, now).await {
                        warn!(%error, "the use of sessions could not be noted");
                    }
                }
                Err(error) => warn!(%error, "it could not be asked which sessions are alive"),
            }
        }
    }

    /// Ends all sockets once the server stops.
    pub(crate) async fn end_all_at(self: Arc<Self>, stop: CancellationToken) {
        stop.cancelled().await;
        let mut open = self.locked();
        open.stops = true;
        for entry in open.sockets.values() {
            entry.ender.end(Ending::ServerStops);
        }
    }

    fn sessions(&self) -> Vec<SessionKey> {
        let open = self.locked();
        let callers = open.sockets.values().filter_map(|entry| entry.caller.as_deref());
        let mut keys: Vec<_> = callers.map(|(caller, _)| caller.session).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn end_sessions(&self, has_ended: impl Fn(&Caller) -> bool) {
        for entry in self.locked().sockets.values() {
            if entry.caller.as_deref().is_some_and(|(caller, _)| has_ended(caller)) {
                entry.ender.end(Ending::SessionEnded);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.sockets.locked();
        let Some(Socket { caller: Some(owned), .. }) = open.sockets.remove(&self.id) else {
            return;
        };
        let (caller, _) = *owned;
        if let Entry::Occupied(mut count) = open.by_user.entry(caller.user_id) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}
