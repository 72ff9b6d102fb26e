//! The price and the time left, four rows high.

use std::time::Duration;

use gobid_api::Amount;
use gobid_api::client::safe_text_within;
use gobid_auction::{Format, Offered};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use super::{big, header, panel, row};
use crate::app::{App, Phase, Product, Role};
use crate::{countdown, money, words};

/// From here on the time left is drawn to be noticed.
const SOON: Duration = Duration::from_mins(1);

/// The box of the price.
pub(super) fn draw_price(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let product = app.watch.product.as_ref();
    let title = product.map_or("CURRENT BID", |product| price_title(app, product));
    let terms = product.and_then(|product| match product.format {
        Format::Dutch => {
            let dutch = product.dutch.filter(|_| !product.is_over())?;
            let floor = money::compact(dutch.floor, product.currency);
            Some(format!("floor {floor}"))
        }
        _ => words::reserve(product).map(str::to_owned),
    });
    let inner = panel(app, frame, area, [title, &terms.unwrap_or_default()], false);
    draw_price_figure(app, frame, inner);
    let counts = header::counts(app, inner.width);
    let line = Line::from(counts).centered();
    frame.render_widget(line, row(inner, big::ROWS));
}

fn price_title(app: &App, product: &Product) -> &'static str {
    let price = product.price_at(app.now.server_time);
    match product.standing.phase {
        _ if product.is_secret() && app.watch.own_offer().is_some() => "YOUR SEALED BID",
        _ if product.is_secret() => "SEALED AUCTION",
        _ if price.is_none() => "OPENING PRICE",
        Phase::Sold => "HAMMER PRICE",
        Phase::Unsold | Phase::Cancelled => "LAST BID",
        Phase::Scheduled | Phase::Open if product.format == Format::Dutch => "PRICE NOW",
        Phase::Scheduled | Phase::Open => "CURRENT BID",
    }
}

/// The price alone; of a sealed auction one's own amount.
pub(super) fn draw_price_figure(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let texts = match figure_of_price(app, product) {
        Some(price) => vec![
            money::compact(price, product.currency),
            money::compact_digits(price, product.currency),
            money::with_code(price, product.currency),
        ],
        None => vec!["SEALED".to_owned()],
    };
    let theme = &app.look.theme;
    let style = match app.watch.role(&app.identity) {
        Role::Leader | Role::Winner => theme.good,
        Role::Outbid | Role::Loser => theme.bad,
        Role::Watcher | Role::SealedBidder | Role::Seller => theme.strong,
    };
    big::draw(app, frame, area, &texts, style);
}

/// The amount in large figures; `None` in a sealed auction where one has not bid.
pub(super) fn figure_of_price(app: &App, product: &Product) -> Option<Amount> {
    if product.is_secret() {
        return app.watch.own_offer().map(Offered::amount);
    }
    let price = product.hammer_price.or_else(|| product.price_at(app.now.server_time));
    Some(price.unwrap_or(product.baseprice))
}

/// The box of the time left.
pub(super) fn draw_time(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let product = app.watch.product.as_ref();
    let title = product.map_or("ENDS IN", |product| match product.standing.phase {
        Phase::Scheduled => "OPENS IN",
        Phase::Open => "ENDS IN",
        Phase::Sold | Phase::Unsold | Phase::Cancelled => "ENDED",
    });
    let clock = app.now.uncertainty.filter(|_| app.replay.is_none()).map(|span| {
        let millis = span.as_micros().div_ceil(1_000);
        format!("server clock ±{millis} ms")
    });
    let titles = [title, clock.as_deref().unwrap_or_default()];
    let inner = panel(app, frame, area, titles, false);
    draw_time_figure(app, frame, Rect { height: inner.height.min(big::ROWS), ..inner });
    if let Some(product) = product {
        let end = end(app, product, inner.width);
        frame.render_widget(Line::from(end), row(inner, big::ROWS));
    }
}

/// The end, and as much of what may move it as there is room for.
fn end(app: &App, product: &Product, columns: u16) -> String {
    let end = words::end(app, product);
    let moves = words::end_moves(app, product).into_iter();
    let mut whole = moves.map(|moves| format!("{end} · {moves}"));
    let fits = |text: &String| super::columns(text) <= columns;
    whole.find(fits).unwrap_or_else(|| safe_text_within(&end, usize::from(columns)))
}

/// The time left alone, or what came of it.
pub(super) fn draw_time_figure(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(product) = &app.watch.product else {
        return;
    };
    let is_opening = app.watch.is_opening(&app.now);
    if is_opening || app.watch.is_closing(&app.now) {
        let text = if is_opening { "opening…" } else { "closing…" };
        big::draw_small(frame, area, text, app.look.theme.warning);
        return;
    }
    let text = figure(app, product);
    let short = text.trim_start_matches("0:0").replace(' ', "");
    big::draw(app, frame, area, &[text.clone(), short, text], style(app, product));
}

fn figure(app: &App, product: &Product) -> String {
    let left = |until: gobid_api::Timestamp| countdown::large(until.since(app.now.server_time));
    match product.standing.phase {
        Phase::Scheduled => left(product.start),
        Phase::Open => left(product.standing.end),
        Phase::Sold if product.annulled => "ANNULLED".to_owned(),
        Phase::Sold => match app.watch.role(&app.identity) {
            Role::Winner => "WON".to_owned(),
            Role::Loser => "LOST".to_owned(),
            _ => "SOLD".to_owned(),
        },
        Phase::Unsold => "UNSOLD".to_owned(),
        Phase::Cancelled => "CANCELLED".to_owned(),
    }
}

fn style(app: &App, product: &Product) -> Style {
    let theme = &app.look.theme;
    let left = product.standing.end.since(app.now.server_time);
    match (product.standing.phase, app.watch.role(&app.identity)) {
        (Phase::Open, _) if left <= countdown::LAST_SECONDS => theme.bad,
        (Phase::Open, _) if left <= SOON => theme.warning,
        _ if product.annulled => theme.bad,
        (_, Role::Winner) => theme.good,
        (_, Role::Loser) => theme.bad,
        _ => theme.strong,
    }
}
