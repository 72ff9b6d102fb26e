//! What lies above everything else: the help, the details, the form to log in.

use super::log::Tone;
use super::{App, Effect, Field, Form, Identity};
use crate::keys::Action;
use crate::words;

/// The help, while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Help {
    /// How far it is scrolled.
    pub scrolled: usize,
    /// What is searched for: lines without it are left out.
    pub search: String,
    /// Whether that is being typed.
    pub is_typing: bool,
}

impl Help {
    /// A text was typed into the search.
    pub(super) fn insert(&mut self, text: &str) {
        const LONGEST: usize = 30;
        let room = LONGEST.saturating_sub(self.search.chars().count());
        self.search.extend(text.chars().filter(|next| !next.is_control()).take(room));
        self.scrolled = 0;
    }

    /// Whether a line is shown.
    pub fn shows(&self, keys: &str, text: &str) -> bool {
        let (keys, text) = (keys.to_lowercase(), text.to_lowercase());
        let mut words = self.search.split_whitespace().map(str::to_lowercase);
        words.all(|word| keys.contains(&word) || text.contains(&word))
    }
}

impl App {
    pub(super) fn act_in_help(&mut self, action: Action) -> Vec<Effect> {
        let lines = self.keys.bindings().len();
        let Some(help) = &mut self.help else {
            return Vec::new();
        };
        match action {
            Action::Help if help.search.is_empty() => self.help = None,
            Action::Help => *help = Help::default(),
            Action::Filter => help.is_typing = true,
            Action::Down(more) => help.scrolled = help.scrolled.saturating_add(more).min(lines),
            Action::Up(more) => help.scrolled = help.scrolled.saturating_sub(more),
            _ => help.scrolled = 0,
        }
        Vec::new()
    }

    pub(super) fn act_in_search(&mut self, action: Action) -> Vec<Effect> {
        let Some(help) = &mut self.help else {
            return Vec::new();
        };
        match action {
            Action::Submit => help.is_typing = false,
            Action::Back => *help = Help::default(),
            Action::Erase => {
                help.search.pop();
            }
            Action::EraseAll => help.search.clear(),
            Action::Down(more) => help.scrolled = help.scrolled.saturating_add(more),
            Action::Up(more) => help.scrolled = help.scrolled.saturating_sub(more),
            _ => {}
        }
        Vec::new()
    }

    pub(super) fn act_in_details(&mut self, action: Action) -> Vec<Effect> {
        if self.has_qr {
            self.has_qr = action != Action::Details;
            return Vec::new();
        }
        let (scrolled, lines) = (self.details.unwrap_or(0), words::detail_lines(self).len());
        self.details = match action {
            Action::Details => None,
            Action::Down(more) => Some(scrolled.saturating_add(more).min(lines)),
            Action::Up(more) => Some(scrolled.saturating_sub(more)),
            Action::Bottom => Some(lines),
            _ => Some(0),
        };
        Vec::new()
    }

    pub(super) fn act_in_form(&mut self, action: Action) -> Vec<Effect> {
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
