//! What is up for sale: terms by chance, as the wire has them and as the model does.

use std::time::Duration;

use serde_json::{Value, json};

use super::cast::SELLER;
use super::dice::Dice;
use super::reference::{Dutch, Format, LARGEST_AMOUNT, Terms, default_ladder};
use super::words::{micros, money};
use crate::support::actors::{from_now, now};

/// An auction to be created.
pub(crate) struct Listing {
    /// The body of the request.
    pub(crate) body: Value,
    /// Whether it ends while the test runs.
    pub(crate) ends_soon: bool,
    pub(crate) anonymous: bool,
    terms: Terms,
}

/// When an auction opens and ends.
struct Times {
    start: Option<String>,
    end: String,
    hard_end: Option<String>,
    ends_soon: bool,
}

impl Listing {
    /// An auction of a format; one in which nobody bids ends soon.
    pub(crate) fn draw(dice: &mut Dice, format: Format, is_quiet: bool) -> Self {
        let (currency, digits) = dice.weighed(&[(6, ("USD", 2)), (2, ("JPY", 0)), (2, ("KWD", 3))]);
        let baseprice = match format {
            // So far up that the last steps are no legal amounts any more.
            Format::English if dice.chance(5) => LARGEST_AMOUNT - dice.between(0, 2_000_00),
            _ => dice.between(50, 200_00),
        };
        let times = Times::draw(dice, format, is_quiet);
        let anonymous = dice.chance(50);
        let mut body = json!({
            "product_name": "Leica M3 double-stroke, 1955",
            "description": "As it was described at first.",
            "currency": currency,
            "baseprice": money(baseprice, digits),
            "auction_end": times.end,
            "anonymous_bidders": anonymous,
        });
        let mut terms = Terms {
            format,
            digits,
            baseprice,
            ladder: default_ladder(),
            reserve: None,
            buy_now: None,
            soft_close_micros: 0,
            hard_end: None,
            dutch: None,
            start: times.start.as_deref().map_or(0, micros),
            starts_later: times.start.is_some(),
            end: micros(&times.end),
            seller: SELLER,
            created_at: 0,
        };
        if let Some(start) = &times.start {
            body["auction_start"] = json!(start);
        }
        match format {
            Format::English => english(dice, &mut body, &mut terms, &times),
            Format::SealedFirst => sealed(dice, &mut body, &mut terms, "sealed_first_price"),
            Format::SealedSecond => sealed(dice, &mut body, &mut terms, "sealed_second_price"),
            Format::Dutch => dutch(dice, &mut body, &mut terms),
        }
        Self { body, ends_soon: times.ends_soon, anonymous, terms }
    }

    /// The terms, once it is known when it was created. One that starts at once starts then.
    pub(crate) fn terms(&self, created_at: i64) -> Terms {
        let terms = self.terms.clone();
        let start = if terms.starts_later { terms.start } else { created_at };
        Terms { start, created_at, ..terms }
    }
}

impl Times {
    fn draw(dice: &mut Dice, format: Format, is_quiet: bool) -> Self {
        let is_english = format == Format::English;
        let ends_soon = is_quiet || dice.chance(60);
        let millis = |dice: &mut Dice, low, high| {
            Duration::from_millis(u64::try_from(dice.between(low, high)).unwrap())
        };
        let start = dice.chance(30).then(|| millis(dice, 500, 1_800));
        let lasts = if ends_soon { millis(dice, 1_500, 5_000) } else { Duration::from_hours(1) };
        let end = start.unwrap_or_default() + lasts + Duration::from_millis(500);
        let has_hard_end = is_english && dice.chance(if ends_soon { 70 } else { 30 });
        let hard_end = has_hard_end.then(|| end + millis(dice, 0, 4_000));
        Self {
            start: start.map(from_now),
            end: from_now(end),
            hard_end: hard_end.map(from_now),
            ends_soon,
        }
    }
}

fn english(dice: &mut Dice, body: &mut Value, terms: &mut Terms, times: &Times) {
    let digits = terms.digits;
    match dice.between(1, 10) {
        1..=4 => {}
        5..=6 => {
            let step = dice.between(1, 10_00);
            terms.ladder = vec![(0, step)];
            body["increment"] = money(step, digits).into();
        }
        _ => {
            terms.ladder = ladder(dice);
            let rung = |(from, step): &(i64, i64)| json!({"from": money(*from, digits), "step": money(*step, digits)});
            body["increment"] = terms.ladder.iter().map(rung).collect();
        }
    }
    if dice.chance(55) {
        reserve(dice, body, terms);
    }
    if dice.chance(60) {
        let least = (terms.baseprice * 13 + 9) / 10;
        let price = least.max(terms.reserve.unwrap_or(0)) + dice.between(0, terms.baseprice);
        if price <= LARGEST_AMOUNT {
            terms.buy_now = Some(price);
            body["buy_now_price"] = money(price, digits).into();
        }
    }
    if dice.chance(60) {
        let seconds = dice.between(1, 6);
        terms.soft_close_micros = seconds * 1_000_000;
        body["soft_close_seconds"] = seconds.into();
    }
    if let Some(hard_end) = &times.hard_end {
        terms.hard_end = Some(micros(hard_end));
        body["hard_end"] = json!(hard_end);
    }
}

/// Steps that never fall, most of them where the baseprices are.
fn ladder(dice: &mut Dice) -> Vec<(i64, i64)> {
    let mut rungs = vec![(0, dice.between(1, 2_00))];
    for _ in 0..dice.between(1, 4) {
        let (from, step) = *rungs.last().unwrap();
        rungs.push((from + dice.between(1, 80_00), step + dice.between(0, 3_00)));
    }
    rungs
}

/// Mostly above the baseprice, where it matters; sometimes so far that nobody reaches it.
fn reserve(dice: &mut Dice, body: &mut Value, terms: &mut Terms) {
    let far = if dice.chance(40) { 12 } else { 1 };
    let above = dice.between(-terms.baseprice / 5, terms.baseprice).saturating_mul(far);
    let reserve = (terms.baseprice + above).clamp(1, LARGEST_AMOUNT);
    terms.reserve = Some(reserve);
    body["reserve_price"] = money(reserve, terms.digits).into();
}

fn sealed(dice: &mut Dice, body: &mut Value, terms: &mut Terms, format: &str) {
    body["format"] = format.into();
    if dice.chance(65) {
        reserve(dice, body, terms);
    }
}

fn dutch(dice: &mut Dice, body: &mut Value, terms: &mut Terms) {
    let floor = dice.between(1, terms.baseprice - 1);
    let step = dice.between(1, (terms.baseprice - floor).max(2) / 2 + 1);
    let seconds = dice.between(1, 2);
    terms.dutch = Some(Dutch { floor, step, tick_micros: seconds * 1_000_000 });
    body["format"] = "dutch".into();
    body["dutch"] = json!({
        "floor": money(floor, terms.digits),
        "step": money(step, terms.digits),
        "tick_seconds": seconds,
    });
}

/// What the clock of this machine says, in microseconds.
pub(crate) fn now_micros() -> i64 {
    now().as_micros()
}
