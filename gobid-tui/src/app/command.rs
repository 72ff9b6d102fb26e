//! Commands typed as words, where there is no screen: the same actions as the keys'.

use super::log::Tone;
use super::{App, Effect};
use crate::keys::{Action, Scope};

impl App {
    /// A line was typed. In the form it is the text of the field, in the dialog the decision.
    pub(super) fn words(&mut self, line: &str) -> Vec<Effect> {
        match self.scope() {
            Scope::Form => self.words_in_form(line),
            Scope::Dialog => self.words_in_dialog(line),
            _ => self.words_in_watch(line),
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

    fn words_in_watch(&mut self, line: &str) -> Vec<Effect> {
        let mut words = line.split_whitespace();
        let command = words.next().unwrap_or_default().to_lowercase();
        let rest: Vec<_> = words.collect();
        let action = match (command.as_str(), rest.as_slice()) {
            ("", _) => return Vec::new(),
            ("bid", amount) => return self.words_of_a_bid(false, amount),
            ("max", amount) => return self.words_of_a_bid(true, amount),
            ("buy" | "accept", []) => Action::Buy,
            ("login", []) => Action::LogIn,
            ("signup", []) => {
                self.open_form(true);
                return Vec::new();
            }
            ("reconnect", []) => Action::Reconnect,
            ("quit" | "exit" | "q", []) => Action::Quit,
            _ => {
                self.tell(Tone::Warning, "no such command: help lists them");
                return Vec::new();
            }
        };
        self.act(action, Scope::Watch)
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
