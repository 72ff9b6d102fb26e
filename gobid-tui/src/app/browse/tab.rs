//! The tabs, and the orders.

use gobid_api::client::ProductQuery;

/// A list of auctions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Those that take bids.
    Live,
    /// Those that end within an hour.
    EndingSoon,
    /// Those that have not begun.
    Upcoming,
    /// Those the user has bid in.
    MyBids,
    /// Those on the user's watchlist.
    Watchlist,
    /// Those the user sells.
    Mine,
    /// Those that are over, the newest of each outcome.
    Ended,
}

/// The tabs, in order.
pub const TABS: [Tab; 7] =
    [Tab::Live, Tab::EndingSoon, Tab::Upcoming, Tab::MyBids, Tab::Watchlist, Tab::Mine, Tab::Ended];

/// Auctions end soon that end within so many seconds.
const SOON: u32 = 3_600;
/// Rows of a page.
const PAGE: u32 = 100;

impl Tab {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "Live",
            Self::EndingSoon => "Ending soon",
            Self::Upcoming => "Upcoming",
            Self::MyBids => "My bids",
            Self::Watchlist => "Watchlist",
            Self::Mine => "Mine",
            Self::Ended => "Ended",
        }
    }

    /// Its name where there is little room.
    pub const fn short(self) -> &'static str {
        match self {
            Self::EndingSoon => "Ending",
            Self::Upcoming => "Soon",
            Self::MyBids => "Bids",
            Self::Watchlist => "★",
            _ => self.name(),
        }
    }

    /// Whether its list is of whoever is logged in.
    pub const fn is_ones_own(self) -> bool {
        matches!(self, Self::MyBids | Self::Watchlist | Self::Mine)
    }

    /// The tab so many to the right, around the end.
    #[must_use]
    pub fn after(self, steps: usize) -> Self {
        let here = TABS.iter().position(|tab| *tab == self).unwrap_or(0);
        TABS.get((here + steps) % TABS.len()).copied().unwrap_or(self)
    }

    /// What the server is asked for the list of everybody's auctions, one question for each page.
    pub fn queries(self, sort: Sort, filter: &str, currency: Option<&str>) -> Vec<ProductQuery> {
        let filter = filter.trim();
        let query = |status: &str| ProductQuery {
            status: Some(status.to_owned()),
            q: (!filter.is_empty()).then(|| filter.to_owned()),
            currency: currency.map(str::to_owned),
            sort: Some(sort.word().to_owned()),
            limit: Some(PAGE),
            ..ProductQuery::default()
        };
        match self {
            Self::Live => vec![query("open")],
            Self::EndingSoon => vec![ProductQuery { ending_within: Some(SOON), ..query("open") }],
            Self::Upcoming => vec![query("scheduled")],
            Self::Ended => ["sold", "unsold", "cancelled"]
                .into_iter()
                .map(|status| ProductQuery {
                    sort: Some(Sort::Newest.word().to_owned()),
                    currency: None,
                    limit: Some(PAGE / 2),
                    ..query(status)
                })
                .collect(),
            Self::MyBids | Self::Watchlist | Self::Mine => Vec::new(),
        }
    }
}

/// An order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// The earliest end first.
    Ending,
    /// The newest first.
    Newest,
    /// The highest price first.
    Dearest,
    /// The lowest price first.
    Cheapest,
}

impl Sort {
    /// The next order.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Ending => Self::Newest,
            Self::Newest => Self::Dearest,
            Self::Dearest => Self::Cheapest,
            Self::Cheapest => Self::Ending,
        }
    }

    /// Whether it compares prices, which one currency alone allows.
    pub const fn is_by_price(self) -> bool {
        matches!(self, Self::Dearest | Self::Cheapest)
    }

    /// Its word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ending => "ending",
            Self::Newest => "newest",
            Self::Dearest => "-price",
            Self::Cheapest => "price",
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ending => "ends first",
            Self::Newest => "newest",
            Self::Dearest => "price down",
            Self::Cheapest => "price up",
        }
    }
}
