//! The lookup of a batch: of many commands at once, each person once.

use std::collections::HashMap;

use gobid_auction::{Amount, ProductId};
use uuid::Uuid;

use super::found::{AcceptedBid, Found, Lookup, More};
use crate::StoreError;
use crate::error::corrupt;

/// A row of the lookup statement, in the order of its columns: of a person, or of a bid that was
/// accepted already, which alone has a position. The first column says which of the list it is.
pub(super) type FoundRow =
    (i64, Option<String>, bool, Option<bool>, bool, Option<i64>, Option<i64>, Option<i64>);

/// What the lookup statement selects, and from where beside its list `c` of people, at the time
/// `$now`, and that of their requests. Of a bid that was accepted only its position: few are
/// repeated, and what else the log has of those is read afterwards.
macro_rules! found_sql {
    ($people:expr, $now:expr, $idle_since:expr, $requests:expr) => {
        concat!(
            "select c.n, u.user_name, u.suspended_at is not null as is_suspended, u.is_admin, \
                s.session_key is not null as session_alive, b.number, b.sealed_amount, \
                cast(null as bigint) as position from ",
            $people,
            " left join users u on u.user_id = c.user_id \
              left join sessions s on s.session_key = c.session_key \
                and s.user_id = c.user_id and s.expires_at > ",
            $now,
            " and (s.remember or s.last_seen_at > ",
            $idle_since,
            ") left join auction_bidders b \
                on b.product_id = c.product_id and b.user_id = c.user_id \
              union all \
              select c.n, null, false, null, false, null, null, l.position from ",
            $requests,
            " cross join auction_log l where l.product_id = c.product_id \
                and l.actor_id = c.user_id and l.request_id = c.request_id \
                and l.request_id is not null"
        )
    };
}

/// What is read of bids that were accepted, and from where beside the list `c` of their positions.
macro_rules! accepted_sql {
    ($positions:literal) => {
        concat!(
            "select l.product_id, l.position, l.entry_id, l.request_digest, l.offer, l.seq_after, \
                l.leader, l.price, l.minimum, l.auction_end, l.received_at from ",
            $positions,
            " join auction_log l on l.product_id = c.product_id and l.position = c.position"
        )
    };
}

/// A column of rows, as an array.
macro_rules! array {
    ($rows:expr, $row:ident => $value:expr) => {
        $rows.iter().map(|$row| $value).collect::<Vec<_>>()
    };
}

pub(super) use {accepted_sql, array, found_sql};

/// A row of [`accepted_sql`].
#[derive(sqlx::FromRow)]
pub(super) struct AcceptedRow {
    product_id: Uuid,
    position: i64,
    #[sqlx(flatten)]
    bid: AcceptedBid,
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

/// The lookups that ask for a bid, and their places.
pub(super) fn requests(lookups: &[Lookup]) -> Vec<(i64, &Lookup)> {
    (0..).zip(lookups).filter(|(_, lookup)| lookup.request_id.is_some()).collect()
}

/// What was read, in the order of the lookups; every person has a row.
pub(super) struct FoundSoFar {
    found: Vec<Found>,
    /// Which of them is a bid that was accepted, and its place in the log.
    accepted: Vec<(usize, ProductId, i64)>,
}

impl FoundSoFar {
    pub(super) fn new(
        rows: Vec<FoundRow>,
        lookups: &[Lookup],
        people: &People<'_>,
    ) -> Result<Self, StoreError> {
        let no_such_row = || corrupt("auction_log", "a look-up was answered with another row");
        let mut persons: Vec<Option<Found>> = vec![None; people.each.len()];
        let mut accepted = Vec::new();
        for (n, user_name, is_suspended, is_admin, session_alive, number, sealed, position) in rows
        {
            let n = usize::try_from(n).map_err(|_negative| no_such_row())?;
            if let Some(position) = position {
                let lookup = lookups.get(n).ok_or_else(no_such_row)?;
                accepted.push((n, lookup.product_id, position));
                continue;
            }
            *persons.get_mut(n).ok_or_else(no_such_row)? = Some(Found {
                user_name,
                is_suspended,
                is_admin: is_admin.unwrap_or_default(),
                session_alive,
                number,
                sealed: sealed.and_then(Amount::new),
                accepted: None,
                more: More::Nothing,
            });
        }
        let found = people.of.iter().map(|n| persons.get(*n)?.clone());
        let found = found.collect::<Option<_>>().ok_or_else(no_such_row)?;
        Ok(Self { found, accepted })
    }

    /// Where the bids stand in their logs that were accepted already.
    pub(super) fn accepted(&self) -> impl Iterator<Item = (ProductId, i64)> {
        self.accepted.iter().map(|(_, product_id, position)| (*product_id, *position))
    }

    /// Whether a bid was accepted already.
    pub(super) const fn has_accepted(&self) -> bool {
        !self.accepted.is_empty()
    }

    /// Adds what the log has of the bids that were accepted already.
    pub(super) fn with(self, rows: Vec<AcceptedRow>) -> Vec<Found> {
        let Self { mut found, accepted } = self;
        let bids: HashMap<_, _> =
            rows.into_iter().map(|row| ((row.product_id, row.position), row.bid)).collect();
        for (n, product_id, position) in accepted {
            if let Some(found) = found.get_mut(n) {
                found.accepted = bids.get(&(product_id, position)).cloned();
            }
        }
        found
    }
}
