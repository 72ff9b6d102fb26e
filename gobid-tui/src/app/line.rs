//! The connection, as far as it concerns whoever looks at the screen.

use std::time::Duration;

/// The connection to the server.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// How it stands.
    pub state: LineState,
    /// The last round trip.
    pub round_trip: Option<Duration>,
    /// When something was heard last, since the program's start.
    heard: Option<Duration>,
    /// Whether the server said, as it left, that it is coming back.
    is_restart: bool,
}

/// How the connection stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LineState {
    /// The first connection is being made.
    #[default]
    Connecting,
    /// Connected, and reading what happened meanwhile.
    CatchingUp,
    /// Connected, and something came within the last seconds.
    Live,
    /// Connected, and silent.
    Slow,
    /// Lost; another try comes.
    Down {
        /// Why.
        why: String,
        /// When the next try is, since the program's start.
        retry_at: Duration,
    },
    /// Another connection is being made.
    Reconnecting,
    /// Nothing more will come.
    Ended(End),
}

/// Why nothing more will come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The auction is over.
    Over,
    /// There is no such auction.
    NotFound,
    /// It may not be watched.
    Forbidden,
    /// It may be watched by whoever is logged in alone.
    LoginNeeded,
    /// The server refused, and said why.
    Refused(String),
}

impl Line {
    /// A connection is being made.
    pub fn connecting(&mut self) {
        if self.heard.is_some() || !matches!(self.state, LineState::Connecting) {
            self.state = LineState::Reconnecting;
        }
    }

    /// A connection was made.
    pub fn connected(&mut self) {
        self.state = LineState::CatchingUp;
        self.round_trip = None;
        self.is_restart = false;
    }

    /// Something came.
    pub fn heard(&mut self, since_start: Duration) {
        self.heard = Some(since_start);
        if self.state == LineState::Slow {
            self.state = LineState::Live;
        }
    }

    /// News of the auction came.
    pub fn caught_up(&mut self) {
        if self.can_send() {
            self.state = LineState::Live;
        }
    }

    /// A ping was answered.
    pub fn measured(&mut self, round_trip: Duration, since_start: Duration) {
        self.heard(since_start);
        self.round_trip = Some(round_trip);
    }

    /// Nothing came for a while.
    pub fn slow(&mut self, silent_for: Duration, since_start: Duration) {
        self.heard = Some(since_start.saturating_sub(silent_for));
        self.state = LineState::Slow;
    }

    /// The connection is lost.
    pub fn lost(&mut self, why: String, is_restart: bool, retry_at: Duration) {
        self.round_trip = None;
        self.is_restart |= is_restart;
        self.state = LineState::Down { why, retry_at };
    }

    /// Nothing more will come.
    pub fn ended(&mut self, end: End) {
        self.round_trip = None;
        self.state = LineState::Ended(end);
    }

    /// Whether the server said that it is coming back, and has not yet.
    pub const fn is_restart(&self) -> bool {
        self.is_restart
    }

    /// Whether there is a socket to send on.
    pub const fn can_send(&self) -> bool {
        matches!(self.state, LineState::CatchingUp | LineState::Live | LineState::Slow)
    }

    /// How old the newest news are.
    pub fn silent_for(&self, since_start: Duration) -> Option<Duration> {
        Some(since_start.saturating_sub(self.heard?))
    }
}
