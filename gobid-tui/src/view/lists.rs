//! The bids and the event log.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;
use uuid::Uuid;

use super::{columns, fitted, panel, row};
use crate::app::{App, Bid, Pane, Phase, Product};
use crate::{countdown, money, words};

/// Columns of a bid's time.
const TIME: usize = 12;
/// Columns of what a bid came to.
const RANK: usize = 9;

/// The box of the bids, newest first.
pub(super) fn draw_bids(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let has_focus = app.focus == Pane::Bids;
    let hint = if has_focus { "j/k scroll" } else { "" };
    let inner = panel(app, frame, area, ["BIDS", hint], has_focus);
    let Some(product) = &app.watch.product else {
        return;
    };
    if app.watch.bids.is_empty() {
        let text = fitted("no bids yet", inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(text).centered(), row(inner, 1));
        return;
    }
    let amounts = app.watch.bids.iter();
    let width = amounts
        .map(|bid| money::with_sign(bid.amount, product.currency).width())
        .max()
        .unwrap_or(0)
        .max(11);
    let heading = format!("{:TIME$} {:width$} bidder", "time", "amount");
    let heading = fitted(&heading, inner.width, app.look.theme.dim);
    frame.render_widget(Line::from(heading), row(inner, 0));
    let rows = usize::from(inner.height.saturating_sub(1));
    let scrolled = app.scroll.bids.min(app.watch.bids.len().saturating_sub(rows));
    let shown = app.watch.bids.iter().skip(scrolled).take(rows);
    let newest = Newest::of(app);
    for (below, bid) in (1..).zip(shown) {
        let line = bid_line(app, product, bid, &newest, (width, inner.width));
        frame.render_widget(line, row(inner, below));
    }
}

/// The bids whose rows say what they came to: the newest that stand.
struct Newest {
    of_all: Option<Uuid>,
    own: Option<Uuid>,
}

impl Newest {
    fn of(app: &App) -> Self {
        let is_own = |bid: &&Bid| app.watch.is_me(Some(&bid.bidder), &app.identity);
        let mut standing = app.watch.bids.iter().filter(|bid| !bid.voided);
        let of_all = standing.clone().next().map(|bid| bid.id);
        let own = standing.find(is_own).map(|bid| bid.id);
        Self { of_all, own }
    }
}

fn bid_line(
    app: &App,
    product: &Product,
    bid: &Bid,
    newest: &Newest,
    (amount_width, width): (usize, u16),
) -> Line<'static> {
    let theme = &app.look.theme;
    let is_mine = app.watch.is_me(Some(&bid.bidder), &app.identity);
    let (rank, tone) = rank(app, product, bid, newest);
    let time = countdown::moment(bid.at, app.now.server_time, &app.look.zone);
    let amount = money::with_sign(bid.amount, product.currency);
    let who = if is_mine { "you" } else { bid.bidder.as_str() };
    let taken = TIME + amount_width + RANK + 3;
    let room = usize::from(width).saturating_sub(taken);
    let who = gobid_api::client::safe_text_within(who, room.max(3));
    let gap = " ".repeat(room.saturating_sub(who.width()));
    let base = match () {
        () if bid.voided => theme.dim.add_modifier(Modifier::CROSSED_OUT),
        () if is_mine => theme.strong,
        () => Style::new(),
    };
    Line::from(vec![
        Span::styled(format!("{time:TIME$} "), theme.dim),
        Span::styled(format!("{amount:amount_width$} "), base),
        Span::styled(who, base),
        Span::raw(format!("{gap} ")),
        Span::styled(rank, tone),
    ])
}

/// What a bid came to, as far as its row can say.
fn rank(app: &App, product: &Product, bid: &Bid, newest: &Newest) -> (&'static str, Style) {
    let theme = &app.look.theme;
    let is_own = newest.own == Some(bid.id);
    let best = if is_own { theme.good } else { theme.strong };
    let is_best = newest.of_all == Some(bid.id);
    match product.standing.phase {
        _ if bid.voided => ("voided", theme.dim),
        Phase::Open | Phase::Scheduled if is_best => ("▲ leads", best),
        Phase::Sold if is_best => ("★ won", best),
        Phase::Open if is_own => ("▼ outbid", theme.bad),
        _ if bid.automatic => ("auto", theme.dim),
        _ => ("", theme.dim),
    }
}

/// The box of the event log, newest first.
pub(super) fn draw_events(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let has_focus = app.events_are_open || app.focus == Pane::Events;
    let hint = match (app.events_are_open, has_focus) {
        (true, _) => "j/k scroll · e back",
        (false, true) => "j/k scroll",
        (false, false) => "",
    };
    let inner = panel(app, frame, area, ["EVENTS", hint], has_focus);
    let theme = &app.look.theme;
    let lines = app.watch.log.iter().rev();
    let scrolled = app.scroll.events.min(lines.len().saturating_sub(usize::from(inner.height)));
    for (below, entry) in (0..inner.height).zip(lines.skip(scrolled)) {
        let time = countdown::time_of_day(entry.at, &app.look.zone);
        let time = format!("{time} ");
        let room = inner.width.saturating_sub(columns(&time));
        let line = Line::from(vec![
            Span::styled(time, theme.dim),
            fitted(&words::entry(entry, app), room, theme.tone(entry.tone)),
        ]);
        frame.render_widget(line, row(inner, below));
    }
}
