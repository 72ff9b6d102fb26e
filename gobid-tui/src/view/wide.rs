//! The layouts of a whole screen: standard, and full with the event log beside.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Layout, bid, chart, details, figures, header, lists};
use crate::app::{App, Pane};

/// Rows of the boxes of price and time.
const FIGURES: u16 = 7;
/// Rows of the bid line's box.
const BID: u16 = 4;
/// Rows of the event log's box beside the chart.
const EVENTS: u16 = 7;

/// Draws a whole screen.
pub(super) fn draw(app: &App, layout: Layout, frame: &mut Frame<'_>) {
    let area = frame.area();
    let rows = |y: u16, height: u16| Rect { y, height, ..area };
    let bottom = area.height;
    header::draw_title(app, layout, frame, rows(0, 1));
    header::draw_banner(app, frame, rows(1, 1));
    bid::draw(app, frame, rows(bottom - 1 - BID, BID));
    header::draw_hints(app, frame, rows(bottom - 1, 1));

    let figures = rows(2, FIGURES);
    let lists = rows(2 + FIGURES, bottom - 3 - FIGURES - BID);
    let (figures_left, lists_left) = match layout {
        Layout::Full => (area.width * 11 / 20, area.width * 11 / 20),
        _ => (area.width / 2, area.width - LIST.max(area.width * 11 / 20)),
    };
    let (price, time) = split(figures, figures_left);
    figures::draw_price(app, frame, price);
    figures::draw_time(app, frame, time);
    if app.events_are_open {
        lists::draw_events(app, frame, lists);
        return;
    }
    let (left, right) = split(lists, lists_left);
    lists::draw_bids(app, frame, right);
    match layout {
        Layout::Full => {
            let chart = Rect { height: left.height - EVENTS, ..left };
            let events = Rect { y: left.y + chart.height, height: EVENTS, ..left };
            draw_course(app, frame, chart);
            lists::draw_events(app, frame, events);
        }
        // There is room for one of the two: the one that the keys move in.
        _ if app.focus == Pane::Events => lists::draw_events(app, frame, left),
        _ => draw_course(app, frame, left),
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
