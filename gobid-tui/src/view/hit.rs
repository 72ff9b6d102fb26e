//! What lies under the mouse.

use gobid_api::ProductId;
use ratatui::layout::{Position, Rect};

use super::{Layout, auctions, browse, wide};
use crate::app::{App, Pane, Place, Tab};

/// What lies under the mouse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The name of a list.
    Tab(Tab),
    /// A row of a list, counted from its first.
    Row(usize),
    /// One of several auctions, in their line.
    Auction(ProductId),
    /// The bids, the events or the chart.
    Pane(Pane),
    /// Nothing that a click does anything to.
    Nothing,
}

/// What lies at a column and row of the screen.
pub fn hit(app: &App, column: u16, row: u16) -> Hit {
    let (columns, rows) = app.size;
    let layout = Layout::of(columns, rows);
    let (area, at) = (Rect::new(0, 0, columns, rows), Position::new(column, row));
    if app.place == Place::List {
        return browse::hit(app, layout, area, at);
    }
    if !matches!(layout, Layout::Full | Layout::Standard) {
        return Hit::Nothing;
    }
    let areas = wide::areas(app, layout, area);
    if areas.auctions.is_some_and(|line| line.contains(at)) {
        return auctions::at(app, columns, column).map_or(Hit::Nothing, Hit::Auction);
    }
    let pane = areas.panes.iter().find(|(_, area)| area.contains(at));
    pane.map_or(Hit::Nothing, |(pane, _)| Hit::Pane(*pane))
}
