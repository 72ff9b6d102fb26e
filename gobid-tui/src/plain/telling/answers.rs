//! What somebody wants to know, and the answers.

use gobid_auction::Offered;

use crate::app::{App, COMMANDS, Entry, Phase, Place, Product};
use crate::words::{self, listing};
use crate::{countdown, money};

/// So many bids, or events, are listed when they are asked for.
const LISTED: usize = 20;

/// Columns of a command and what may follow it.
const COMMAND: usize = 26;
/// So many rows of a list are said at once.
const ROWS: usize = 20;

/// What somebody wants to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plain) enum Question {
    /// The commands.
    Help,
    /// How it stands.
    Status,
    /// The bids.
    Bids,
    /// What is sold, and the terms.
    Details,
    /// What happened.
    Events,
    /// The auction's link.
    Link,
    /// The auctions that are watched.
    Auctions,
    /// The rows of the list.
    Rows,
}

impl Question {
    /// The answer, in lines.
    pub(super) fn answer(self, app: &App) -> Vec<String> {
        let product = app.watch.product.as_ref();
        match self {
            Self::Help => help(),
            Self::Status if app.place == Place::List => listing::lines(app, ROWS),
            Self::Status => status(app),
            Self::Events => events(app),
            Self::Link => vec![app.link().unwrap_or_else(|| "no auction is at hand".to_owned())],
            Self::Auctions => words::auctions(app),
            Self::Rows => listing::lines(app, ROWS),
            Self::Bids => product.map(|product| bids(app, product)).unwrap_or_default(),
            Self::Details => product.map(|product| details(app, product)).unwrap_or_default(),
        }
    }
}

/// The commands, and what is said in the dialog.
fn help() -> Vec<String> {
    let line = |word: &str, arguments: &str, help: &str| {
        let what = format!("{word} {arguments}");
        format!("{what:COMMAND$} {help}")
    };
    let commands = COMMANDS.iter().filter(|it| it.word != "qr");
    let commands = commands.map(|it| match it.word {
        "copy" => line(it.word, "", "the auction's link"),
        word => line(word, it.arguments, it.help),
    });
    let dialog = line("yes, no", "", "place what was reviewed, or do not; + takes the new minimum");
    commands.chain([dialog]).collect()
}

fn status(app: &App) -> Vec<String> {
    let mut lines = vec![words::banner(app).sentence()];
    if let Some(product) = &app.watch.product {
        lines.extend(standing(app, product));
        if product.standing.phase == Phase::Open {
            let left = product.standing.end.since(app.now.server_time);
            lines.push(format!("{} left", countdown::small(left)));
        }
    }
    lines.extend(words::contact(app));
    let (line, _) = words::line(app);
    let who = words::identity(&app.identity, true);
    lines.push(format!("connection: {line}; {who}"));
    lines
}

/// Counts, prices and one's own offer.
fn standing(app: &App, product: &Product) -> Vec<String> {
    let now = app.now.server_time;
    let coded = |amount| money::with_code(amount, product.currency);
    let mut lines = Vec::new();
    if let Some(price) = product.price_at(now).filter(|_| product.dutch.is_some()) {
        let falls = words::falls(app, product).map(|falls| format!(", {falls}"));
        lines.push(format!("price now {}{}", coded(price), falls.unwrap_or_default()));
    } else if let Some(bids) = product.standing.bid_count {
        let minimum = product.minimum_at(now).filter(|_| !product.is_over());
        let minimum = minimum.map(|minimum| format!(", next bid from {}", coded(minimum)));
        let bids = words::count(bids, "bid");
        lines.push(format!("{bids}{}", minimum.unwrap_or_default()));
    }
    if let Some(price) = product.buy_now() {
        lines.push(format!("buy now for {}", coded(price)));
    }
    match app.watch.own_offer().filter(|_| !product.is_over()) {
        Some(Offered::Maximum(own)) => lines.push(format!("your maximum is {}", coded(own))),
        Some(Offered::Firm(own)) if product.is_secret() => {
            lines.push(format!("your sealed bid is {}", coded(own)));
        }
        _ => {}
    }
    lines
}

fn bids(app: &App, product: &Product) -> Vec<String> {
    if app.watch.bids.is_empty() {
        let none =
            if product.is_secret() { "bids are sealed until the close" } else { "no bids yet" };
        return vec![none.to_owned()];
    }
    let bids = app.watch.bids.iter().take(LISTED);
    let lines = bids.map(|bid| {
        let time = countdown::moment(bid.at, app.now.server_time, &app.look.zone);
        let amount = money::with_sign(bid.amount, product.currency);
        let bidder = words::bidder(&bid.bidder, app);
        format!("{time} {amount} {bidder}{}", words::bid_mark(bid))
    });
    lines.collect()
}

/// The newest lines of the log, oldest first.
fn events(app: &App) -> Vec<String> {
    let log = &app.watch.log;
    let newest = log.iter().skip(log.len().saturating_sub(LISTED));
    newest.map(|entry| logged(entry, app)).collect()
}

/// A line of the log with its time.
pub(super) fn logged(entry: &Entry, app: &App) -> String {
    let time = countdown::time_of_day(entry.at, &app.look.zone);
    format!("{time} {}", words::entry(entry, app))
}

fn details(app: &App, product: &Product) -> Vec<String> {
    let details = words::details(app, product).into_iter();
    let lines = details.filter(|detail| !detail.text.is_empty());
    lines
        .map(|detail| match detail.label.trim() {
            "" => detail.text,
            label => format!("{label}: {}", detail.text),
        })
        .collect()
}
