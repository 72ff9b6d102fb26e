//! Keys as the configuration writes them.

use std::fmt;

use crossterm::event::KeyCode;
use serde::Deserialize;

use super::{Binding, Key};
use crate::nearest::nearest;

/// One key, or several that do the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Keys {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// What is wrong with a key of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no such key.
    #[error(
        "[keys]: {0:?} is no key: write a character, Ctrl-x, F1, Enter, Esc, Tab, S-Tab, Space, \
         Backspace, Up, Down, Left, Right, Home, End, PageUp or PageDown"
    )]
    NoKey(String),
    /// Nothing is called so.
    #[error("[keys.{scope}]: {name:?} is nothing that a key does; is {nearest} meant?")]
    Unknown {
        /// The scope it was looked for in.
        scope: String,
        /// What was looked for.
        name: String,
        /// What there is that is most like it.
        nearest: String,
    },
    /// Digits are what amounts and tabs are made of.
    #[error("[keys]: digits cannot be bound otherwise")]
    Digits,
    /// One key would do two things.
    #[error("[keys]: {key} would mean both {one} and {other}: bind one of them to another key")]
    Clash {
        /// The key.
        key: String,
        /// One of the things.
        one: String,
        /// The other.
        other: String,
    },
}

/// The keys that have names.
const NAMED: [(&str, KeyCode); 15] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("S-Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Delete", KeyCode::Delete),
];

impl Keys {
    pub(super) fn parse(&self) -> Result<Vec<Key>, KeyError> {
        match self {
            Self::One(key) => Ok(vec![Key::parse(key)?]),
            Self::Several(keys) => keys.iter().map(|key| Key::parse(key)).collect(),
        }
    }
}

impl Key {
    fn parse(text: &str) -> Result<Self, KeyError> {
        let named = NAMED.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        if let Some((_, code)) = named {
            return Ok(match code {
                KeyCode::Char(key) => Self::Char(*key),
                code => Self::Code(*code),
            });
        }
        let only = |text: &str| {
            let mut letters = text.chars();
            letters.next().filter(|_| letters.next().is_none())
        };
        let error = || KeyError::NoKey(text.to_owned());
        if let Some(key) = only(text) {
            let is_free = !key.is_control() && !key.is_ascii_digit();
            return is_free.then_some(Self::Char(key)).ok_or_else(error);
        }
        if let Some(key) = text.strip_prefix("Ctrl-").and_then(only) {
            return Ok(Self::Ctrl(key.to_ascii_lowercase()));
        }
        let function = text.strip_prefix(['F', 'f']).and_then(|number| number.parse::<u8>().ok());
        let function = function.filter(|number| (1..=12).contains(number));
        function.map(|number| Self::Code(KeyCode::F(number))).ok_or_else(error)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = match self {
            Self::Char(key) => KeyCode::Char(*key),
            Self::Code(code) => *code,
            Self::Ctrl(key) => return write!(out, "Ctrl-{}", key.to_ascii_uppercase()),
            Self::Digit => return out.write_str("0-9"),
        };
        let named = NAMED.iter().find(|(_, named)| *named == code);
        match (named, code) {
            (Some((name, _)), _) => out.write_str(name),
            (None, KeyCode::Char(key)) => write!(out, "{key}"),
            (None, KeyCode::F(number)) => write!(out, "F{number}"),
            (None, code) => write!(out, "{code:?}"),
        }
    }
}

impl KeyError {
    pub(super) fn unknown(bindings: &[Binding], scope: &str, name: &str) -> Self {
        let full = |binding: &Binding| format!("{}.{}", binding.scope.name(), binding.name);
        let all: Vec<_> = bindings.iter().map(full).collect();
        let nearest = nearest(&format!("{scope}.{name}"), all.iter().map(String::as_str));
        let nearest = nearest.unwrap_or_default().to_owned();
        Self::Unknown { scope: scope.to_owned(), name: name.to_owned(), nearest }
    }

    pub(super) fn clash(key: Key, one: &Binding, other: &Binding) -> Self {
        let full = |binding: &Binding| format!("{}.{}", binding.scope.name(), binding.name);
        Self::Clash { key: key.to_string(), one: full(one), other: full(other) }
    }
}
