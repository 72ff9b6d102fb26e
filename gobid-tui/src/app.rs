//! The program's state. [`App::update`] is pure: time and fresh ids are passed in with each
//! message, and what is to be done comes out as [`Effect`]s.

mod above;
mod amount;
mod answers;
mod bidding;
mod browse;
mod command;
mod dialog;
mod events;
mod extras;
mod feed;
mod form;
mod identity;
mod input;
mod line;
mod log;
mod message;
mod missed;
mod mouse;
mod news;
mod note;
mod notices;
mod obstacle;
mod offer;
mod outcome;
mod palette;
mod product;
mod replay;
mod ring;
mod rows;
mod sale;
mod standing;
mod wake;
mod watch;

use std::time::Duration;

use gobid_api::{Decimal, ProductId, RequestId, Timestamp};
use jiff::tz::TimeZone;
use ratatui::symbols::Marker;

pub use above::Help;
pub use browse::{Asked, Browse, List, Row, Sort, Stake, TABS, Tab};
pub use dialog::{Dialog, Moved};
pub use extras::{ChartLook, ChartStyle};
pub use form::{Field, Form, Secret};
pub use identity::{Identity, User};
pub use line::{End, Line, LineState};
pub use log::{Entry, Tone};
pub use message::{Effect, ExportAs, Msg};
pub use missed::MOST as MOST_MISSED;
pub use note::Note;
pub use notices::{Happening, Notices, What};
pub use obstacle::Obstacle;
pub use offer::Kind;
pub use outcome::Attempt;
pub use palette::{COMMANDS, Palette};
pub use product::{Fall, Product};
pub use replay::{Recording, Replay};
pub use standing::{Bid, Phase};
pub use watch::{Role, Watch};

use crate::exit::Exit;
use crate::keys::Keymap;
use crate::theme::Theme;
use crate::words::Means;

/// The program's state.
#[derive(Clone, Debug)]
pub struct App {
    /// How things are to look.
    pub look: Look,
    /// Whether nothing may be bid.
    pub is_read_only: bool,
    /// Who is looking.
    pub identity: Identity,
    /// What one looks at.
    pub place: Place,
    /// The auction in front.
    pub watch: Watch,
    /// The other auctions that are watched.
    beside: Vec<Watch>,
    /// The lists of auctions.
    pub browse: Browse,
    /// The replay, where there is one.
    pub replay: Option<Replay>,
    /// Whether and of what people are told who do not look.
    pub notices: Notices,
    /// Which keys do what.
    pub keys: Keymap,
    /// Which bids are asked back about.
    pub confirm: Confirm,
    /// The form to log in, when it is open.
    pub form: Option<Form>,
    /// The help, when it is open.
    pub help: Option<Help>,
    /// The line of commands, when it is open.
    pub palette: Option<Palette>,
    /// Whether the link of the auction is shown as a QR code.
    pub has_qr: bool,
    /// The details of the product, when they are open, and how far they are scrolled.
    pub details: Option<usize>,
    /// Which list has all the room there is, if one has.
    pub zoomed: Option<Pane>,
    /// Which list the keys move in.
    pub focus: Pane,
    /// How the chart is drawn.
    pub chart: ChartLook,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The moment of the last message.
    pub now: Moment,
    /// How many notes there have been.
    notes: u64,
    /// Whether `q` has been asked back about and would now be obeyed.
    pub quit_is_armed: bool,
    /// Why the server last did not do what it was asked to, for the program's end.
    pub failed: Option<Exit>,
}

/// How things are to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours and attributes.
    pub theme: Theme,
    /// The themes that there are, by their names.
    pub themes: Vec<(String, Theme)>,
    /// What the chart is drawn with.
    pub marker: Marker,
    /// Whether frames and pictures are of ASCII alone.
    pub is_ascii: bool,
    /// The time zone of all times shown.
    pub zone: TimeZone,
    /// The server's address, to be named.
    pub server: String,
    /// How the program is told what to do.
    pub means: Means,
}

/// What one looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The lists of auctions.
    List,
    /// The auction in front.
    Auction,
}

/// Which bids are asked back about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Confirm {
    /// Every one.
    #[default]
    Always,
    /// Those above this amount, in the auction's currency.
    Above(Decimal),
    /// None.
    Never,
}

/// A list that keys can move in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The bids.
    Bids,
    /// The event log.
    Events,
    /// The chart.
    Chart,
}

impl Pane {
    const fn next(self) -> Self {
        match self {
            Self::Bids => Self::Events,
            Self::Events => Self::Chart,
            Self::Chart => Self::Bids,
        }
    }
}

/// A number of lines of each list: how far it is scrolled, or how many there ever were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The bids.
    pub bids: usize,
    /// The event log.
    pub events: usize,
}

/// A moment, and an id that nothing else has.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Since the program's start, by the monotonic clock.
    pub since_start: Duration,
    /// The server's time.
    pub server_time: Timestamp,
    /// How far that may be off; `None` while it has not been measured.
    pub uncertainty: Option<Duration>,
    /// What the next bid is named by.
    pub fresh_id: RequestId,
}

impl App {
    /// What is to be said, and what can be done about it: by keys, which stand in it as
    /// `<views.log-in>`, or by words.
    pub fn advise(&self, what: &str, by_key: &str, by_word: &str) -> String {
        self.look.means.advise(what, &self.keys.text(by_key), by_word)
    }

    /// The state at the start, with no auction.
    pub fn new(look: Look, now: Moment) -> Self {
        Self {
            look,
            is_read_only: false,
            identity: Identity::default(),
            place: Place::Auction,
            watch: Watch::none(),
            beside: Vec::new(),
            browse: Browse::default(),
            replay: None,
            notices: Notices::default(),
            keys: Keymap::default(),
            confirm: Confirm::Always,
            form: None,
            help: None,
            palette: None,
            has_qr: false,
            details: None,
            zoomed: None,
            focus: Pane::Bids,
            chart: ChartLook::default(),
            size: (80, 24),
            now,
            notes: 0,
            quit_is_armed: false,
            failed: None,
        }
    }

    /// Takes a message in, and says what is to be done.
    pub fn update(&mut self, msg: Msg, now: Moment) -> Vec<Effect> {
        self.now = self.reckon(now);
        let mut effects = self.take(msg);
        for id in self.ids() {
            effects.extend(self.with(id, Self::settle).into_iter().flatten());
            effects.extend(self.tell_of_unknown(id));
        }
        effects.extend(self.read_lists());
        effects
    }

    /// Watches these auctions from the start on, the first one in front.
    pub fn begin(&mut self, ids: &[ProductId]) -> Vec<Effect> {
        let effects = ids.iter().flat_map(|id| self.open(*id)).collect();
        if let Some(first) = ids.first() {
            self.bring(*first);
        }
        effects
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => return self.key(key),
            Msg::Paste(text) => return self.paste(&text),
            Msg::Words(words) => return self.words(&words),
            Msg::Mouse(event) => return self.mouse(event),
            Msg::Feed(id, event) => return self.take_of(id, |app| app.feed(event)),
            Msg::Missed(id, events, rest) => {
                return self.take_of(id, |app| app.take_missed(&events, rest));
            }
            Msg::Failed(exit) => return self.take_failure(exit),
            Msg::NotSent(id, request) => return self.take_of(id, |app| app.not_sent(request)),
            Msg::Listed(asked, rows, cursors) => return self.listed(&asked, rows, cursors),
            Msg::Watchlisted(id, is_on, error) => return self.watchlisted(id, is_on, error),
            Msg::Identified(user) => return self.identified(user),
            Msg::LoggedIn(user) => return self.logged_in(user),
            Msg::AfterSale(id, user_id, product) => {
                self.with(id, |app| app.sale_told(user_id, product.as_deref()));
            }
            Msg::Resize(columns, rows) => self.size = (columns, rows),
            Msg::Focus(has_focus) => self.notices.has_focus = Some(has_focus),
            Msg::LoginRefused(errors) => {
                if let Some(form) = &mut self.form {
                    form.refused(errors);
                }
            }
            Msg::Done(text) => self.tell(Tone::Good, text),
            Msg::Trouble(text) => self.tell(Tone::Warning, text),
            Msg::Tick => {}
        }
        Vec::new()
    }

    /// What happens by itself after each message, to the auction in front.
    fn settle(&mut self) -> Vec<Effect> {
        if !self.watch.is_some() {
            return Vec::new();
        }
        self.watch.hold_still();
        let mut effects = self.settle_what_is_open();
        effects.extend(self.ask_after_a_sale());
        effects.extend(self.read_what_was_missed());
        self.drop_what_is_untrue();
        effects
    }

    /// The moment, with the time of the replay where there is one.
    fn reckon(&mut self, now: Moment) -> Moment {
        let now = self.watch.reckon(now);
        match self.play_on(now.since_start) {
            Some(server_time) => Moment { server_time, ..now },
            None => now,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
