//! Commands typed as words, where there is no screen: the same actions as the keys'.

use gobid_api::ProductId;
use gobid_auction::Format;

use super::browse::TABS;
use super::log::Tone;
use super::{App, Effect, ExportAs, Place};
use crate::keys::{Action, Scope};

impl App {
    /// A line was typed. In the form it is the text of the field, in the dialog the decision.
    pub(super) fn words(&mut self, line: &str) -> Vec<Effect> {
        // Nothing lies above a dialog that is told in lines.
        let is_asked = self.place == Place::Auction && self.watch.dialog.is_some();
        match self.scope() {
            Scope::Form => self.words_in_form(line),
            _ if is_asked => self.words_in_dialog(line),
            _ => self.words_in_views(line),
        }
    }

    fn words_in_form(&mut self, line: &str) -> Vec<Effect> {
        if line.trim().is_empty() {
            return self.act(Action::Back, Scope::Form);
        }
        let Some(form) = self.form.as_mut().filter(|form| !form.is_busy) else {
            return Vec::new();
        };
        form.errors.clear();
        form.erase_all();
        form.insert(line);
        self.act(Action::Submit, Scope::Form)
    }

    fn words_in_dialog(&mut self, line: &str) -> Vec<Effect> {
        let word = line.trim().to_lowercase();
        let action = match word.as_str() {
            "y" | "yes" => Action::Send,
            "n" | "no" => Action::Cancel,
            "+" => Action::RaiseToMinimum,
            "quit" | "exit" => Action::Quit,
            "max" | "firm" if self.can_toggle_maximum() => {
                self.set_maximum(word == "max");
                return Vec::new();
            }
            "" => return Vec::new(),
            _ => {
                self.tell(Tone::Warning, "say yes or no");
                return Vec::new();
            }
        };
        let obstacle = self
            .watch
            .dialog
            .as_ref()
            .filter(|_| action == Action::Send)
            .and_then(|dialog| self.obstacle_to_send(dialog));
        if let Some(obstacle) = obstacle {
            self.tell_obstacle(&obstacle);
            return Vec::new();
        }
        self.act(action, Scope::Dialog)
    }

    pub(super) fn words_in_views(&mut self, line: &str) -> Vec<Effect> {
        let mut words = line.split_whitespace();
        let command = words.next().unwrap_or_default().to_lowercase();
        let rest: Vec<_> = words.collect();
        if let Some(effects) = self.words_in_replay(&command, &rest) {
            return effects;
        }
        if let Some(action) = simple(&command).filter(|_| rest.is_empty()) {
            if action == Action::Buy && self.place == Place::List {
                self.tell(Tone::Warning, "watch an auction first");
                return Vec::new();
            }
            let format = self.watch.product.as_ref().map(|product| product.format);
            if command == "accept" && format != Some(Format::Dutch) {
                self.tell(
                    Tone::Warning,
                    "only the price of a Dutch auction is accepted: bid, or buy",
                );
                return Vec::new();
            }
            return self.act(action, Scope::Views);
        }
        match (command.as_str(), rest.as_slice()) {
            ("bid" | "max", _) if self.place == Place::List => {
                self.tell(Tone::Warning, "watch an auction first");
            }
            ("bid", amount) => return self.words_of_a_bid(false, amount),
            ("max", amount) => return self.words_of_a_bid(true, amount),
            ("signup", []) => self.open_form(true),
            ("theme", [name]) => self.set_theme(name),
            ("watch", [which]) => return self.words_of_watching(which),
            ("list", tab) => return self.words_of_a_list(tab),
            ("filter", words) => {
                let mut effects = self.go_to_list();
                effects.extend(self.set_filter(words.join(" ")));
                return effects;
            }
            ("more", []) => return self.choose(|_| usize::MAX),
            ("export", ["replay"]) => {
                return vec![Effect::Export(self.watch.product_id, ExportAs::Replay)];
            }
            ("export", ["json"]) => {
                return vec![Effect::Export(self.watch.product_id, ExportAs::Json)];
            }
            ("export", ["csv"]) => {
                return vec![Effect::Export(self.watch.product_id, ExportAs::Csv)];
            }
            ("play" | "seek" | "speed", _) => {
                self.tell(Tone::Warning, "this is no replay: gobid-tui replay ID plays one");
            }
            // Where there is a screen, what these tell of is on it.
            ("status" | "bids" | "auctions", []) | ("", _) => {}
            _ => self.tell(Tone::Warning, "no such command: help lists them"),
        }
        Vec::new()
    }

    /// Another auction: by its id, or by its row in the list.
    fn words_of_watching(&mut self, which: &str) -> Vec<Effect> {
        if let Ok(id) = which.parse::<ProductId>() {
            return self.open(id);
        }
        let row = which.parse::<usize>().ok().and_then(|row| row.checked_sub(1));
        let id = row.and_then(|row| self.browse.rows().get(row).map(|row| row.product.id));
        let Some(id) = id else {
            self.tell(Tone::Warning, "neither the id of an auction nor a row of the list");
            return Vec::new();
        };
        self.open(id)
    }

    fn words_of_a_list(&mut self, tab: &[&str]) -> Vec<Effect> {
        let mut effects = self.go_to_list();
        let name = tab.join(" ").to_lowercase();
        let tab = TABS.into_iter().find(|tab| {
            let known = tab.name().to_lowercase();
            known.starts_with(&name) || known.ends_with(&name)
        });
        match tab {
            _ if name.is_empty() => {}
            Some(tab) => effects.extend(self.show_tab(tab)),
            None => {
                let names = TABS.map(|tab| tab.name().to_lowercase()).join(", ");
                self.tell(Tone::Warning, format!("no such list: there are {names}"));
            }
        }
        effects
    }

    fn words_of_a_bid(&mut self, is_maximum: bool, amount: &[&str]) -> Vec<Effect> {
        self.watch.field.clear();
        self.watch.wants_maximum = false;
        if is_maximum {
            self.set_maximum(true);
            if !self.watch.wants_maximum {
                return Vec::new(); // the note says why
            }
        }
        match amount {
            [] => self.act(Action::Review, Scope::Watch),
            [amount] => {
                self.watch.note = None;
                self.paste_amount(amount);
                if self.watch.field.is_empty() {
                    return Vec::new(); // the note says why
                }
                self.act(Action::Review, Scope::Watch)
            }
            _ => {
                self.tell(Tone::Warning, "one amount, such as: bid 1300.00");
                Vec::new()
            }
        }
    }
}

/// The commands that are keys by another name.
fn simple(command: &str) -> Option<Action> {
    Some(match command {
        "buy" | "accept" => Action::Buy,
        "login" => Action::LogIn,
        "reconnect" => Action::Reconnect,
        "quit" | "exit" | "q" => Action::Quit,
        "help" => Action::Help,
        "details" => Action::Details,
        "events" => Action::Events,
        "next" => Action::NextAuction,
        "previous" => Action::PreviousAuction,
        "news" => Action::News,
        "close" => Action::CloseAuction,
        "sort" => Action::Sort,
        "watchlist" => Action::Watchlist,
        "theme" => Action::NextTheme,
        "notify" => Action::ToggleNotices,
        "copy" => Action::Copy,
        "open" => Action::OpenInBrowser,
        "qr" => Action::Qr,
        "export" => Action::Export,
        "freeze" => Action::Freeze,
        "chart" => Action::ChartStyle,
        _ => return None,
    })
}
