//! What a command is answered with.

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A bid or a purchase that counts.
    Accepted(Accepted),
    /// An order that was carried out, an edit that changes nothing, an opening, a close.
    Done,
    Refused(Refused),
    /// An opening or a close whose time has not come, or that is done.
    NotDue,
}

/// The result of a bid, as the same request id gets it again later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// False: the request id was accepted before, and this is its answer again.
    pub(crate) new: bool,
    pub(crate) bid: u64,
    /// Its event's, or the current one when it has none (a silent raise, a sealed bid).
    pub(crate) seq: i64,
    /// The firm amount as it was offered; of a purchase the buy-now price.
    pub(crate) amount: Option<i64>,
    pub(crate) max_amount: Option<i64>,
    /// None in a sealed auction.
    pub(crate) leading: Option<bool>,
    pub(crate) price: Option<i64>,
    /// None when the bid ended the auction, or no legal amount is left.
    pub(crate) minimum: Option<i64>,
    pub(crate) end: i64,
    pub(crate) received_at: i64,
}

/// A refusal: its code, and the facts that its code comes with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    /// `bid_too_low`, as is `next`.
    pub(crate) minimum: Option<i64>,
    /// The four steps above the minimum.
    pub(crate) next: Vec<i64>,
    /// The current price: `bid_too_low` and `price_moved`.
    pub(crate) price: Option<i64>,
    /// `precondition_failed`: the one there is.
    pub(crate) revision: Option<i64>,
    /// `auction_closed`, as is `end`.
    pub(crate) received_in_time: Option<bool>,
    pub(crate) end: Option<i64>,
    /// `auction_not_open`.
    pub(crate) start: Option<i64>,
    /// `validation_failed`.
    pub(crate) field: Option<&'static str>,
}

/// What a check says: go on, or the refusal.
pub(super) type Judged<T> = Result<T, Box<Refused>>;

impl Refused {
    pub(super) fn of(code: &'static str) -> Self {
        Self { code, ..Self::default() }
    }

    pub(super) fn invalid(field: &'static str) -> Self {
        Self { field: Some(field), ..Self::of("validation_failed") }
    }
}

/// Refuses with the code, and no facts, when the condition holds.
pub(super) fn refuse_when(condition: bool, code: &'static str) -> Judged<()> {
    if condition { Err(Box::new(Refused::of(code))) } else { Ok(()) }
}
