//! The dialog before a bid is sent.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{centered, columns, fitted, popup_panel, row};
use crate::app::{App, Dialog, Kind, Obstacle, Product};
use crate::words::{self, Promise};

/// Columns and rows of the dialog, its frame included.
const SIZE: (u16, u16) = (56, 10);

/// Draws the dialog, with its frame where there is room for one.
pub(super) fn draw_dialog(app: &App, dialog: &Dialog, frame: &mut Frame<'_>) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let promise = words::promise(app, dialog, product);
    let whole = frame.area();
    let (columns, rows) = SIZE;
    let below =
        Rect { y: whole.y + whole.height / 4, height: whole.height - whole.height / 4, ..whole };
    if whole.height > rows + 4 {
        let area = centered(below, columns, rows);
        let inner = popup_panel(app, frame, area, promise.title);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        draw_lines(app, dialog, product, &promise, frame, inner);
    } else {
        frame.render_widget(ratatui::widgets::Clear, whole);
        draw_lines(app, dialog, product, &promise, frame, whole);
    }
}

fn draw_lines(
    app: &App,
    dialog: &Dialog,
    product: &Product,
    promise: &Promise,
    frame: &mut Frame<'_>,
    area: Rect,
) {
    let theme = &app.look.theme;
    let width = area.width;
    let about = Line::from(fitted(&promise.about, width, theme.dim));
    let said = sentences(app, promise, width);
    let state = Line::from(fitted(&words::dialog_state(app, product), width, theme.dim));
    let news = news(app, dialog, product, width);
    let keys = keys(app, dialog, promise.act, width);
    // What is agreed to is whole, whatever else there is room for.
    let needed = said.len() + 4;
    let blanks = usize::from(area.height).saturating_sub(needed).min(2);
    let blank = |at: usize| (blanks > at).then(Line::default);
    let lines = std::iter::once(about).chain(blank(0)).chain(said).chain(blank(1));
    let lines = lines.chain([state, news, keys]);
    for (below, line) in (0..area.height).zip(lines) {
        frame.render_widget(line.centered(), row(area, below));
    }
}

/// What is agreed to, with nothing cut off.
fn sentences(app: &App, promise: &Promise, width: u16) -> Vec<Line<'static>> {
    let theme = &app.look.theme;
    let [first, second] = &promise.then;
    let both = format!("{first} {second}");
    let then =
        if columns(&both) <= width { vec![both] } else { vec![first.clone(), second.clone()] };
    let lines = |text: &str, style: Style| {
        let lines = words::wrap(text, usize::from(width));
        lines.into_iter().map(move |line| Line::from(Span::styled(line, style)))
    };
    let then = then.iter().flat_map(|text| lines(text, Style::new()));
    lines(&promise.what, theme.strong).chain(then).collect()
}

/// What stands in the way, or what moved.
fn news(app: &App, dialog: &Dialog, product: &Product, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let moved = words::moved(app, dialog, product);
    let text = match app.obstacle_to_send(dialog) {
        Some(Obstacle::JustMoved) | None => moved,
        Some(obstacle) => Some(obstacle.sentence(app)),
    };
    Line::from(fitted(&text.unwrap_or_default(), columns, theme.warning))
}

/// The keys; `y` is struck out while it would not send.
fn keys(app: &App, dialog: &Dialog, act: &str, width: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let (key, what) = if app.obstacle_to_send(dialog).is_none() {
        (theme.key, Style::new())
    } else {
        let off = theme.dim.add_modifier(ratatui::style::Modifier::CROSSED_OUT);
        (off, off)
    };
    let is_maximum = Kind::of(dialog.offer()) == Kind::Maximum;
    let other = if is_maximum { " firm bid" } else { " maximum" };
    let other = app.can_toggle_maximum().then_some(other);
    let named = |text: &str| app.keys.text(text);
    let mut pieces = vec![(key, named("[<dialog.send>]"), what, format!(" {act}"))];
    let kind = named("[<dialog.maximum>]");
    pieces.extend(other.map(|other| (theme.key, kind, Style::new(), other.to_owned())));
    let cancel = named("[<dialog.cancel*>]");
    pieces.push((theme.key, cancel, Style::new(), " cancel".to_owned()));
    let taken: u16 = pieces.iter().map(|(_, key, _, what)| columns(key) + columns(what)).sum();
    let gaps = u16::try_from(pieces.len() - 1).unwrap_or(1);
    let gap = (width.saturating_sub(taken) / gaps).clamp(1, 4);
    let mut spans = Vec::new();
    for (key_style, key, style, what) in pieces {
        if !spans.is_empty() {
            spans.push(Span::raw(" ".repeat(gap.into())));
        }
        spans.push(Span::styled(key, key_style));
        spans.push(Span::styled(what, style));
    }
    Line::from(spans)
}

/// The dialog in one line, for a terminal that has no room for more.
pub(super) fn one_line(
    app: &App,
    dialog: &Dialog,
    product: &Product,
    columns: u16,
) -> Line<'static> {
    let theme = &app.look.theme;
    let (text, style) = match app.obstacle_to_send(dialog) {
        None => (words::question(app, dialog.offer(), product), theme.strong),
        Some(obstacle) => {
            let amount = crate::money::with_code(dialog.amount(), product.currency);
            let obstacle = obstacle.sentence(app);
            (format!("{amount}: {obstacle}"), theme.warning)
        }
    };
    Line::from(fitted(&text, columns, style))
}
