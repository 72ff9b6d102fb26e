//! The bids and the event log.

use gobid_auction::Format;
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
/// Columns of an anonymous bidder with a number of three digits.
const NUMBERED: usize = 10;
/// Columns of what a bid came to.
const RANK: usize = 9;

/// The box of the bids, newest first.
pub(super) fn draw_bids(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let has_focus = app.zoomed.unwrap_or(app.focus) == Pane::Bids;
    let hint = match (app.watch.frozen.is_some(), app.zoomed.is_some(), has_focus) {
        (true, _, _) => "FROZEN · <auction.freeze> goes on",
        (_, true, _) => "<auction.down>/<auction.up> scroll · <auction.zoom> back",
        (_, _, true) => "<auction.down>/<auction.up> scroll",
        _ => "",
    };
    let product = app.watch.product.as_ref();
    let is_ranking = product.is_some_and(|product| product.format.is_sealed());
    let title = if is_ranking { "SEALED BIDS" } else { "BIDS" };
    let inner = panel(app, frame, area, [title, &app.keys.text(hint)], has_focus);
    let Some(product) = product else {
        return;
    };
    if app.watch.shown_bids().is_empty() {
        let text = match product.format {
            _ if product.is_secret() => "sealed: shown at the close",
            Format::Dutch if !product.is_over() => "the first acceptance ends it",
            _ => "no bids yet",
        };
        let text = fitted(text, inner.width, app.look.theme.dim);
        frame.render_widget(Line::from(text).centered(), row(inner, 1));
        return;
    }
    let amounts = app.watch.shown_bids().iter();
    let width = amounts
        .map(|bid| money::with_sign(bid.amount, product.currency).width())
        .max()
        .unwrap_or(0)
        .max(11);
    let first = if is_ranking { "place" } else { "time" };
    let heading = format!("{first:TIME$} {:width$} bidder", "amount");
    let heading = fitted(&heading, inner.width, app.look.theme.dim);
    frame.render_widget(Line::from(heading), row(inner, 0));
    let rows = usize::from(inner.height.saturating_sub(1));
    let scrolled = app.watch.scroll.bids.min(app.watch.shown_bids().len().saturating_sub(rows));
    let shown = app.watch.shown_bids().iter().skip(scrolled).take(rows);
    let newest = Newest::of(app, product);
    for ((below, place), bid) in (1..).zip(scrolled + 1..).zip(shown) {
        let first = if is_ranking {
            format!("{place}.")
        } else {
            countdown::moment(bid.at, app.now.server_time, &app.look.zone)
        };
        let line = bid_line(app, product, bid, &newest, (&first, width, inner.width));
        frame.render_widget(line, row(inner, below));
    }
}

/// The bids whose rows say what they came to: the newest that stand.
struct Newest {
    of_leader: Option<Uuid>,
    own: Option<Uuid>,
}

impl Newest {
    /// After a void the leader's is not always the newest of all.
    fn of(app: &App, product: &Product) -> Self {
        let leader = product.winner.as_ref().or(product.standing.leader.as_ref());
        let newest = |is_so: &dyn Fn(&Bid) -> bool| {
            let bid = app.watch.shown_bids().iter().find(|bid| !bid.voided && is_so(bid));
            bid.map(|bid| bid.id)
        };
        Self {
            of_leader: newest(&|bid| Some(&bid.bidder) == leader),
            own: newest(&|bid| app.watch.is_me(Some(&bid.bidder), &app.identity)),
        }
    }
}

fn bid_line(
    app: &App,
    product: &Product,
    bid: &Bid,
    newest: &Newest,
    (first, amount_width, width): (&str, usize, u16),
) -> Line<'static> {
    let theme = &app.look.theme;
    let is_mine = app.watch.is_me(Some(&bid.bidder), &app.identity);
    let (rank, tone) = rank(app, product, bid, newest);
    let amount = money::with_sign(bid.amount, product.currency);
    let taken = TIME + amount_width + RANK + 3;
    let room = usize::from(width).saturating_sub(taken);
    let who = bidder(words::bidder(&bid.bidder, app), product, room);
    let gap = " ".repeat(room.saturating_sub(who.width()));
    let base = match () {
        () if bid.voided => theme.dim.add_modifier(Modifier::CROSSED_OUT),
        () if is_mine => theme.strong,
        () => Style::new(),
    };
    Line::from(vec![
        Span::styled(format!("{first:TIME$} "), theme.dim),
        Span::styled(format!("{amount:amount_width$} "), base),
        Span::styled(who, base),
        Span::raw(format!("{gap} ")),
        Span::styled(rank, tone),
    ])
}

/// A bidder within so many columns. The number tells anonymous ones apart, so it is never cut off:
/// where not every number has room behind its word, each stands alone.
fn bidder(name: &str, product: &Product, room: usize) -> String {
    let number = name.strip_prefix("Bidder ").filter(|_| product.is_anonymous);
    match number {
        Some(number) if room < NUMBERED => format!("#{number}"),
        _ => gobid_api::client::safe_text_within(name, room.max(3)),
    }
}

/// What a bid came to, as far as its row can say.
fn rank(app: &App, product: &Product, bid: &Bid, newest: &Newest) -> (&'static str, Style) {
    let theme = &app.look.theme;
    let is_own = newest.own == Some(bid.id);
    let best = if is_own { theme.good } else { theme.strong };
    let is_best = newest.of_leader == Some(bid.id);
    match product.standing.phase {
        _ if bid.voided => ("voided", theme.dim),
        Phase::Open | Phase::Scheduled if is_best && bid.automatic => ("▲ auto", best),
        Phase::Open | Phase::Scheduled if is_best => ("▲ leads", best),
        Phase::Sold if is_best && product.annulled => ("annulled", theme.dim),
        Phase::Sold if is_best => ("★ won", best),
        Phase::Open if is_own && bid.automatic => ("▼ auto", theme.bad),
        Phase::Open if is_own => ("▼ outbid", theme.bad),
        _ if bid.automatic => ("auto", theme.dim),
        _ => ("", theme.dim),
    }
}

/// The box of the event log, newest first.
pub(super) fn draw_events(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let is_open = app.zoomed == Some(Pane::Events);
    let has_focus = is_open || app.focus == Pane::Events;
    let hint = match (is_open, has_focus) {
        _ if app.watch.frozen.is_some() => "FROZEN · <auction.freeze> goes on",
        (true, _) => "<auction.down>/<auction.up> scroll · <auction.events> back",
        (false, true) => "<auction.down>/<auction.up> scroll",
        (false, false) => "",
    };
    let inner = panel(app, frame, area, ["EVENTS", &app.keys.text(hint)], has_focus);
    let theme = &app.look.theme;
    let lines = app.watch.shown_log().iter().rev();
    let scrolled =
        app.watch.scroll.events.min(lines.len().saturating_sub(usize::from(inner.height)));
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
