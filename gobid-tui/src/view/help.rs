//! The keys, from their table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{centered, columns, fitted, popup_panel, row};
use crate::app::App;
use crate::keys::{Scope, TABLE};

/// The sections, left column first.
const SECTIONS: [&[(&str, Scope)]; 2] = [
    &[("EVERYWHERE", Scope::Everywhere), ("AUCTION", Scope::Watch)],
    &[("AMOUNT", Scope::Amount), ("CONFIRM BID", Scope::Dialog), ("LOG IN", Scope::Form)],
];

/// Columns of the keys.
const KEYS: usize = 8;

/// Draws the help above everything else, two columns wide where there is room.
pub(super) fn draw(app: &App, scrolled: usize, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let [left, right] = SECTIONS.map(|sections| lines(app, sections));
    let is_wide = whole.width >= 72;
    let rows = if is_wide { left.len().max(right.len()) } else { left.len() + right.len() };
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    let area = centered(whole, if is_wide { 76 } else { 46 }, rows.saturating_add(2));
    let title = "KEYS · j/k scroll · Esc close";
    let inner = popup_panel(app, frame, area, title);
    let height = usize::from(inner.height);
    let scrolled = scrolled.min(usize::from(rows).saturating_sub(height));
    if is_wide {
        let half = inner.width / 2;
        let column = |x, width| Rect { x, width, ..inner };
        draw_lines(frame, column(inner.x, half), left, scrolled);
        let rest = column(inner.x + half, inner.width - half);
        draw_lines(frame, rest, right, scrolled);
    } else {
        let all = left.into_iter().chain(right).collect();
        draw_lines(frame, inner, all, scrolled);
    }
}

fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>, scrolled: usize) {
    for (below, line) in (0..area.height).zip(lines.into_iter().skip(scrolled)) {
        frame.render_widget(line, row(area, below));
    }
}

fn lines(app: &App, sections: &[(&str, Scope)]) -> Vec<Line<'static>> {
    let theme = &app.look.theme;
    let mut lines = Vec::new();
    for (heading, scope) in sections {
        lines.push(Line::from(Span::styled(format!(" {heading}"), theme.strong)));
        for binding in TABLE.iter().filter(|binding| binding.scope == *scope) {
            let keys = format!("  {:KEYS$} ", binding.shown);
            let room = 37_u16.saturating_sub(columns(&keys));
            lines.push(Line::from(vec![
                Span::styled(keys, theme.key),
                fitted(binding.help, room, ratatui::style::Style::new()),
            ]));
        }
    }
    lines
}
