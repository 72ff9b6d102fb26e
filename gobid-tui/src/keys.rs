//! What keys do. One table feeds dispatch, hints and help; the configuration may bind otherwise.

mod action;
mod name;
mod table;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use action::Action;
pub use name::KeyError;
use name::Keys;
use table::TABLE;

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Wherever nothing else is meant by it.
    Everywhere,
    /// In an auction, in the lists, and in a replay.
    Views,
    /// In the auction.
    Watch,
    /// In the amount of the bid line.
    Amount,
    /// In the lists of auctions.
    List,
    /// In a text that is searched for.
    Filter,
    /// In the dialog before a bid.
    Dialog,
    /// In the form to log in.
    Form,
    /// In the help.
    Help,
    /// In the details of the product, and in its QR code.
    Details,
    /// In the line of commands.
    Palette,
    /// In a replay.
    Replay,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// Its name in the configuration.
    pub name: &'static str,
    /// The keys that do it.
    keys: Vec<Key>,
    /// The keys as the help writes them.
    pub shown: String,
    /// What it does, as the help says it.
    pub help: &'static str,
    /// Keys and word for the line of hints.
    hint: Option<(String, &'static str)>,
    action: Action,
}

/// A key of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Char(char),
    Ctrl(char),
    Code(KeyCode),
    Digit,
}

/// A hint of which keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint<'a> {
    /// What they do.
    pub action: Action,
    /// The keys.
    pub keys: &'a str,
    /// A word for what they do.
    pub word: &'static str,
}

/// Which keys do what.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// What the configuration binds: for a scope and the name of what is to be done, its keys.
pub type Bound = BTreeMap<String, BTreeMap<String, Keys>>;

impl Default for Keymap {
    fn default() -> Self {
        let binding = |entry: &table::Entry| Binding {
            scope: entry.scope,
            name: entry.name,
            keys: entry.keys.to_vec(),
            shown: entry.shown.to_owned(),
            help: entry.help,
            hint: entry.hint.map(|(keys, word)| (keys.to_owned(), word)),
            action: entry.action,
        };
        Self { bindings: TABLE.iter().map(binding).collect() }
    }
}

impl Keymap {
    /// The table, with what the configuration binds otherwise; and what it names that there is not.
    pub fn with(bound: &Bound) -> Result<(Self, Vec<String>), KeyError> {
        let mut keymap = Self::default();
        let mut unknown = Vec::new();
        for (scope, names) in bound {
            for (name, keys) in names {
                match keymap.bind(scope, name, &keys.parse()?) {
                    Err(error @ KeyError::Unknown { .. }) => unknown.push(error.to_string()),
                    done => done?,
                }
            }
        }
        match keymap.clash() {
            Some(clash) => Err(clash),
            None => Ok((keymap, unknown)),
        }
    }

    /// Every line, in the order in which hints and help show them.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What a key does in a scope, or in those that hold beside it.
    pub fn action(&self, scope: Scope, event: &KeyEvent) -> Option<Action> {
        let holds = |binding: &&Binding| {
            binding.scope.holds_in(scope) && binding.keys.iter().any(|key| key.matches(event))
        };
        let binding = self.bindings.iter().find(holds)?;
        match (binding.action, event.code) {
            (Action::Digit(_), KeyCode::Char(digit)) => Some(Action::Digit(digit)),
            (action, _) => Some(action),
        }
    }

    /// The hints of a scope.
    pub fn hints(&self, scope: Scope) -> impl Iterator<Item = Hint<'_>> {
        let here = move |binding: &&Binding| {
            binding.scope != Scope::Everywhere && binding.scope.holds_in(scope)
        };
        self.bindings.iter().filter(here).filter_map(Binding::hint)
    }

    fn bind(&mut self, scope: &str, name: &str, keys: &[Key]) -> Result<(), KeyError> {
        let is_it = |binding: &&mut Binding| binding.scope.name() == scope && binding.name == name;
        let Some(binding) = self.bindings.iter_mut().find(is_it) else {
            return Err(KeyError::unknown(&self.bindings, scope, name));
        };
        if binding.keys.contains(&Key::Digit) {
            return Err(KeyError::Digits);
        }
        binding.keys = keys.to_vec();
        let shown: Vec<_> = keys.iter().map(ToString::to_string).collect();
        binding.shown = shown.join("  ");
        if let Some((hint, _)) = &mut binding.hint {
            *hint = shown.into_iter().next().unwrap_or_default();
        }
        Ok(())
    }

    /// Two lines that a key would mean at once.
    fn clash(&self) -> Option<KeyError> {
        for (place, one) in self.bindings.iter().enumerate() {
            for other in self.bindings.iter().skip(place + 1) {
                let shared = |key: &&Key| other.keys.iter().any(|it| it.overlaps(**key));
                let key = one.keys.iter().find(shared);
                if let Some(key) = key.filter(|_| one.scope.meets(other.scope)) {
                    return Some(KeyError::clash(*key, one, other));
                }
            }
        }
        None
    }
}

impl Binding {
    fn hint(&self) -> Option<Hint<'_>> {
        let (keys, word) = self.hint.as_ref()?;
        Some(Hint { action: self.action, keys, word })
    }
}

impl Scope {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::Views => "views",
            Self::Watch => "auction",
            Self::Amount => "amount",
            Self::List => "list",
            Self::Filter => "filter",
            Self::Dialog => "dialog",
            Self::Form => "form",
            Self::Help => "help",
            Self::Details => "details",
            Self::Palette => "palette",
            Self::Replay => "replay",
        }
    }

    /// Whether a line of this scope holds while keys are pressed in another one.
    fn holds_in(self, pressed: Self) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Views => matches!(pressed, Self::Views | Self::Watch | Self::List | Self::Replay),
            Self::Amount => matches!(pressed, Self::Amount | Self::Watch),
            _ => self == pressed,
        }
    }

    /// Whether there is a place where lines of both hold.
    fn meets(self, other: Self) -> bool {
        const PLACES: [Scope; 9] = [
            Scope::Watch,
            Scope::List,
            Scope::Filter,
            Scope::Dialog,
            Scope::Form,
            Scope::Help,
            Scope::Details,
            Scope::Palette,
            Scope::Replay,
        ];
        PLACES.iter().any(|place| self.holds_in(*place) && other.holds_in(*place))
    }
}

impl Key {
    fn matches(self, event: &KeyEvent) -> bool {
        let held = event.modifiers.difference(KeyModifiers::SHIFT);
        match (self, event.code) {
            (Self::Ctrl(key), KeyCode::Char(pressed)) => {
                held == KeyModifiers::CONTROL && key == pressed.to_ascii_lowercase()
            }
            (Self::Char(key), KeyCode::Char(pressed)) => held.is_empty() && key == pressed,
            (Self::Digit, KeyCode::Char(pressed)) => held.is_empty() && pressed.is_ascii_digit(),
            (Self::Code(key), pressed) => held.is_empty() && key == pressed,
            _ => false,
        }
    }

    /// Whether there is something to press that both mean.
    fn overlaps(self, other: Self) -> bool {
        match (self, other) {
            (Self::Digit, Self::Char(key)) | (Self::Char(key), Self::Digit) => key.is_ascii_digit(),
            _ => self == other,
        }
    }
}
