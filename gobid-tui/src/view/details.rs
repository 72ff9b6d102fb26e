//! The details of a product, above everything else or in a box of their own.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{centered, fitted, panel, popup_panel, row};
use crate::app::App;
use crate::words::{self, Detail};

/// Draws the details above everything else.
pub(super) fn draw(app: &App, scrolled: usize, frame: &mut Frame<'_>) {
    let lines = words::detail_lines(app);
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let area = centered(frame.area(), words::WIDEST, rows.saturating_add(2));
    let title = "DETAILS · <details.down>/<details.up> scroll · <details.close> close";
    let inner = popup_panel(app, frame, area, &app.keys.text(title));
    let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let scrolled = scrolled.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (below, detail) in (0..inner.height).zip(lines.iter().skip(scrolled)) {
        frame.render_widget(line(app, detail, inner.width), row(inner, below));
    }
}

/// One of the details, for a terminal that has room for one line.
pub(super) fn one_line(app: &App, scrolled: usize, columns: u16) -> Line<'static> {
    let lines = words::detail_lines(app);
    let scrolled = scrolled.min(lines.len().saturating_sub(1));
    lines.get(scrolled).map(|detail| line(app, detail, columns)).unwrap_or_default()
}

fn line(app: &App, detail: &Detail, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    if detail.label.is_empty() {
        return Line::from(fitted(&detail.text, columns, ratatui::style::Style::new()));
    }
    let label = format!("{:1$}", detail.label, words::LABEL);
    let room = columns.saturating_sub(super::columns(&label));
    Line::from(vec![
        Span::styled(label, theme.dim),
        fitted(&detail.text, room, ratatui::style::Style::new()),
    ])
}

/// The box of what is sold.
pub(super) fn draw_description(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inner = panel(
        app,
        frame,
        area,
        ["WHAT IS SOLD", &app.keys.text("<auction.details> all of it")],
        false,
    );
    let description = app.watch.product.as_ref().map_or("", |product| &product.description);
    let lines = words::wrap(description, usize::from(inner.width));
    for (below, text) in (0..inner.height).zip(lines) {
        let text = fitted(&text, inner.width, ratatui::style::Style::new());
        frame.render_widget(Line::from(text), row(inner, below));
    }
}
