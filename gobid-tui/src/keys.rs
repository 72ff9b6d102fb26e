//! What keys do. One table feeds dispatch, hints and help.

mod table;

pub use table::TABLE;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Where a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Wherever nothing else is meant by it.
    Everywhere,
    /// In the auction.
    Watch,
    /// In the amount of the bid line.
    Amount,
    /// In the dialog before a bid.
    Dialog,
    /// In the form to log in.
    Form,
    /// In the help.
    Help,
    /// In the details of the product.
    Details,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Opens the help, or closes it.
    Help,
    /// Leaves, after asking back while a bid has no answer.
    Quit,
    /// Leaves at once.
    Interrupt,
    /// Suspends the program.
    Suspend,
    /// Draws everything anew.
    Redraw,
    /// Closes what is open; in the auction it empties the amount.
    Back,
    /// Connects anew.
    Reconnect,
    /// Opens the form to log in.
    LogIn,
    /// Opens the event log, or closes it.
    Events,
    /// Opens the details of the product, or closes them.
    Details,
    /// The next list has the keys.
    NextPane,
    /// The list before has the keys.
    PreviousPane,
    /// Down by lines.
    Down(usize),
    /// Up by lines.
    Up(usize),
    /// To the newest line.
    Top,
    /// To the oldest line.
    Bottom,
    /// A digit of the amount.
    Digit(char),
    /// The point of the amount.
    Point,
    /// Takes the last character away.
    Erase,
    /// A step more.
    StepUp,
    /// A step less.
    StepDown,
    /// From a firm bid to a hidden maximum, and back.
    ToggleMaximum,
    /// Opens the dialog.
    Review,
    /// Opens the dialog to buy now, or to accept the price of a Dutch auction.
    Buy,
    /// Sends the bid.
    Send,
    /// In the dialog: the amount becomes the new minimum.
    RaiseToMinimum,
    /// Closes the dialog without a bid.
    Cancel,
    /// The next field.
    NextField,
    /// The field before.
    PreviousField,
    /// Sends the form, or goes on to its next field.
    Submit,
    /// From logging in to signing up, and back.
    ToggleSignUp,
    /// Empties the field.
    EraseAll,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// The keys that do it.
    keys: &'static [Key],
    /// The keys as the help writes them.
    pub shown: &'static str,
    /// What it does, as the help says it.
    pub help: &'static str,
    /// Keys and word for the line of hints.
    hint: Option<(&'static str, &'static str)>,
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

/// What a key does in a scope, or in those that hold beside it.
pub fn action(scope: Scope, event: &KeyEvent) -> Option<Action> {
    let holds = |binding: &&Binding| {
        let beside = binding.scope == Scope::Everywhere
            || (scope == Scope::Watch && binding.scope == Scope::Amount);
        (binding.scope == scope || beside) && binding.keys.iter().any(|key| key.matches(event))
    };
    let binding = TABLE.iter().find(holds)?;
    match (binding.action, event.code) {
        (Action::Digit(_), KeyCode::Char(digit)) => Some(Action::Digit(digit)),
        (action, _) => Some(action),
    }
}

/// A hint of which keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What they do.
    pub action: Action,
    /// The keys.
    pub keys: &'static str,
    /// A word for what they do.
    pub word: &'static str,
}

/// The hints of a scope.
pub fn hints(scope: Scope) -> impl Iterator<Item = Hint> {
    let here = move |binding: &&Binding| {
        binding.scope == scope || (scope == Scope::Watch && binding.scope == Scope::Amount)
    };
    let hint = |binding: &Binding| {
        let (keys, word) = binding.hint?;
        Some(Hint { action: binding.action, keys, word })
    };
    TABLE.iter().filter(here).filter_map(hint)
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
}

#[cfg(test)]
mod tests {
    use super::Scope::{Amount, Details, Dialog, Everywhere, Form, Help, Watch};
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(code, modifiers)
    }

    #[test]
    fn no_key_means_two_things_in_one_scope() {
        for (place, binding) in TABLE.iter().enumerate() {
            for other in TABLE.iter().skip(place + 1) {
                let is_beside = |a: Scope, b: Scope| {
                    a == b || a == Everywhere || b == Everywhere || (a == Watch && b == Amount)
                };
                if !is_beside(binding.scope, other.scope) {
                    continue;
                }
                let shared = binding.keys.iter().find(|key| other.keys.contains(key));
                assert_eq!(shared, None, "{binding:?} and {other:?}");
            }
        }
    }

    #[test]
    fn keys_find_their_action() {
        let none = KeyModifiers::NONE;
        let table = [
            (Watch, press(KeyCode::Char('7'), none), Some(Action::Digit('7'))),
            (Watch, press(KeyCode::Char('+'), KeyModifiers::SHIFT), Some(Action::StepUp)),
            (Watch, press(KeyCode::Char('R'), KeyModifiers::SHIFT), Some(Action::Reconnect)),
            (Watch, press(KeyCode::Char('r'), none), None),
            (Watch, press(KeyCode::Char('y'), none), None),
            (Watch, press(KeyCode::Char('q'), KeyModifiers::ALT), None),
            (Watch, press(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Action::Interrupt)),
            (Form, press(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Action::Interrupt)),
            (Form, press(KeyCode::Char('q'), none), None),
            (Dialog, press(KeyCode::Char('y'), none), Some(Action::Send)),
            (Dialog, press(KeyCode::Enter, none), None),
            (Dialog, press(KeyCode::Char('7'), none), None),
            (Dialog, press(KeyCode::Char('m'), none), Some(Action::ToggleMaximum)),
            (Dialog, press(KeyCode::Char('B'), none), None),
            (Watch, press(KeyCode::Char('B'), KeyModifiers::SHIFT), Some(Action::Buy)),
            (Help, press(KeyCode::Esc, none), Some(Action::Help)),
            (Details, press(KeyCode::Char('i'), none), Some(Action::Details)),
            (Details, press(KeyCode::Char('y'), none), None),
        ];
        for (scope, event, expected) in table {
            assert_eq!(action(scope, &event), expected, "{scope:?} {event:?}");
        }
    }
}
