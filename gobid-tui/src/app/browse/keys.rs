//! What keys do in the lists.

use super::{LONGEST, TABS, Tab};
use crate::app::{App, Effect};
use crate::keys::Action;

/// This close to the end of what was read, the next page is asked for.
const NEAR: usize = 10;

impl App {
    pub(in crate::app) fn act_in_list(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::NextPane => return self.show_tab(self.browse.tab.after(1)),
            Action::PreviousPane => {
                return self.show_tab(self.browse.tab.after(TABS.len() - 1));
            }
            Action::Digit(digit) => {
                let number = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
                let tab = number.and_then(|number| TABS.get(number.checked_sub(1)?));
                return tab.map(|tab| self.show_tab(*tab)).unwrap_or_default();
            }
            Action::Down(lines) => return self.choose(|at| at.saturating_add(lines)),
            Action::Up(lines) => return self.choose(|at| at.saturating_sub(lines)),
            Action::Top => return self.choose(|_| 0),
            Action::Bottom => return self.choose(|_| usize::MAX),
            Action::Open => {
                let chosen = self.browse.chosen().map(|row| row.product.id);
                return chosen.map(|id| self.open(id)).unwrap_or_default();
            }
            Action::Filter => self.browse.is_typing = true,
            Action::Sort => {
                self.browse.sort = self.browse.sort.next();
                return self.ask_anew();
            }
            Action::Preview => self.browse.has_preview = !self.browse.has_preview,
            Action::Back if !self.browse.filter.is_empty() => {
                return self.set_filter(String::new());
            }
            Action::NextAuction if self.watch.is_some() => self.show_auction(),
            Action::PreviousAuction => self.turn(false),
            _ => {}
        }
        Vec::new()
    }

    pub(in crate::app) fn act_in_filter(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Submit => {
                self.browse.is_typing = false;
                let filter = self.browse.filter.trim().to_owned();
                return self.set_filter(filter);
            }
            Action::Back => {
                self.browse.is_typing = false;
                return self.set_filter(String::new());
            }
            Action::Erase => {
                self.browse.filter.pop();
            }
            Action::EraseAll => self.browse.filter.clear(),
            Action::Down(lines) => return self.choose(|at| at.saturating_add(lines)),
            Action::Up(lines) => return self.choose(|at| at.saturating_sub(lines)),
            _ => {}
        }
        Vec::new()
    }

    /// A text was typed into the filter; it holds at once for what was read.
    pub(in crate::app) fn type_filter(&mut self, text: &str) {
        let filter = &mut self.browse.filter;
        let room = LONGEST.saturating_sub(filter.chars().count());
        filter.extend(text.chars().filter(|next| !next.is_control()).take(room));
        self.browse.list_mut(self.browse.tab).selected = 0;
    }

    /// The server is asked for what has these words, among all that there are.
    pub(in crate::app) fn set_filter(&mut self, filter: String) -> Vec<Effect> {
        self.browse.filter = filter;
        if self.browse.asked_filter == self.browse.filter {
            return Vec::new();
        }
        self.browse.asked_filter.clone_from(&self.browse.filter);
        self.ask_anew()
    }

    /// Every list of everybody's auctions is read anew: they are asked for otherwise now.
    fn ask_anew(&mut self) -> Vec<Effect> {
        for tab in TABS.into_iter().filter(|tab| !tab.is_ones_own()) {
            let list = self.browse.list_mut(tab);
            list.expire();
            list.cursors.clear();
            list.rows.clear();
            list.selected = 0;
        }
        self.read_lists()
    }

    pub(in crate::app) fn show_tab(&mut self, tab: Tab) -> Vec<Effect> {
        self.browse.tab = tab;
        self.read_lists()
    }

    /// Another row is chosen; near the end of what was read, more is asked for.
    pub(in crate::app) fn choose(&mut self, to: impl Fn(usize) -> usize) -> Vec<Effect> {
        let rows = self.browse.rows().len();
        let selected = to(self.browse.selected()).min(rows.saturating_sub(1));
        let tab = self.browse.tab;
        self.browse.list_mut(tab).selected = selected;
        if selected + NEAR >= rows {
            return self.browse.ask(tab, true).into_iter().collect();
        }
        Vec::new()
    }
}
