//! What a room knows of its product: the public view, the recent events, and what is new.

use std::collections::{HashMap, HashSet, VecDeque};

use gobid_api::bids::BidRow;
use gobid_api::live::{AuctionEvent, EventKind, ServerFrame, Snapshot, Update, You};
use gobid_auction::{Amount, ProductId, Standing, Timestamp, UserId};
use gobid_store::{BidderRow, Database, Product, StoreError, StoredEvent};
use serde_json::value::RawValue;

use super::watchers::Frame;
use super::{Member, Resume};
use crate::hub::lane::{Announced, Announcement};
use crate::view::{product_change, product_view, public_name};

/// How many recent events a room keeps; as many are sent in one update, and to one who resumes.
const RING: usize = 1000;
/// Of more events than the ring holds, an update carries the newest of these.
const NEWEST_OF_FLOOD: usize = 20;
/// How many bids a snapshot carries.
const BIDS: usize = 50;

/// What a room knows of its product.
#[derive(Debug)]
pub(crate) struct View {
    product: Product,
    /// The newest events, oldest first, without a gap.
    ring: VecDeque<Recent>,
    /// The newest bids, newest first.
    bids: VecDeque<BidRow>,
    /// The seq up to which everybody was told.
    told_seq: i64,
    /// Whose state may have moved since everybody was told.
    moved: HashSet<UserId>,
    /// How users have taken part, as far as the room has come to know.
    bidders: HashMap<UserId, Part>,
}

/// What came of reading the store.
pub(crate) enum Read {
    /// There is no such product.
    NoProduct,
    /// The whole view.
    View(Box<View>),
    /// The view that was there has all that came since.
    CaughtUp,
    /// The same, but for events that are too long ago to be kept.
    Gap,
}

#[derive(Debug)]
struct Recent {
    seq: i64,
    json: Box<RawValue>,
}

/// How a user has taken part.
#[derive(Clone, Debug)]
struct Part {
    number: i64,
    maximum: Option<Amount>,
}

impl View {
    /// Reads what the store has: the whole view, or, into one that is there, what came since.
    pub(crate) async fn read(
        database: &Database,
        product_id: ProductId,
        known: Option<&mut Self>,
    ) -> Result<Read, StoreError> {
        let Some(product) = database.product(product_id).await? else {
            return Ok(Read::NoProduct);
        };
        let seq = product.auction.state.seq;
        let ring = i64::try_from(RING).unwrap_or(i64::MAX);
        let known_seq = known.as_ref().map_or(0, |view| view.seq());
        let from = known_seq.max(seq - ring);
        let stored = database.events(product_id, from, ring).await?;
        let stored = stored.into_iter().filter(|event| event.seq <= seq);
        if let Some(view) = known {
            let has_gap = view.catch_up(product, stored);
            return Ok(if has_gap { Read::Gap } else { Read::CaughtUp });
        }
        let bids = i64::try_from(BIDS).unwrap_or(i64::MAX);
        let newest = database.bid_events(product_id, Some(seq), bids).await?;
        let mut view = Self {
            product,
            ring: VecDeque::new(),
            bids: VecDeque::new(),
            told_seq: seq,
            moved: HashSet::new(),
            bidders: HashMap::new(),
        };
        for event in stored {
            view.note_bidder(&event);
            view.push(event.seq, &event.public);
        }
        for event in newest.into_iter().rev().filter_map(|event| parse(&event.public)) {
            view.note_bids(&event);
        }
        Ok(Read::View(Box::new(view)))
    }

    /// Takes in what a lane of this server has committed. False when something before it is
    /// missing.
    pub(crate) fn announce(&mut self, announcement: Announcement) -> bool {
        let Announcement { auction, leader, events, .. } = announcement;
        if auction.state.position <= self.position() {
            return true;
        }
        if events.first().is_none_or(|first| first.event.seq > self.seq() + 1) {
            return false;
        }
        self.moved.extend(self.product.auction.state.leader);
        let known = self.seq();
        for Announced { event, json, bidder } in events {
            if event.seq <= known {
                continue;
            }
            if let Some((user_id, number, maximum)) = bidder {
                self.moved.insert(user_id);
                self.bidders.insert(user_id, Part { number, maximum: Some(maximum) });
            }
            self.push(event.seq, &json);
            self.note_bids(&event);
        }
        self.product.auction = auction;
        self.product.leader = leader;
        self.note_ending();
        true
    }

    pub(crate) fn seq(&self) -> i64 {
        self.product.auction.state.seq
    }

    pub(crate) fn position(&self) -> i64 {
        self.product.auction.state.position
    }

    /// Whether there is something that not everybody was told.
    pub(crate) fn has_news(&self) -> bool {
        self.told_seq < self.seq()
    }

    /// The update for everybody, and whose state may have moved.
    pub(crate) fn take_news(&mut self, server_time: Timestamp) -> (Frame, HashSet<UserId>) {
        let frame = self.update_after(self.told_seq, server_time);
        self.told_seq = self.seq();
        (frame, std::mem::take(&mut self.moved))
    }

    /// What one who resumes is sent first, once everybody was told the news; `None` when it must
    /// be a snapshot.
    pub(crate) fn resume(
        &self,
        resume: &Resume,
        epoch: &str,
        server_time: Timestamp,
        watchers: usize,
    ) -> Option<Frame> {
        let right_epoch = resume.epoch.as_deref() == Some(epoch);
        let kept_from = self.ring.front().map_or(self.seq() + 1, |recent| recent.seq);
        let can_serve = resume.after_seq >= kept_from - 1
            && resume.after_seq <= self.seq()
            && (right_epoch || resume.after_seq == 0);
        can_serve.then(|| {
            if resume.after_seq < self.seq() {
                self.update_after(resume.after_seq, server_time)
            } else {
                self.heartbeat(server_time, watchers)
            }
        })
    }

    pub(crate) fn snapshot(
        &self,
        epoch: &str,
        reset: bool,
        server_time: Timestamp,
        watchers: usize,
    ) -> Frame {
        let snapshot = Snapshot {
            epoch: epoch.to_owned(),
            seq: self.seq(),
            reset,
            server_time,
            product: product_view(&self.product, server_time),
            bids: self.bids.iter().cloned().collect(),
            watchers,
        };
        self.frame(&ServerFrame::<Box<RawValue>>::Snapshot(Box::new(snapshot)))
    }

    pub(crate) fn heartbeat(&self, server_time: Timestamp, watchers: usize) -> Frame {
        let seq = self.seq();
        self.frame(&ServerFrame::<Box<RawValue>>::Heartbeat { seq, server_time, watchers })
    }

    /// How a user stands, for himself.
    pub(crate) fn you(&self, member: &Member) -> Frame {
        let state = &self.product.auction.state;
        let part = self.bidders.get(&member.user_id);
        let standing = Standing::of(member.user_id, part.is_some(), state.status, state.leader);
        let currency = self.product.auction.terms.currency;
        let amount = part.and_then(|part| part.maximum);
        let you = You {
            seq: self.seq(),
            status: standing.into(),
            amount: amount.map(|amount| amount.to_decimal(currency)),
            alias: part.map(|part| {
                public_name(self.product.anonymous_bidders, &member.user_name, part.number)
            }),
        };
        self.frame(&ServerFrame::<Box<RawValue>>::You(you))
    }

    /// What the store says of a user, unless the room knows better.
    pub(crate) fn introduce(&mut self, user_id: UserId, row: Option<BidderRow>) {
        if let Some(BidderRow { number, maximum }) = row {
            let part = self.bidders.entry(user_id).or_insert(Part { number, maximum });
            part.maximum = part.maximum.max(maximum);
        }
    }

    /// What the store says of a user whose bids the room may have missed.
    pub(crate) fn part_was_read(&mut self, user_id: UserId, row: Option<BidderRow>) {
        self.introduce(user_id, row);
        self.moved.insert(user_id);
    }

    /// Whether nothing can happen any more.
    pub(crate) fn is_over(&self) -> bool {
        self.product.auction.state.status.is_over()
    }

    /// Takes in what the store has beyond the view; true when some of it is too long ago.
    fn catch_up(&mut self, product: Product, stored: impl Iterator<Item = StoredEvent>) -> bool {
        if product.auction.state.position <= self.position() {
            return false;
        }
        let mut has_gap = false;
        self.moved.extend(self.product.auction.state.leader);
        for event in stored {
            self.note_bidder(&event);
            self.moved.extend(event.actor_id);
            if event.seq > self.ring.back().map_or(0, |recent| recent.seq) + 1 {
                self.ring.clear();
                has_gap = true;
            }
            self.push(event.seq, &event.public);
            if let Some(event) = parse(&event.public) {
                self.note_bids(&event);
            }
        }
        self.product = product;
        self.note_ending();
        has_gap
    }

    /// At the end everybody who has bid learns how it ended for him.
    fn note_ending(&mut self) {
        if self.is_over() {
            self.moved.extend(self.bidders.keys());
        }
    }

    fn note_bidder(&mut self, event: &StoredEvent) {
        if let (Some(user_id), Some(row)) = (event.actor_id, event.bidder) {
            self.introduce(user_id, Some(row));
        }
    }

    fn push(&mut self, seq: i64, json: &str) {
        if let Ok(json) = RawValue::from_string(json.to_owned()) {
            self.ring.push_back(Recent { seq, json });
        }
        if self.ring.len() > RING {
            self.ring.pop_front();
        }
    }

    fn note_bids(&mut self, event: &AuctionEvent) {
        if let EventKind::BidPlaced { bids, .. } = &event.kind {
            for bid in bids {
                self.bids.push_front(bid.clone());
            }
            self.bids.truncate(BIDS);
        }
    }

    /// The update with the events above a seq; of a flood the newest.
    fn update_after(&self, after: i64, server_time: Timestamp) -> Frame {
        let until = self.seq();
        let wanted = |recent: &&Recent| recent.seq > after;
        let mut events: Vec<_> =
            self.ring.iter().filter(wanted).map(|recent| recent.json.clone()).collect();
        let all = usize::try_from(until - after).unwrap_or(usize::MAX);
        if events.len() < all {
            let left_out = events.len().saturating_sub(NEWEST_OF_FLOOD);
            events.drain(..left_out);
        }
        let skipped = i64::try_from(all - events.len()).unwrap_or(0);
        let product = product_change(&self.product);
        let update = Update { seq: until, server_time, events, skipped, product };
        self.frame(&ServerFrame::Update(update))
    }

    fn frame(&self, frame: &ServerFrame<Box<RawValue>>) -> Frame {
        let text = serde_json::to_string(frame).unwrap_or_default();
        Frame { text: text.into(), is_last: self.is_over() }
    }
}

fn parse(json: &str) -> Option<AuctionEvent> {
    serde_json::from_str(json).ok()
}
