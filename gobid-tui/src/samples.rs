//! An auction as the tests see it: who is looking, what has happened, and the frames that tell it.

mod acts;
pub(crate) mod formats;
mod frames;
mod rulebook;

pub(crate) use frames::{at, bid_id, product, row, snapshot};

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use gobid_api::RequestId;
use gobid_api::client::FeedEvent;
use gobid_api::live::{ServerFrame, Snapshot};
use gobid_api::products::YourStatus;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::app::{App, Effect, Look, Moment, Msg, User};
use crate::theme::Theme;
use crate::words::Means;

/// The program as somebody uses it, with a clock that stands still unless it is moved.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) now: Moment,
    ids: u128,
}

impl Desk {
    /// A program that has just been started, at 20:02:06 by the server's clock.
    pub(crate) fn new() -> Self {
        let now = Moment {
            since_start: Duration::from_secs(100),
            server_time: at("20:02:06.000"),
            uncertainty: Some(Duration::from_micros(3_700)),
            fresh_id: RequestId::from_u128(1),
        };
        let look = Look {
            theme: Theme::TERMINAL,
            is_ascii: false,
            zone: TimeZone::UTC,
            server: "http://127.0.0.1:3080".to_owned(),
            means: Means::Keys,
        };
        let product_id = Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_91c2_7f3a);
        Self { app: App::new(product_id, look, now), now, ids: 1 }
    }

    /// An auction, watched by nobody in particular.
    pub(crate) fn at(snapshot: Snapshot) -> Self {
        let mut desk = Self::new();
        desk.feed(FeedEvent::Connecting { attempt: 1 });
        desk.feed(FeedEvent::Connected);
        desk.frame(ServerFrame::Snapshot(Box::new(snapshot)));
        desk.feed(FeedEvent::RoundTrip(Duration::from_millis(23)));
        desk
    }

    /// The camera, watched by nobody in particular.
    pub(crate) fn watching() -> Self {
        Self::at(snapshot())
    }

    /// The camera, and eva leads.
    pub(crate) fn leading() -> Self {
        let mut desk = Self::watching();
        desk.update(Msg::Identified(Some(eva())));
        desk.you(YourStatus::Leading);
        desk
    }

    /// The camera, and `bob_7` has just outbid eva.
    pub(crate) fn outbid() -> Self {
        let mut desk = Self::leading();
        desk.rival_bids("1275.00", "1300.00");
        desk.you(YourStatus::Outbid);
        desk
    }

    /// A message, now.
    pub(crate) fn update(&mut self, msg: Msg) -> Vec<Effect> {
        self.ids += 1;
        self.now.fresh_id = RequestId::from_u128(self.ids);
        self.app.update(msg, self.now)
    }

    /// Time passes, and the program wakes up.
    pub(crate) fn pass(&mut self, span: Duration) -> Vec<Effect> {
        self.now.since_start += span;
        self.now.server_time = self.now.server_time.plus(span);
        self.update(Msg::Tick)
    }

    /// Something from the feed.
    pub(crate) fn feed(&mut self, event: FeedEvent) -> Vec<Effect> {
        self.update(Msg::Feed(event))
    }

    /// A frame from the server.
    pub(crate) fn frame(&mut self, frame: ServerFrame) -> Vec<Effect> {
        self.feed(FeedEvent::Frame(frame))
    }

    /// Keys, one after the other.
    pub(crate) fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys = keys.chars().map(KeyCode::Char);
        keys.flat_map(|key| self.key(key)).collect()
    }

    /// One key.
    pub(crate) fn key(&mut self, key: KeyCode) -> Vec<Effect> {
        self.update(Msg::Key(KeyEvent::new(key, KeyModifiers::NONE)))
    }

    /// One key with Ctrl held.
    pub(crate) fn ctrl(&mut self, key: char) -> Vec<Effect> {
        let key = KeyEvent::new(KeyCode::Char(key), KeyModifiers::CONTROL);
        self.update(Msg::Key(key))
    }

    /// `y` in the dialog: the bid has this id.
    pub(crate) fn send(&mut self, id: RequestId) -> Vec<Effect> {
        self.next_id(id);
        self.press("y")
    }

    /// The next message has this id.
    pub(crate) const fn next_id(&mut self, id: RequestId) {
        self.ids = id.as_u128() - 1;
    }
}

/// Who is looking.
pub(crate) fn eva() -> User {
    User {
        user_id: Uuid::from_u128(7),
        user_name: "eva".to_owned(),
        email: "eva@auctions.example".to_owned(),
    }
}
