//! An auction as the tests see it: who is looking, what has happened, and the frames that tell it.

mod acts;
pub(crate) mod formats;
mod frames;
mod rulebook;

pub(crate) use frames::{at, bid_id, product, row, snapshot, you};

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use gobid_api::client::FeedEvent;
use gobid_api::live::{ServerFrame, Snapshot};
use gobid_api::products::YourStatus;
use gobid_api::{ProductId, RequestId};
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::app::{App, Effect, Look, Moment, Msg, Recording, User};
use crate::theme::Theme;
use crate::words::Means;

/// The program as somebody uses it, with a clock that stands still unless it is moved.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) now: Moment,
    /// What was to be done at the start.
    pub(crate) first_effects: Vec<Effect>,
    /// The auction that frames are of, where it is not the one that is shown.
    beside: Option<ProductId>,
    ids: u128,
}

impl Desk {
    /// A program that has just been started, at 20:02:06 by the server's clock.
    pub(crate) fn new() -> Self {
        let mut desk = Self::empty();
        let product_id = Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_91c2_7f3a);
        desk.first_effects = desk.app.begin(&[product_id]);
        desk
    }

    /// The lists, of which none has come.
    pub(crate) fn lists() -> Self {
        let mut desk = Self::empty();
        desk.first_effects = desk.app.go_to_list();
        desk
    }

    /// An auction that is over, at its beginning.
    pub(crate) fn replaying(recording: Recording) -> Self {
        let mut desk = Self::empty();
        desk.app.replay(recording);
        desk.update(Msg::Tick);
        desk
    }

    fn empty() -> Self {
        let now = Moment {
            since_start: Duration::from_secs(100),
            server_time: at("20:02:06.000"),
            uncertainty: Some(Duration::from_micros(3_700)),
            fresh_id: RequestId::from_u128(1),
        };
        let look = Look {
            theme: Theme::TERMINAL,
            themes: crate::theme::all(true),
            marker: ratatui::symbols::Marker::Braille,
            is_ascii: false,
            zone: TimeZone::UTC,
            server: "http://127.0.0.1:3080".to_owned(),
            means: Means::Keys,
        };
        Self { app: App::new(look, now), now, first_effects: Vec::new(), beside: None, ids: 1 }
    }

    /// Another auction is watched too, and shown.
    pub(crate) fn watch(&mut self, id: ProductId) -> Vec<Effect> {
        self.update(Msg::Words(format!("watch {id}")))
    }

    /// Something happens in an auction, and what is shown stays.
    pub(crate) fn of<T>(&mut self, id: ProductId, act: impl FnOnce(&mut Self) -> T) -> T {
        self.beside = Some(id);
        let done = act(self);
        self.beside = None;
        done
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
        let id = self.beside.unwrap_or(self.app.watch.product_id);
        self.update(Msg::Feed(id, event))
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
