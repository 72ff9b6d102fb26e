//! The link of the auction as a QR code, to be taken along on a phone.

use qrcode::{Color, EcLevel, QrCode};
use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{centered, columns, fitted, popup_panel, row};
use crate::app::App;

/// Modules of blank around the code: less, and some readers do not find it.
const QUIET: usize = 2;

/// Draws the code above everything else.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>) {
    let link = app.link().unwrap_or_default();
    let lines = lines(&link, app.look.is_ascii);
    let width = lines.first().map_or(0, |line| columns(line));
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let whole = frame.area();
    if width == 0 || whole.width < width + 2 || whole.height < height + 2 {
        let area = centered(whole, columns(&link).saturating_add(4), 4);
        let inner = popup_panel(app, frame, area, &app.keys.text("LINK · <details.close> close"));
        frame.render_widget(Line::from(fitted(&link, inner.width, Style::new())), row(inner, 0));
        let why = fitted("widen the terminal for its QR code", inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(why), row(inner, 1));
        return;
    }
    let title = app.keys.text("QR · <details.close> close");
    let inner = popup_panel(app, frame, centered(whole, width + 2, height + 2), &title);
    // Light on dark, whatever the theme: readers want it so.
    let style = if app.look.theme.has_colors {
        Style::new().fg(ratatui::style::Color::White).bg(ratatui::style::Color::Black)
    } else {
        Style::new()
    };
    for (below, line) in (0..inner.height).zip(lines) {
        frame.render_widget(Line::from(Span::styled(line, style)), row(inner, below));
    }
}

/// The code in half blocks, or in pairs of characters; none when the link is too long for one. What
/// is light in it is drawn: on a dark terminal that is how readers want it.
fn lines(link: &str, is_ascii: bool) -> Vec<String> {
    let Ok(code) = QrCode::with_error_correction_level(link.as_bytes(), EcLevel::L) else {
        return Vec::new();
    };
    let side = code.width() + 2 * QUIET;
    let is_light = |x: usize, y: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < code.width());
        match (inside(x), inside(y)) {
            (Some(x), Some(y)) => code[(x, y)] == Color::Light,
            _ => y < side,
        }
    };
    if is_ascii {
        let row = |y| (0..side).map(|x| if is_light(x, y) { "##" } else { "  " }).collect();
        return (0..side).map(row).collect();
    }
    let cell = |x, y| match (is_light(x, y), is_light(x, y + 1)) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    };
    let row = |y| (0..side).map(|x| cell(x, y)).collect();
    (0..side).step_by(2).map(row).collect()
}
