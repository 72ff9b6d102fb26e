//! What can be printed: a thing with an id and columns, described once for all forms.

use serde::Serialize;

use super::Cell;

/// A thing that can be printed in every form. Its JSON is the wire's own.
pub(crate) trait Record: Serialize + 'static {
    /// What it has, in order.
    const COLUMNS: &'static [Column<Self>];

    /// What it is named by.
    fn id(&self) -> String;

    /// It in one line for people, where things come bit by bit.
    fn sentence(&self) -> String {
        let cells = Self::COLUMNS.iter().map(|column| (column.cell)(self));
        let texts: Vec<_> = cells.map(|cell| cell.for_people()).collect();
        texts.join("  ")
    }
}

/// One property of a thing.
pub(crate) struct Column<T: ?Sized> {
    /// Its name, in the words of the wire.
    pub(super) name: &'static str,
    pub(super) place: Place,
    /// Its value for a thing.
    pub(super) cell: fn(&T) -> Cell,
}

/// Where a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Everywhere.
    Always,
    /// Where programs read; people see it elsewhere in the same row.
    Programs,
    /// Where one thing is shown by itself, and in CSV, which has room for all.
    Details,
}

impl<T: ?Sized> Column<T> {
    /// A column that is shown everywhere.
    pub(crate) const fn new(name: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { name, place: Place::Always, cell }
    }

    /// A column for programs; a currency, say, which people see with each amount.
    pub(crate) const fn for_programs(name: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { place: Place::Programs, ..Self::new(name, cell) }
    }

    /// A column for which a list has no room.
    pub(crate) const fn detail(name: &'static str, cell: fn(&T) -> Cell) -> Self {
        Self { place: Place::Details, ..Self::new(name, cell) }
    }
}
