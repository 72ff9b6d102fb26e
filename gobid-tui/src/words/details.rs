//! Everything there is to know of a product and the terms of its auction.

use gobid_api::Amount;
use gobid_auction::Format;

use super::{contact, end, outcome, seconds, wrap};
use crate::app::{App, Phase, Product};
use crate::{countdown, money};

/// Columns of the names of the details.
pub const LABEL: usize = 12;
/// Columns of the details at most, their frame included.
pub const WIDEST: u16 = 76;

/// A detail: its name, unless it needs none, and what there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detail {
    /// Its name.
    pub label: &'static str,
    /// What there is to say.
    pub text: String,
}

/// The details, one after the other.
pub fn details(app: &App, product: &Product) -> Vec<Detail> {
    let mut details = vec![
        Detail::new("", product.name.clone()),
        Detail::new("", ""),
        Detail::new("", product.description.clone()),
        Detail::new("", ""),
        Detail::new("seller", product.seller.clone()),
        Detail::new("format", format(product.format)),
    ];
    terms(app, product, &mut details);
    let how = if product.is_anonymous { "as Bidder 1, 2, …" } else { "by their names" };
    details.push(Detail::new("bidders", format!("appear {how}")));
    times(app, product, &mut details);
    if product.is_over() {
        details.push(Detail::new("outcome", outcome(&app.watch, &app.identity)));
    }
    details.extend(contact(app).map(|contact| Detail::new("contact", contact)));
    details.push(Detail::new("id", product.id.to_string()));
    details
}

/// The details in the lines that the terminal has room for.
pub fn detail_lines(app: &App) -> Vec<Detail> {
    let columns = usize::from(app.size.0.min(WIDEST).saturating_sub(4));
    let details = app.watch.product.iter().flat_map(|product| details(app, product));
    details.flat_map(|detail| detail.wrapped(columns)).collect()
}

/// What a format is, in a sentence.
const fn format(format: Format) -> &'static str {
    match format {
        Format::English => "English: bids rise, and the highest bidder buys",
        Format::SealedFirstPrice => {
            "sealed, first price: nobody sees a bid before the close; the highest bidder buys and \
             pays that bid"
        }
        Format::SealedSecondPrice => {
            "sealed, second price: nobody sees a bid before the close; the highest bidder buys and \
             pays the second-highest bid"
        }
        Format::Dutch => "Dutch: the price falls, and the first to accept it buys",
    }
}

/// Whether the reserve is met, or what to say where that is not public.
const fn reserve(product: &Product, otherwise: &'static str) -> &'static str {
    match product.standing.reserve_met {
        Some(true) => "met",
        Some(false) => "not met: it would not be sold",
        None => otherwise,
    }
}

fn terms(app: &App, product: &Product, details: &mut Vec<Detail>) {
    let named = |amount: Amount| money::with_code(amount, product.currency);
    let first = match product.format {
        Format::Dutch => "first price",
        _ => "lowest bid",
    };
    details.push(Detail::new(first, named(product.baseprice)));
    if let Some(dutch) = &product.dutch {
        let (step, floor, tick) = (named(dutch.step), named(dutch.floor), dutch.tick_seconds);
        let every = seconds(tick.into()).unwrap_or_default();
        details.push(Detail::new("falls", format!("by {step} every {every}, to {floor} at last")));
    }
    if product.format.is_sealed() {
        let text = reserve(product, "told at the close, if there is one");
        details.push(Detail::new("reserve", text));
    }
    if product.format != Format::English {
        return;
    }
    let rungs = product.ladder.rungs();
    let labels = std::iter::once("steps").chain(std::iter::repeat(" "));
    for (label, rung) in labels.zip(rungs) {
        let step = money::digits(rung.step, product.currency);
        let from = Amount::new(rung.from).filter(|_| rungs.len() > 1);
        let from = from.map(|from| format!(" from {} on", money::digits(from, product.currency)));
        details.push(Detail::new(label, format!("{step}{}", from.unwrap_or_default())));
    }
    details.push(Detail::new("reserve", reserve(product, "none")));
    if let Some(price) = product.buy_now_price {
        let is_offered = product.buy_now().is_some();
        let price = named(price);
        let (key, word) = ("<auction.buy> buys, and ends the auction", "buy ends the auction");
        let text = if is_offered && app.can_buy() {
            app.advise(&price, key, word)
        } else {
            format!("{price}: {}", if is_offered { "ends the auction" } else { "not any more" })
        };
        details.push(Detail::new("buy now", text));
    }
    let soft_close = match seconds(product.soft_close_seconds) {
        None => "none: the end stays".to_owned(),
        Some(window) => format!("a bid in the last {window} makes it {window} again"),
    };
    details.push(Detail::new("soft close", soft_close));
    if let Some(hard_end) = product.hard_end {
        let (now, zone) = (app.now.server_time, &app.look.zone);
        details.push(Detail::new("hard end", countdown::with_zone(hard_end, now, zone)));
    }
}

fn times(app: &App, product: &Product, details: &mut Vec<Detail>) {
    let (now, zone) = (app.now.server_time, &app.look.zone);
    let at = |moment| countdown::with_zone(moment, now, zone);
    if product.standing.phase != Phase::Scheduled {
        details.push(Detail::new("begin", format!("opened {}", at(product.start))));
    }
    details.push(Detail::new("end", end(app, product)));
    if product.standing.phase == Phase::Scheduled {
        details.push(Detail::new(" ", format!("ends {}", at(product.standing.end))));
    }
    if product.standing.end > product.original_end {
        details.push(Detail::new(" ", format!("at first {}", at(product.original_end))));
    }
}

impl Detail {
    fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self { label, text: text.into() }
    }

    /// The same in lines of a width; those after the first have a blank name.
    fn wrapped(&self, columns: usize) -> Vec<Self> {
        let taken = if self.label.is_empty() { 0 } else { LABEL };
        let lines = wrap(&self.text, columns.saturating_sub(taken).max(1));
        let next = if self.label.is_empty() { "" } else { " " };
        let labels = std::iter::once(self.label).chain(std::iter::repeat(next));
        labels.zip(lines).map(|(label, text)| Self { label, text }).collect()
    }
}
