//! The bid line: the amount that is about to be bid, and what came of those that were.

use gobid_auction::{Format, Offered};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{fitted, panel, row};
use crate::app::{App, Obstacle, Product, Role};
use crate::{money, words};

/// The first so many spans of the amount's line are the amount itself.
pub(super) const TYPED: usize = 3;

/// The box of the bid line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let keys = keys_of_format(app);
    let inner = panel(app, frame, area, ["BID", &keys], false);
    frame.render_widget(first_line(app, inner.width), row(inner, 0));
    frame.render_widget(second_line(app, inner.width), row(inner, 1));
}

/// The keys that an amount is set with, and the buy-now price.
fn keys_of_format(app: &App) -> String {
    let product = app.watch.product.as_ref().filter(|product| !product.is_over());
    let buy_now = product.and_then(Product::buy_now).zip(product);
    let buy_now = buy_now.map(|(price, product)| money::with_sign(price, product.currency));
    if app.obstacle_to_amounts().is_some() {
        return buy_now.map_or_else(String::new, |price| format!("buy now {price}"));
    }
    let buy_now = buy_now.map(|price| app.keys.text("<auction.buy> buy now ") + &price + " · ");
    let amount = match product.map(|product| product.format) {
        Some(Format::English) => {
            "0-9 amount · <amount.maximum> maximum · <amount.more> <amount.less> step"
        }
        Some(Format::Dutch) => "<auction.buy> accept · 0-9 another amount",
        Some(Format::SealedFirstPrice | Format::SealedSecondPrice) => {
            "0-9 amount · <amount.more> <amount.less> step"
        }
        None => "",
    };
    buy_now.unwrap_or_default() + &app.keys.text(amount)
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
            _ if product.annulled => theme.bad,
            Role::Winner => theme.good,
            Role::Loser => theme.bad,
            _ => theme.strong,
        };
        return say(&words::sentence(&outcome), style);
    }
    if let Some(obstacle) = app.obstacle_to_amounts() {
        return say(&words::sentence(&obstacle.sentence(app)), Style::new());
    }
    if !app.watch.field.is_empty() {
        return field_line(app, product, columns);
    }
    match app.obstacle_to_review(app.kind()) {
        Some(Obstacle::Leading) => say(&lead(app, product), theme.good),
        _ => field_line(app, product, columns),
    }
}

/// What a leader wants to know.
fn lead(app: &App, product: &Product) -> String {
    let signed = |amount| money::with_sign(amount, product.currency);
    let least = product.standing.minimum.map(signed);
    let rival = least.map(|least| format!(" A rival needs at least {least}."));
    let own = match app.watch.own_offer() {
        Some(Offered::Maximum(own)) => format!(" Your maximum is {}.", signed(own)),
        _ => String::new(),
    };
    format!("You lead.{}{own}", rival.unwrap_or_default())
}

fn field_line(app: &App, product: &Product, columns: u16) -> Line<'static> {
    let theme = &app.look.theme;
    let prefix = money::prefix(product.currency);
    let typed = app.watch.field.shown();
    let about = about_field(app, product);
    let kind = if app.watch.wants_maximum { "max " } else { "" };
    let before = format!(" {kind}{} ", prefix.trim_end());
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
    let kind = app.kind();
    let Some(lowest) = app.lowest(kind) else {
        return "no higher amount can be bid".to_owned();
    };
    let own = app.own_to_exceed(kind);
    let state = match amount {
        _ if field.is_empty() => "",
        Ok(amount) if amount < lowest && own.is_some() => " · not above it",
        Ok(amount) if amount < lowest && product.format == Format::Dutch => " · below the price",
        Ok(amount) if amount < lowest => " · below the minimum",
        _ => " · typed, not sent",
    };
    let digits = |amount| money::digits(amount, product.currency);
    let at = own.or(product.standing.price).unwrap_or(product.baseprice);
    let step = format!(" · step {}", digits(product.step_at(at)));
    match (own, product.format) {
        (_, Format::Dutch) => format!("the price is {} now{state}", digits(lowest)),
        (Some(own), _) => format!("above your {}{step}{state}", digits(own)),
        (None, Format::English) => format!("min {}{step}{state}", digits(lowest)),
        (None, _) => format!("sealed · min {}{state}", digits(lowest)),
    }
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
        let text = format!(" {}", note.within(columns.saturating_sub(1)));
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
    let pieces = pieces(app, product, columns);
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for (key, what) in pieces {
        let gap = if key.is_empty() || what.is_empty() { "" } else { " " };
        let what = format!("{gap}{what}   ");
        let width = super::columns(&key) + super::columns(&what);
        if used + width > columns + 3 {
            break;
        }
        used += width;
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::raw(what));
    }
    Line::from(spans)
}

/// The keys that there are now, and what each does.
fn pieces(app: &App, product: &Product, columns: u16) -> Vec<(String, String)> {
    let says = |text: &str| (String::new(), text.to_owned());
    let key = |text: &str| app.keys.text(text);
    if product.is_over() {
        return pieces_at_the_end(app, columns);
    }
    if app.obstacle_to_amounts().is_some() {
        return Vec::new();
    }
    let obstacle = app.obstacle_to_review(app.kind());
    if obstacle == Some(Obstacle::Leading) && app.watch.field.is_empty() {
        return vec![(key("[<amount.maximum>]"), about_maximum(app).to_owned())];
    }
    if app.watch.field.is_empty() {
        match product.format {
            Format::Dutch => {
                let accept = "accept the price as it is shown";
                return vec![(key("[<auction.buy>] [<amount.review>]"), accept.to_owned())];
            }
            Format::SealedFirstPrice | Format::SealedSecondPrice => {
                let promise = "A sealed bid: nobody sees it before the close.";
                return vec![says(&format!("{promise} You can raise it until then."))];
            }
            Format::English => {}
        }
    }
    let from = app.watch.field.amount(product.currency).ok();
    let up = app.first(app.kind()).map(|first| product.step_up(from, first));
    let up = up.map(|up| money::digits(up, product.currency));
    let other = if app.watch.wants_maximum { "firm bid" } else { "maximum" };
    let mut pieces = vec![
        (key("[<amount.more>]"), up.unwrap_or_default()),
        (key("[<amount.less>]"), String::new()),
        says("digits: an amount"),
        (key("[<amount.review>]"), "review bid".to_owned()),
    ];
    if app.takes_maxima() {
        pieces.push((key("[<amount.maximum>]"), other.to_owned()));
    }
    pieces
}

/// The e-mail of the other side of a sale, or where it stands in full.
fn pieces_at_the_end(app: &App, columns: u16) -> Vec<(String, String)> {
    let quit = (app.keys.text("[<views.quit>]"), "quit".to_owned());
    // Without a full stop, which would be copied with the address.
    match words::contact(app).map(|contact| words::capital(&contact)) {
        Some(contact) if super::columns(&contact) + 2 > columns => {
            let details = app.keys.text("[<auction.details>]");
            vec![(details, "the other side's e-mail".to_owned()), quit]
        }
        Some(contact) => vec![(String::new(), contact), quit],
        None => vec![quit],
    }
}

/// What a leader can do.
fn about_maximum(app: &App) -> &'static str {
    match app.watch.own_offer() {
        Some(Offered::Maximum(_)) => "raise your hidden maximum: the price stays, nobody is told",
        _ => "set a hidden maximum: the house then bids for you, as little as needed",
    }
}
