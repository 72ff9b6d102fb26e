//! The line of the auctions that are watched, from two on: state, time left and connection of each.

use gobid_api::ProductId;
use gobid_api::client::safe_text_within;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use crate::app::{App, Tone, Watch};
use crate::words;

/// Columns of an auction at least; of the others none is shown then.
const NARROWEST: usize = 15;
/// From so many columns on the state is a word and not a sign.
const WIDE: usize = 24;

/// Whether there is such a line.
pub(super) fn has_line(app: &App) -> bool {
    app.replay.is_none() && app.auctions().len() > 1
}

/// Draws the line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let (shown, width) = shown(app, area.width);
    let pieces = shown.iter().flat_map(|watch| piece(app, watch, width));
    frame.render_widget(Line::from(pieces.collect::<Vec<_>>()), area);
}

/// The auction at a column of the line.
pub(super) fn at(app: &App, columns: u16, column: u16) -> Option<ProductId> {
    let (shown, width) = shown(app, columns);
    let place = usize::from(column).checked_div(width)?;
    shown.get(place).map(|watch| watch.product_id)
}

/// As many auctions as have room, with the one in front among them, and the columns of each.
fn shown(app: &App, columns: u16) -> (Vec<&Watch>, usize) {
    let columns = usize::from(columns);
    let all = app.auctions();
    let fitting = (columns / NARROWEST).clamp(1, all.len().max(1));
    let front = all.iter().position(|watch| watch.number == app.watch.number).unwrap_or(0);
    let first = (front + 1).saturating_sub(fitting);
    let shown: Vec<_> = all.into_iter().skip(first).take(fitting).collect();
    let width = columns / shown.len().max(1);
    (shown, width)
}

fn piece(app: &App, watch: &Watch, width: usize) -> Vec<Span<'static>> {
    let theme = &app.look.theme;
    let (state, tone) = words::standing_of(watch, &app.identity, &app.now);
    let role = watch.role(&app.identity);
    let (line, line_tone) = words::line_sign(&watch.line.state);
    let left = watch.product.as_ref().map(|product| words::time_of(product, &app.now));
    let left = left.unwrap_or_default();
    let is_front = watch.number == app.watch.number;
    let front = if is_front { "❯" } else { " " };
    let state = if width >= WIDE || left.is_empty() {
        format!("{} {state}", words::sign(role)).trim().to_owned()
    } else {
        words::sign(role).to_owned()
    };
    let has_draft = watch.dialog.is_some() || !watch.field.is_empty();
    let mark = match (watch.attempts.has_unknown(), has_draft) {
        (true, _) => "?",
        (false, true) => "*",
        (false, false) => "",
    };
    let tone = if mark == "?" { Tone::Warning } else { tone };
    let head = format!("{front}{}{mark} {state} {left} ", watch.number);
    let head = safe_text_within(&head, width.saturating_sub(2));
    let rest = width.saturating_sub(head.width() + 2);
    let name = watch.product.as_ref().map_or("", |product| product.name.as_str());
    let name = safe_text_within(name, rest.saturating_sub(1));
    let gap = " ".repeat(rest.saturating_sub(name.width()));
    let style = theme.tone(tone);
    let style = if is_front { style.add_modifier(Modifier::REVERSED) } else { style };
    vec![
        Span::styled(head, style),
        Span::styled(line, theme.tone(line_tone)),
        Span::styled(format!(" {name}{gap}"), theme.dim),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use gobid_api::{ProductId, RequestId};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use crate::samples::Desk;

    #[test]
    fn a_bid_of_unknown_outcome_has_a_sign() {
        let mut desk = Desk::outbid();
        desk.press("1300");
        desk.key(crossterm::event::KeyCode::Enter);
        desk.send(RequestId::from_u128(50));
        desk.watch(ProductId::from_u128(2));
        let mut line = || {
            let mut terminal = Terminal::new(TestBackend::new(80, 1)).unwrap();
            terminal.draw(|frame| super::draw(&desk.app, frame, frame.area())).unwrap();
            desk.pass(Duration::from_secs(3));
            terminal.backend().to_string()
        };
        assert!(line().contains(" 1 ▼ OUTBID"), "there may be an answer yet");
        assert!(line().contains(" 1? ▼ OUTBID"));
    }
}
