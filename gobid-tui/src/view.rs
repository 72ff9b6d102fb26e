//! Drawing: [`draw`] puts the state on a frame and changes nothing of it.

mod ascii;
mod auctions;
mod bid;
mod big;
mod browse;
mod chart;
mod details;
mod figures;
mod form;
mod header;
mod help;
mod hit;
mod lists;
mod palette;
mod popup;
mod qr;
mod replay;
mod small;
mod wide;

pub use ascii::translate_text as to_ascii;
pub use hit::{Hit, hit};

use gobid_api::client::safe_text_within;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType};
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, Place};

/// A layout, by the room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Everything at once.
    Full,
    /// What fits a terminal as terminals are: 80 by 24.
    Standard,
    /// The figures and a line of each.
    Mini,
    /// One line.
    Line,
}

impl Layout {
    /// The layout for so many columns and rows.
    pub const fn of(columns: u16, rows: u16) -> Self {
        match (columns, rows) {
            (100.., 30..) => Self::Full,
            (72.., 22..) => Self::Standard,
            (40.., 8..) => Self::Mini,
            _ => Self::Line,
        }
    }
}

/// Draws the state.
pub fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    let layout = Layout::of(area.width, area.height);
    match (app.place, layout) {
        (Place::List, _) => browse::draw(app, layout, frame),
        (_, Layout::Full | Layout::Standard) => wide::draw(app, layout, frame),
        (_, Layout::Mini) => small::draw_mini(app, frame),
        (_, Layout::Line) => small::draw_line(app, frame),
    }
    if layout != Layout::Line {
        draw_above(app, frame);
    }
    put_on_base(app, frame);
    if app.look.is_ascii {
        ascii::translate(frame.buffer_mut());
    }
}

/// What has no colour of its own gets the theme's.
fn put_on_base(app: &App, frame: &mut Frame<'_>) {
    let base = app.look.theme.base;
    for cell in &mut frame.buffer_mut().content {
        if let Some(color) = base.fg.filter(|_| cell.fg == Color::Reset) {
            cell.fg = color;
        }
        if let Some(color) = base.bg.filter(|_| cell.bg == Color::Reset) {
            cell.bg = color;
        }
    }
}

/// What lies above everything else.
fn draw_above(app: &App, frame: &mut Frame<'_>) {
    if let Some(form) = &app.form {
        form::draw(app, form, frame);
    } else if let Some(help) = &app.help {
        help::draw(app, help, frame);
    } else if let Some(palette) = &app.palette {
        palette::draw(app, palette, frame);
    } else if app.has_qr {
        qr::draw(app, frame);
    } else if let Some(scrolled) = app.details {
        details::draw(app, scrolled, frame);
    } else if let Some(dialog) = app.watch.dialog.as_ref().filter(|_| app.place == Place::Auction) {
        popup::draw_dialog(app, dialog, frame);
    }
}

/// A frame with a title on each side; the area within it is returned.
fn panel(app: &App, frame: &mut Frame<'_>, area: Rect, titles: [&str; 2], has_focus: bool) -> Rect {
    let theme = &app.look.theme;
    let [left, right] = titles;
    let border = if has_focus { theme.focus } else { theme.dim };
    let mut block = Block::bordered().border_style(border);
    let room = usize::from(area.width.saturating_sub(4));
    let left = safe_text_within(left, room);
    let right_room = room.saturating_sub(left.width() + 3);
    let title = theme.strong.remove_modifier(Modifier::DIM);
    block = block.title(Span::styled(format!(" {left} "), title));
    if !right.is_empty() && right.width() <= right_room {
        let right = Span::styled(format!(" {right} "), theme.dim);
        block = block.title(Line::from(right).right_aligned());
    }
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

/// The frame of what lies above everything else; the area within it is returned.
fn popup_panel(app: &App, frame: &mut Frame<'_>, area: Rect, title: &str) -> Rect {
    let theme = &app.look.theme;
    let block = Block::bordered()
        .border_type(BorderType::Double)
        .border_style(theme.focus)
        .title(Span::styled(format!(" {title} "), theme.strong));
    let inner = block.inner(area);
    frame.render_widget(ratatui::widgets::Clear, area);
    frame.render_widget(block, area);
    inner
}

/// An area of at most this size in the middle of another.
fn centered(area: Rect, columns: u16, rows: u16) -> Rect {
    let (width, height) = (columns.min(area.width), rows.min(area.height));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// The row so many below the top of an area, should it have that many.
fn row(area: Rect, below: u16) -> Rect {
    Rect {
        y: area.y.saturating_add(below.min(area.height)),
        height: u16::from(below < area.height),
        ..area
    }
}

/// The parts with a separator between them: as many as fit, the first ones first.
fn joined(parts: &[String], separator: &str, columns: u16) -> String {
    let mut text = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let more = if text.is_empty() { part.clone() } else { format!("{text}{separator}{part}") };
        if more.width() > usize::from(columns) && !text.is_empty() {
            continue;
        }
        text = more;
    }
    safe_text_within(&text, usize::from(columns))
}

/// A styled text that fits into so many columns.
fn fitted(text: &str, columns: u16, style: Style) -> Span<'static> {
    Span::styled(safe_text_within(text, usize::from(columns)), style)
}

/// How many columns a text takes.
fn columns(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests;
