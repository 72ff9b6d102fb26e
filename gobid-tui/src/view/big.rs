//! Figures four rows high.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use tui_big_text::{BigText, PixelSize};

use super::{Layout, columns, fitted, row};
use crate::app::App;

/// Rows that a large figure takes.
pub(super) const ROWS: u16 = 4;

/// Draws the first of the texts that fits, as large as it fits and the layout allows; if none does, the
/// last one in letters of the usual size.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect, texts: &[String], style: Style) {
    let has_glyphs =
        |text: &&String| text.chars().all(|next| next.is_ascii() || "£¥".contains(next));
    if !app.look.is_ascii && area.height >= ROWS {
        for (size, width) in sizes(app) {
            let fits = |text: &&String| columns(text).saturating_mul(*width) <= area.width;
            if let Some(text) = texts.iter().filter(has_glyphs).find(fits) {
                let text = BigText::builder()
                    .pixel_size(*size)
                    .style(style)
                    .lines(vec![Line::from(text.as_str())])
                    .centered()
                    .build();
                frame.render_widget(text, area);
                return;
            }
        }
    }
    if let Some(text) = texts.last() {
        draw_small(frame, area, text, style);
    }
}

/// The sizes of a figure's letters, and their columns: double width is for the full layout alone.
const fn sizes(app: &App) -> &'static [(PixelSize, u16)] {
    match Layout::of(app.size.0, app.size.1) {
        Layout::Full => &[(PixelSize::HalfHeight, 8), (PixelSize::Quadrant, 4)],
        _ => &[(PixelSize::Quadrant, 4)],
    }
}

/// Draws a text of the usual size in the middle.
pub(super) fn draw_small(frame: &mut Frame<'_>, area: Rect, text: &str, style: Style) {
    let line = Line::from(fitted(text, area.width, style)).centered();
    frame.render_widget(line, row(area, area.height.saturating_sub(1) / 2));
}
