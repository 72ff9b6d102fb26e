//! Keys, pastes and words become actions.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::log::Tone;
use super::{App, Effect, Field, Form, Identity, Pane};
use crate::keys::{self, Action, Scope};
use crate::words;

impl App {
    /// Where keys are pressed now.
    pub const fn scope(&self) -> Scope {
        if self.form.is_some() {
            Scope::Form
        } else if self.help.is_some() {
            Scope::Help
        } else if self.details.is_some() {
            Scope::Details
        } else if self.watch.dialog.is_some() {
            Scope::Dialog
        } else {
            Scope::Watch
        }
    }

    /// A key was pressed.
    pub(super) fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        let scope = self.scope();
        if let Some(action) = keys::action(scope, &key) {
            return self.act(action, scope);
        }
        let held = key.modifiers.difference(KeyModifiers::SHIFT);
        if scope == Scope::Form
            && let KeyCode::Char(typed) = key.code
            && (held.is_empty() || held == KeyModifiers::ALT | KeyModifiers::CONTROL)
            && let Some(form) = &mut self.form
            && !form.is_busy
        {
            form.insert(typed.encode_utf8(&mut [0; 4]));
        }
        Vec::new()
    }

    /// A text was pasted.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        match self.scope() {
            Scope::Form => {
                if let Some(form) = self.form.as_mut().filter(|form| !form.is_busy) {
                    form.insert(text);
                }
            }
            Scope::Watch => self.paste_amount(text),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn paste_amount(&mut self, text: &str) {
        if let Some(obstacle) = self.obstacle_to_amounts() {
            self.tell_obstacle(&obstacle);
            return;
        }
        let Some(product) = &self.watch.product else {
            return;
        };
        if let Err(error) = self.watch.field.paste(text, product.currency) {
            self.tell(Tone::Warning, error.to_string());
        }
    }

    pub(super) fn act(&mut self, action: Action, scope: Scope) -> Vec<Effect> {
        let was_armed = std::mem::take(&mut self.quit_is_armed);
        match action {
            Action::Interrupt => return vec![Effect::Interrupt],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::Reconnect => return vec![Effect::Reconnect],
            Action::Quit => return self.quit(was_armed),
            _ => {}
        }
        match scope {
            Scope::Form => return self.act_in_form(action),
            Scope::Help => self.act_in_help(action),
            Scope::Details => self.act_in_details(action),
            Scope::Dialog => return self.act_in_dialog(action),
            Scope::Watch | Scope::Amount | Scope::Everywhere => return self.act_in_watch(action),
        }
        Vec::new()
    }

    fn quit(&mut self, was_armed: bool) -> Vec<Effect> {
        if was_armed || self.watch.attempts.is_empty() {
            return vec![Effect::Quit];
        }
        self.quit_is_armed = true;
        let (key, word) = ("q again leaves anyway", "quit again leaves anyway");
        let text = self.look.means.advise("a bid has no answer yet", key, word);
        self.tell(Tone::Warning, text);
        Vec::new()
    }

    fn act_in_watch(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Help => self.help = Some(0),
            Action::Details if self.watch.product.is_some() => self.details = Some(0),
            Action::Back if self.events_are_open => self.events_are_open = false,
            Action::Back => {
                self.watch.field.clear();
                self.watch.wants_maximum = false;
                self.watch.note = None;
            }
            Action::LogIn => self.open_form(false),
            Action::Events => {
                self.events_are_open = !self.events_are_open;
                self.scroll.events = 0;
            }
            Action::NextPane | Action::PreviousPane => {
                self.focus = match self.focus {
                    Pane::Bids => Pane::Events,
                    Pane::Events => Pane::Bids,
                };
            }
            Action::Down(lines) => self.scroll_by(|at| at.saturating_add(lines)),
            Action::Up(lines) => self.scroll_by(|at| at.saturating_sub(lines)),
            Action::Top => self.scroll_by(|_| 0),
            Action::Bottom => self.scroll_by(|_| usize::MAX),
            Action::Review => return self.review(self.kind()),
            Action::Buy => return self.buy(),
            Action::ToggleMaximum => self.toggle_maximum(),
            _ => self.act_in_field(action),
        }
        Vec::new()
    }

    fn act_in_field(&mut self, action: Action) {
        let first = self.first(self.kind());
        if self.obstacle_to_amounts().is_some() {
            return; // the bid line says what it is
        }
        let Some(product) = &self.watch.product else {
            return;
        };
        let field = &mut self.watch.field;
        let currency = product.currency;
        let from = field.amount(currency).ok();
        match (action, first) {
            (Action::Digit(digit), _) => field.type_digit(digit, currency),
            (Action::Point, _) => field.type_point(currency),
            (Action::Erase, _) => field.erase(),
            (Action::StepUp, Some(first)) => field.preset(product.step_up(from, first), currency),
            (Action::StepDown, Some(first)) => {
                field.preset(product.step_down(from, first), currency);
            }
            _ => {}
        }
    }

    fn act_in_dialog(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Send => return self.send(),
            Action::Cancel => self.cancel_dialog(),
            Action::RaiseToMinimum => self.raise_to_minimum(),
            Action::ToggleMaximum => self.toggle_maximum(),
            _ => {}
        }
        Vec::new()
    }

    fn act_in_help(&mut self, action: Action) {
        let scrolled = self.help.unwrap_or(0);
        self.help = match action {
            Action::Help => None,
            Action::Down(lines) => Some(scrolled.saturating_add(lines).min(keys::TABLE.len())),
            Action::Up(lines) => Some(scrolled.saturating_sub(lines)),
            _ => Some(0),
        };
    }

    fn act_in_details(&mut self, action: Action) {
        let (scrolled, lines) = (self.details.unwrap_or(0), words::detail_lines(self).len());
        self.details = match action {
            Action::Details => None,
            Action::Down(more) => Some(scrolled.saturating_add(more).min(lines)),
            Action::Up(more) => Some(scrolled.saturating_sub(more)),
            Action::Bottom => Some(lines),
            _ => Some(0),
        };
    }

    fn act_in_form(&mut self, action: Action) -> Vec<Effect> {
        if action == Action::Back {
            self.form = None;
            return Vec::new();
        }
        let Some(form) = self.form.as_mut().filter(|form| !form.is_busy) else {
            return Vec::new();
        };
        match action {
            Action::PreviousField => form.move_focus(false),
            Action::Submit if form.is_at_last() => return form.submit(),
            Action::Submit | Action::NextField => form.move_focus(true),
            Action::ToggleSignUp => form.toggle(),
            Action::Erase => form.erase(),
            Action::EraseAll => form.erase_all(),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn open_form(&mut self, is_sign_up: bool) {
        if let Identity::User(user) = &self.identity {
            let text = format!("logged in already, as {}", user.user_name);
            self.tell(Tone::Plain, text);
        } else {
            self.form = Some(Form::open(is_sign_up, self.identity.last_email()));
        }
    }

    /// Scrolls the list that has the keys, no further than it is long.
    fn scroll_by(&mut self, to: impl Fn(usize) -> usize) {
        let is_events = self.events_are_open || self.focus == Pane::Events;
        let (scrolled, lines) = if is_events {
            (&mut self.scroll.events, self.watch.log.len())
        } else {
            (&mut self.scroll.bids, self.watch.bids.len())
        };
        *scrolled = to(*scrolled).min(lines.saturating_sub(1));
    }
}

impl Form {
    /// The form is sent, unless something is missing.
    pub(super) fn submit(&mut self) -> Vec<Effect> {
        if let Some(field) = self.missing() {
            self.focus = field;
            let name = words::field(field);
            self.errors = vec![format!("{name} is missing")];
            return Vec::new();
        }
        self.errors.clear();
        self.is_busy = true;
        self.focus = Field::Password;
        let (email, password) = (self.email.trim().to_owned(), self.password.clone());
        vec![if self.is_sign_up {
            Effect::SignUp { user_name: self.user_name.trim().to_owned(), email, password }
        } else {
            Effect::LogIn { email, password }
        }]
    }
}
