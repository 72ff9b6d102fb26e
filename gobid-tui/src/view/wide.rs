//! The layouts of a whole screen: standard, and full with the event log beside.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Layout, auctions, bid, chart, details, figures, header, lists, replay};
use crate::app::{App, Pane};

/// Rows of the boxes of price and time.
const FIGURES: u16 = 7;
/// Rows of the bid line's box.
const BID: u16 = 4;
/// Rows of the event log's box beside the chart.
const EVENTS: u16 = 7;

/// Where things are on a whole screen.
pub(super) struct Areas {
    /// The line of auctions, should there be one.
    pub(super) auctions: Option<Rect>,
    /// The boxes of price and time.
    price: Rect,
    time: Rect,
    /// The boxes of chart, events and bids, as far as they are shown.
    pub(super) panes: Vec<(Pane, Rect)>,
    bid: Rect,
}

/// Where things are on a whole screen.
pub(super) fn areas(app: &App, layout: Layout, area: Rect) -> Areas {
    let rows = |y: u16, height: u16| Rect { y, height, ..area };
    let bottom = area.height;
    let auctions = auctions::has_line(app).then(|| rows(1, 1));
    let top = if auctions.is_some() { 3 } else { 2 };
    let lists = rows(top + FIGURES, bottom - 1 - top - FIGURES - BID);
    let (figures_left, lists_left) = match layout {
        Layout::Full => (area.width * 11 / 20, area.width * 11 / 20),
        _ => (area.width / 2, area.width - LIST.max(area.width * 11 / 20)),
    };
    let (price, time) = split(rows(top, FIGURES), figures_left);
    let (left, right) = split(lists, lists_left);
    let panes = match (app.zoomed, layout) {
        (Some(pane), _) => vec![(pane, lists)],
        (None, Layout::Full) => {
            let chart = Rect { height: left.height - EVENTS, ..left };
            let events = Rect { y: left.y + chart.height, height: EVENTS, ..left };
            vec![(Pane::Bids, right), (Pane::Chart, chart), (Pane::Events, events)]
        }
        // There is room for one of the two: the one that the keys move in.
        (None, _) if app.focus == Pane::Events => vec![(Pane::Bids, right), (Pane::Events, left)],
        (None, _) => vec![(Pane::Bids, right), (Pane::Chart, left)],
    };
    Areas { auctions, price, time, panes, bid: rows(bottom - 1 - BID, BID) }
}

/// Draws a whole screen.
pub(super) fn draw(app: &App, layout: Layout, frame: &mut Frame<'_>) {
    let area = frame.area();
    let rows = |y: u16, height: u16| Rect { y, height, ..area };
    let areas = areas(app, layout, area);
    header::draw_title(app, layout, frame, rows(0, 1));
    let mut banner = rows(1, 1);
    if let Some(line) = areas.auctions {
        auctions::draw(app, frame, line);
        banner = rows(2, 1);
    }
    header::draw_banner(app, frame, banner);
    match &app.replay {
        Some(playing) => replay::draw(app, playing, frame, areas.bid),
        None => bid::draw(app, frame, areas.bid),
    }
    header::draw_hints(app, frame, rows(area.height - 1, 1));
    figures::draw_price(app, frame, areas.price);
    figures::draw_time(app, frame, areas.time);
    for (pane, area) in areas.panes {
        match pane {
            Pane::Bids => lists::draw_bids(app, frame, area),
            Pane::Events => lists::draw_events(app, frame, area),
            Pane::Chart => draw_course(app, frame, area),
        }
    }
}

/// The chart of the price; of a sealed auction, which has none, what is sold.
fn draw_course(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if app.watch.format().is_sealed() {
        details::draw_description(app, frame, area);
    } else {
        chart::draw(app, frame, area);
    }
}

/// Columns that the list of bids wants at least.
const LIST: u16 = 44;

fn split(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    let first = Rect { width: left, ..area };
    let second = Rect { x: area.x + left, width: area.width - left, ..area };
    (first, second)
}
