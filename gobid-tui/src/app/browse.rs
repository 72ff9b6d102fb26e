//! The lists of auctions. Their rows have no sockets: they are as old as the list is.

mod keys;
mod list;
mod tab;

use gobid_api::ProductId;

pub use list::{Asked, List, Row};
pub use tab::{Sort, TABS, Tab};

use super::identity::Identity;
use super::log::Tone;
use super::watch::Role;
use super::{App, Effect, Place, Watch};

/// The longest filter, in characters.
const LONGEST: usize = 60;

/// The lists, and what is chosen in them.
#[derive(Clone, Debug)]
pub struct Browse {
    /// The tab that is shown.
    pub tab: Tab,
    /// The lists, one for each tab.
    lists: [List; TABS.len()],
    /// Words of names that rows are to have.
    pub filter: String,
    /// Whether the filter is being typed.
    pub is_typing: bool,
    /// The filter that the server was asked with last.
    asked_filter: String,
    /// The order.
    pub sort: Sort,
    /// Whether the chosen row is shown in more detail.
    pub has_preview: bool,
    /// How many pages were asked for.
    asked: u64,
    /// What goes on the watchlist, or off, once that has been read.
    to_toggle: Option<ProductId>,
}

/// What an auction is to the user, in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stake {
    /// Nothing.
    None,
    /// It is on the watchlist, or watched.
    Watched,
    /// The user leads, is outbid, has won or lost, or sells it.
    Role(Role),
}

impl Default for Browse {
    fn default() -> Self {
        Self {
            tab: Tab::Live,
            lists: Default::default(),
            filter: String::new(),
            is_typing: false,
            asked_filter: String::new(),
            sort: Sort::Ending,
            has_preview: true,
            asked: 0,
            to_toggle: None,
        }
    }
}

impl Browse {
    /// The list of a tab.
    pub fn list(&self, tab: Tab) -> &List {
        let [live, ending, upcoming, bids, watchlist, mine, ended] = &self.lists;
        match tab {
            Tab::Live => live,
            Tab::EndingSoon => ending,
            Tab::Upcoming => upcoming,
            Tab::MyBids => bids,
            Tab::Watchlist => watchlist,
            Tab::Mine => mine,
            Tab::Ended => ended,
        }
    }

    pub(super) fn list_mut(&mut self, tab: Tab) -> &mut List {
        let [live, ending, upcoming, bids, watchlist, mine, ended] = &mut self.lists;
        match tab {
            Tab::Live => live,
            Tab::EndingSoon => ending,
            Tab::Upcoming => upcoming,
            Tab::MyBids => bids,
            Tab::Watchlist => watchlist,
            Tab::Mine => mine,
            Tab::Ended => ended,
        }
    }

    /// The rows that are shown: those that have all words of the filter.
    pub fn rows(&self) -> Vec<&Row> {
        self.list(self.tab).rows.iter().filter(|row| row.has(&self.filter)).collect()
    }

    /// Which of the rows is chosen.
    pub fn selected(&self) -> usize {
        self.list(self.tab).selected.min(self.rows().len().saturating_sub(1))
    }

    /// The chosen row.
    pub fn chosen(&self) -> Option<&Row> {
        self.rows().get(self.selected()).copied()
    }

    /// Whether the list that is shown would be somebody's, and nobody is logged in.
    pub fn is_nobodys(&self, identity: &Identity) -> bool {
        let is_nobody = matches!(identity, Identity::Nobody | Identity::SignedOut(_));
        self.tab.is_ones_own() && is_nobody
    }

    /// Whether an auction is on the watchlist, as far as is known.
    pub fn is_on_watchlist(&self, id: ProductId) -> bool {
        self.list(Tab::Watchlist).rows.iter().any(|row| row.product.id == id)
    }

    /// The row of an auction among those that the user has bid in, unless one of the two is older
    /// than its end.
    fn bid_in(&self, row: &Row) -> Option<&Row> {
        let phase = row.product.standing.phase;
        let rows = &self.list(Tab::MyBids).rows;
        rows.iter().find(|it| it.product.id == row.product.id && it.product.standing.phase == phase)
    }

    /// The next page of a tab's list, or its first one.
    fn ask(&mut self, tab: Tab, is_more: bool) -> Option<Effect> {
        let (sort, filter) = (self.sort, self.asked_filter.clone());
        let currency = sort.is_by_price().then(|| self.currency());
        let number = self.asked + 1;
        let list = self.list_mut(tab);
        if list.is_asked || (is_more && !list.has_more()) {
            return None;
        }
        list.is_asked = true;
        list.asked = number;
        let after = is_more.then(|| list.cursors.clone());
        self.asked = number;
        Some(Effect::List(Asked { number, tab, sort, filter, currency, after }))
    }

    /// The currency that prices are sorted in: that of the chosen row.
    pub fn currency(&self) -> String {
        self.chosen().map_or_else(|| "USD".to_owned(), |row| row.product.currency.to_string())
    }
}

impl App {
    /// Shows the lists.
    pub fn go_to_list(&mut self) -> Vec<Effect> {
        self.place = Place::List;
        self.details = None;
        self.has_qr = false;
        self.read_lists()
    }

    /// Reads what has not been read, and the list that is shown when it has grown old.
    pub(super) fn read_lists(&mut self) -> Vec<Effect> {
        if self.place != Place::List {
            return Vec::new();
        }
        let (now, is_user) = (self.now.since_start, self.identity.user().is_some());
        let mut effects = Vec::new();
        for tab in TABS {
            let is_shown = tab == self.browse.tab;
            let list = self.browse.list(tab);
            if (is_user || !tab.is_ones_own()) && list.is_due(now, is_shown) {
                effects.extend(self.browse.ask(tab, false));
            }
        }
        effects
    }

    /// The list is read anew at once.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        if self.browse.tab.is_ones_own() && self.identity.user().is_none() {
            return Vec::new();
        }
        self.browse.ask(self.browse.tab, false).into_iter().collect()
    }

    /// A page came, or did not.
    pub(super) fn listed(
        &mut self,
        asked: &Asked,
        answer: Result<Vec<Row>, String>,
        cursors: Vec<Option<String>>,
    ) -> Vec<Effect> {
        let now = self.now.since_start;
        let list = self.browse.list_mut(asked.tab);
        if list.asked != asked.number {
            return Vec::new();
        }
        let error = answer.as_ref().err().cloned();
        list.take(asked.after.is_some(), answer, cursors, now);
        let toggled = self.browse.to_toggle.take_if(|_| asked.tab == Tab::Watchlist);
        match (toggled, error) {
            (Some(_), Some(error)) => self.tell(Tone::Warning, error),
            (Some(id), None) => {
                return vec![Effect::Watchlist(id, !self.browse.is_on_watchlist(id))];
            }
            (None, _) => {}
        }
        Vec::new()
    }

    /// Whoever is logged in is somebody else: what was one's own is read anew.
    pub(super) fn forget_own_lists(&mut self) {
        self.browse.to_toggle = None;
        for tab in TABS.into_iter().filter(|tab| tab.is_ones_own()) {
            *self.browse.list_mut(tab) = List::default();
        }
    }

    /// What an auction of a list is to the user.
    pub fn stake(&self, row: &Row) -> Stake {
        let id = row.product.id;
        let watched = self.auctions().into_iter().find(|watch| watch.product_id == id);
        let role =
            watched.map(|watch| watch.role(&self.identity)).filter(|it| *it != Role::Watcher);
        let role = role.or_else(|| row.role(&self.identity));
        let is_over = row.product.is_over();
        match role.or_else(|| self.browse.bid_in(row)?.role(&self.identity)) {
            Some(role) => Stake::Role(role),
            None if is_over => Stake::None,
            None if watched.is_some() || self.browse.is_on_watchlist(id) => Stake::Watched,
            None => Stake::None,
        }
    }

    /// `w`: puts the auction at hand on the watchlist, or takes it off.
    pub(super) fn toggle_watchlist(&mut self) -> Vec<Effect> {
        if !matches!(self.identity, Identity::User(_)) {
            self.open_form(false);
            return Vec::new();
        }
        let Some(id) = self.at_hand() else {
            return Vec::new();
        };
        let is_read = self.browse.list(Tab::Watchlist).read_at.is_some();
        let is_on = if is_read {
            Some(self.browse.is_on_watchlist(id))
        } else {
            self.watched(id).and_then(|watch| watch.is_listed)
        };
        if let Some(is_on) = is_on {
            return vec![Effect::Watchlist(id, !is_on)];
        }
        self.browse.to_toggle = Some(id);
        self.browse.ask(Tab::Watchlist, false).into_iter().collect()
    }

    /// The watchlist was changed, or not.
    pub(super) fn watchlisted(
        &mut self,
        id: ProductId,
        is_on: bool,
        error: Option<String>,
    ) -> Vec<Effect> {
        if let Some(error) = error {
            self.tell(Tone::Warning, error);
            return Vec::new();
        }
        let text = if is_on { "on your watchlist" } else { "not on your watchlist any more" };
        self.tell(Tone::Good, text);
        self.with(id, |app| app.watch.is_listed = Some(is_on));
        self.browse.list_mut(Tab::Watchlist).expire();
        self.browse.ask(Tab::Watchlist, false).into_iter().collect()
    }

    /// The auction that one looks at, or that is chosen in the list.
    pub(super) fn at_hand(&self) -> Option<ProductId> {
        match self.place {
            Place::List => self.browse.chosen().map(|row| row.product.id),
            Place::Auction => Some(&self.watch).filter(|it| it.is_some()).map(|it| it.product_id),
        }
    }

    /// The auction at hand as it is watched, if it is.
    pub fn watched(&self, id: ProductId) -> Option<&Watch> {
        self.auctions().into_iter().find(|watch| watch.product_id == id)
    }
}
