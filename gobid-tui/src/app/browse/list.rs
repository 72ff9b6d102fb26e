//! One list: its rows, and how far it has been read.

use std::time::Duration;

use gobid_api::products::{ProductView, YourStatus};

use super::{Sort, Tab};
use crate::app::identity::Identity;
use crate::app::product::{Product, Unreadable};
use crate::app::standing::Phase;
use crate::app::watch::Role;

/// So old is the list that is shown, at most, while nothing more of it was asked for.
const SHOWN_FOR: Duration = Duration::from_secs(15);
/// So old are the others.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// After a failure it is asked again so much later.
const AGAIN_AFTER: Duration = Duration::from_secs(5);
/// So many rows are kept.
pub(super) const MOST_ROWS: usize = 5_000;

/// A list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// The rows, as far as they were read.
    pub rows: Vec<Row>,
    /// Which of those that are shown is chosen.
    pub selected: usize,
    /// When it was read, since the program's start.
    pub read_at: Option<Duration>,
    /// How many pages were read.
    pages: usize,
    /// Why it could not be read when that was tried last.
    pub error: Option<String>,
    /// Where it goes on, for each of the questions that it is made of.
    pub(super) cursors: Vec<Option<String>>,
    /// Whether a page was asked for and has not come.
    pub is_asked: bool,
    /// The number of the page that was asked for last.
    pub(super) asked: u64,
    /// When it was tried last.
    tried_at: Option<Duration>,
}

/// An auction of a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// The product.
    pub product: Product,
    /// How the user stands, where the list says it.
    pub you: Option<YourStatus>,
}

/// A page that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its number.
    pub number: u64,
    /// Of which list.
    pub tab: Tab,
    /// In which order.
    pub sort: Sort,
    /// With which words in the names.
    pub filter: String,
    /// In which currency, where prices are compared.
    pub currency: Option<String>,
    /// Where it goes on; `None` at the beginning.
    pub after: Option<Vec<Option<String>>>,
}

impl List {
    /// Whether there is more than was read.
    pub fn has_more(&self) -> bool {
        self.cursors.iter().any(Option::is_some) && self.rows.len() < MOST_ROWS
    }

    /// How many rows there are, as far as is known: `12`, `100+`; nothing before it was read.
    pub fn count(&self) -> Option<String> {
        self.read_at?;
        let more = if self.has_more() { "+" } else { "" };
        Some(format!("{}{more}", self.rows.len()))
    }

    /// How many of the rows are auctions in which the user is outbid.
    pub fn outbid(&self) -> usize {
        self.rows.iter().filter(|row| row.you == Some(YourStatus::Outbid)).count()
    }

    /// Whether it is to be read anew.
    pub(super) fn is_due(&self, now: Duration, is_shown: bool) -> bool {
        // More than one page is not read anew by itself: that would move what is looked at.
        if self.is_asked || self.pages > 1 {
            return false;
        }
        let wait = match (&self.error, is_shown) {
            (Some(_), _) => AGAIN_AFTER,
            (None, true) => SHOWN_FOR,
            (None, false) => KEPT_FOR,
        };
        let last = if self.error.is_some() { self.tried_at } else { self.read_at };
        last.is_none_or(|at| now >= at + wait)
    }

    /// It is to be read anew at once: what was asked for is not awaited any more.
    pub(super) fn expire(&mut self) {
        (self.is_asked, self.asked) = (false, 0);
        (self.read_at, self.tried_at, self.error) = (None, None, None);
        self.pages = 0;
    }

    /// A page came, or did not. What was chosen stays so.
    pub(super) fn take(
        &mut self,
        is_more: bool,
        answer: Result<Vec<Row>, String>,
        cursors: Vec<Option<String>>,
        now: Duration,
    ) {
        self.is_asked = false;
        self.tried_at = Some(now);
        let rows = match answer {
            Ok(rows) => rows,
            Err(error) => {
                self.error = Some(error);
                return;
            }
        };
        self.error = None;
        self.cursors = cursors;
        self.read_at = Some(now);
        self.pages = if is_more { self.pages + 1 } else { 1 };
        if is_more {
            let known: std::collections::HashSet<_> = self.rows.iter().map(Row::id).collect();
            self.rows.extend(rows.into_iter().filter(|row| !known.contains(&row.id())));
            self.rows.truncate(MOST_ROWS);
            return;
        }
        let chosen = self.rows.get(self.selected).map(Row::id);
        self.rows = rows;
        let place = self.rows.iter().position(|row| Some(row.id()) == chosen);
        self.selected = place.unwrap_or(self.selected).min(self.rows.len().saturating_sub(1));
    }
}

impl Row {
    /// Reads a row, with the user's standing where the list says it.
    pub fn read(view: &ProductView, you: Option<YourStatus>) -> Result<Self, Unreadable> {
        let you = you.or_else(|| view.you.as_ref().and_then(|you| you.status));
        Ok(Self { product: Product::read(view)?, you })
    }

    /// Whether its name has all words of a filter.
    pub fn has(&self, filter: &str) -> bool {
        if filter.is_empty() {
            return true;
        }
        let name = self.product.name.to_lowercase();
        filter.to_lowercase().split_whitespace().all(|word| name.contains(word))
    }

    /// What it is to the user, as far as the list says it.
    pub(super) fn role(&self, identity: &Identity) -> Option<Role> {
        if identity.user().is_some_and(|user| user.user_id == self.product.seller_id) {
            return Some(Role::Seller);
        }
        let is_over = !matches!(self.product.standing.phase, Phase::Open | Phase::Scheduled);
        match self.you? {
            YourStatus::Leading if is_over => Some(Role::Winner),
            YourStatus::Leading => Some(Role::Leader),
            YourStatus::Outbid if is_over => Some(Role::Loser),
            YourStatus::Outbid => Some(Role::Outbid),
            YourStatus::Won => Some(Role::Winner),
            YourStatus::Lost => Some(Role::Loser),
            YourStatus::None => None,
        }
    }

    const fn id(&self) -> gobid_api::ProductId {
        self.product.id
    }
}
