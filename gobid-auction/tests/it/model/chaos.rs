//! Thousands of commands at random: whatever comes, some things hold. The model itself checks that a
//! replay of the log says what the rules of a bid say.

use crate::{
    model::house::{END, SECOND, SELLER, terms},
    reference::{
        Answer, Bid, Decimal, Dutch, Format, Model, Offer, Order, Terms, View, default_ladder,
    },
};

const COMMANDS: u64 = 1_000;

/// A multiplicative generator with the constants of Knuth's MMIX: the same seed, the same commands.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn amount(&mut self, from: i64, spread: u64) -> i64 {
        from.saturating_add_unsigned(self.below(spread))
    }

    fn terms(&mut self, format: Format) -> Terms {
        let is_english = format == Format::English;
        let has = self.below(2) == 0;
        Terms {
            digits: 2,
            ladder: if has { default_ladder() } else { vec![(0, 10)] },
            reserve: Some(40_00).filter(|_| has && format != Format::Dutch),
            buy_now: Some(9_000_00).filter(|_| is_english),
            soft_close_micros: if is_english { 60 * SECOND } else { 0 },
            dutch: Some(Dutch { floor: 10, step: 1, tick_micros: SECOND }),
            starts_later: has,
            start: if has { 20 * SECOND } else { 0 },
            ..terms(format)
        }
    }

    /// A bid at about the minimum, sometimes far above it.
    fn bid(&mut self, minimum: i64, request: u64) -> Bid {
        let spread = if self.below(8) == 0 { 20_00 } else { 50 };
        let amount = Decimal { digits: self.amount(minimum - 10, spread), scale: 2 };
        let offer = match self.below(400) {
            0 => Offer::BuyNow,
            1..200 => Offer::Firm(amount),
            _ => Offer::Maximum(amount),
        };
        let request = if self.below(20) == 0 { self.below(request + 1) } else { request };
        let bidder = SELLER + self.below(8);
        Bid { bidder, request, offer, expected: None, not_after: None, cap: None }
    }

    fn order(&mut self, view: &View, request: u64) -> Order {
        let admin = self.below(10) > 0;
        match self.below(1_000) {
            0..10 => Order::VoidBidder { bidder: SELLER + self.below(8), admin },
            10..60 => Order::VoidBid { bid: self.below(request + 1), admin },
            60..65 => Order::Extend { end: view.end + SECOND, admin },
            65..75 => {
                let amount = Decimal { digits: self.amount(10_00, 50_00), scale: 2 };
                let reserve = if self.below(3) == 0 { Some(None) } else { Some(Some(amount)) };
                let description = Some(format!("Number {}.", self.below(3)));
                Order::Edit { by: SELLER, description, reserve, revision: None }
            }
            75..77 => Order::Annul { admin },
            77 => Order::Cancel { by: SELLER, admin: false },
            78..90 => Order::Open,
            90..100 => Order::Close,
            _ => Order::Bid(self.bid(view.minimum.unwrap_or(1_00), request)),
        }
    }
}

fn check(view: &View) {
    let seqs: Vec<i64> = view.events.iter().map(|event| event.seq).collect();
    assert!(seqs.iter().copied().eq(1..=view.seq), "{seqs:?}");
    assert!(view.events.is_sorted_by_key(|event| (event.position, event.at)));
    assert!(view.position >= view.seq);
    let is_dutch_price = view.price.is_some() && view.leader.is_none();
    assert!(view.price <= view.maximum || is_dutch_price, "{view:?}");
    assert_eq!(view.leader.is_some(), view.maximum.is_some());
    let standing: i64 =
        view.bids.iter().filter(|row| !row.automatic && !row.voided).map(|_| 1).sum();
    assert!(view.bid_count == standing || view.bids.is_empty(), "{view:?}");
    let ahead = |word: &str| matches!(word, "leading" | "won");
    let leaders = view.bidders.iter().filter(|own| own.status.is_some_and(ahead));
    assert!(leaders.clone().all(|own| Some(own.user) == view.leader));
    assert!(leaders.count() <= 1);
    assert_eq!(view.winner.is_some(), view.status == "sold");
}

/// Plays one auction from its creation to after its close.
fn play(format: Format, seed: u64) -> (View, u64) {
    let mut dice = Dice(seed);
    let mut model = Model::new(dice.terms(format), "As it was.".to_owned());
    let mut view = model.view(0);
    let mut accepted = 0;
    let mut now = 0;
    for request in 0..COMMANDS {
        let order = dice.order(&view, request);
        now = dice.amount(now, 1_000_000);
        let received_at = now - dice.amount(0, 2_000_000);
        let answer = model.apply(&order, received_at, now);
        let after = model.view(now);
        match &answer {
            Answer::Accepted(bid) if bid.new => accepted += 1,
            Answer::Done => {}
            _ => {
                let refused = View { price: view.price, minimum: view.minimum, ..after.clone() };
                assert_eq!(refused, view, "{order:?} changed something: {answer:?}");
            }
        }
        check(&after);
        view = after;
    }
    model.apply(&Order::Close, END, view.end.max(END) + SECOND);
    let view = model.view(view.end);
    check(&view);
    assert!(matches!(view.status, "sold" | "unsold" | "cancelled"), "{}", view.status);
    (view, accepted)
}

#[test]
fn an_english_auction_holds() {
    let mut accepted = 0;
    for seed in 0..6 {
        accepted += play(Format::English, seed).1;
    }
    assert!(accepted > 500, "only {accepted} bids were good");
}

#[test]
fn a_sealed_auction_holds() {
    let mut accepted = 0;
    for (seed, format) in (0..4).zip([Format::SealedFirst, Format::SealedSecond].repeat(2)) {
        accepted += play(format, seed).1;
    }
    assert!(accepted > 100, "only {accepted} bids were good");
}

#[test]
fn a_dutch_auction_holds() {
    for seed in 0..4 {
        let (view, accepted) = play(Format::Dutch, seed);
        assert_eq!(accepted == 1, view.status == "sold");
    }
}
