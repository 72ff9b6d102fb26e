//! The table itself.

use crossterm::event::KeyCode;

use super::Key::{Char, Code, Ctrl, Digit};
use super::Scope::{Amount, Details, Dialog, Everywhere, Form, Help, Watch};
use super::{Action as A, Binding, Key, Scope};

const F1: Key = Code(KeyCode::F(1));
const ESC: Key = Code(KeyCode::Esc);
const TAB: Key = Code(KeyCode::Tab);
const BACK_TAB: Key = Code(KeyCode::BackTab);
const ENTER: Key = Code(KeyCode::Enter);
const BACKSPACE: Key = Code(KeyCode::Backspace);
const UP: Key = Code(KeyCode::Up);
const DOWN: Key = Code(KeyCode::Down);
const PAGE_UP: Key = Code(KeyCode::PageUp);
const PAGE_DOWN: Key = Code(KeyCode::PageDown);
const HOME: Key = Code(KeyCode::Home);
const END: Key = Code(KeyCode::End);

/// The table, in the order in which hints and help show it.
#[rustfmt::skip]
pub const TABLE: [Binding; 49] = [
    key(Watch, &[Char('?'), F1], "?  F1", "this help", A::Help).hint("?", "help"),
    key(Amount, &[ENTER], "Enter", "review the bid", A::Review).hint("Enter", "bid"),
    key(Amount, &[Digit], "0-9", "type an amount", A::Digit('0')),
    key(Amount, &[Char('.')], ".", "its point", A::Point),
    key(Amount, &[BACKSPACE], "Bksp", "take a digit back", A::Erase),
    key(Amount, &[Char('+'), Char('=')], "+", "a step more", A::StepUp).hint("+ -", "step"),
    key(Amount, &[Char('-')], "-", "a step less", A::StepDown),
    key(Amount, &[Char('m')], "m", "firm bid, hidden maximum", A::ToggleMaximum).hint("m", "max"),
    key(Watch, &[Char('B')], "B", "buy now; accept the price", A::Buy).hint("B", "buy"),
    key(Watch, &[TAB], "Tab", "next list", A::NextPane).hint("Tab", "focus"),
    key(Watch, &[BACK_TAB], "S-Tab", "previous list", A::PreviousPane),
    key(Watch, &[Char('j'), DOWN], "j  Down", "a line down", A::Down(1)),
    key(Watch, &[Char('k'), UP], "k  Up", "a line up", A::Up(1)),
    key(Watch, &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(Watch, &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(Watch, &[Char('g'), HOME], "g  Home", "to the newest", A::Top),
    key(Watch, &[Char('G'), END], "G  End", "to the oldest", A::Bottom),
    key(Watch, &[Char('i')], "i", "details: text and terms", A::Details).hint("i", "details"),
    key(Watch, &[Char('e')], "e", "events, full screen", A::Events).hint("e", "events"),
    key(Watch, &[ESC], "Esc", "close; empty the amount", A::Back),
    key(Watch, &[Char('L')], "L", "log in or sign up", A::LogIn).hint("L", "log in"),
    key(Watch, &[Char('R')], "R", "reconnect now", A::Reconnect),
    key(Watch, &[Char('q')], "q", "quit", A::Quit).hint("q", "quit"),
    key(Everywhere, &[Ctrl('c')], "Ctrl-C", "quit at once", A::Interrupt),
    key(Everywhere, &[Ctrl('z')], "Ctrl-Z", "suspend", A::Suspend),
    key(Everywhere, &[Ctrl('l')], "Ctrl-L", "draw anew", A::Redraw),
    key(Dialog, &[Char('y')], "y", "place the bid", A::Send).hint("y", "place bid"),
    key(Dialog, &[Char('m')], "m", "firm bid, hidden maximum", A::ToggleMaximum).hint("m", "kind"),
    key(Dialog, &[Char('n'), ESC], "n  Esc", "back, no bid", A::Cancel).hint("n", "cancel"),
    key(Dialog, &[Char('+'), Char('=')], "+", "bid the new minimum", A::RaiseToMinimum),
    key(Dialog, &[Char('R')], "R", "reconnect now", A::Reconnect),
    key(Form, &[ENTER], "Enter", "next field, then send", A::Submit).hint("Enter", "send"),
    key(Form, &[TAB, DOWN], "Tab", "next field", A::NextField).hint("Tab", "next field"),
    key(Form, &[BACK_TAB, UP], "S-Tab", "the field before", A::PreviousField),
    key(Form, &[Ctrl('n')], "Ctrl-N", "sign up, or log in", A::ToggleSignUp)
        .hint("Ctrl-N", "sign up / log in"),
    key(Form, &[BACKSPACE], "Bksp", "take a character back", A::Erase),
    key(Form, &[Ctrl('u')], "Ctrl-U", "empty the field", A::EraseAll),
    key(Form, &[ESC], "Esc", "close the form", A::Back).hint("Esc", "close"),
    key(Help, &[ESC, Char('?'), F1, Char('q')], "Esc", "close", A::Help).hint("Esc", "close"),
    key(Help, &[Char('j'), DOWN, Char(' ')], "j", "a line down", A::Down(1)).hint("j k", "scroll"),
    key(Help, &[Char('k'), UP], "k", "a line up", A::Up(1)),
    key(Help, &[Char('g'), HOME], "g", "to the top", A::Top),
    key(Details, &[ESC, Char('i'), Char('q')], "Esc", "close", A::Details).hint("Esc", "close"),
    key(Details, &[Char('j'), DOWN, Char(' ')], "j", "a line down", A::Down(1)).hint("j k", "scroll"),
    key(Details, &[Char('k'), UP], "k", "a line up", A::Up(1)),
    key(Details, &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(Details, &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(Details, &[Char('g'), HOME], "g", "to the top", A::Top),
    key(Details, &[Char('G'), END], "G", "to the bottom", A::Bottom),
];

const fn key(
    scope: Scope,
    keys: &'static [Key],
    shown: &'static str,
    help: &'static str,
    action: A,
) -> Binding {
    Binding { scope, keys, shown, help, hint: None, action }
}

impl Binding {
    const fn hint(mut self, keys: &'static str, word: &'static str) -> Self {
        self.hint = Some((keys, word));
        self
    }
}
