//! The layouts for small terminals: the figures and a line of each, or one line.

use gobid_api::client::safe_text_within;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{
    auctions, bid, big, chart, columns, details, figures, fitted, form, header, lists, popup, row,
};
use crate::app::{App, Pane, Phase};
use crate::{countdown, money, words};

/// Draws the small layout.
pub(super) fn draw_mini(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    let theme = &app.look.theme;
    let (line, tone) = words::line(app);
    let line = safe_text_within(&line, usize::from(area.width / 2));
    let line = line.strip_prefix("live ").unwrap_or(&line);
    let line = format!("● {line}  ");
    let product = app.watch.product.as_ref();
    let room = area.width.saturating_sub(columns(&line));
    let title = Line::from(vec![
        Span::styled(line, theme.tone(tone)),
        fitted(product.map_or("", |it| it.name.as_str()), room, theme.strong),
    ]);
    frame.render_widget(title, row(area, 0));

    let banner = words::banner(app);
    let text = format!(" {}", header::banner_text(&banner, area.width.saturating_sub(2)));
    let style = theme.banner(banner.mood);
    frame.render_widget(Line::from(text).style(style), row(area, 1));

    frame.render_widget(last_line(app, area.width), row(area, area.height - 1));
    if app.zoomed == Some(Pane::Events) {
        let events = Rect { y: area.y + 2, height: area.height - 3, ..area };
        lists::draw_events(app, frame, events);
        return;
    }
    let half = area.width / 2;
    let figure = Rect { y: area.y + 2, height: big::ROWS, width: half, ..area };
    figures::draw_price_figure(app, frame, figure);
    let time = Rect { x: area.x + half, width: area.width - half, ..figure };
    figures::draw_time_figure(app, frame, time);

    let below = 2 + big::ROWS;
    let mut chart = Rect { y: area.y + below, height: area.height - below - 1, ..area };
    if auctions::has_line(app) {
        auctions::draw(app, frame, row(chart, 0));
        chart = Rect { y: chart.y + 1, height: chart.height - 1, ..chart };
    }
    chart::draw_bars(app, frame, chart);
}

/// The amount when one is set, what is to be told, else the counts.
fn last_line(app: &App, columns: u16) -> Line<'static> {
    if let Some(replay) = &app.replay {
        return super::replay::one_line(app, replay, columns);
    }
    if is_told(app) || words::contact(app).is_some() {
        return bid::second_line(app, columns);
    }
    if !app.watch.field.is_empty() {
        return bid::first_line(app, columns);
    }
    let keys = "  ? q";
    let room = columns.saturating_sub(super::columns(keys));
    let counts = header::counts(app, room).replace(" · ", "·");
    Line::from(vec![Span::raw(counts), Span::styled(keys, app.look.theme.dim)])
}

/// Whether something is to be told, or a bid has no answer.
fn is_told(app: &App) -> bool {
    app.note().is_some() || !app.watch.attempts.is_empty()
}

/// Draws the layout of one line; what is to be told stands below it, should there be a row.
pub(super) fn draw_line(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    frame.render_widget(one_line(app, area), row(area, 0));
    let below = if is_told(app) {
        bid::second_line(app, area.width)
    } else if auctions::has_line(app) {
        auctions::draw(app, frame, row(area, 1));
        return;
    } else {
        let need = format!("need 40x8, have {}x{}", area.width, area.height);
        Line::from(fitted(&need, area.width, app.look.theme.dim))
    };
    frame.render_widget(below, row(area, 1));
}

/// The whole state in one line.
fn one_line(app: &App, area: Rect) -> Line<'static> {
    let columns = area.width;
    if let Some(form) = &app.form {
        return form::one_line(app, form, columns);
    }
    if let Some(palette) = &app.palette {
        return super::palette::one_line(app, palette, columns);
    }
    if let Some(replay) = &app.replay {
        return super::replay::one_line(app, replay, columns);
    }
    if app.help.is_some() {
        let text = "0-9 amount, <amount.review> bid, <views.log-in> log in, <views.quit> quit; \
                    <help.close>";
        return Line::from(fitted(&app.keys.text(text), columns, app.look.theme.key));
    }
    if let Some(scrolled) = app.details {
        return details::one_line(app, scrolled, columns);
    }
    let product = app.watch.product.as_ref();
    if let Some((dialog, product)) = app.watch.dialog.as_ref().zip(product) {
        return popup::one_line(app, dialog, product, columns);
    }
    let mut line = standing_line(app, columns);
    let room = columns.saturating_sub(u16::try_from(line.width()).unwrap_or(columns));
    if !app.watch.field.is_empty() && app.obstacle_to_amounts().is_none() {
        // What is typed has to be seen: where it does not fit behind, it is the line.
        let typed = bid::first_line(app, u16::MAX);
        let width: usize = typed.spans.iter().take(bid::TYPED).map(Span::width).sum();
        if width > usize::from(room) {
            return bid::first_line(app, columns);
        }
        line.extend(bid::first_line(app, room));
    } else if area.height < 2 && is_told(app) {
        line.extend(told_behind(app, room));
    }
    line
}

/// What is to be told, behind what always stands there: cut off where that leaves something to
/// read, and in a word where it does not.
fn told_behind(app: &App, columns: u16) -> Vec<Span<'static>> {
    const READABLE: u16 = 16;
    let told = bid::second_line(app, columns);
    if columns >= READABLE {
        return told.spans;
    }
    let attempts = &app.watch.attempts;
    let short = match () {
        () if app.quit_is_armed => " q again?",
        () if attempts.iter().any(|attempt| attempt.is_unknown) => " ? UNKNOWN",
        () if !attempts.is_empty() => " … sent",
        () => "",
    };
    let fits = columns >= super::columns(short);
    fits.then(|| Span::styled(short, app.look.theme.warning)).into_iter().collect()
}

/// Price, state and countdown: whatever else happens, they stay.
fn standing_line(app: &App, columns: u16) -> Line<'static> {
    let banner = words::banner(app);
    let style = app.look.theme.banner(banner.mood);
    let Some(product) = &app.watch.product else {
        return Line::from(fitted(&banner.state, columns, style));
    };
    let price = figures::figure_of_price(app, product);
    let price = price.map_or_else(String::new, |price| money::compact(price, product.currency));
    let now = app.now.server_time;
    let left = product.standing.end.since(now);
    let left = match (product.standing.phase, product.next_fall(now)) {
        (Phase::Open, Some(fall)) => countdown::until(fall.at.since(now)),
        (Phase::Open, None) if !left.is_zero() => countdown::small(left),
        _ => String::new(),
    };
    let state: String = banner.state.chars().filter(|next| !"▲▼★✗".contains(*next)).collect();
    let room = usize::from(columns).saturating_sub(price.width() + left.width() + 2);
    let gap = if price.is_empty() { "" } else { " " };
    Line::from(vec![
        Span::styled(safe_text_within(&price, usize::from(columns)), app.look.theme.strong),
        Span::raw(gap),
        Span::styled(safe_text_within(state.trim(), room), style),
        Span::raw(format!(" {left}")),
    ])
}
