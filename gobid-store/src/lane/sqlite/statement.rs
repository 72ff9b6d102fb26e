//! Many rows in one statement of SQLite, which has no arrays: `values` of as many rows as a power of
//! two, so that few texts are made and prepared; 200 rows are pieces of 128, 64 and 8.
//!
//! The parameters have no numbers: with each execution SQLite would look through the list of them
//! for the name of each.

use std::sync::OnceLock;

use rusqlite::{CachedStatement, Connection, Result, Row, ToSql};
use uuid::Uuid;

/// The most rows of one statement: of the log, 18 columns each, well below the 32,766 parameters
/// that SQLite allows.
pub(super) const MOST_ROWS: usize = 1 << (POWERS - 1);
/// The numbers of rows that a statement may have: 1, 2, 4 and so on.
const POWERS: usize = 10;

/// The rows of one statement each.
pub(super) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let most = rows.len().checked_ilog2().map(|power| MOST_ROWS.min(1 << power))?;
        let (piece, others) = rows.split_at(most);
        rows = others;
        Some(piece)
    })
}

/// So many question marks, between commas.
pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(",")
}

/// `values (?,?),(?,?)`, for so many rows.
pub(super) fn values(rows: usize, columns: usize) -> String {
    let row = format!("({})", marks(columns));
    format!("values {}", vec![row.as_str(); rows].join(","))
}

/// The texts of a statement, one for each number of rows.
pub(super) struct Texts {
    pub(super) text: fn(usize) -> String,
    made: [OnceLock<String>; POWERS],
}

impl Texts {
    pub(super) const fn new(text: fn(usize) -> String) -> Self {
        Self { text, made: [const { OnceLock::new() }; POWERS] }
    }

    /// The statement for so many rows, which are [`pieces`] of one size.
    pub(super) fn prepared<'a>(
        &self,
        connection: &'a Connection,
        rows: usize,
    ) -> Result<Statement<'a>> {
        let made =
            rows.checked_ilog2().and_then(|power| self.made.get(usize::try_from(power).ok()?));
        match made.filter(|_| rows.is_power_of_two()) {
            Some(made) => Statement::of(connection, made.get_or_init(|| (self.text)(rows))),
            None => Statement::of(connection, &(self.text)(rows)),
        }
    }
}

/// A statement that is given its parameters one after the other.
pub(super) struct Statement<'a> {
    cached: CachedStatement<'a>,
    bound: usize,
}

impl<'a> Statement<'a> {
    pub(super) fn of(connection: &'a Connection, sql: &str) -> Result<Self> {
        Ok(Self { cached: connection.prepare_cached(sql)?, bound: 0 })
    }

    pub(super) fn bind(&mut self, value: impl ToSql) -> Result<()> {
        self.bound += 1;
        self.cached.raw_bind_parameter(self.bound, value)
    }

    pub(super) fn id(&mut self, id: impl Into<Option<Uuid>>) -> Result<()> {
        self.bind(id.into().as_ref().map(|id| id.as_bytes().as_slice()))
    }

    pub(super) fn execute(&mut self) -> Result<usize> {
        self.cached.raw_execute()
    }

    pub(super) fn read<T>(
        &mut self,
        rows: &mut Vec<T>,
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<()> {
        let mut found = self.cached.raw_query();
        while let Some(row) = found.next()? {
            rows.push(read(row)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_pieces_of_powers_of_two() {
        for count in [0, 1, 2, 3, 200, 511, 512, 513, 1_300] {
            let rows: Vec<_> = (0..count).collect();
            let pieces: Vec<_> = pieces(&rows).collect();
            assert!(pieces.iter().all(|piece| piece.len().is_power_of_two()), "{count}");
            assert!(pieces.iter().all(|piece| piece.len() <= MOST_ROWS), "{count}");
            assert_eq!(pieces.concat(), rows);
        }
    }
}
