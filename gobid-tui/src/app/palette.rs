//! The line of commands: the same words that are typed where there is no screen.

use super::{App, Effect};
use crate::keys::Action;

/// A command that can be typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its word.
    pub word: &'static str,
    /// What may follow.
    pub arguments: &'static str,
    /// What it does.
    pub help: &'static str,
}

const fn command(word: &'static str, arguments: &'static str, help: &'static str) -> Command {
    Command { word, arguments, help }
}

/// Every command.
pub const COMMANDS: [Command; 35] = [
    command("bid", "[1300.00]", "review a bid of this amount; bid alone: the lowest"),
    command(
        "max",
        "[1400.00]",
        "review a hidden maximum: the house bids for you, as little as needed",
    ),
    command("buy", "", "review a purchase at the buy-now price"),
    command("accept", "", "review the acceptance of the price of a Dutch auction"),
    command("status", "", "how it stands now"),
    command("bids", "", "the newest bids"),
    command("details", "", "what is sold, and the terms"),
    command("events", "", "what happened"),
    command("watch", "ID|ROW", "watch another auction: by its id, or by its row in the list"),
    command("auctions", "", "the auctions that are watched, and how they stand"),
    command("next", "", "the next auction that is watched"),
    command("previous", "", "the auction before"),
    command("news", "", "the auction that something was told of"),
    command("close", "", "watch this auction no more"),
    command("list", "[TAB]", "the lists: live, ending, upcoming, bids, watchlist, mine, ended"),
    command("filter", "[WORDS]", "the rows of the lists that have these words"),
    command("sort", "", "another order of the lists"),
    command("more", "", "the next page of the list"),
    command("watchlist", "", "put the auction on your watchlist, or take it off"),
    command("login", "", "log in"),
    command("signup", "", "sign up"),
    command("theme", "[NAME]", "another theme"),
    command("notify", "", "bell and notifications, on or off"),
    command("copy", "", "copy the auction's link"),
    command("open", "", "open the auction's link in a browser"),
    command("qr", "", "the auction's link as a QR code"),
    command(
        "export",
        "[csv|json|replay]",
        "write all bids, or all that happened, to a file in this folder",
    ),
    command("play", "", "in a replay: play, or stop; next and previous go by events"),
    command("seek", "50|+10|-10", "in a replay: go to a part of a hundred, or on, or back"),
    command("speed", "8", "in a replay: how many times as fast, 1 to 64"),
    command("freeze", "", "let the lists stand still, or go on"),
    command("chart", "", "draw the chart as steps, bars or a table"),
    command("reconnect", "", "connect anew at once"),
    command("help", "", "the keys, or these lines"),
    command("quit", "", "leave"),
];

/// What may cost money is meant by whoever types it in full, or picks it.
const IN_FULL: [&str; 4] = ["bid", "max", "buy", "accept"];

/// The longest line, in characters.
const LONGEST: usize = 120;

/// The line of commands, while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// What was typed.
    pub text: String,
    /// Which of the commands that fit is chosen.
    pub chosen: usize,
    /// Whether it was chosen by a key, and not by being the first that fits.
    is_picked: bool,
}

impl Palette {
    /// The commands that what was typed may become.
    pub fn matches(&self) -> Vec<Command> {
        let word = self.text.split_whitespace().next().unwrap_or_default().to_lowercase();
        let has_more = self.text.trim_start().contains(char::is_whitespace);
        let begins = |command: &&Command| command.word.starts_with(&word);
        let is_it = |command: &&Command| command.word == word;
        let all = COMMANDS.iter();
        if has_more {
            all.filter(is_it).copied().collect()
        } else {
            all.filter(begins).copied().collect()
        }
    }

    /// A text was typed.
    pub(super) fn insert(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.chars().count());
        self.text.extend(text.chars().filter(|next| !next.is_control()).take(room));
        self.choose(0, false);
    }

    /// The chosen command takes the place of its beginning.
    fn complete(&mut self) {
        if let Some(command) = self.chosen_command() {
            let space = if command.arguments.is_empty() { "" } else { " " };
            self.text = format!("{}{space}", command.word);
            self.choose(0, false);
        }
    }

    const fn choose(&mut self, chosen: usize, is_picked: bool) {
        self.chosen = chosen;
        self.is_picked = is_picked;
    }

    fn chosen_command(&self) -> Option<Command> {
        let matches = self.matches();
        let has_more = self.text.trim_start().contains(char::is_whitespace);
        matches.get(self.chosen).or(matches.first()).copied().filter(|_| !has_more)
    }

    /// The line to be obeyed: what was typed, with its first word in full. Nothing is meant by nothing.
    fn line(&self) -> String {
        let is_meant = |chosen: &Command| {
            self.is_picked || !(self.text.trim().is_empty() || IN_FULL.contains(&chosen.word))
        };
        let chosen = self.chosen_command().filter(is_meant);
        chosen.map_or_else(|| self.text.clone(), |chosen| chosen.word.to_owned())
    }
}

impl App {
    pub(super) fn act_in_palette(&mut self, action: Action) -> Vec<Effect> {
        let Some(palette) = &mut self.palette else {
            return Vec::new();
        };
        let last = palette.matches().len().saturating_sub(1);
        match action {
            Action::Submit => {
                let line = palette.line();
                self.palette = None;
                return self.words_in_views(&line);
            }
            Action::NextField => palette.complete(),
            Action::Down(lines) => {
                palette.choose(palette.chosen.saturating_add(lines).min(last), true);
            }
            Action::Up(lines) => palette.choose(palette.chosen.saturating_sub(lines), true),
            Action::Erase if palette.text.is_empty() => self.palette = None,
            Action::Erase => {
                palette.text.pop();
                palette.choose(0, false);
            }
            Action::EraseAll => *palette = Palette::default(),
            _ => self.palette = None,
        }
        Vec::new()
    }
}
