//! Random auctions and commands, chosen so that interesting things happen: few bidders, amounts near
//! those that matter, stamps near the start and the end. A pick speaks of the auction that it will
//! find (`told.rs` makes a command of it), so that a shorter sequence is one, too.

use std::iter;

use gobid_auction::{Actor, UserId};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::{A, ADMIN, B, C, D, SELLER, STRANGER};

/// What is random of an auction.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) currency: &'static str,
    pub(crate) baseprice: i64,
    /// No rungs: the default ladder.
    pub(crate) rungs: Vec<(i64, i64)>,
    /// How far it is above the baseprice.
    pub(crate) reserve: Option<i64>,
    /// How far it is above the least that it may be.
    pub(crate) buy_now: Option<i64>,
    pub(crate) soft_close_seconds: u64,
    /// How many seconds it is after the end.
    pub(crate) hard_end: Option<i64>,
    /// How far the floor is below the baseprice, the step and the seconds of a tick.
    pub(crate) dutch: (i64, i64, u32),
    pub(crate) starts_later: bool,
}

/// One command and its times.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) pick: Pick,
    pub(crate) stamp: Stamp,
    /// How much later it is judged, in microseconds.
    pub(crate) lag: i64,
}

/// When a command is received; the numbers are microseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stamp {
    /// After the start.
    Soon(i64),
    NearStart(i64),
    /// Around a fall of a Dutch price, by its number; elsewhere around a second after the start.
    NearFall(i64, i64),
    /// Before the end.
    BeforeEnd(i64),
    /// Around the moment from which on a bid extends the end.
    NearWindow(i64),
    NearEnd(i64),
    /// Around the first moment at which a close is judged.
    NearClose(i64),
}

/// What is commanded.
#[derive(Clone, Debug)]
pub(crate) enum Pick {
    Bid(Wish),
    /// An earlier bid again, with its request id: the same, or with another offer.
    Again(usize, Option<Near>),
    Order(Actor, Wanted),
    Open,
    /// Around the first moment at which it is judged, or whenever.
    Close(Option<i64>),
}

/// What is ordered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    /// A text by its number, and how far the revision is from the one that there is.
    Edit(Option<u8>, Reserve, Option<i64>),
    Cancel,
    /// Microseconds after the end.
    Extend(i64),
    /// Microseconds after the hard end.
    ExtendFully(i64),
    Annul,
    /// A row of the list of bids, by its place.
    VoidRow(usize),
    /// An entry of the log, by its place.
    VoidEntry(usize),
    VoidBidder(UserId),
}

/// What is to become of the reserve.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reserve {
    Kept,
    Removed,
    Near(Near),
}

/// A bid to be.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) bidder: UserId,
    pub(crate) kind: Kind,
    /// Also where the format has no such bid.
    pub(crate) in_any_format: bool,
    pub(crate) near: Near,
    /// How many digits more or fewer than the currency has are written, where that can be.
    pub(crate) digits: i8,
    /// What the expected price is above the current one.
    pub(crate) expected: Option<i64>,
    /// How much later than the stamp.
    pub(crate) not_after: Option<i64>,
    /// How much more than the offer may be offered, and whether in its currency.
    pub(crate) cap: Option<(i64, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Firm,
    Maximum,
    Purchase,
}

/// An amount: an offset from one that matters.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Near {
    Minimum(i64),
    Maximum(i64),
    /// A step above the leader's maximum.
    AboveMaximum(i64),
    Own(i64),
    Baseprice(i64),
    Reserve(i64),
    BuyNow(i64),
    Any(i64),
}

/// Which commands a sequence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mix {
    All,
    WithoutVoids,
    /// None that ends the auction, so that a long sequence is one.
    WithoutEnds,
}

impl Pick {
    fn is_in(&self, mix: Mix) -> bool {
        let voids = matches!(
            self,
            Self::Order(_, Wanted::VoidRow(_) | Wanted::VoidEntry(_) | Wanted::VoidBidder(_))
        );
        let ends = match self {
            Self::Bid(wish) => wish.kind == Kind::Purchase,
            Self::Order(_, wanted) => matches!(wanted, Wanted::Cancel),
            Self::Close(_) => true,
            Self::Again(..) | Self::Open => false,
        };
        !(voids && mix == Mix::WithoutVoids || ends && mix == Mix::WithoutEnds)
    }
}

pub(crate) fn setup() -> impl Strategy<Value = Setup> {
    let rungs = prop_oneof![
        Just(vec![]),
        Just(vec![(0, 1)]),
        Just(vec![(0, 10_00)]),
        Just(vec![(0, 7), (90, 30), (120_00, 5_00), (150_00, 1_000_00)]),
    ];
    let dutch = (
        prop_oneof![Just(1), 1..500_i64, 1..90_00_i64],
        prop_oneof![1..30_i64, 1..300_i64],
        prop_oneof![Just(1), 1..700_u32],
    );
    (
        prop_oneof![4 => Just("USD"), 1 => Just("JPY"), 1 => Just("KWD")],
        // The last one leaves no room for many bids.
        prop_oneof![Just(1), Just(99), Just(100_00), 501..900_i64, Just(999_999_990_000)],
        rungs,
        weighted(0.7, prop_oneof![1 => -50..1_i64, 2 => 0..300_i64, 3 => 0..200_00_i64]),
        weighted(0.4, prop_oneof![0..3_i64, 20_00..100_00_i64]),
        prop_oneof![2 => Just(0), 3 => Just(60), 1 => Just(7_200)],
        weighted(0.4, prop_oneof![Just(0), Just(90), Just(5_000)]),
        dutch,
        any::<bool>(),
    )
        .prop_map(
            |(currency, baseprice, rungs, reserve, buy_now, soft, hard_end, dutch, later)| {
                let (soft_close_seconds, starts_later) = (soft, later);
                Setup {
                    currency,
                    baseprice,
                    rungs,
                    reserve,
                    buy_now,
                    soft_close_seconds,
                    hard_end,
                    dutch,
                    starts_later,
                }
            },
        )
}

/// The same cases in every run.
pub(crate) fn cases<S: Strategy>(strategy: S) -> impl Iterator<Item = S::Value> {
    let mut runner = TestRunner::deterministic();
    iter::repeat_with(move || strategy.new_tree(&mut runner).unwrap().current())
}

/// A sequence of at most so many commands.
pub(crate) fn steps(mix: Mix, most: usize) -> impl Strategy<Value = Vec<Step>> {
    let early = (step(mix), -10_000_000..1_i64)
        .prop_map(|(step, before)| Step { stamp: Stamp::NearStart(before), ..step });
    // The first ones find an auction that has not begun, where it begins later.
    (vec(early, 0..=3), vec(step(mix), 1..=most)).prop_map(move |(mut steps, rest)| {
        steps.extend(rest);
        steps.truncate(most);
        steps
    })
}

/// A sequence of so many commands.
pub(crate) fn steps_in_full(mix: Mix, length: usize) -> impl Strategy<Value = Vec<Step>> {
    vec(step(mix), length)
}

fn step(mix: Mix) -> impl Strategy<Value = Step> {
    let lag = prop_oneof![3 => Just(0), 2 => 0..2_000_i64, 1 => 0..400_000_i64];
    (pick(), stamp(), lag).prop_map(move |(pick, stamp, lag)| {
        let pick = if pick.is_in(mix) { pick } else { Pick::Open };
        Step { pick, stamp, lag }
    })
}

fn stamp() -> impl Strategy<Value = Stamp> {
    prop_oneof![
        30 => (0..20_000_000_i64).prop_map(Stamp::Soon),
        2 => (0..3_000_000_000_i64).prop_map(Stamp::Soon),
        1 => edge().prop_map(Stamp::NearStart),
        6 => (0..40_i64, edge()).prop_map(|(fall, offset)| Stamp::NearFall(fall, offset)),
        4 => (0..70_000_000_i64).prop_map(Stamp::BeforeEnd),
        2 => edge().prop_map(Stamp::NearWindow),
        1 => edge().prop_map(Stamp::NearEnd),
        1 => edge().prop_map(Stamp::NearClose),
    ]
}

fn edge() -> impl Strategy<Value = i64> {
    -1..=1_i64
}

fn pick() -> impl Strategy<Value = Pick> {
    prop_oneof![
        160 => wish().prop_map(Pick::Bid),
        12 => (any::<usize>(), weighted(0.3, near()))
            .prop_map(|(place, near)| Pick::Again(place, near)),
        12 => order(SELLER, edit()),
        1 => order(SELLER, Just(Wanted::Cancel)),
        1 => order(ADMIN, prop_oneof![edge(), 1..90_000_000_i64].prop_map(Wanted::Extend)),
        1 => order(ADMIN, edge().prop_map(Wanted::ExtendFully)),
        2 => order(ADMIN, Just(Wanted::Annul)),
        10 => order(ADMIN, (0..12_usize).prop_map(Wanted::VoidRow)),
        2 => order(ADMIN, (0..12_usize).prop_map(Wanted::VoidEntry)),
        6 => order(ADMIN, select(vec![A, B, C, D, SELLER.user_id]).prop_map(Wanted::VoidBidder)),
        2 => Just(Pick::Open),
        3 => of(edge()).prop_map(Pick::Close),
    ]
}

/// An order, mostly of whoever usually gives it.
fn order(usual: Actor, wanted: impl Strategy<Value = Wanted>) -> impl Strategy<Value = Pick> {
    let actor = prop_oneof![12 => Just(usual), 1 => select(vec![ADMIN, SELLER, STRANGER])];
    (actor, wanted).prop_map(|(actor, wanted)| Pick::Order(actor, wanted))
}

fn edit() -> impl Strategy<Value = Wanted> {
    let reserve = prop_oneof![
        2 => Just(Reserve::Kept),
        1 => Just(Reserve::Removed),
        2 => near().prop_map(Reserve::Near),
        // After the first bid it may only be lower.
        3 => (-90_00..0_i64).prop_map(|below| Reserve::Near(Near::Reserve(below))),
    ];
    (of(0..3_u8), reserve, weighted(0.2, edge()))
        .prop_map(|(text, reserve, revision)| Wanted::Edit(text, reserve, revision))
}

fn wish() -> impl Strategy<Value = Wish> {
    let kind = prop_oneof![
        10 => Just(Kind::Firm),
        12 => Just(Kind::Maximum),
        1 => Just(Kind::Purchase)
    ];
    let digits = prop_oneof![20 => Just(0_i8), 2 => Just(-1_i8), 1 => Just(1_i8)];
    (
        prop_oneof![60 => select(vec![A, B, C, D]), 1 => Just(SELLER.user_id)],
        kind,
        proptest::bool::weighted(0.05),
        near(),
        digits,
        weighted(0.1, edge()),
        weighted(0.1, edge()),
        weighted(0.1, (edge(), proptest::bool::weighted(0.8))),
    )
        .prop_map(|(bidder, kind, in_any_format, near, digits, expected, not_after, cap)| {
            Wish { bidder, kind, in_any_format, near, digits, expected, not_after, cap }
        })
}

fn near() -> impl Strategy<Value = Near> {
    prop_oneof![
        8 => edge().prop_map(Near::Minimum),
        6 => (0..2_000_i64).prop_map(Near::Minimum),
        6 => edge().prop_map(Near::Maximum),
        3 => edge().prop_map(Near::AboveMaximum),
        2 => edge().prop_map(Near::Own),
        2 => (0..30_00_i64).prop_map(Near::Own),
        2 => edge().prop_map(Near::Baseprice),
        3 => edge().prop_map(Near::Reserve),
        1 => edge().prop_map(Near::BuyNow),
        3 => (1..300_00_i64).prop_map(Near::Any),
    ]
}
