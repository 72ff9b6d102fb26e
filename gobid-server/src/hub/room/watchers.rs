//! Everybody who watches a product on this server.

use std::array;
use std::collections::{BTreeMap, BTreeSet};

use gobid_auction::UserId;
use gobid_auction::planted::{self, Bug};
use gobid_store::BidderRow;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::view::{Told, View};
use super::{Member, Note};
use crate::frame::TextFrame;
use crate::hub::outbox::{RoomEnd, Sent};

/// So many outboxes are fetched from memory together, before the first of them is written to.
const PREFETCHED: usize = 8;

/// Names a watcher within his room.
pub(crate) type WatcherId = u64;

/// A frame for a socket; all watchers share its bytes.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// What is sent.
    pub(crate) frame: TextFrame,
    /// Whether the auction is over, and no other event will follow.
    pub(crate) is_last: bool,
}

/// A place in a room; given back when dropped.
#[derive(Debug)]
pub(crate) struct Joined {
    /// Names the watcher.
    pub(crate) id: WatcherId,
    notes: mpsc::Sender<Note>,
}

/// Everybody who watches.
#[derive(Debug, Default)]
pub(super) struct Watchers {
    last_id: WatcherId,
    /// With each frame for all, the room goes through these.
    all: BTreeMap<WatcherId, Watcher>,
    /// Those among them who are logged in.
    members: BTreeMap<WatcherId, Part>,
    /// Those who have gone without saying so.
    gone: Vec<WatcherId>,
}

#[derive(Debug)]
struct Watcher {
    outbox: RoomEnd,
    /// Whether something was left out, and the whole state is owed.
    is_behind: bool,
}

/// What a room knows of a watcher who is logged in.
#[derive(Debug)]
struct Part {
    member: Member,
    /// Whether the store was asked how he has taken part.
    is_introduced: bool,
    /// What he was told of himself since the last snapshot.
    told: Option<Told>,
}

impl Joined {
    /// Tells the room how the watcher has taken part, by the store.
    pub(crate) async fn introduce(&self, bidder: Option<BidderRow>) {
        // A room that has ended has told its watchers by leaving their outboxes.
        let _ = self.notes.send(Note::Introduced(self.id, bidder)).await;
    }

    /// Tells the room that everything was sent before something was left out; false when the room
    /// is too busy to be told.
    pub(crate) fn catch_up(&self) -> bool {
        !matches!(self.notes.try_send(Note::CaughtUp(self.id)), Err(TrySendError::Full(_)))
    }
}

impl Drop for Joined {
    fn drop(&mut self) {
        // When the room is too busy, it notices by the closed outbox.
        let _ = self.notes.try_send(Note::Left(self.id));
    }
}

impl Watchers {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The users among them; also those who were not introduced yet: what is known of them must not
    /// be older than the room when they are.
    pub(super) fn users(&self) -> Vec<UserId> {
        let users: BTreeSet<_> = self.members.values().map(|it| it.member.user_id).collect();
        users.into_iter().collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn add(
        &mut self,
        member: Option<Member>,
        outbox: RoomEnd,
        notes: mpsc::Sender<Note>,
    ) -> Joined {
        self.last_id += 1;
        self.all.insert(self.last_id, Watcher { outbox, is_behind: false });
        if let Some(member) = member {
            let part = Part { member, is_introduced: false, told: None };
            self.members.insert(self.last_id, part);
        }
        Joined { id: self.last_id, notes }
    }

    pub(super) fn remove(&mut self, id: WatcherId) {
        self.all.remove(&id);
        self.members.remove(&id);
    }

    /// Forgets those whose sockets are gone; true when there were some.
    pub(super) fn forget_gone(&mut self) -> bool {
        let gone = std::mem::take(&mut self.gone);
        for id in &gone {
            self.remove(*id);
        }
        !gone.is_empty()
    }

    pub(super) fn introduce(&mut self, id: WatcherId, row: Option<BidderRow>, view: &mut View) {
        let Some(part) = self.members.get_mut(&id) else {
            return;
        };
        part.is_introduced = true;
        if let Some(row) = row {
            view.introduce(part.member.user_id, row);
        }
        self.you(id, view);
    }

    /// Sends the whole state to one who was too slow, and how he stands.
    pub(super) fn resend(&mut self, id: WatcherId, snapshot: &Frame, view: &View) {
        let Some(watcher) = self.all.get_mut(&id) else {
            return;
        };
        watcher.is_behind = false;
        self.send_to(id, snapshot);
        self.you_anew(id, view);
    }

    /// Sends the whole state to everybody, and how each stands.
    pub(super) fn begin_anew(&mut self, snapshot: &Frame, view: &View) {
        self.send_to_all(snapshot);
        let ids: Vec<_> = self.members.keys().copied().collect();
        for id in ids {
            self.you_anew(id, view);
        }
    }

    pub(super) fn send_to(&mut self, id: WatcherId, frame: &Frame) {
        if let Some(watcher) = self.all.get_mut(&id)
            && !watcher.send(frame)
        {
            self.gone.push(id);
        }
    }

    pub(super) fn send_to_all(&mut self, frame: &Frame) {
        let mut each = self.all.iter_mut();
        loop {
            let few: [_; PREFETCHED] = array::from_fn(|_| each.next());
            for (_, watcher) in few.iter().flatten() {
                watcher.outbox.prefetch();
            }
            for place in few {
                let Some((id, watcher)) = place else { return };
                if !watcher.send(frame) {
                    self.gone.push(*id);
                }
            }
        }
    }

    /// Tells those whose state may have moved how they stand.
    pub(super) fn send_you(&mut self, moved: &BTreeSet<UserId>, view: &View) {
        let members = self.members.iter();
        let moved =
            members.filter(|(_, it)| it.is_introduced && moved.contains(&it.member.user_id));
        let ids: Vec<_> = moved.map(|(id, _)| *id).collect();
        for id in ids {
            self.you(id, view);
        }
    }

    /// Tells a watcher how he stands, whatever he was told.
    fn you_anew(&mut self, id: WatcherId, view: &View) {
        if let Some(part) = self.members.get_mut(&id) {
            part.told = None;
        }
        self.you(id, view);
    }

    /// Tells a watcher how he stands, once the view has come as far as what he has done; what he
    /// knows is not told again.
    fn you(&mut self, id: WatcherId, view: &View) {
        let part = self.members.get_mut(&id).filter(|it| it.is_introduced);
        let Some(it) = part.filter(|it| view.is_settled(it.member.user_id)) else {
            return;
        };
        let (told, you) = view.you(&it.member);
        if it.told != Some(told) || planted::is(Bug::OutbidToldAgain) {
            it.told = Some(told);
            self.send_to(id, &you);
        }
    }
}

impl Watcher {
    /// False when the socket is gone. A watcher who is too slow is told so in the last place of
    /// his queue, and sent nothing until he has caught up.
    fn send(&mut self, frame: &Frame) -> bool {
        if self.is_behind {
            return !self.outbox.is_closed();
        }
        let sent = self.outbox.send(frame);
        self.is_behind = sent == Sent::LeftOut;
        sent != Sent::ToNobody
    }
}
