//! The program's state. [`App::update`] is pure: time and fresh ids are passed in with each
//! message, and what is to be done comes out as [`Effect`]s.

mod amount;
mod answers;
mod bidding;
mod command;
mod dialog;
mod events;
mod feed;
mod form;
mod identity;
mod input;
mod line;
mod log;
mod message;
mod note;
mod obstacle;
mod offer;
mod outcome;
mod product;
mod rows;
mod sale;
mod standing;
mod watch;

use std::time::Duration;

use gobid_api::{ProductId, RequestId, Timestamp};
use jiff::tz::TimeZone;

pub use dialog::{Dialog, Moved};
pub use form::{Field, Form, Secret};
pub use identity::{Identity, User};
pub use line::{End, Line, LineState};
pub use log::{Entry, Tone};
pub use message::{Effect, Msg};
pub use note::Note;
pub use obstacle::Obstacle;
pub use offer::Kind;
pub use outcome::Attempt;
pub use product::{Fall, Product};
pub use standing::{Bid, Phase};
pub use watch::{Role, Watch};

use crate::countdown;
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
    /// The auction that is watched.
    pub watch: Watch,
    /// The form to log in, when it is open.
    pub form: Option<Form>,
    /// The help, when it is open, and how far it is scrolled.
    pub help: Option<usize>,
    /// The details of the product, when they are open, and how far they are scrolled.
    pub details: Option<usize>,
    /// Whether the event log has the whole screen.
    pub events_are_open: bool,
    /// Which list the keys move in.
    pub focus: Pane,
    /// How far each list is scrolled from its newest line.
    pub scroll: Scroll,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// The moment of the last message.
    pub now: Moment,
    /// Whether `q` has been asked back about and would now be obeyed.
    pub quit_is_armed: bool,
}

/// How things are to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Colours and attributes.
    pub theme: Theme,
    /// Whether frames and pictures are of ASCII alone.
    pub is_ascii: bool,
    /// The time zone of all times shown.
    pub zone: TimeZone,
    /// The server's address, to be named.
    pub server: String,
    /// How the program is told what to do.
    pub means: Means,
}

/// A list that keys can move in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The bids.
    Bids,
    /// The event log.
    Events,
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
    /// The state at the start.
    pub fn new(product_id: ProductId, look: Look, now: Moment) -> Self {
        Self {
            look,
            is_read_only: false,
            identity: Identity::default(),
            watch: Watch::new(product_id),
            form: None,
            help: None,
            details: None,
            events_are_open: false,
            focus: Pane::Bids,
            scroll: Scroll::default(),
            size: (80, 24),
            now,
            quit_is_armed: false,
        }
    }

    /// Takes a message in, and says what is to be done.
    pub fn update(&mut self, msg: Msg, now: Moment) -> Vec<Effect> {
        self.now = self.watch.reckon(now);
        let before = self.watch.counts();
        let mut effects = self.take(msg);
        self.hold_still(before);
        effects.extend(self.settle_what_is_open());
        effects.extend(self.ask_after_a_sale());
        self.drop_what_is_untrue();
        effects
    }

    fn take(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => self.paste(&text),
            Msg::Words(words) => self.words(&words),
            Msg::Feed(event) => self.feed(event),
            Msg::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Msg::NotSent(id) => self.not_sent(id),
            Msg::Identified(user) => self.identified(user),
            Msg::LoggedIn(user) => self.logged_in(user),
            Msg::LoginRefused(errors) => {
                if let Some(form) = &mut self.form {
                    form.refused(errors);
                }
                Vec::new()
            }
            Msg::AfterSale(user_id, product) => {
                self.sale_told(user_id, product.as_deref());
                Vec::new()
            }
            Msg::Trouble(text) => {
                self.tell(Tone::Warning, text);
                Vec::new()
            }
            Msg::Tick => Vec::new(),
        }
    }

    /// Keeps a list that was scrolled at the lines it shows, when newer ones have come.
    fn hold_still(&mut self, before: Scroll) {
        let now = self.watch.counts();
        if self.scroll.bids > 0 {
            self.scroll.bids += now.bids.saturating_sub(before.bids);
        }
        if self.scroll.events > 0 {
            self.scroll.events += now.events.saturating_sub(before.events);
        }
        self.scroll.bids = self.scroll.bids.min(self.watch.bids.len().saturating_sub(1));
        self.scroll.events = self.scroll.events.min(self.watch.log.len().saturating_sub(1));
    }

    /// How long until something on the screen changes without a message.
    pub fn wake_in(&self) -> Duration {
        const IDLE: Duration = Duration::from_secs(1);
        let now = self.now.since_start;
        let watch = &self.watch;
        let countdown = watch.product.as_ref().map(|product| {
            let end = match product.standing.phase {
                Phase::Scheduled => product.start,
                _ => product.standing.end,
            };
            end.since(self.now.server_time)
        });
        let countdown = countdown.filter(|left| !left.is_zero());
        let countdown = countdown.map(countdown::until_next_change);
        let fall = watch.product.as_ref().and_then(|it| it.next_fall(self.now.server_time));
        let fall = fall.map(|fall| fall.at.since(self.now.server_time));
        let fall = fall.map(countdown::until_next_second);
        let moments = [
            watch.attempts.next_change(),
            watch.note.as_ref().map(|note| note.until),
            watch.dialog.as_ref().and_then(|dialog| Some(now + dialog.locked_for(now)?)),
        ];
        let ahead = moments.into_iter().flatten().filter(|at| *at > now);
        let spans = ahead.map(|at| at.saturating_sub(now));
        let shortest = spans.chain(countdown).chain(fall).chain([IDLE]).min().unwrap_or(IDLE);
        shortest.max(Duration::from_millis(10))
    }

    fn identified(&mut self, user: Option<User>) -> Vec<Effect> {
        match user {
            Some(user) => self.identity = Identity::User(user),
            None => return self.signed_out(),
        }
        Vec::new()
    }

    fn logged_in(&mut self, user: User) -> Vec<Effect> {
        self.tell(Tone::Good, format!("logged in as {}", user.user_name));
        self.identity = Identity::User(user);
        self.form = None;
        self.watch.forget_whose();
        Vec::new()
    }

    /// The session is over.
    fn signed_out(&mut self) -> Vec<Effect> {
        if matches!(self.identity, Identity::User(_) | Identity::Asking) {
            let text = "signed out by the server";
            let text = self.look.means.advise(text, "L logs in again", "login logs in again");
            self.tell(Tone::Warning, text);
        }
        self.identity.sign_out();
        self.watch.forget_whose();
        vec![Effect::ForgetSession]
    }
}

#[cfg(test)]
mod tests;
