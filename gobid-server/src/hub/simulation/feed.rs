//! Clients that watch: quick ones, slow ones and dead ones. Their lines break, and they go on from
//! where they were, on any server.

use gobid_api::live::{ProductChange, Snapshot, Update, You};
use gobid_auction::ProductId;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::event::{Event, Process, Task};
use super::trace::note;
use super::world::World;
use crate::hub::room::{Member, Resume};

/// A feed, by its place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FeedId(pub(super) usize);

/// How fast a client reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    Quick,
    Slow,
    /// It does not read at all.
    Dead,
}

/// A client's feed of a product.
#[derive(Debug)]
pub(super) struct Feed {
    pub(super) product_id: ProductId,
    /// Who is logged in.
    pub(super) person: Option<usize>,
    pub(super) pace: Pace,
    /// The number of its connection, of all it has had.
    pub(super) line: u32,
    /// To which process, when there is one.
    pub(super) process: Option<Process>,
    /// What came so far: the epoch and the last seq, once there was a snapshot.
    epoch: Option<String>,
    pub(super) seq: i64,
    /// How its client stands, as it was told on this connection.
    pub(super) you: Option<You>,
    /// Whether anything came on this connection.
    is_begun: bool,
    /// Whether this connection was asked to go on from somewhere.
    is_resumed: bool,
}

/// A frame, as far as it matters.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    Snapshot(Box<Snapshot>),
    Update { seq: i64, events: Vec<Box<RawValue>>, skipped: i64, product: ProductChange },
    You(You),
    Heartbeat { seq: i64 },
}

/// What every frame has.
#[derive(Deserialize)]
struct Head {
    r#type: String,
    #[serde(default)]
    seq: i64,
}

/// What every event has.
#[derive(Deserialize)]
struct Numbered {
    seq: i64,
}

impl Shown {
    pub(super) fn read(text: &str) -> Self {
        let Head { r#type, seq } = serde_json::from_str(text).unwrap();
        match r#type.as_str() {
            "snapshot" => Self::Snapshot(serde_json::from_str(text).unwrap()),
            "update" => {
                let Update { seq, events, skipped, product, .. } =
                    serde_json::from_str(text).unwrap();
                Self::Update { seq, events, skipped, product }
            }
            "you" => Self::You(serde_json::from_str(text).unwrap()),
            "heartbeat" => Self::Heartbeat { seq },
            other => panic!("a room sends no {other}"),
        }
    }
}

/// The number of an event.
pub(super) fn seq_of(event: &RawValue) -> i64 {
    serde_json::from_str::<Numbered>(event.get()).unwrap().seq
}

impl Feed {
    const fn new(product_id: ProductId, person: Option<usize>, pace: Pace) -> Self {
        Self {
            product_id,
            person,
            pace,
            line: 0,
            process: None,
            epoch: None,
            seq: 0,
            you: None,
            is_begun: false,
            is_resumed: false,
        }
    }
}

impl World {
    /// Some people watch, some of them twice, and so do some whom nobody knows.
    pub(super) fn make_feeds(&mut self) {
        let people = self.people.len();
        for sale in 0..self.sales.len() {
            let product_id = self.sales[sale].product_id;
            for number in 0..self.random.between(1, 3) {
                let person = self.random.one_in(2).then(|| self.random.index(people));
                let pace = match self.random.between(0, 7) {
                    _ if self.plan.is_busy && number == 0 => Pace::Dead,
                    0 => Pace::Slow,
                    1 => Pace::Dead,
                    _ => Pace::Quick,
                };
                self.feeds.push(Feed::new(product_id, person, pace));
                let after = self.random.millis(30, if self.plan.is_busy { 200 } else { 4_000 });
                self.later(after, Event::Join(FeedId(self.feeds.len() - 1)));
            }
        }
    }

    /// From now on everybody reads.
    pub(super) fn calm_feeds(&mut self) {
        for place in 0..self.feeds.len() {
            let feed = &mut self.feeds[place];
            feed.pace = if feed.pace == Pace::Dead { Pace::Quick } else { feed.pace };
            if let Some(process) = feed.process {
                self.later(super::SOON, Event::Server(process, Task::Drain(FeedId(place))));
            }
        }
    }

    pub(super) fn member_of(&self, feed: FeedId) -> Option<Member> {
        let person = &self.people[self.feeds[feed.0].person?];
        Some(Member { user_id: person.user_id, user_name: person.user_name.clone() })
    }

    /// A client connects to some server, and names what it has.
    pub(super) fn join(&mut self, id: FeedId) {
        let server = self.random.index(self.servers.len());
        let process = self.process(server);
        let feed = &mut self.feeds[id.0];
        feed.line += 1;
        feed.process = Some(process);
        (feed.is_begun, feed.you) = (false, None);
        let epoch = feed.epoch.clone();
        feed.is_resumed = epoch.is_some();
        let resume = epoch.map(|epoch| Resume { after_seq: feed.seq, epoch: Some(epoch) });
        let line = feed.line;
        let span = self.client_delay();
        self.later(span, Event::Server(process, Task::LetIn(id, line, resume)));
    }

    pub(super) fn feed_lost(&mut self, id: FeedId, line: u32) {
        let feed = &mut self.feeds[id.0];
        if feed.line == line && feed.process.take().is_some() {
            let span = self.random.millis(20, 800);
            self.later(span, Event::Join(id));
        }
    }

    /// The feeds of a process that has died.
    pub(super) fn lose_feeds(&mut self, process: Process) {
        for place in 0..self.feeds.len() {
            if self.feeds[place].process == Some(process) {
                let (id, line) = (FeedId(place), self.feeds[place].line);
                let span = self.client_delay();
                self.later(span, Event::FeedLost(id, line));
            }
        }
    }

    /// A feed's line breaks; each end learns it by itself.
    pub(super) fn break_feed(&mut self) {
        let id = FeedId(self.random.index(self.feeds.len()));
        let feed = &self.feeds[id.0];
        let line = feed.line;
        // Of one that does not read there is nothing to see when its line breaks.
        if let Some(process) = feed.process.filter(|_| feed.pace != Pace::Dead) {
            let (here, there) = (self.client_delay(), self.client_delay());
            self.later(here, Event::FeedLost(id, line));
            self.later(there, Event::Server(process, Task::Leave(id, line)));
        }
    }

    /// A frame has come: every event once and in order, or it says what is missing.
    pub(super) fn frame_arrives(&mut self, id: FeedId, line: u32, shown: &Shown) {
        let feed = &self.feeds[id.0];
        if feed.line != line || feed.process.is_none() {
            return;
        }
        let (seq, is_first, was_resumed) = (feed.seq, !feed.is_begun, feed.is_resumed);
        let whose = format!("feed {} at seq {seq}", id.0);
        match shown {
            Shown::Snapshot(snapshot) => {
                let is_told = snapshot.reset == (was_resumed || !is_first);
                self.promised(is_told, || format!("{whose} is sent a snapshot untold"));
                let goes_on = snapshot.seq >= seq;
                self.promised(goes_on, || format!("{whose} goes back to {}", snapshot.seq));
                self.reached.reset_sent += usize::from(snapshot.reset);
                self.reached.reset_on_resume += usize::from(is_first && was_resumed);
                let feed = &mut self.feeds[id.0];
                (feed.seq, feed.epoch) = (snapshot.seq, Some(snapshot.epoch.clone()));
            }
            Shown::Update { seq: until, events, skipped, .. } => {
                self.promised(!is_first || was_resumed, || format!("{whose} begins in between"));
                let mut next = seq + skipped + 1;
                for event in events {
                    let seq = seq_of(event);
                    self.promised(seq == next, || format!("{whose} is sent {seq}, not {next}"));
                    next += 1;
                }
                let is_all = next == until + 1;
                self.promised(is_all, || format!("{whose} is sent {next} to {until} untold"));
                self.reached.resumed += usize::from(is_first);
                self.reached.skipped_told += usize::from(*skipped > 0);
                self.feeds[id.0].seq = *until;
            }
            Shown::Heartbeat { seq: at } => {
                self.promised(*at == seq, || format!("{whose} hears that the last one is {at}"));
            }
            Shown::You(you) => {
                self.promised(!is_first, || format!("{whose} hears of itself first"));
                self.feeds[id.0].you = Some(you.clone());
            }
        }
        self.feeds[id.0].is_begun = true;
        note!(self, "feed {} has {shown:?}", id.0);
    }
}
