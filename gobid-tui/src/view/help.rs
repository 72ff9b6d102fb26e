//! The keys, from their table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{centered, columns, fitted, popup_panel, row};
use crate::app::{App, Help, Place};
use crate::keys::{Binding, Scope};

/// Columns of the keys.
const KEYS: usize = 8;
/// Columns of the help, its frame included, where it has two columns.
const WIDTH: u16 = 76;

/// The sections, those of where one is first.
fn sections(app: &App) -> Vec<(&'static str, Scope)> {
    let everywhere = [("EVERY SCREEN", Scope::Views), ("EVERYWHERE", Scope::Everywhere)];
    let auction =
        [("AUCTION", Scope::Watch), ("AMOUNT", Scope::Amount), ("CONFIRM BID", Scope::Dialog)];
    let lists = [("LISTS", Scope::List), ("SEARCH", Scope::Filter)];
    let others = [("LOG IN", Scope::Form), ("COMMAND", Scope::Palette)];
    if app.replay.is_some() {
        return [("REPLAY", Scope::Replay)].into_iter().chain(everywhere).collect();
    }
    let all = auction.into_iter().chain(everywhere).chain(lists);
    if app.place == Place::List {
        let all = lists.into_iter().chain(everywhere).chain(auction);
        return all.chain(others).collect();
    }
    all.chain(others).collect()
}

/// Draws the help above everything else, two columns wide where there is room.
pub(super) fn draw(app: &App, help: &Help, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let is_wide = whole.width >= 72;
    let width = if is_wide { WIDTH } else { 46 };
    let lines = lines(app, help);
    let rows = if is_wide { lines.len().div_ceil(2) } else { lines.len() };
    let height = u16::try_from(rows).unwrap_or(u16::MAX).max(1);
    let area = centered(whole, width, height.saturating_add(2));
    let inner = popup_panel(app, frame, area, &title(app, help));
    let shown = usize::from(inner.height);
    if lines.is_empty() {
        let none = fitted("no key does that", inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(none).centered(), row(inner, 0));
        return;
    }
    // A page is read down its first column and then down the second.
    let columns = if is_wide { 2 } else { 1 };
    let last = lines.len().saturating_sub(shown * columns);
    let scrolled = help.scrolled.min(last);
    let half = inner.width / 2;
    for (place, line) in lines.into_iter().skip(scrolled).take(shown * columns).enumerate() {
        let (column, below) = (place / shown.max(1), place % shown.max(1));
        let x = if column == 0 { inner.x } else { inner.x + half };
        let width = if is_wide { half } else { inner.width };
        let below = u16::try_from(below).unwrap_or(u16::MAX);
        frame.render_widget(line, row(Rect { x, width, ..inner }, below));
    }
}

fn title(app: &App, help: &Help) -> String {
    if help.is_typing {
        return format!("KEYS · search: {}▏", help.search);
    }
    if help.search.is_empty() {
        let keys =
            "KEYS · <help.down>/<help.up> scroll · <help.search> search · <help.close> close";
        return app.keys.text(keys);
    }
    format!("KEYS with {}{}", help.search, app.keys.text(" · <help.close> all"))
}

fn lines(app: &App, help: &Help) -> Vec<Line<'static>> {
    let theme = &app.look.theme;
    let mut lines = Vec::new();
    for (heading, scope) in sections(app) {
        let all = app.keys.bindings().iter();
        let shown =
            |binding: &&Binding| binding.scope == scope && help.shows(&binding.shown, binding.help);
        let bindings: Vec<_> = all.filter(shown).collect();
        if !bindings.is_empty() {
            lines.push(Line::from(Span::styled(format!(" {heading}"), theme.strong)));
        }
        for binding in bindings {
            let keys = format!("  {:KEYS$} ", binding.shown);
            let room = 37_u16.saturating_sub(columns(&keys));
            lines.push(Line::from(vec![
                Span::styled(keys, theme.key),
                fitted(binding.help, room, Style::new()),
            ]));
        }
    }
    lines
}
