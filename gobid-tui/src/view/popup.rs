//! The dialog before a bid is sent.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{centered, fitted, popup_panel, row};
use crate::app::{App, Dialog, Obstacle, Product};
use crate::words;

/// Columns and rows of the dialog, its frame included.
const SIZE: (u16, u16) = (56, 10);

/// Draws the dialog, with its frame where there is room for one.
pub(super) fn draw_dialog(app: &App, dialog: &Dialog, frame: &mut Frame<'_>) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let whole = frame.area();
    let (columns, rows) = SIZE;
    let below =
        Rect { y: whole.y + whole.height / 4, height: whole.height - whole.height / 4, ..whole };
    if whole.height > rows + 4 {
        let area = centered(below, columns, rows);
        let inner = popup_panel(app, frame, area, "CONFIRM BID");
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        draw_lines(app, dialog, product, frame, inner, true);
    } else {
        frame.render_widget(ratatui::widgets::Clear, whole);
        draw_lines(app, dialog, product, frame, whole, false);
    }
}

fn draw_lines(
    app: &App,
    dialog: &Dialog,
    product: &Product,
    frame: &mut Frame<'_>,
    area: Rect,
    is_roomy: bool,
) {
    let theme = &app.look.theme;
    let width = area.width;
    let plain = ratatui::style::Style::new();
    let [what, price, word] = words::promise(dialog, product);
    let on = fitted(&format!("Bid on {}", product.name), width, theme.dim);
    let what = fitted(&what, width, theme.strong);
    let state = fitted(&words::dialog_state(app, product), width, theme.dim);
    let news = news(app, dialog, product, width);
    let keys = keys(app, dialog);
    let lines: Vec<Line<'_>> = if is_roomy {
        let consequence = fitted(&format!("{price} {word}"), width, plain);
        let blank = Line::default;
        vec![on.into(), blank(), what.into(), consequence.into(), blank(), state.into(), news, keys]
    } else {
        let (price, word) = (fitted(&price, width, plain), fitted(&word, width, plain));
        vec![on.into(), what.into(), price.into(), word.into(), state.into(), news, keys]
    };
    for (below, line) in (0..area.height).zip(lines) {
        frame.render_widget(line.centered(), row(area, below));
    }
}

/// What stands in the way, or what moved.
fn news(app: &App, dialog: &Dialog, product: &Product, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let moved = dialog.moved().map(|moved| words::moved(moved, product));
    let text = match app.obstacle_to_send(dialog) {
        Some(Obstacle::JustMoved) | None => moved,
        Some(obstacle) => Some(obstacle.to_string()),
    };
    Line::from(fitted(&text.unwrap_or_default(), columns, theme.warning))
}

/// The keys; `y` is struck out while it would not send.
fn keys(app: &App, dialog: &Dialog) -> Line<'static> {
    let theme = &app.look.theme;
    let (key, what) = if app.obstacle_to_send(dialog).is_none() {
        (theme.key, ratatui::style::Style::new())
    } else {
        let off = theme.dim.add_modifier(ratatui::style::Modifier::CROSSED_OUT);
        (off, off)
    };
    Line::from(vec![
        Span::styled("[y]", key),
        Span::styled(" place bid", what),
        Span::raw("    "),
        Span::styled("[n/Esc]", theme.key),
        Span::raw(" cancel"),
    ])
}

/// The dialog in one line, for a terminal that has no room for more.
pub(super) fn one_line(
    app: &App,
    dialog: &Dialog,
    product: &Product,
    columns: u16,
) -> Line<'static> {
    let theme = &app.look.theme;
    let amount = crate::money::with_code(dialog.amount(), product.currency);
    let (text, style) = match app.obstacle_to_send(dialog) {
        None => (format!("bid {amount}? y/n"), theme.strong),
        Some(obstacle) => (format!("{amount}: {obstacle}"), theme.warning),
    };
    Line::from(fitted(&text, columns, style))
}
