//! What comes in: the terms of an auction and the commands.

/// How an auction is decided (§4 to §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    English,
    SealedFirst,
    SealedSecond,
    Dutch,
}

/// What was agreed when the product was created; it is taken to be legal.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) format: Format,
    /// How many digits the currency has after the point.
    pub(crate) digits: u32,
    pub(crate) baseprice: i64,
    /// From which price on which step holds; English auctions only, begins at 0 and rises.
    pub(crate) ladder: Vec<(i64, i64)>,
    pub(crate) reserve: Option<i64>,
    pub(crate) buy_now: Option<i64>,
    /// 0 is off.
    pub(crate) soft_close_micros: i64,
    pub(crate) hard_end: Option<i64>,
    /// Dutch auctions only, and always there.
    pub(crate) dutch: Option<Dutch>,
    pub(crate) start: i64,
    /// Whether it was created with a start in the future; else it is created open.
    pub(crate) starts_later: bool,
    pub(crate) end: i64,
    pub(crate) seller: u64,
    pub(crate) created_at: i64,
}

/// How the price of a Dutch auction falls (§6).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dutch {
    pub(crate) floor: i64,
    pub(crate) step: i64,
    pub(crate) tick_micros: i64,
}

/// An exact amount as it was written: 12.50 is 1250 with scale 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) digits: i64,
    pub(crate) scale: u32,
}

/// What a bid offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Offer {
    Firm(Decimal),
    Maximum(Decimal),
    BuyNow,
}

/// A bid or a purchase.
#[derive(Debug, Clone)]
pub(crate) struct Bid {
    pub(crate) bidder: u64,
    /// Unique for one bidder in one auction.
    pub(crate) request: u64,
    pub(crate) offer: Offer,
    /// Ignored in a purchase, which has none.
    pub(crate) expected: Option<Decimal>,
    pub(crate) not_after: Option<i64>,
    /// The largest offer that the token allows, and whether it is in the product's currency.
    pub(crate) cap: Option<(i64, bool)>,
}

/// A command.
#[derive(Debug, Clone)]
pub(crate) enum Order {
    Bid(Bid),
    /// Of the seller.
    #[expect(clippy::option_option, reason = "the reserve is left alone, removed or set")]
    Edit {
        by: u64,
        description: Option<String>,
        reserve: Option<Option<Decimal>>,
        revision: Option<i64>,
    },
    Cancel {
        by: u64,
        admin: bool,
    },
    Extend {
        end: i64,
        admin: bool,
    },
    Annul {
        admin: bool,
    },
    /// Names the bid by the model's id.
    VoidBid {
        bid: u64,
        admin: bool,
    },
    VoidBidder {
        bidder: u64,
        admin: bool,
    },
    /// The opening and the close are judged by `now` alone.
    Open,
    Close,
}
