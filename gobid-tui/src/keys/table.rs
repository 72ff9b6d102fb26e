//! The table itself.

use crossterm::event::KeyCode;

use super::Key::{Char, Code, Ctrl, Digit};
use super::Scope::{
    Amount, Details, Dialog, Everywhere, Filter, Form, Help, List, Palette, Replay, Views, Watch,
};
use super::{Action as A, Key, Scope};

/// A line of the table as it is written here.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) scope: Scope,
    pub(super) name: &'static str,
    pub(super) keys: &'static [Key],
    pub(super) shown: &'static str,
    pub(super) help: &'static str,
    pub(super) hint: Option<(&'static str, &'static str)>,
    pub(super) action: A,
}

const F1: Key = Code(KeyCode::F(1));
const ESC: Key = Code(KeyCode::Esc);
const TAB: Key = Code(KeyCode::Tab);
const BACK_TAB: Key = Code(KeyCode::BackTab);
const ENTER: Key = Code(KeyCode::Enter);
const BACKSPACE: Key = Code(KeyCode::Backspace);
const UP: Key = Code(KeyCode::Up);
const DOWN: Key = Code(KeyCode::Down);
const LEFT: Key = Code(KeyCode::Left);
const RIGHT: Key = Code(KeyCode::Right);
const PAGE_UP: Key = Code(KeyCode::PageUp);
const PAGE_DOWN: Key = Code(KeyCode::PageDown);
const HOME: Key = Code(KeyCode::Home);
const END: Key = Code(KeyCode::End);

/// The table, in the order in which hints and help show it.
#[rustfmt::skip]
pub(super) const TABLE: &[Entry] = &[
    key(Views, "help", &[Char('?'), F1], "?  F1", "this help", A::Help).hint("?", "help"),
    key(Views, "news", &[Char('a')], "a", "to the auction with news", A::News).hint("a", "news"),
    key(Amount, "review", &[ENTER], "Enter", "review the bid", A::Review).hint("Enter", "bid"),
    key(Amount, "digits", &[Digit], "0-9", "type an amount", A::Digit('0')),
    key(Amount, "point", &[Char('.')], ".", "its point", A::Point),
    key(Amount, "erase", &[BACKSPACE], "Bksp", "take a digit back", A::Erase),
    key(Amount, "more", &[Char('+'), Char('=')], "+", "a step more", A::StepUp).hint("+ -", "step"),
    key(Amount, "less", &[Char('-')], "-", "a step less", A::StepDown),
    key(Amount, "maximum", &[Char('m')], "m", "firm bid, hidden maximum", A::ToggleMaximum).hint("m", "max"),
    key(Watch, "buy", &[Char('B')], "B", "buy now; accept the price", A::Buy).hint("B", "buy"),
    key(Watch, "next-auction", &[Char('>')], ">", "the next auction", A::NextAuction).hint("< >", "auctions"),
    key(Watch, "next-pane", &[TAB], "Tab", "next list", A::NextPane).hint("Tab", "focus"),
    key(Watch, "previous-pane", &[BACK_TAB], "S-Tab", "previous list", A::PreviousPane),
    key(Watch, "down", &[Char('j'), DOWN], "j  Down", "a line down", A::Down(1)),
    key(Watch, "up", &[Char('k'), UP], "k  Up", "a line up", A::Up(1)),
    key(Watch, "page-down", &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(Watch, "page-up", &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(Watch, "top", &[Char('g'), HOME], "g  Home", "to the newest", A::Top),
    key(Watch, "bottom", &[Char('G'), END], "G  End", "to the oldest", A::Bottom),
    key(Watch, "details", &[Char('i')], "i", "details: text and terms", A::Details).hint("i", "details"),
    key(Watch, "events", &[Char('e')], "e", "events, full screen", A::Events).hint("e", "events"),
    key(Watch, "zoom", &[Char('z')], "z", "this list alone, or all", A::Zoom),
    key(Watch, "freeze", &[Char('f')], "f", "the lists stand still", A::Freeze),
    key(Watch, "chart-style", &[Char('c')], "c", "chart: steps, bars, table", A::ChartStyle),
    key(Watch, "chart-in", &[Char('[')], "[", "chart: a shorter time", A::ChartIn),
    key(Watch, "chart-out", &[Char(']')], "]", "chart: a longer time", A::ChartOut),
    key(Watch, "previous-auction", &[Char('<')], "<", "the auction before", A::PreviousAuction),
    key(Watch, "close-auction", &[Char('X')], "X", "watch it no more", A::CloseAuction),
    key(Watch, "export", &[Char('x')], "x", "bids to files: CSV, JSON", A::Export),
    key(Watch, "qr", &[Char('Q')], "Q", "its link as a QR code", A::Qr),
    key(Watch, "back", &[ESC], "Esc", "close; empty; to the lists", A::Back),

    key(List, "open", &[ENTER], "Enter", "watch it", A::Open).hint("Enter", "watch"),
    key(List, "filter", &[Char('/')], "/", "filter by words of names", A::Filter).hint("/", "filter"),
    key(List, "sort", &[Char('s')], "s", "another order", A::Sort).hint("s", "sort"),
    key(List, "preview", &[Char('p')], "p", "preview of the row", A::Preview).hint("p", "preview"),
    key(List, "tabs", &[Digit], "1-7", "a tab", A::Digit('0')),
    key(List, "next-tab", &[TAB, Char('l'), RIGHT], "Tab  l", "next tab", A::NextPane).hint("Tab", "lists"),
    key(List, "previous-tab", &[BACK_TAB, Char('h'), LEFT], "S-Tab h", "previous tab", A::PreviousPane),
    key(List, "down", &[Char('j'), DOWN], "j  Down", "a row down", A::Down(1)),
    key(List, "up", &[Char('k'), UP], "k  Up", "a row up", A::Up(1)),
    key(List, "page-down", &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(List, "page-up", &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(List, "top", &[Char('g'), HOME], "g  Home", "to the first", A::Top),
    key(List, "bottom", &[Char('G'), END], "G  End", "to the last", A::Bottom),
    key(List, "auction", &[Char('>')], ">", "to the auction watched last", A::NextAuction).hint(">", "auction"),
    key(List, "auction-before", &[Char('<')], "<", "to the auction before", A::PreviousAuction),
    key(List, "back", &[ESC], "Esc", "no filter", A::Back),

    key(Replay, "play", &[Char(' ')], "Space", "play, stop", A::Play).hint("Space", "play"),
    key(Replay, "faster", &[Char('+'), Char('='), UP], "+  Up", "faster", A::Faster).hint("+ -", "speed"),
    key(Replay, "slower", &[Char('-'), DOWN], "-  Down", "slower", A::Slower),
    key(Replay, "on", &[Char('l'), RIGHT], "Right l", "a piece on", A::Seek(2)).hint("h l", "seek"),
    key(Replay, "back", &[Char('h'), LEFT], "Left  h", "a piece back", A::Seek(-2)),
    key(Replay, "far-on", &[PAGE_DOWN], "PgDn", "a large piece on", A::Seek(10)),
    key(Replay, "far-back", &[PAGE_UP], "PgUp", "a large piece back", A::Seek(-10)),
    key(Replay, "next", &[Char('.'), Char('j')], ".  j", "the next event", A::Step(1)).hint(". ,", "event"),
    key(Replay, "previous", &[Char(','), Char('k')], ",  k", "the event before", A::Step(-1)),
    key(Replay, "begin", &[HOME, Char('g')], "g  Home", "to the beginning", A::Seek(-100)),
    key(Replay, "end", &[END, Char('G')], "G  End", "to the end", A::Seek(100)),
    key(Replay, "details", &[Char('i')], "i", "details: text and terms", A::Details).hint("i", "details"),
    key(Replay, "events", &[Char('e')], "e", "events, full screen", A::Events),
    key(Replay, "next-pane", &[TAB], "Tab", "next list", A::NextPane),
    key(Replay, "zoom", &[Char('z')], "z", "this list alone, or all", A::Zoom),
    key(Replay, "chart-style", &[Char('c')], "c", "chart: steps, bars, table", A::ChartStyle),

    key(Views, "palette", &[Char(':')], ":", "a command by its words", A::Palette).hint(":", "command"),
    key(Views, "watchlist", &[Char('w')], "w", "on the watchlist, or off", A::Watchlist).hint("w", "watchlist"),
    key(Views, "notices", &[Char('n')], "n", "bell and notices, on or off", A::ToggleNotices),
    key(Views, "copy", &[Char('y')], "y", "copy its link", A::Copy),
    key(Views, "browser", &[Char('o')], "o", "open its link in a browser", A::OpenInBrowser),
    key(Views, "theme", &[Char('t')], "t", "next theme", A::NextTheme).hint("t", "theme"),
    key(Views, "log-in", &[Char('L')], "L", "log in or sign up", A::LogIn).hint("L", "log in"),
    key(Views, "reconnect", &[Char('R')], "R", "reconnect, read anew", A::Reconnect),
    key(Views, "quit", &[Char('q')], "q", "quit", A::Quit).hint("q", "quit"),
    key(Everywhere, "interrupt", &[Ctrl('c')], "Ctrl-C", "quit at once", A::Interrupt),
    key(Everywhere, "suspend", &[Ctrl('z')], "Ctrl-Z", "suspend", A::Suspend),
    key(Everywhere, "redraw", &[Ctrl('l')], "Ctrl-L", "draw anew", A::Redraw),

    key(Dialog, "send", &[Char('y')], "y", "place the bid", A::Send).hint("y", "place bid"),
    key(Dialog, "maximum", &[Char('m')], "m", "firm bid, hidden maximum", A::ToggleMaximum).hint("m", "kind"),
    key(Dialog, "cancel", &[Char('n'), ESC], "n  Esc", "back, no bid", A::Cancel).hint("n", "cancel"),
    key(Dialog, "minimum", &[Char('+'), Char('=')], "+", "bid the new minimum", A::RaiseToMinimum),
    key(Dialog, "next-auction", &[Char('>')], ">", "the next auction", A::NextAuction),
    key(Dialog, "previous-auction", &[Char('<')], "<", "the auction before", A::PreviousAuction),
    key(Dialog, "news", &[Char('a')], "a", "to the auction with news", A::News),
    key(Dialog, "reconnect", &[Char('R')], "R", "reconnect now", A::Reconnect),
    key(Form, "submit", &[ENTER], "Enter", "next field, then send", A::Submit).hint("Enter", "send"),
    key(Form, "next-field", &[TAB, DOWN], "Tab", "next field", A::NextField).hint("Tab", "next field"),
    key(Form, "previous-field", &[BACK_TAB, UP], "S-Tab", "the field before", A::PreviousField),
    key(Form, "sign-up", &[Ctrl('n')], "Ctrl-N", "sign up, or log in", A::ToggleSignUp)
        .hint("Ctrl-N", "sign up / log in"),
    key(Form, "erase", &[BACKSPACE], "Bksp", "take a character back", A::Erase),
    key(Form, "erase-all", &[Ctrl('u')], "Ctrl-U", "empty the field", A::EraseAll),
    key(Form, "close", &[ESC], "Esc", "close the form", A::Back).hint("Esc", "close"),
    key(Filter, "apply", &[ENTER], "Enter", "search for it", A::Submit).hint("Enter", "search"),
    key(Filter, "erase", &[BACKSPACE], "Bksp", "take a character back", A::Erase),
    key(Filter, "erase-all", &[Ctrl('u')], "Ctrl-U", "empty it", A::EraseAll),
    key(Filter, "down", &[DOWN], "Down", "a row down", A::Down(1)),
    key(Filter, "up", &[UP], "Up", "a row up", A::Up(1)),
    key(Filter, "close", &[ESC], "Esc", "no filter", A::Back).hint("Esc", "no filter"),
    key(Palette, "run", &[ENTER], "Enter", "do it", A::Submit).hint("Enter", "do it"),
    key(Palette, "complete", &[TAB], "Tab", "complete the word", A::NextField).hint("Tab", "complete"),
    key(Palette, "next", &[DOWN, Ctrl('n')], "Down", "the next command", A::Down(1)),
    key(Palette, "previous", &[UP, Ctrl('p')], "Up", "the command before", A::Up(1)),
    key(Palette, "erase", &[BACKSPACE], "Bksp", "take a character back", A::Erase),
    key(Palette, "erase-all", &[Ctrl('u')], "Ctrl-U", "empty the line", A::EraseAll),
    key(Palette, "close", &[ESC], "Esc", "no command", A::Back).hint("Esc", "close"),
    key(Help, "close", &[ESC, Char('?'), F1, Char('q')], "Esc", "close", A::Help).hint("Esc", "close"),
    key(Help, "search", &[Char('/')], "/", "search", A::Filter).hint("/", "search"),
    key(Help, "down", &[Char('j'), DOWN, Char(' ')], "j", "a line down", A::Down(1)).hint("j k", "scroll"),
    key(Help, "up", &[Char('k'), UP], "k", "a line up", A::Up(1)),
    key(Help, "page-down", &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(Help, "page-up", &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(Help, "top", &[Char('g'), HOME], "g", "to the top", A::Top),
    key(Details, "close", &[ESC, Char('i'), Char('q'), Char('Q')], "Esc", "close", A::Details).hint("Esc", "close"),
    key(Details, "down", &[Char('j'), DOWN, Char(' ')], "j", "a line down", A::Down(1)).hint("j k", "scroll"),
    key(Details, "up", &[Char('k'), UP], "k", "a line up", A::Up(1)),
    key(Details, "page-down", &[Ctrl('d'), PAGE_DOWN], "Ctrl-D", "half a page down", A::Down(8)),
    key(Details, "page-up", &[Ctrl('u'), PAGE_UP], "Ctrl-U", "half a page up", A::Up(8)),
    key(Details, "top", &[Char('g'), HOME], "g", "to the top", A::Top),
    key(Details, "bottom", &[Char('G'), END], "G", "to the bottom", A::Bottom),
];

const fn key(
    scope: Scope,
    name: &'static str,
    keys: &'static [Key],
    shown: &'static str,
    help: &'static str,
    action: A,
) -> Entry {
    Entry { scope, name, keys, shown, help, hint: None, action }
}

impl Entry {
    const fn hint(mut self, keys: &'static str, word: &'static str) -> Self {
        self.hint = Some((keys, word));
        self
    }
}
