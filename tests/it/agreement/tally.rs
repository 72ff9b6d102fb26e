//! What occurred, and how often.

use std::collections::BTreeMap;

use super::command::Way;

/// How often each thing occurred.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) answers: Answers,
    /// By the kinds of entries, and of closings by what they say.
    pub(crate) entries: BTreeMap<String, u64>,
    /// Commands that the server could not judge, and that were sent again.
    pub(crate) unavailable: u64,
}

/// Answers by the way of their commands and by `accepted`, `repeated`, `done` or their code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers(BTreeMap<(Way, &'static str), u64>);

/// What a bid or a purchase may be answered with, over either way.
const OF_BIDS: [&str; 13] = [
    "accepted",
    "repeated",
    "request_id_reused",
    "expired",
    "validation_failed",
    "auction_closed",
    "auction_not_open",
    "own_product",
    "wrong_format",
    "buy_now_unavailable",
    "price_moved",
    "already_leading",
    "bid_too_low",
];

/// What an admin's order may be answered with.
const OF_ADMINS: [&str; 7] = [
    "done",
    "forbidden",
    "auction_closed",
    "auction_not_open",
    "validation_failed",
    "not_found",
    "already_exists",
];

/// What the seller's orders are answered with that no bid is.
const OF_SELLERS: [&str; 4] = ["done", "forbidden", "precondition_failed", "price_fixed"];

/// Every kind of entry, what is remarkable of some, and how auctions end.
const ENTRIES: [&str; 23] = [
    "opened",
    "bid_placed",
    "raised",
    "sealed_bid_placed",
    "description_changed",
    "reserve_changed",
    "bids_voided",
    "sealed_bid_voided",
    "extended",
    "annulled",
    "cancelled",
    "closed",
    "the end moved",
    "the house answered",
    "a price was accepted",
    "a purchase",
    "unsold, reserve_not_met",
    "unsold, no_bids",
    "English: sold",
    "English: unsold",
    "SealedFirst: sold",
    "SealedSecond: sold",
    "Dutch: sold",
];

impl Tally {
    pub(crate) fn count_entry(&mut self, what: String) {
        *self.entries.entry(what).or_default() += 1;
    }

    /// How many commands were answered.
    pub(crate) fn commands(&self) -> u64 {
        self.answers.0.values().sum()
    }

    pub(crate) fn add(&mut self, other: Self) {
        for ((way, word), count) in other.answers.0 {
            *self.answers.0.entry((way, word)).or_default() += count;
        }
        for (what, count) in other.entries {
            *self.entries.entry(what).or_default() += count;
        }
        self.unavailable += other.unavailable;
    }

    /// Every answer and every kind of entry that there is did occur.
    pub(crate) fn assert_complete(&self) {
        let ways = [Way::Rest, Way::Socket].into_iter();
        let bids = ways.flat_map(|way| OF_BIDS.map(|word| (way, word)));
        let admins = OF_ADMINS.map(|word| (Way::Admin, word));
        let sellers = OF_SELLERS.map(|word| (Way::Rest, word));
        for answer in bids.chain(admins).chain(sellers) {
            assert!(self.answers.0.contains_key(&answer), "{answer:?} never occurred: {self:#?}");
        }
        // Nothing is wrong with the database: a server that puts people off is found, too.
        assert!(self.unavailable <= self.commands() / 100, "{self:#?}");
        for entry in ENTRIES {
            assert!(self.entries.contains_key(entry), "{entry} never occurred: {self:#?}");
        }
    }
}

impl Answers {
    pub(crate) fn count(&mut self, way: Way, word: &'static str) {
        *self.0.entry((way, word)).or_default() += 1;
    }
}
