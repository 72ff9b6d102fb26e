//! What a room is told, and what it says it does next.

use gobid_auction::UserId;
use gobid_store::BidderRow;
use tokio::sync::oneshot;

use super::fetch::Wanted;
use super::watchers::{Joined, WatcherId};
use crate::clock::Moment;
use crate::hub::lane::Announcement;
use crate::hub::outbox::RoomEnd;

/// From where a watcher wants to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Resume {
    /// The last seq that the watcher has.
    pub(crate) after_seq: i64,
    /// The epoch it belongs to.
    pub(crate) epoch: Option<String>,
}

/// A watcher who is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// The user.
    pub(crate) user_id: UserId,
    /// The user's name.
    pub(crate) user_name: String,
}

/// Why nobody was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinError {
    /// There is no such product.
    NotFound,
    /// Too much is going on, or the database is away.
    Busy,
}

/// What a room is told.
#[derive(Debug)]
pub(crate) enum Note {
    /// Somebody wants to come in.
    Join {
        /// Who; `None` for one who is not logged in.
        member: Option<Member>,
        /// From where to go on.
        resume: Option<Resume>,
        /// Where the room puts what it sends.
        outbox: RoomEnd,
        /// Gets the place, or why there is none.
        reply: oneshot::Sender<Result<Joined, JoinError>>,
    },
    /// How a watcher who is logged in has taken part, by the store, read after he came in.
    Introduced(WatcherId, Option<BidderRow>),
    /// A watcher has sent everything there was for him, and something was left out.
    CaughtUp(WatcherId),
    /// A watcher has gone.
    Left(WatcherId),
    /// A lane of this server has committed something.
    Announced(Box<Announcement>),
    /// The log has come this far.
    StoreIsAt(i64),
}

/// What a room does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Read the store.
    Read(Wanted),
    /// Wait for a note, or until a moment.
    Wait(Moment),
    /// Let notes gather until a moment, and take all of them: what they tell goes out with an update
    /// that is due then or later.
    Gather(Moment),
    /// End: nobody has watched for a while.
    End,
}
