//! What the transaction of a lane reads under the lock.

use std::fmt;

use gobid_auction::{Amount, EntryId, ProductId, RequestId, SealedBid, UserId};
use uuid::Uuid;

use crate::History;
use crate::StoreError;
use crate::error::corrupt;
use crate::sessions::SessionKey;

/// What is to be read under the lock of one user of one auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The auction.
    pub product_id: ProductId,
    /// The user.
    pub user_id: UserId,
    /// The bid that may have been accepted already.
    pub request_id: Option<RequestId>,
    /// The session that must be alive.
    pub session: Option<SessionKey>,
    /// What else is to be read.
    pub wants: Wants,
}

impl Lookup {
    /// The look-up of a user, without a bid or a session.
    pub const fn of_user(product_id: ProductId, user_id: UserId) -> Self {
        Self { product_id, user_id, request_id: None, session: None, wants: Wants::Nothing }
    }
}

/// What is read beside a user and his bid, each by a statement of its own: few commands need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// The description of the product.
    Description,
    /// The part of the log above a position that a void replays.
    History(i64),
    /// How a bidder has taken part.
    Bidder(UserId),
    /// The best amounts of a sealed auction, so many.
    BestSealed(i64),
}

/// What was read of that.
#[derive(Clone, PartialEq, Eq)]
pub enum More {
    /// Nothing.
    Nothing,
    /// The description of the product.
    Description(String),
    /// The part of the log that a void replays.
    History(History),
    /// The bidder's number and the sealed amount that stands, when he has ever bid.
    Bidder(Option<(i64, Option<Amount>)>),
    /// The best amounts of a sealed auction, best first.
    BestSealed(Vec<NamedSealedBid>),
}

/// An amount of a sealed auction, and the name of whoever gave it.
#[derive(Clone, PartialEq, Eq)]
pub struct NamedSealedBid {
    /// The amount. Secret before the close.
    pub bid: SealedBid,
    /// The name.
    pub user_name: String,
}

/// Without what is secret.
impl fmt::Debug for More {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Description(_) => "Description",
            Self::History(_) => "History",
            Self::Bidder(_) => "Bidder",
            Self::BestSealed(_) => "BestSealed",
        })
    }
}

impl fmt::Debug for NamedSealedBid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NamedSealedBid({})", self.bid.number)
    }
}

/// What was read under the lock, in the order of the lookups.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// The user's name; `None` when there is no such user.
    pub user_name: Option<String>,
    /// Whether the user is suspended.
    pub is_suspended: bool,
    /// Whether the user is an admin.
    pub is_admin: bool,
    /// Whether the session is alive, and this user's.
    pub session_alive: bool,
    /// The user's number in this auction.
    pub number: Option<i64>,
    /// The user's amount that stands, of a sealed auction. Secret.
    pub sealed: Option<Amount>,
    /// The bid that was accepted under this request id.
    pub accepted: Option<AcceptedBid>,
    /// What else was read.
    pub more: More,
}

/// Without the sealed amount, which no log may hold.
impl fmt::Debug for Found {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Found({:?}, {:?})", self.user_name, self.number)
    }
}

/// A bid that was accepted, as the log has it.
#[derive(Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AcceptedBid {
    /// The bid's id.
    pub entry_id: EntryId,
    /// What it was about: its kind, minor units and expected price.
    pub request_digest: Vec<u8>,
    /// What was offered, in minor units.
    pub offer: Option<i64>,
    /// The number of the last event after it.
    pub seq_after: i64,
    /// Who led after it.
    pub leader: Option<UserId>,
    /// The price after it, in minor units.
    pub price: Option<i64>,
    /// The minimum next bid after it, in minor units.
    pub minimum: Option<i64>,
    /// The effective end after it, in microseconds.
    pub auction_end: i64,
    /// When it was received, in microseconds.
    pub received_at: i64,
}

/// Without the offer, which no log may hold.
impl fmt::Debug for AcceptedBid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "AcceptedBid({})", self.entry_id)
    }
}

/// The best amounts of a sealed auction $1, at most $2: whatever the plan is, nothing is joined to
/// the others.
macro_rules! best_sealed_sql {
    () => {
        "select l.entry_id, b.user_id, b.number, b.sealed_amount, b.sealed_position, u.user_name \
         from (select user_id, number, sealed_amount, sealed_position from auction_bidders \
            where product_id = $1 and sealed_amount is not null \
            order by sealed_amount desc, sealed_position limit $2) b \
         join users u on u.user_id = b.user_id \
         join auction_log l on l.product_id = $1 and l.position = b.sealed_position \
         order by b.sealed_amount desc, b.sealed_position"
    };
}

/// The description of the product $1.
pub(crate) const DESCRIPTION: &str = "select description from products where product_id = $1";

/// How a user $2 has taken part in the auction $1.
pub(crate) const BIDDER: &str = "select number, sealed_amount from auction_bidders \
    where product_id = $1 and user_id = $2";

pub(crate) use best_sealed_sql;

/// A row of [`best_sealed_sql`].
#[derive(sqlx::FromRow)]
pub(crate) struct SealedRow {
    entry_id: Uuid,
    user_id: Uuid,
    number: i64,
    sealed_amount: i64,
    sealed_position: i64,
    user_name: String,
}

impl SealedRow {
    pub(crate) fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            entry_id: row.get(0)?,
            user_id: row.get(1)?,
            number: row.get(2)?,
            sealed_amount: row.get(3)?,
            sealed_position: row.get(4)?,
            user_name: row.get(5)?,
        })
    }
}

impl TryFrom<SealedRow> for NamedSealedBid {
    type Error = StoreError;

    fn try_from(row: SealedRow) -> Result<Self, StoreError> {
        let amount = Amount::new(row.sealed_amount)
            .ok_or_else(|| corrupt("auction_bidders", "a sealed amount is no amount"))?;
        let bid = SealedBid {
            bid_id: row.entry_id,
            bidder: row.user_id,
            number: row.number,
            amount,
            position: row.sealed_position,
        };
        Ok(Self { bid, user_name: row.user_name })
    }
}
