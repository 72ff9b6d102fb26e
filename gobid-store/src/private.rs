//! What the public does not see of an entry of the log, and a replay or an admin needs.

use std::fmt;

use gobid_auction::{Amount, EntryId, Offered, Past, PastChange, ProductId, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::database::reading;
use crate::error::corrupt;
use crate::{Bidder, Database, StoreError};

/// The secret part of an entry of the log. What an entry does not have is left out.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Private {
    /// The most the leader pays since, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Amount>,
    /// The number of whoever bid, or whose bids were struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidder_number: Option<i64>,
    /// What kind of offer it was; a firm one when it does not say.
    #[serde(skip_serializing_if = "OfferKind::is_firm")]
    pub offer: OfferKind,
    /// The bid that the house answered with, and for whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automatic: Option<(EntryId, UserId)>,
    /// What the reserve was before it was changed, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserve_before: Option<Amount>,
    /// What the reserve is since it was changed, and what it was at the close, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserve: Option<Amount>,
    /// Whose bids were struck.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bidder: Option<UserId>,
    /// Why they were struck, where no event says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The entries that were struck, silent raises included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub struck: Vec<EntryId>,
    /// The public rows that were struck, automatic answers included.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub struck_rows: Vec<EntryId>,
}

/// What kind of offer a bid was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// Exactly the amount.
    #[default]
    Firm,
    /// Up to the amount.
    Maximum,
    /// The buy-now price.
    Purchase,
}

/// The part of a log that a void replays, and who has bid in it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The entries, oldest first.
    pub log: Vec<Past>,
    /// The names of those who bid, each as often as he did.
    pub bidders: Vec<Bidder>,
    /// The position of the last entry that was looked at.
    pub until: i64,
}

/// Neither goes into a log of the server: both hold what is secret.
impl fmt::Debug for Private {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Private(…)")
    }
}

impl fmt::Debug for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "History({} entries)", self.log.len())
    }
}

impl History {
    /// Adds the page that follows.
    pub fn append(&mut self, page: Self) {
        self.log.extend(page.log);
        self.bidders.extend(page.bidders);
        self.until = page.until;
    }
}

impl OfferKind {
    /// The kind of an offer.
    pub const fn of(offer: Offered) -> Self {
        match offer {
            Offered::Firm(_) => Self::Firm,
            Offered::Maximum(_) => Self::Maximum,
            Offered::Purchase(_) => Self::Purchase,
        }
    }

    /// The offer of an amount.
    pub const fn with(self, amount: Amount) -> Offered {
        match self {
            Self::Firm => Offered::Firm(amount),
            Self::Maximum => Offered::Maximum(amount),
            Self::Purchase => Offered::Purchase(amount),
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
    const fn is_firm(&self) -> bool {
        matches!(self, Self::Firm)
    }
}

/// The part of a log behind $2 that a void replays, at most $3 entries.
macro_rules! history_sql {
    () => {
        "select l.position, l.seq, l.entry_id, l.kind, l.actor_id, l.offer, l.private, u.user_name \
         from auction_log l left join users u on u.user_id = l.actor_id \
         where l.product_id = $1 and l.position > $2 order by l.position limit $3"
    };
}

pub(crate) use history_sql;

impl Database {
    /// The part of a log above a position that a void replays, at most so many entries of it.
    /// Those who struck bids and changed reserves are in it, everything else is passed over.
    pub async fn history(
        &self,
        product_id: ProductId,
        after: i64,
        limit: i64,
    ) -> Result<History, StoreError> {
        let rows: Vec<HistoryRow> = reading!(self, |connection| {
            sqlx::query_as(history_sql!())
                .bind(product_id)
                .bind(after)
                .bind(limit)
                .fetch_all(connection)
                .await?
        });
        history(rows, after)
    }
}

/// A row of [`history_sql`].
#[derive(sqlx::FromRow)]
pub(crate) struct HistoryRow {
    position: i64,
    seq: Option<i64>,
    entry_id: Uuid,
    kind: String,
    actor_id: Option<Uuid>,
    offer: Option<i64>,
    private: Option<String>,
    user_name: Option<String>,
}

impl HistoryRow {
    pub(crate) fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            position: row.get(0)?,
            seq: row.get(1)?,
            entry_id: row.get(2)?,
            kind: row.get(3)?,
            actor_id: row.get(4)?,
            offer: row.get(5)?,
            private: row.get(6)?,
            user_name: row.get(7)?,
        })
    }
}

/// The history that rows above a position tell.
pub(crate) fn history(rows: Vec<HistoryRow>, after: i64) -> Result<History, StoreError> {
    let mut history = History { until: after, ..History::default() };
    for row in rows {
        history.until = row.position;
        let Some(change) = change(&row)? else { continue };
        if let (PastChange::Bid { bidder, number, .. }, Some(user_name)) = (&change, row.user_name)
        {
            history.bidders.push(Bidder { user_id: *bidder, user_name, number: *number });
        }
        let HistoryRow { position, seq, entry_id, .. } = row;
        history.log.push(Past { position, seq, entry_id, change });
    }
    Ok(history)
}

fn change(row: &HistoryRow) -> Result<Option<PastChange>, StoreError> {
    let private = || match &row.private {
        Some(private) => {
            serde_json::from_str::<Private>(private).map_err(|why| corrupt("auction_log", why))
        }
        None => Err(corrupt("auction_log", "an entry has no private part")),
    };
    Ok(match row.kind.as_str() {
        "bid_placed" | "raised" => {
            let private = private()?;
            let amount = row.offer.and_then(Amount::new);
            let (Some(bidder), Some(number), Some(amount)) =
                (row.actor_id, private.bidder_number, amount)
            else {
                return Err(corrupt("auction_log", "a bid has no bidder or no amount"));
            };
            let (offer, automatic) = (private.offer.with(amount), private.automatic);
            Some(PastChange::Bid { bidder, number, offer, automatic })
        }
        "reserve_changed" => {
            let Private { reserve_before: before, reserve, .. } = private()?;
            Some(PastChange::Reserve { before, reserve })
        }
        "bids_voided" => {
            let Private { struck: entries, struck_rows: bids, .. } = private()?;
            Some(PastChange::Voided { bids, entries })
        }
        _ => None,
    })
}
