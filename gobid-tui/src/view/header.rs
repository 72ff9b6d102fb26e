//! The first rows and the last: what this is, how it stands, which keys there are.

use gobid_api::client::safe_text_within;
use gobid_auction::Format;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr as _;

use super::{Layout, columns};
use crate::app::{App, Phase, Place, Product};
use crate::keys::{Action, Hint};
use crate::money;
use crate::words::{self, Banner};

/// The auction, the connection, and who is looking.
pub(super) fn draw_title(app: &App, layout: Layout, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let (line, tone) = words::line(app);
    let line = format!("● {line}");
    let who = words::identity(&app.identity, layout == Layout::Full);
    let most = usize::from(area.width / 2).saturating_sub(line.width() + 4);
    let who = format!(" │ {} ", safe_text_within(who, most));
    let right = columns(&line).saturating_add(columns(&who));

    let room = usize::from(area.width.saturating_sub(right));
    let product = app.watch.product.as_ref();
    let name = product.map_or("", |product| product.name.as_str());
    let more = match (product, layout) {
        (Some(product), Layout::Full) => {
            format!("  #{}  seller: {}", short_id(app), product.seller)
        }
        _ => String::new(),
    };
    let name = safe_text_within(name, room.saturating_sub(10));
    let more_room = room.saturating_sub(10 + name.width());
    let spans = vec![
        Span::styled(" GoBid  ", theme.name),
        Span::styled(name, theme.strong),
        Span::styled(safe_text_within(&more, more_room), theme.dim),
    ];
    frame.render_widget(Line::from(spans), area);
    let right = Line::from(vec![Span::styled(line, theme.tone(tone)), Span::raw(who)]);
    frame.render_widget(right.right_aligned(), area);
}

/// The last eight digits of the product's id.
fn short_id(app: &App) -> String {
    let id = app.watch.product_id.simple().to_string();
    id.chars().skip(id.len().saturating_sub(8)).collect()
}

/// How it stands, over the whole row.
pub(super) fn draw_banner(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let banner = words::banner(app);
    let style = app.look.theme.banner(banner.mood);
    let text = banner_text(&banner, area.width);
    frame.render_widget(Line::from(text).centered().style(style), area);
}

/// As much of the banner as fits: state, then what to do, then the rest.
pub(super) fn banner_text(banner: &Banner, columns: u16) -> String {
    let Banner { state, about, aside, offer, brief, .. } = banner;
    let gap = match about.chars().next() {
        None | Some(':') => "",
        Some('·') => "  ",
        Some(_) => " ",
    };
    let whole = format!("{state}{gap}{about}");
    // What to do is worth more than room about it, and than its amount.
    let [wide, narrow] = [("  ·  ", 2), (" · ", 0)];
    let choices: &[(&[&str], (&str, usize))] = if offer.is_empty() {
        &[(&[&whole, aside], wide), (&[&whole], wide)]
    } else {
        &[
            (&[&whole, aside, offer], wide),
            (&[&whole, offer], wide),
            (&[state, offer], wide),
            (&[state, offer], narrow),
            (&[state, brief], narrow),
            (&[&whole], wide),
            (&[state], wide),
        ]
    };
    let texts = choices.iter().filter_map(|(parts, (between, margin))| {
        let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
        let text = parts.join(between);
        (text.width() + margin <= usize::from(columns)).then_some(text)
    });
    let text = texts.into_iter().next().unwrap_or(whole);
    safe_text_within(&text, usize::from(columns))
}

/// The hints of where keys are pressed now.
pub(super) fn draw_hints(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let theme = &app.look.theme;
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    let hints: Vec<_> = app.keys.hints(app.scope()).filter(|hint| is_of_use(app, *hint)).collect();
    let width = |hint: &Hint<'_>| columns(hint.keys) + columns(word(app, *hint)) + 3;
    for (place, hint) in hints.iter().enumerate() {
        // The last hint is the way out: it has its room whatever else there is.
        let last = hints.last().filter(|_| place + 1 < hints.len()).map_or(0, width);
        if used + width(hint) + last > area.width + 2 {
            continue;
        }
        used += width(hint);
        spans.push(Span::styled(hint.keys.to_owned(), theme.key));
        spans.push(Span::styled(format!(" {}  ", word(app, *hint)), theme.dim));
    }
    frame.render_widget(Line::from(spans), area);
    if Layout::of(frame.area().width, frame.area().height) == Layout::Full
        && app.place == Place::Auction
    {
        let known = format!("seq {}  {} ev ", app.watch.seq, app.watch.log.written());
        if used + columns(&known) < area.width {
            let known = Span::styled(known, theme.dim);
            frame.render_widget(Line::from(known).right_aligned(), area);
        }
    }
}

/// Whether the keys lead to something now.
fn is_of_use(app: &App, hint: Hint<'_>) -> bool {
    let takes_bids = app.obstacle_to_amounts().is_none();
    match hint.action {
        Action::News => app.notices.news.first().is_some(),
        Action::LogIn => app.identity.user().is_none() && app.replay.is_none(),
        Action::Watchlist => app.identity.user().is_some(),
        Action::NextAuction if app.place == Place::List => app.watch.is_some(),
        Action::NextAuction => app.auctions().len() > 1,
        Action::Down(_) if app.has_qr => false,
        Action::Review | Action::StepUp => takes_bids,
        Action::ToggleMaximum => app.can_toggle_maximum(),
        Action::Buy => app.can_buy(),
        _ => true,
    }
}

/// The word of a hint, in the auction's format.
fn word(app: &App, hint: Hint<'_>) -> &'static str {
    match hint.action {
        Action::Play if app.replay.as_ref().is_some_and(|replay| replay.is_playing) => "stop",
        Action::Buy if app.watch.format() == Format::Dutch => "accept",
        Action::Send => {
            let open = app.watch.dialog.as_ref().zip(app.watch.product.as_ref());
            open.map_or(hint.word, |(dialog, product)| words::promise(app, dialog, product).act)
        }
        _ => hint.word,
    }
}

/// The counts and the next minimum, as much of them as fits.
pub(super) fn counts(app: &App, columns: u16) -> String {
    let Some(product) = &app.watch.product else {
        return String::new();
    };
    let standing = &product.standing;
    let watching = match &app.replay {
        Some(_) => String::new(),
        None => format!("{} watching", app.watch.watchers),
    };
    if product.is_secret() {
        let from = money::compact(product.baseprice, product.currency);
        return super::joined(&[format!("sealed bids from {from}"), watching], " · ", columns);
    }
    if let Some(falling) = falling(app, product) {
        return super::joined(&[falling, watching], " · ", columns);
    }
    let at_least = if app.look.is_ascii { ">=" } else { "≥" };
    let minimum = standing.minimum.filter(|_| !product.is_over());
    let is_wide = columns >= 56;
    let minimum = minimum.map(|minimum| {
        let amount = if is_wide {
            money::with_sign(minimum, product.currency)
        } else {
            money::compact(minimum, product.currency)
        };
        format!("next {at_least} {amount}")
    });
    let bids = match standing.bid_count {
        None => String::new(),
        Some(0) => "no bids".to_owned(),
        Some(count) => words::count(count, "bid"),
    };
    let bidders = standing.bidder_count.map(|count| words::count(count, "bidder"));
    let bidders = bidders.unwrap_or_default();
    let minimum = minimum.unwrap_or_default();
    let texts = [
        [bids.clone(), bidders, watching.clone(), minimum.clone()],
        [bids.clone(), watching, minimum.clone(), String::new()],
        [bids.clone(), minimum, String::new(), String::new()],
        [bids, String::new(), String::new(), String::new()],
    ];
    let texts = texts.map(|parts| super::joined(&parts, " · ", u16::MAX));
    let wide = usize::from(!is_wide);
    let fits = |text: &&String| text.width() <= usize::from(columns);
    texts.iter().skip(wide).find(fits).cloned().unwrap_or_default()
}

/// How the price of a Dutch auction falls, until it is over.
fn falling(app: &App, product: &Product) -> Option<String> {
    let dutch = product.dutch.as_ref().filter(|_| !product.is_over())?;
    let compact = |amount| money::compact(amount, product.currency);
    Some(match product.standing.phase {
        Phase::Scheduled => {
            let (step, tick) = (compact(dutch.step), dutch.tick_seconds);
            format!("falls {step} every {tick}s to {}", compact(dutch.floor))
        }
        _ => words::falls(app, product).unwrap_or_else(|| "it falls no further".to_owned()),
    })
}
