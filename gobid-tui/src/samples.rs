//! An auction as the tests see it: who is looking, what has happened, and the frames that tell it.

mod frames;

pub(crate) use frames::{at, bid_id, product, row, snapshot};

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use gobid_api::RequestId;
use gobid_api::bids::BidResult;
use gobid_api::client::FeedEvent;
use gobid_api::live::{
    AuctionEvent, BidRejected, EventKind, ProductChange, ServerFrame, Update, You,
};
use gobid_api::problem::{ErrorCode, Facts};
use gobid_api::products::YourStatus;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::app::{App, Effect, Look, Moment, Msg, User};
use crate::theme::Theme;

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
        };
        let product_id = Uuid::from_u128(0x0190_b0a0_0000_7000_8000_0000_91c2_7f3a);
        Self { app: App::new(product_id, look, now), now, ids: 1 }
    }

    /// The camera, watched by nobody in particular.
    pub(crate) fn watching() -> Self {
        let mut desk = Self::new();
        desk.feed(FeedEvent::Connecting { attempt: 1 });
        desk.feed(FeedEvent::Connected);
        desk.frame(ServerFrame::Snapshot(Box::new(snapshot())));
        desk.feed(FeedEvent::RoundTrip(Duration::from_millis(23)));
        desk
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

    /// The camera after its end: `sold` to somebody, or `unsold`.
    pub(crate) fn closed(mut self, outcome: &str, winner: Option<&str>) -> Self {
        self.now.server_time = at("20:02:44.600");
        let product = self.app.watch.product.as_ref().unwrap();
        let price = winner.and(product.standing.price);
        let price = price.map(|price| price.to_decimal("USD".parse().unwrap()));
        let mut change = change(&self.app);
        change.status = outcome.to_owned();
        self.event(
            EventKind::AuctionClosed {
                outcome: outcome.to_owned(),
                winner: winner.map(str::to_owned),
                hammer_price: price,
                reason: winner.is_none().then(|| "no_bids".to_owned()),
            },
            change,
        );
        self
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

    /// How eva stands, as the server says it.
    pub(crate) fn you(&mut self, status: YourStatus) {
        let you = You {
            seq: self.app.watch.seq,
            status,
            amount: Some("1250.00".parse().unwrap()),
            alias: Some("eva".to_owned()),
        };
        self.frame(ServerFrame::You(you));
    }

    /// `bob_7` bids.
    pub(crate) fn rival_bids(&mut self, amount: &str, minimum: &str) {
        self.bid("bob_7", amount, minimum);
    }

    /// Somebody bids and leads.
    pub(crate) fn bid(&mut self, bidder: &str, amount: &str, minimum: &str) {
        let seq = self.app.watch.seq + 1;
        let row = row(seq, self.now.server_time, amount, bidder);
        let mut change = change(&self.app);
        change.current_price = Some(amount.parse().unwrap());
        change.minimum_next_bid = Some(minimum.parse().unwrap());
        change.leader = Some(bidder.to_owned());
        change.bid_count += 1;
        let kind = EventKind::BidPlaced {
            bids: vec![row],
            leader: Some(bidder.to_owned()),
            current_price: change.current_price,
            extended: false,
            auction_end: change.auction_end,
        };
        self.event(kind, change);
    }

    /// The end moves.
    pub(crate) fn end_moves(&mut self, end: &str) {
        let mut change = change(&self.app);
        change.auction_end = at(end);
        self.event(EventKind::Unknown, change);
    }

    fn event(&mut self, kind: EventKind, product: ProductChange) {
        let seq = self.app.watch.seq + 1;
        let server_time = self.now.server_time;
        let event = AuctionEvent { seq, at: server_time, kind };
        self.frame(ServerFrame::Update(Update {
            seq,
            server_time,
            events: vec![event],
            skipped: 0,
            product,
        }));
    }

    /// The server accepts the bid of this id.
    pub(crate) fn accept(&mut self, id: RequestId, amount: &str, leading: Option<bool>) {
        let result = BidResult {
            bid_id: bid_id(self.app.watch.seq + 1),
            product_id: self.app.watch.product_id,
            seq: self.app.watch.seq + 1,
            amount: Some(amount.parse().unwrap()),
            leading,
            current_price: Some("1325.00".parse().unwrap()),
            minimum_next_bid: Some("1350.00".parse().unwrap()),
            auction_end: at("20:02:44.000"),
            received_at: self.now.server_time,
        };
        self.frame(ServerFrame::BidAccepted { request_id: id, result });
    }

    /// The server refuses a copy of the bid of this id.
    pub(crate) fn refuse(&mut self, id: RequestId, code: ErrorCode, judged: bool) {
        let facts = Facts {
            judged: Some(judged),
            received_at: Some(self.now.server_time),
            minimum_next_bid: (code == ErrorCode::BidTooLow).then(|| "1325.00".parse().unwrap()),
            ..Facts::default()
        };
        self.frame(ServerFrame::BidRejected(Box::new(BidRejected {
            request_id: id,
            code,
            detail: "no".to_owned(),
            facts,
        })));
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

/// How things stand, as an update says it.
fn change(app: &App) -> ProductChange {
    let product = app.watch.product.as_ref().unwrap();
    let standing = &product.standing;
    let decimal = |amount: gobid_api::Amount| amount.to_decimal(product.currency);
    ProductChange {
        current_price: standing.price.map(decimal),
        minimum_next_bid: standing.minimum.map(decimal),
        bid_count: standing.bid_count,
        bidder_count: standing.bidder_count,
        leader: standing.leader.clone(),
        auction_end: standing.end,
        status: "open".to_owned(),
        reserve_met: standing.reserve_met,
        buy_now_available: false,
    }
}
