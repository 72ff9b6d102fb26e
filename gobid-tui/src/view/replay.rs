//! The bar of a replay: how far it has come, and where its events are.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{fitted, panel, row};
use crate::app::{App, Replay};
use crate::countdown;

/// The box of the bar.
pub(super) fn draw(app: &App, replay: &Replay, frame: &mut Frame<'_>, area: Rect) {
    let keys = "<replay.play> plays · <replay.back> <replay.on> seek · <replay.faster> \
                <replay.slower> speed";
    let inner = panel(app, frame, area, ["REPLAY", &app.keys.text(keys)], true);
    frame.render_widget(bar(app, replay, inner.width), row(inner, 0));
    let below = match app.note() {
        Some(note) => {
            let text = format!(" {}", note.within(inner.width.saturating_sub(1)));
            Line::from(fitted(&text, inner.width, app.look.theme.tone(note.tone)))
        }
        None => one_line(app, replay, inner.width),
    };
    frame.render_widget(below, row(inner, 1));
}

fn bar(app: &App, replay: &Replay, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let length = columns.saturating_sub(3);
    let done = replay.progress(length);
    let events = replay.marks(length);
    let sign = |place: u16| match place {
        place if place == done => ("●", theme.strong),
        place if events.contains(&place) => ("•", theme.mark),
        place if place < done => ("━", theme.chart),
        _ => ("─", theme.dim),
    };
    let signs = (0..=length).map(sign).map(|(sign, style)| Span::styled(sign, style));
    Line::from(std::iter::once(Span::raw(" ")).chain(signs).collect::<Vec<_>>())
}

/// How far it has come, in one line.
pub(super) fn one_line(app: &App, replay: &Replay, columns: u16) -> Line<'static> {
    let zone = &app.look.zone;
    let at = |time| countdown::time_of_day(time, zone);
    let sign = if replay.is_playing { "▶" } else { "■" };
    let text = format!(
        " {sign} {}x  {} of {}  event {} of {}",
        replay.speed,
        at(replay.time),
        at(replay.end()),
        replay.happened,
        replay.events(),
    );
    Line::from(fitted(&text, columns, app.look.theme.strong))
}
