//! The lists of auctions in sentences.

use super::{auctions, means};
use crate::app::{App, List, Phase, Row, TABS, Tab};
use crate::money;

/// Of what a list is, how many rows it has, and with which filter.
pub fn heading(app: &App) -> String {
    let browse = &app.browse;
    let shown = browse.rows().len();
    let count = match browse.list(browse.tab).count() {
        Some(_) if !browse.filter.is_empty() => shown.to_string(),
        Some(count) => count,
        None => "…".to_owned(),
    };
    let filter = if browse.is_typing {
        format!(" · filter: {}▏", browse.filter)
    } else if browse.filter.is_empty() {
        String::new()
    } else {
        format!(" · filter: {}", browse.filter)
    };
    format!("{count} {}{filter}", browse.tab.name().to_lowercase())
}

/// How old a list is, or why it is not there.
pub fn age(app: &App, list: &List) -> String {
    let now = app.now.since_start;
    match (&list.error, list.read_at) {
        (Some(_), Some(at)) => format!("not read anew, {}s old", now.saturating_sub(at).as_secs()),
        (Some(_), None) => "not read".to_owned(),
        (None, Some(at)) => format!("{}s old", now.saturating_sub(at).as_secs()),
        (None, None) if list.is_asked => "reading…".to_owned(),
        (None, None) => String::new(),
    }
}

/// Why a list shows no row.
pub fn empty(app: &App) -> String {
    let browse = &app.browse;
    let list = browse.list(browse.tab);
    if browse.tab.is_ones_own() && app.identity.user().is_none() {
        let text = "this list is of whoever is logged in";
        return app.advise(text, "<views.log-in> logs in", "login logs in");
    }
    if let Some(error) = &list.error {
        return format!("the list cannot be read: {error}");
    }
    if list.read_at.is_none() {
        return "reading the list…".to_owned();
    }
    if !browse.filter.is_empty() {
        let text = format!("nothing has \"{}\" in its name", browse.filter);
        return match app.look.means {
            means::Means::Keys => text + &app.keys.text(": <list.back> shows all"),
            _ => text,
        };
    }
    match browse.tab {
        Tab::Live => "no auction takes bids now".to_owned(),
        Tab::EndingSoon => "none ends within an hour".to_owned(),
        Tab::Upcoming => "none is about to begin".to_owned(),
        Tab::MyBids => "you have bid in no auction".to_owned(),
        Tab::Watchlist => {
            let text = "nothing is on your watchlist";
            let word = "watchlist puts it there";
            app.advise(text, "<views.watchlist> in a list puts it there", word)
        }
        Tab::Mine => "you sell nothing".to_owned(),
        Tab::Ended => "none is over".to_owned(),
    }
}

/// The price of a row, or that it is secret.
pub fn price(app: &App, row: &Row) -> String {
    let product = &row.product;
    if product.is_secret() {
        return "sealed".to_owned();
    }
    let price = product.hammer_price.or_else(|| product.price_at(app.now.server_time));
    money::with_sign(price.unwrap_or(product.baseprice), product.currency)
}

/// The time that a row's auction has left. Past its end the server alone knows more.
pub fn time(app: &App, row: &Row) -> String {
    if is_past(app, row) {
        return "closing…".to_owned();
    }
    auctions::time_of(&row.product, &app.now)
}

fn is_past(app: &App, row: &Row) -> bool {
    let standing = &row.product.standing;
    standing.phase == Phase::Open && app.now.server_time >= standing.end
}

/// What there is to say of the chosen row beyond its line.
pub fn preview(app: &App, row: &Row) -> [String; 2] {
    let product = &row.product;
    let step = product.step_at(product.standing.price.unwrap_or(product.baseprice));
    let mut terms = vec![format!("seller {}", product.seller)];
    terms.push(super::end(app, product));
    terms.extend(super::end_moves(app, product).into_iter().next());
    if product.format == gobid_auction::Format::English {
        terms.push(format!("step {}", money::with_sign(step, product.currency)));
    }
    terms.extend(super::reserve(product).map(str::to_owned));
    if let Some(price) = product.buy_now() {
        terms.push(format!("buy now {}", money::with_sign(price, product.currency)));
    }
    [format!("{} — {}", product.name, product.description), terms.join(" · ")]
}

/// The rows of the list that is shown, a line for each, with its number.
pub fn lines(app: &App, most: usize) -> Vec<String> {
    let rows = app.browse.rows();
    if rows.is_empty() {
        return vec![empty(app)];
    }
    let line = |(number, row): (usize, &&Row)| {
        let time = time(app, row);
        let time = match row.product.standing.phase {
            Phase::Open if is_past(app, row) => format!(", {time}"),
            Phase::Open => format!(", {time} left"),
            Phase::Scheduled => format!(", begins in {time}"),
            _ => String::new(),
        };
        let (stake, _) = auctions::stake(app, row);
        let stake = if stake.is_empty() { String::new() } else { format!(", {stake}") };
        format!("{number} {}: {}{time}{stake}", row.product.name, price(app, row))
    };
    let mut lines: Vec<_> = (1..).zip(&rows).take(most).map(line).collect();
    if rows.len() > most || app.browse.list(app.browse.tab).has_more() {
        lines.push("more reads the next page; filter finds names".to_owned());
    }
    lines
}

/// The counts of the tabs, as far as they are known.
pub fn tab_counts(app: &App) -> Vec<String> {
    let tab = |tab: Tab| {
        let list = app.browse.list(tab);
        let outbid = list.outbid();
        match list.count() {
            Some(_) if tab == Tab::MyBids && outbid > 0 => format!("{outbid}▼"),
            Some(count) => count,
            None => String::new(),
        }
    };
    TABS.map(tab).to_vec()
}
