//! The bots of the demo: what each kind does next, decided without I/O.

use std::time::Duration;

use gobid_auction::{Amount, Format};

/// How a bot bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strategy {
    /// Outbids whoever leads, a step at a time.
    Incremental,
    /// Waits for the last seconds, and then says all that it would pay.
    Sniper,
    /// Says at once, in secret, all that it would pay.
    Proxy,
    /// Lets half of the time pass, and then bids seldom.
    Patient,
}

impl Strategy {
    /// All there are.
    pub(super) const ALL: [Self; 4] = [Self::Incremental, Self::Sniper, Self::Proxy, Self::Patient];
}

/// What a bot sees of an auction, and of its own part in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) format: Format,
    /// How long it lasts in all, and how much of that is left.
    pub(super) length: Duration,
    pub(super) left: Duration,
    /// What a bid must be at least; of a Dutch auction the price.
    pub(super) minimum: Option<Amount>,
    pub(super) leads: bool,
    /// Whether the bot has bid in it.
    pub(super) has_bid: bool,
}

/// What a bot does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// Looks again in some milliseconds between these two.
    Look(u64, u64),
    /// Bids exactly this.
    Firm(Amount),
    /// Bids up to this.
    Maximum(Amount),
    /// Has had enough of this auction.
    Leave,
}

/// The last seconds, in which snipers bid: late enough, and early enough to be in time.
const LAST: Duration = Duration::from_secs(6);

/// What a bot does that would pay up to `limit`.
pub(super) fn next(strategy: Strategy, limit: Amount, seen: &Seen) -> Move {
    match seen.format {
        Format::SealedFirstPrice | Format::SealedSecondPrice => {
            if seen.has_bid {
                Move::Leave
            } else {
                Move::Firm(limit)
            }
        }
        Format::Dutch => match seen.minimum {
            Some(price) if price <= limit => Move::Firm(price),
            Some(_) => Move::Look(500, 1_500),
            None => Move::Leave,
        },
        Format::English => english(strategy, limit, seen),
    }
}

fn english(strategy: Strategy, limit: Amount, seen: &Seen) -> Move {
    let Some(minimum) = seen.minimum.filter(|minimum| *minimum <= limit) else {
        return Move::Leave;
    };
    match strategy {
        _ if seen.leads => Move::Look(700, 2_000),
        Strategy::Proxy if seen.has_bid => Move::Leave,
        Strategy::Sniper if seen.left > LAST => Move::Look(500, 1_000),
        Strategy::Proxy | Strategy::Sniper => Move::Maximum(limit),
        Strategy::Patient if seen.left > seen.length / 2 => Move::Look(2_000, 5_000),
        Strategy::Patient | Strategy::Incremental => Move::Firm(minimum),
    }
}

impl Strategy {
    /// How long a bot thinks after a bid, in milliseconds between these two.
    pub(super) const fn pause(self) -> (u64, u64) {
        match self {
            Self::Incremental => (2_000, 7_000),
            Self::Sniper => (300, 900),
            Self::Proxy => (2_000, 4_000),
            Self::Patient => (8_000, 20_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor_units: i64) -> Amount {
        Amount::new(minor_units).unwrap()
    }

    fn seen(left_seconds: u64) -> Seen {
        Seen {
            format: Format::English,
            length: Duration::from_mins(2),
            left: Duration::from_secs(left_seconds),
            minimum: Some(amount(500)),
            leads: false,
            has_bid: false,
        }
    }

    #[test]
    fn each_strategy_has_its_hour() {
        use Strategy::{Incremental, Patient, Proxy, Sniper};
        let (limit, low) = (amount(900), amount(400));
        let leads = Seen { leads: true, has_bid: true, ..seen(5) };
        let outbid = Seen { has_bid: true, ..seen(100) };
        let table = [
            (Incremental, limit, seen(100), Move::Firm(amount(500))),
            (Incremental, limit, leads, Move::Look(700, 2_000)),
            (Incremental, low, seen(100), Move::Leave),
            (Proxy, limit, seen(100), Move::Maximum(limit)),
            (Proxy, limit, outbid, Move::Leave),
            (Sniper, limit, seen(7), Move::Look(500, 1_000)),
            (Sniper, limit, seen(6), Move::Maximum(limit)),
            (Patient, limit, seen(61), Move::Look(2_000, 5_000)),
            (Patient, limit, seen(60), Move::Firm(amount(500))),
        ];
        for (strategy, limit, seen, wanted) in table {
            assert_eq!(next(strategy, limit, &seen), wanted, "{strategy:?} {seen:?}");
        }
    }

    #[test]
    fn other_formats_are_bid_in_by_their_rules() {
        let limit = amount(900);
        let sealed = Seen { format: Format::SealedFirstPrice, minimum: None, ..seen(100) };
        let dutch = Seen { format: Format::Dutch, ..seen(100) };
        let dear = Seen { minimum: Some(amount(901)), ..dutch };
        for strategy in Strategy::ALL {
            assert_eq!(next(strategy, limit, &sealed), Move::Firm(limit));
            let done = Seen { has_bid: true, ..sealed };
            assert_eq!(next(strategy, limit, &done), Move::Leave);
            assert_eq!(next(strategy, limit, &dutch), Move::Firm(amount(500)));
            assert_eq!(next(strategy, limit, &dear), Move::Look(500, 1_500));
        }
    }
}
