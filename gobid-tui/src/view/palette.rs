//! The line of commands, and what it may become.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::{columns, fitted, popup_panel, row};
use crate::app::{App, Palette};

/// Columns of the box at most.
const WIDTH: u16 = 76;
/// Commands that are shown at once, at most.
const SHOWN: u16 = 9;
/// Columns of a command and what may follow it.
const COMMAND: usize = 20;

/// Draws the line of commands above everything else.
pub(super) fn draw(app: &App, palette: &Palette, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let theme = &app.look.theme;
    let matches = palette.matches();
    let count = u16::try_from(matches.len()).unwrap_or(SHOWN).min(SHOWN);
    let rows = count.saturating_add(3).min(whole.height);
    let width = WIDTH.min(whole.width);
    let area =
        Rect { x: (whole.width - width) / 2, y: 1.min(whole.height - rows), width, height: rows };
    let title = "COMMAND · <palette.run> does it · <palette.complete> completes";
    let title = app.keys.text(title);
    let inner = popup_panel(app, frame, area, &title);
    frame.render_widget(one_line(app, palette, inner.width), row(inner, 0));
    let shown = usize::from(inner.height.saturating_sub(1));
    let first = (palette.chosen + 1).saturating_sub(shown);
    for ((below, number), command) in (1..inner.height).zip(first..).zip(matches.iter().skip(first))
    {
        let what = format!(" {} {}", command.word, command.arguments);
        let what = format!("{what:COMMAND$} ");
        let room = inner.width.saturating_sub(columns(&what));
        let line = Line::from(vec![
            Span::styled(what, theme.key),
            fitted(command.help, room, Style::new()),
        ]);
        let chosen = number == palette.chosen;
        let look =
            if chosen { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
        frame.render_widget(line.style(look), row(inner, below));
    }
}

/// What was typed, alone.
pub(super) fn one_line(app: &App, palette: &Palette, width: u16) -> Line<'static> {
    let theme = &app.look.theme;
    Line::from(vec![
        Span::styled(":", theme.key),
        fitted(&palette.text, width.saturating_sub(2), theme.field),
        Span::styled("▏", theme.strong),
    ])
}
