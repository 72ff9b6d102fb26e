//! Locks on the rows of products, and the lines of those who wait for one.

use std::collections::BTreeMap;

use gobid_auction::ProductId;

use super::ConnectionId;

/// Who holds which row, and who waits for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks(BTreeMap<ProductId, Row>);

/// A row that somebody holds or waits for. The first in line waits for the holder, everybody else
/// for the first in line: those are the two steps in which PostgreSQL locks a row. A newcomer who
/// finds the row free takes it past the line.
#[derive(Clone, Debug, Default)]
struct Row {
    holder: Option<ConnectionId>,
    line: Vec<ConnectionId>,
}

impl Locks {
    /// Takes a row, if nobody else holds it. Whether it is held now.
    pub(super) fn take(&mut self, product_id: ProductId, who: ConnectionId) -> bool {
        let row = self.0.entry(product_id).or_default();
        let is_held = *row.holder.get_or_insert(who) == who;
        if is_held {
            row.line.retain(|other| *other != who);
        }
        is_held
    }

    /// Joins the line for a row; who stands in it keeps his place.
    pub(super) fn join_line(&mut self, product_id: ProductId, who: ConnectionId) {
        let line = &mut self.0.entry(product_id).or_default().line;
        if !line.contains(&who) {
            line.push(who);
        }
    }

    pub(super) fn leave_line(&mut self, product_id: ProductId, who: ConnectionId) {
        if let Some(row) = self.0.get_mut(&product_id) {
            row.line.retain(|other| *other != who);
        }
    }

    /// Gives back whatever is held; says which rows these were.
    pub(super) fn release(&mut self, who: ConnectionId) -> Vec<ProductId> {
        let held = |row: &Row| row.holder == Some(who);
        let rows = self.0.iter().filter(|(_, row)| held(row)).map(|(id, _)| *id).collect();
        self.0.values_mut().filter(|row| held(row)).for_each(|row| row.holder = None);
        self.0.retain(|_, row| row.holder.is_some() || !row.line.is_empty());
        rows
    }

    pub(super) fn is_free(&self, product_id: ProductId) -> bool {
        self.0.get(&product_id).is_none_or(|row| row.holder.is_none())
    }

    /// Those who wait for a row, the first in line first.
    pub(super) fn line(&self, product_id: ProductId) -> &[ConnectionId] {
        self.0.get(&product_id).map_or(&[], |row| row.line.as_slice())
    }

    /// For whom somebody in line waits.
    pub(super) fn blocker(&self, product_id: ProductId, who: ConnectionId) -> Option<ConnectionId> {
        let row = self.0.get(&product_id)?;
        row.line.first().copied().filter(|first| *first != who).or(row.holder)
    }
}
