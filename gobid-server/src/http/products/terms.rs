//! The terms of a product to be created: every value is judged, and all faults are named at once.

use std::time::Duration;

use gobid_api::products::{NewDutch, NewIncrement, NewProduct, NewRung};
use gobid_api::text::AmountText;
use gobid_auction::{
    Amount, Auction, Currency, Dutch, Fault, Format, Increment, Rung, Terms, Timestamp, UserId,
};
use uuid::Uuid;

use crate::config::Config;
use crate::http::validate::{self, Faults};

/// The most rungs of a ladder: every view shows them.
const MOST_RUNGS: usize = 100;
/// The longest soft close, and the longest tick of a Dutch auction: a day.
const MOST_SECONDS: u32 = 86_400;

/// The auction of a product that somebody wants to sell; `None` when not even its format is known.
/// Where something is wrong, the faults say so and the auction means nothing.
pub(super) fn auction(
    body: &NewProduct,
    seller_id: UserId,
    now: Timestamp,
    config: &Config,
    faults: &mut Faults,
) -> Option<Auction> {
    let Times { start, end, hard_end } = times(body, now, config, faults);
    let currency = body.currency.as_deref().map_or(Ok(config.default_currency), validate::parsed);
    // What is no amount in any currency is a fault, whatever the currency.
    let currency = faults.check("currency", currency).unwrap_or(config.default_currency);
    let baseprice = faults.check("baseprice", validate::amount(&body.baseprice.0, currency));
    let mut price = |field, text: Option<&AmountText>| {
        let price = text.map(|text| validate::amount(&text.0, currency)).transpose();
        faults.check(field, price).flatten()
    };
    let reserve = price("reserve_price", body.reserve_price.as_ref());
    let buy_now_price = price("buy_now_price", body.buy_now_price.as_ref());
    let increment = faults.check("increment", increment(body.increment.as_ref(), currency));
    let dutch = body.dutch.as_ref().and_then(|dutch| self::dutch(dutch, currency, faults));
    let soft_close = faults.check("soft_close_seconds", soft_close(body.soft_close_seconds));
    let format = faults.check("format", format(body.format.as_deref()))?;

    // What has a fault of its own is left out, and measures no other value.
    let measured = baseprice.is_some() || format != Format::English;
    let terms = Terms {
        product_id: Uuid::now_v7(),
        seller_id,
        format,
        currency,
        baseprice: baseprice.unwrap_or(Amount::MAX),
        increment: increment.unwrap_or_default(),
        buy_now_price: buy_now_price.filter(|_| measured),
        soft_close: soft_close.unwrap_or_default(),
        hard_end,
        dutch,
        auction_start: start.unwrap_or(now),
        starts_later: start.is_some_and(|start| start > now),
    };
    for Fault { field, why } in terms.faults(reserve, end.unwrap_or(now)) {
        if !faults.has(field) {
            faults.add(field, why);
        }
    }
    Some(Auction::new(terms, reserve, end.unwrap_or(now), now))
}

/// When an auction begins and ends; what has a fault is not there.
struct Times {
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    hard_end: Option<Timestamp>,
}

/// The start is now when none is given, or when the one that is has passed.
fn times(body: &NewProduct, now: Timestamp, config: &Config, faults: &mut Faults) -> Times {
    let start = body.auction_start.as_deref().map_or(Ok(now), validate::parsed::<Timestamp>);
    let start = faults.check("auction_start", start).map(|start| start.max(now));
    let end = faults.check("auction_end", validate::parsed::<Timestamp>(&body.auction_end));
    let hard_end = body.hard_end.as_deref().map(validate::parsed::<Timestamp>).transpose();
    let hard_end = faults.check("hard_end", hard_end).flatten();
    let Some(begins) = start else { return Times { start, end, hard_end } };
    let earliest = begins.plus(config.min_auction_duration);
    let latest = begins.plus(config.max_auction_duration);
    let too_late = |time: &Timestamp| *time > latest;
    if let Some(end) = end {
        if end <= now {
            faults.add("auction_end", format!("has passed: the server's time is {now}"));
        } else if end < earliest {
            faults.add("auction_end", format!("is too soon: {earliest} is the earliest"));
        } else if too_late(&end) {
            faults.add("auction_end", format!("is too late: {latest} is the latest"));
        }
    }
    if hard_end.as_ref().is_some_and(too_late) {
        faults.add("hard_end", format!("is too late: {latest} is the latest"));
    }
    Times { start, end, hard_end }
}

fn format(text: Option<&str>) -> Result<Format, String> {
    let words = Format::ALL.map(Format::as_str).join(", ");
    let format = text.unwrap_or(Format::English.as_str()).parse();
    format.map_err(|_unknown| format!("must be one of {words}"))
}

fn soft_close(seconds: Option<u32>) -> Result<Duration, String> {
    match seconds.unwrap_or_default() {
        seconds if seconds <= MOST_SECONDS => Ok(Duration::from_secs(seconds.into())),
        _ => Err(format!("must be 0 to {MOST_SECONDS}")),
    }
}

fn increment(written: Option<&NewIncrement>, currency: Currency) -> Result<Increment, String> {
    match written {
        None => Ok(Increment::DEFAULT),
        Some(NewIncrement::Flat(step)) => validate::amount(&step.0, currency).map(Increment::flat),
        Some(NewIncrement::Ladder(rungs)) if rungs.len() > MOST_RUNGS => {
            Err(format!("may have {MOST_RUNGS} rungs at most"))
        }
        Some(NewIncrement::Ladder(rungs)) => {
            let rungs = (1..).zip(rungs).map(|(number, rung)| self::rung(number, rung, currency));
            let rungs = rungs.collect::<Result<_, _>>()?;
            Increment::ladder(rungs).map_err(|why| why.to_string())
        }
    }
}

fn rung(number: usize, rung: &NewRung, currency: Currency) -> Result<Rung, String> {
    let why = |field: &str, why| format!("has a rung {number} whose {field} {why}");
    let from = validate::price_from_zero(&rung.from.0, currency);
    let step = validate::amount(&rung.step.0, currency);
    Ok(Rung {
        from: from.map_err(|fault| why("from", fault))?,
        step: step.map_err(|fault| why("step", fault))?,
    })
}

fn dutch(written: &NewDutch, currency: Currency, faults: &mut Faults) -> Option<Dutch> {
    let mut amount = |field, text: &AmountText| {
        let amount = validate::amount(&text.0, currency);
        faults.check("dutch", amount.map_err(|why| format!("has a {field} that {why}")))
    };
    let (floor, step) = (amount("floor", &written.floor), amount("step", &written.step));
    let tick_seconds = written.tick_seconds;
    if !(1..=MOST_SECONDS).contains(&tick_seconds) {
        faults.add("dutch", format!("must have tick_seconds of 1 to {MOST_SECONDS}"));
    }
    Some(Dutch { floor: floor?, step: step?, tick_seconds })
}
