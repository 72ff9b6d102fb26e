//! The bid line: the amount that is about to be bid, and what came of those that were.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{fitted, panel, row};
use crate::app::{App, Obstacle, Product, Role};
use crate::{money, words};

/// The box of the bid line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let inner = panel(app, frame, area, ["BID", "0-9 amount · + - step"], false);
    frame.render_widget(first_line(app, inner.width), row(inner, 0));
    frame.render_widget(second_line(app, inner.width), row(inner, 1));
}

/// The amount, or why there is none to be set.
pub(super) fn first_line(app: &App, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let say = |text: &str, style: Style| Line::from(fitted(&format!(" {text}"), columns, style));
    let Some(product) = &app.watch.product else {
        return Line::default();
    };
    if product.is_over() {
        let outcome = words::outcome(&app.watch, &app.identity);
        let style = match app.watch.role(&app.identity) {
            Role::Winner => theme.good,
            Role::Loser => theme.bad,
            _ => theme.strong,
        };
        return say(&format!("{}.", capital(&outcome)), style);
    }
    if !app.watch.field.is_empty() {
        return field_line(app, product, columns);
    }
    match app.obstacle_to_review() {
        Some(Obstacle::Leading) => {
            let least = product.standing.minimum;
            let least = least.map(|least| money::with_sign(least, product.currency));
            let rival = least.map(|least| format!(" A rival needs at least {least}."));
            say(&format!("You lead.{}", rival.unwrap_or_default()), theme.good)
        }
        Some(obstacle @ (Obstacle::NotStarted(_) | Obstacle::OwnAuction | Obstacle::ReadOnly)) => {
            say(&format!("{}.", capital(&obstacle.to_string())), Style::new())
        }
        _ => field_line(app, product, columns),
    }
}

fn field_line(app: &App, product: &Product, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let prefix = money::prefix(product.currency);
    let typed = app.watch.field.shown();
    let about = about_field(app, product);
    let before = format!(" {} ", prefix.trim_end());
    let typed_room = columns.saturating_sub(super::columns(&before) + 1);
    let room = typed_room.saturating_sub(super::columns(&typed) + 3);
    Line::from(vec![
        Span::raw(before),
        fitted(&typed, typed_room, theme.strong.patch(theme.field)),
        Span::styled("▏", theme.strong),
        Span::raw("  "),
        fitted(&about, room, theme.dim),
    ])
}

fn about_field(app: &App, product: &Product) -> String {
    let field = &app.watch.field;
    let amount = field.amount(product.currency);
    if !field.is_empty()
        && let Err(error) = amount
    {
        return format!("the amount {error}");
    }
    let Some(minimum) = product.standing.minimum else {
        return "no higher amount can be bid".to_owned();
    };
    let at = product.standing.price.unwrap_or(product.baseprice);
    let step = money::digits(product.ladder.step_at(at), product.currency);
    let state = match amount {
        _ if field.is_empty() => "",
        Ok(amount) if amount < minimum => " · below the minimum",
        _ => " · typed, not sent",
    };
    let minimum = money::digits(minimum, product.currency);
    format!("min {minimum} · step {step}{state}")
}

/// What is open or was just told, else the keys.
pub(super) fn second_line(app: &App, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let is_asked = app.note().filter(|_| app.quit_is_armed);
    if let Some(note) = is_asked {
        return Line::from(fitted(&format!(" {}", note.text), columns, theme.tone(note.tone)));
    }
    let mut unknown = app.watch.attempts.iter().filter(|attempt| attempt.is_unknown);
    if let Some(attempt) = unknown.next() {
        let more = match unknown.count() {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        let text = format!(" ? {}{more}", words::attempt(attempt, app));
        return Line::from(fitted(&text, columns, theme.warning));
    }
    if let Some(note) = app.note() {
        let text = format!(" {}", note.text);
        return Line::from(fitted(&text, columns, theme.tone(note.tone)));
    }
    if let Some(attempt) = app.watch.attempts.iter().next() {
        let text = format!(" … {}", words::attempt(attempt, app));
        return Line::from(fitted(&text, columns, theme.warning));
    }
    keys_line(app, columns)
}

fn keys_line(app: &App, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let Some(product) = &app.watch.product else {
        return Line::default();
    };
    let pieces: Vec<(&str, String)> = match app.obstacle_to_review() {
        Some(Obstacle::Over) => vec![("[q]", "quit".to_owned())],
        Some(Obstacle::Leading) => {
            vec![("", "digits: an amount for when you are outbid".to_owned())]
        }
        Some(Obstacle::NotStarted(_) | Obstacle::OwnAuction | Obstacle::ReadOnly) => Vec::new(),
        _ => {
            let from = app.watch.field.amount(product.currency).ok();
            let up = product.step_up(from);
            let up = up.map(|up| money::digits(up, product.currency));
            vec![
                ("[+]", up.unwrap_or_default()),
                ("[-]", String::new()),
                ("", "digits: an amount".to_owned()),
                ("[Enter]", "review bid".to_owned()),
            ]
        }
    };
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, what) in pieces {
        let gap = if key.is_empty() || what.is_empty() { "" } else { " " };
        let what = format!("{gap}{what}   ");
        let width = super::columns(key) + super::columns(&what);
        if used + width > columns + 3 {
            break;
        }
        used += width;
        spans.push(Span::styled(key.to_owned(), theme.key));
        spans.push(Span::raw(what));
    }
    Line::from(spans)
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
