//! The lookup of a batch: of many commands at once, each person once.

use std::collections::HashMap;

use gobid_auction::{Amount, ProductId, Timestamp};
use uuid::Uuid;

use super::found::{AcceptedBid, Found, Lookup, More};
use crate::StoreError;
use crate::error::corrupt;
use crate::sessions::IDLE_LIMIT;

/// A row of the lookup statement: of a person, or of a bid that was accepted already, which alone has
/// a position.
#[derive(Debug)]
pub(super) struct FoundRow {
    /// Which of the list it is.
    n: i64,
    user_name: Option<String>,
    is_suspended: bool,
    is_admin: Option<bool>,
    /// When the person's session ends; nothing where there is none.
    expires_at: Option<i64>,
    /// When it was last used, where it ends by not being used, too.
    idle_since: Option<i64>,
    number: Option<i64>,
    sealed_amount: Option<i64>,
    position: Option<i64>,
}

/// The columns of a [`FoundRow`]; sqlx finds them by their places sooner than by their names.
pub(super) type FoundColumns = (
    i64,
    Option<String>,
    bool,
    Option<bool>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// A column of rows, as an array.
macro_rules! array {
    ($rows:expr, $row:ident => $value:expr) => {
        $rows.iter().map(|$row| $value).collect::<Vec<_>>()
    };
}

pub(super) use array;

/// A bid that was accepted, and where it stands in its log.
#[derive(sqlx::FromRow)]
pub(super) struct AcceptedRow {
    product_id: Uuid,
    position: i64,
    #[sqlx(flatten)]
    bid: AcceptedBid,
}

impl AcceptedRow {
    pub(super) fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let bid = AcceptedBid {
            entry_id: row.get(2)?,
            request_digest: row.get(3)?,
            offer: row.get(4)?,
            seq_after: row.get(5)?,
            leader: row.get(6)?,
            price: row.get(7)?,
            minimum: row.get(8)?,
            auction_end: row.get(9)?,
            received_at: row.get(10)?,
        };
        Ok(Self { product_id: row.get(0)?, position: row.get(1)?, bid })
    }
}

/// Of whom lookups are: a batch has many of the same person, whose row is read once.
pub(super) struct People<'a> {
    /// Each once, by the first lookup of the person.
    pub(super) each: Vec<&'a Lookup>,
    /// For each lookup, which of them it is about.
    of: Vec<usize>,
}

impl<'a> People<'a> {
    pub(super) fn of(lookups: &'a [Lookup]) -> Self {
        let mut places = HashMap::with_capacity(lookups.len());
        let (mut each, mut of) = (Vec::new(), Vec::with_capacity(lookups.len()));
        for lookup in lookups {
            let person = (lookup.product_id, lookup.user_id, &lookup.session);
            of.push(*places.entry(person).or_insert_with(|| {
                each.push(lookup);
                each.len() - 1
            }));
        }
        Self { each, of }
    }
}

impl From<FoundColumns> for FoundRow {
    fn from(columns: FoundColumns) -> Self {
        Self {
            n: columns.0,
            user_name: columns.1,
            is_suspended: columns.2,
            is_admin: columns.3,
            expires_at: columns.4,
            idle_since: columns.5,
            number: columns.6,
            sealed_amount: columns.7,
            position: columns.8,
        }
    }
}

impl FoundRow {
    pub(super) fn of_sqlite(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            n: row.get(0)?,
            user_name: row.get(1)?,
            is_suspended: row.get(2)?,
            is_admin: row.get(3)?,
            expires_at: row.get(4)?,
            idle_since: row.get(5)?,
            number: row.get(6)?,
            sealed_amount: row.get(7)?,
            position: row.get(8)?,
        })
    }

    fn session_alive(&self, now: Timestamp) -> bool {
        let used_after = now.minus(IDLE_LIMIT).as_micros();
        self.expires_at.is_some_and(|end| end > now.as_micros())
            && self.idle_since.is_none_or(|used| used > used_after)
    }
}

/// The lookups that ask for a bid, and their places.
pub(super) fn requests(lookups: &[Lookup]) -> Vec<(i64, &Lookup)> {
    (0..).zip(lookups).filter(|(_, lookup)| lookup.request_id.is_some()).collect()
}

/// What was read, in the order of the lookups; every person has a row.
pub(super) struct FoundSoFar {
    found: Vec<Found>,
    /// Where the bids stand in their logs that were accepted already.
    accepted: Vec<(ProductId, i64)>,
    /// For each of those, whose of the found it is.
    of: Vec<usize>,
}

impl FoundSoFar {
    pub(super) fn new(
        rows: Vec<FoundRow>,
        lookups: &[Lookup],
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let people = People::of(lookups);
        let no_such_row = || corrupt("auction_log", "a look-up was answered with another row");
        let mut persons: Vec<Option<Found>> = vec![None; people.each.len()];
        let (mut accepted, mut of) = (Vec::new(), Vec::new());
        for row in rows {
            let n = usize::try_from(row.n).map_err(|_negative| no_such_row())?;
            if let Some(position) = row.position {
                let lookup = lookups.get(n).ok_or_else(no_such_row)?;
                accepted.push((lookup.product_id, position));
                of.push(n);
                continue;
            }
            *persons.get_mut(n).ok_or_else(no_such_row)? = Some(Found {
                session_alive: row.session_alive(now),
                user_name: row.user_name,
                is_suspended: row.is_suspended,
                is_admin: row.is_admin.unwrap_or_default(),
                number: row.number,
                sealed: row.sealed_amount.and_then(Amount::new),
                accepted: None,
                more: More::Nothing,
            });
        }
        let found = people.of.iter().map(|n| persons.get(*n)?.clone());
        let found = found.collect::<Option<_>>().ok_or_else(no_such_row)?;
        Ok(Self { found, accepted, of })
    }

    /// Where the bids stand in their logs that were accepted already.
    pub(super) fn accepted(&self) -> &[(ProductId, i64)] {
        &self.accepted
    }

    /// Adds what the log has of them.
    pub(super) fn with(self, rows: Vec<AcceptedRow>) -> Vec<Found> {
        let Self { mut found, accepted, of } = self;
        let bids: HashMap<_, _> =
            rows.into_iter().map(|row| ((row.product_id, row.position), row.bid)).collect();
        for (n, place) in of.into_iter().zip(accepted) {
            if let Some(found) = found.get_mut(n) {
                found.accepted = bids.get(&place).cloned();
            }
        }
        found
    }
}
