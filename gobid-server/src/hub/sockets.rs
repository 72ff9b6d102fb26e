//! The sockets that are open: how many there may be, and whose session still lives.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gobid_auction::{ProductId, Timestamp, UserId};
use gobid_store::{Database, SessionKey};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::answer::Caller;
use super::outbox::{Ender, Ending};
use crate::clock::{Clock, Moment};

/// How often the store is asked which sessions are still alive.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// How much longer the sockets of a session stay that its user has put another in the place of.
const SPARED_FOR: Duration = Duration::from_secs(5);

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
    /// Those that are somebody's.
    owned: BTreeSet<(UserId, u64)>,
    /// Sessions that are over, and until when their sockets stay all the same.
    spared: HashMap<SessionKey, Moment>,
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
        if let Some((Caller { user_id, .. }, _)) = &caller
            && open.of(*user_id).count() >= self.most_per_user
        {
            return Err(Full::User);
        }
        open.last_id += 1;
        let id = open.last_id;
        if let Some((Caller { user_id, .. }, _)) = &caller {
            open.owned.insert((*user_id, id));
        }
        if open.stops {
            ender.end(Ending::ServerStops);
        }
        open.sockets.insert(id, Socket { caller: caller.map(Box::new), ender });
        Ok(Place { id, sockets: Arc::clone(self) })
    }

    /// A session of a user has ended: so do its sockets.
    pub(crate) fn end_session(&self, user_id: UserId, key: SessionKey) {
        self.locked().end(user_id, |caller| caller.session == key);
    }

    /// A user may do nothing any more: so his sockets end.
    pub(crate) fn end_user(&self, user_id: UserId) {
        self.locked().end(user_id, |_caller| true);
    }

    /// A session is about to end, since its user puts another in its place: its sockets stay until
    /// he has been told of the new one.
    pub(crate) fn spare(&self, key: SessionKey, now: Moment) {
        let mut open = self.locked();
        open.spared.retain(|_, until| now < *until);
        open.spared.insert(key, now.plus(SPARED_FOR));
    }

    /// The sockets of a user, oldest first.
    pub(crate) fn of(&self, user_id: UserId) -> Vec<(SessionKey, OpenSocket)> {
        let open = self.locked();
        let owned = open.of(user_id).filter_map(|socket| socket.caller.as_deref());
        owned.map(|(caller, socket)| (caller.session, socket.clone())).collect()
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
                    self.locked().end_all(&ended, clock.moment());
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

    fn locked(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// The sockets of a user, oldest first.
    fn of(&self, user_id: UserId) -> impl Iterator<Item = &Socket> {
        let his = self.owned.range((user_id, u64::MIN)..=(user_id, u64::MAX));
        his.filter_map(|(_, id)| self.sockets.get(id))
    }

    /// Ends sockets of a user.
    fn end(&self, user_id: UserId, has_ended: impl Fn(&Caller) -> bool) {
        for socket in self.of(user_id) {
            socket.end_if(&has_ended);
        }
    }

    /// Ends the sockets of sessions that are over, save those that are spared.
    fn end_all(&mut self, ended: &HashSet<&SessionKey>, now: Moment) {
        self.spared.retain(|_, until| now < *until);
        let has_ended =
            |it: &Caller| ended.contains(&it.session) && !self.spared.contains_key(&it.session);
        for socket in self.sockets.values() {
            socket.end_if(has_ended);
        }
    }
}

impl Socket {
    fn end_if(&self, has_ended: impl Fn(&Caller) -> bool) {
        if self.caller.as_deref().is_some_and(|(caller, _)| has_ended(caller)) {
            self.ender.end(Ending::SessionEnded);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.sockets.locked();
        if let Some(Socket { caller: Some(owned), .. }) = open.sockets.remove(&self.id) {
            let (caller, _) = *owned;
            open.owned.remove(&(caller.user_id, self.id));
        }
    }
}
