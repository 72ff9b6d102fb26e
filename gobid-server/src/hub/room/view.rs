//! What a room knows of its product: the public view, the recent events, and what is new.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use gobid_api::bids::BidRow;
use gobid_api::live::{AuctionEvent, EventKind, SealedBidRow, ServerFrame, Snapshot, Update, You};
use gobid_api::products::YourStatus;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{EntryId, Timestamp, UserId};
use gobid_store::{BidderRow, Product, StoredEvent};
use serde_json::value::RawValue;

use super::fetch::Fetched;
use super::ring::Ring;
use super::watchers::Frame;
use super::{Member, Resume};
use crate::frame::TextFrame;
use crate::hub::lane::{Announced, Announcement};
use crate::view::{YourPart, product_change, product_view, your_part};

/// Of more events than are kept, an update carries the newest of these.
const NEWEST_OF_FLOOD: usize = 20;
/// How many bids a snapshot carries.
pub(super) const BIDS: usize = 50;

/// What a room knows of its product.
#[derive(Debug)]
pub(crate) struct View {
    product: Product,
    /// The newest events: what one update may carry, and what is there for one who resumes.
    ring: Ring,
    /// The newest bids, newest first.
    bids: VecDeque<BidRow>,
    /// The seq up to which everybody was told.
    told_seq: i64,
    /// Whose state may have moved since everybody was told.
    moved: BTreeSet<UserId>,
    /// How users have taken part, as far as the room has come to know.
    bidders: BTreeMap<UserId, BidderRow>,
}

/// What a user was told of himself: how he stands, and the last that he has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    status: Option<YourStatus>,
    last_position: Option<i64>,
}

/// What everybody is to be told.
#[derive(Debug)]
pub(crate) enum News {
    /// An update.
    Update(Frame),
    /// No update can carry the newest event: it takes a snapshot.
    TooLarge,
}

impl View {
    /// The view of a product of which nothing was known.
    pub(crate) fn of(product: Product, fetched: Fetched) -> Self {
        let Fetched { events, bid_events, voided, .. } = fetched;
        let mut view = Self {
            told_seq: product.auction.state.seq,
            product,
            ring: Ring::default(),
            bids: VecDeque::new(),
            moved: BTreeSet::new(),
            bidders: BTreeMap::new(),
        };
        for event in bid_events.iter().rev().filter_map(|event| parse(&event.public)) {
            view.note_rows(&event);
        }
        view.strike(|bid_id| voided.contains(&bid_id));
        for event in &events {
            view.ring.push(event.seq, &event.public);
        }
        // Of a sealed auction the rows stand in its closing.
        for event in events.iter().filter(|event| event.kind == "closed") {
            if let Some(event) = parse(&event.public) {
                view.note_rows(&event);
            }
        }
        view
    }

    /// Takes in what the store has beyond the view.
    pub(crate) fn catch_up(&mut self, product: Product, fetched: Fetched) {
        for (user_id, row) in fetched.parts {
            if planted::is(Bug::PartsNotTold) {
                continue;
            }
            self.part_is(user_id, row);
        }
        if product.auction.state.position <= self.position() {
            return;
        }
        let leader_before = self.product.auction.state.leader;
        for event in fetched.events {
            self.ring.make_way(event.seq);
            self.ring.push(event.seq, &event.public);
            if let Some(event) = parse(&event.public) {
                self.note_rows(&event);
            }
        }
        self.product = product;
        if planted::is(Bug::LeakInCatchingUp) {
            self.told_seq = self.told_seq.min(self.seq() - 1);
        }
        self.note_lead(leader_before);
    }

    /// Takes in what a lane of this server has committed. False when something before it is
    /// missing.
    pub(crate) fn announce(&mut self, announcement: Announcement) -> bool {
        let Announcement { auction, leader, events, parts, .. } = announcement;
        if auction.state.position <= self.position() && !planted::is(Bug::RoomGoesBack) {
            return true;
        }
        if announcement.position_read > self.position() && !planted::is(Bug::GapIgnored) {
            return false;
        }
        let leader_before = self.product.auction.state.leader;
        let known = self.seq();
        for Announced { event, json } in events.into_iter().filter(|it| it.event.seq > known) {
            self.ring.push(event.seq, &json);
            self.note_rows(&event);
        }
        for (user_id, row) in parts {
            self.part_is(user_id, row);
        }
        self.product.auction = auction;
        self.product.leader = leader;
        if let Some(description) = announcement.description {
            self.product.description = description;
        }
        self.product.cancel_reason =
            announcement.cancel_reason.or(self.product.cancel_reason.take());
        self.note_lead(leader_before);
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

    /// What everybody is to be told, if there is something.
    pub(crate) fn take_news(&mut self, server_time: Timestamp) -> Option<News> {
        let update = || self.update_after(self.told_seq, server_time);
        let news = self.has_news().then(|| update().map_or(News::TooLarge, News::Update));
        self.told_seq = self.seq();
        news
    }

    /// Whose state may have moved since this was asked, of those who can be told how they stand.
    pub(crate) fn take_moved(&mut self) -> BTreeSet<UserId> {
        let moved = std::mem::take(&mut self.moved);
        let (settled, awaited) = moved.into_iter().partition(|user_id| self.is_settled(*user_id));
        self.moved = awaited;
        settled
    }

    /// Whether the view has come as far as what is known of a user. Until it has, it would judge
    /// what he has done by a state from before it.
    pub(crate) fn is_settled(&self, user_id: UserId) -> bool {
        let row = self.bidders.get(&user_id);
        row.is_none_or(|row| row.last_position <= self.position())
    }

    /// Whether there is a user for whom it has not come far enough: he is among those who moved.
    pub(crate) fn is_awaited(&self) -> bool {
        self.moved.iter().any(|user_id| !self.is_settled(*user_id))
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
        let right_epoch =
            resume.epoch.as_deref() == Some(epoch) || planted::is(Bug::EpochNotCompared);
        let kept_from = self.ring.first_seq().unwrap_or(self.seq() + 1);
        let can_serve = resume.after_seq >= kept_from - 1
            && resume.after_seq <= self.seq()
            && (right_epoch || resume.after_seq == 0);
        if can_serve && resume.after_seq < self.seq() {
            return self.update_after(resume.after_seq, server_time);
        }
        can_serve.then(|| self.heartbeat(server_time, watchers))
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
    pub(crate) fn you(&self, member: &Member) -> (Told, Frame) {
        let bidder = self.bidders.get(&member.user_id).copied();
        let part = your_part(&self.product, member.user_id, &member.user_name, bidder);
        let YourPart { status, amount, max_amount, alias } = part;
        let told = Told { status, last_position: bidder.map(|row| row.last_position) };
        let you = You { seq: self.seq(), status, amount, max_amount, alias };
        (told, self.frame(&ServerFrame::<Box<RawValue>>::You(you)))
    }

    /// How a watcher who came in has taken part. All his sockets are told when that is news. What
    /// was known of him may be old: nothing was read of him while he was not here.
    pub(crate) fn introduce(&mut self, user_id: UserId, row: BidderRow) {
        if row.last_position > self.position() {
            self.part_is(user_id, row);
        } else if self.is_newer(user_id, row) && !planted::is(Bug::StalePartKept) {
            self.bidders.insert(user_id, row);
        } else {
            self.bidders.entry(user_id).or_insert(row);
        }
    }

    /// How a user has taken part; what is older than what is known changes nothing.
    fn part_is(&mut self, user_id: UserId, row: BidderRow) {
        if self.is_newer(user_id, row) {
            self.bidders.insert(user_id, row);
            self.moved.insert(user_id);
        }
    }

    fn is_newer(&self, user_id: UserId, row: BidderRow) -> bool {
        let known = self.bidders.get(&user_id);
        known.is_none_or(|known| known.last_position < row.last_position)
    }

    /// Whether nothing can happen any more.
    pub(crate) fn is_over(&self) -> bool {
        self.product.auction.state.status.is_over()
    }

    /// Who led and who leads now learn that it changed, and at the end everybody who has bid learns
    /// how it ended for him.
    fn note_lead(&mut self, leader_before: Option<UserId>) {
        let leader = self.product.auction.state.leader;
        if leader != leader_before {
            self.moved.extend(leader_before.into_iter().chain(leader));
        }
        if self.is_over() || planted::is(Bug::OutbidToldAgain) {
            self.moved.extend(self.bidders.keys());
        }
    }

    /// Notes the rows that an event brings, or strikes.
    fn note_rows(&mut self, event: &AuctionEvent) {
        match &event.kind {
            EventKind::BidPlaced { bids, .. } => {
                for bid in bids {
                    self.bids.push_front(bid.clone());
                }
            }
            EventKind::BidsVoided { bid_ids, .. } => {
                self.strike(|bid_id| bid_ids.contains(&bid_id));
            }
            EventKind::AuctionClosed { sealed_bids: Some(sealed), .. } => {
                let row = |bid: &SealedBidRow| BidRow {
                    bid_id: bid.bid_id,
                    seq: event.seq,
                    at: event.at,
                    bidder: bid.bidder.clone(),
                    amount: bid.amount,
                    automatic: false,
                    voided: false,
                };
                self.bids = sealed.iter().map(row).collect();
            }
            _ => {}
        }
        self.bids.truncate(BIDS);
    }

    fn strike(&mut self, is_struck: impl Fn(EntryId) -> bool) {
        for row in self.bids.iter_mut().filter(|row| is_struck(row.bid_id)) {
            row.voided = true;
        }
    }

    /// The update with the events above a seq; of a flood the newest. `None` when not even the last
    /// one has a place in a frame.
    fn update_after(&self, after: i64, server_time: Timestamp) -> Option<Frame> {
        let until = self.seq();
        let mut events = self.ring.after(after);
        let all = usize::try_from(until - after).unwrap_or(usize::MAX);
        if events.len() < all {
            let left_out = events.len().saturating_sub(NEWEST_OF_FLOOD);
            events.drain(..left_out);
        }
        if events.is_empty() {
            return None;
        }
        let skipped = i64::try_from(all - events.len()).unwrap_or(0);
        let product = product_change(&self.product, server_time);
        let update = Update { seq: until, server_time, events, skipped, product };
        Some(self.frame(&ServerFrame::Update(update)))
    }

    fn frame(&self, frame: &ServerFrame<Box<RawValue>>) -> Frame {
        Frame { frame: TextFrame::json(frame), is_last: self.is_over() }
    }
}

/// The rows of a stored event that placed a bid.
pub(super) fn rows_of(event: &StoredEvent) -> Vec<BidRow> {
    match parse(&event.public).map(|event| event.kind) {
        Some(EventKind::BidPlaced { bids, .. }) => bids,
        _ => Vec::new(),
    }
}

fn parse(json: &str) -> Option<AuctionEvent> {
    serde_json::from_str(json).ok()
}
