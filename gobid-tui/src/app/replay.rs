//! An auction that is over, played again: its events come in as they came then.

mod course;
mod words;

use std::collections::HashSet;
use std::time::Duration;

use gobid_api::Timestamp;
use gobid_api::products::YourStatus;

pub use course::Recording;

use super::events::Onlooker;
use super::standing::Bid;
use super::watch::Watch;
use super::{App, Effect, Place};
use crate::keys::Action;
use course::Course;

/// The fastest that is played.
const FASTEST: u32 = 64;
/// While it is played, the screen moves so often.
const FRAME: Duration = Duration::from_millis(33);

/// An auction that is played again.
#[derive(Clone, Debug)]
pub struct Replay {
    recording: Recording,
    course: Course,
    /// How many of the events have happened.
    pub happened: usize,
    /// The moment that it has come to.
    pub time: Timestamp,
    /// How much faster than then.
    pub speed: u32,
    /// Whether it goes on by itself.
    pub is_playing: bool,
    /// When it was moved on last, since the program's start.
    moved_at: Duration,
}

impl Replay {
    /// At the beginning of a recording.
    fn new(recording: Recording, moved_at: Duration) -> Self {
        Self {
            course: Course::of(&recording),
            happened: 0,
            time: recording.begin(),
            speed: 1,
            is_playing: true,
            moved_at,
            recording,
        }
    }

    /// When it begins.
    pub fn begin(&self) -> Timestamp {
        self.recording.begin()
    }

    /// When it ends.
    pub fn end(&self) -> Timestamp {
        self.recording.end()
    }

    /// How many events there are.
    pub const fn events(&self) -> usize {
        self.recording.events.len()
    }

    /// How far it has come, in so many parts of the whole.
    pub fn progress(&self, parts: u16) -> u16 {
        let whole = self.end().since(self.begin()).as_micros().max(1);
        let done = self.time.since(self.begin()).as_micros().min(whole);
        u16::try_from(done * u128::from(parts) / whole).unwrap_or(parts)
    }

    /// The places of the events, in so many parts of the whole.
    pub fn marks(&self, parts: u16) -> HashSet<u16> {
        let whole = self.end().since(self.begin()).as_micros().max(1);
        let place = |at: Timestamp| {
            let done = at.since(self.begin()).as_micros().min(whole);
            u16::try_from(done * u128::from(parts) / whole).unwrap_or(parts)
        };
        self.recording.events.iter().map(|event| place(event.at)).collect()
    }

    /// When the screen moves by itself.
    pub fn wake_in(&self) -> Option<Duration> {
        self.is_playing.then_some(FRAME)
    }

    /// Time has passed: so far it has come.
    fn pass(&mut self, since_start: Duration) {
        let passed = since_start.saturating_sub(self.moved_at);
        self.moved_at = since_start;
        if self.is_playing {
            self.go_to(self.time.plus(passed.saturating_mul(self.speed)));
            self.is_playing = self.time < self.end();
        }
    }

    fn go_to(&mut self, time: Timestamp) {
        self.time = time.max(self.begin()).min(self.end());
    }

    /// So many hundredths of the whole from its beginning.
    fn seek_to(&mut self, hundredths: u32) {
        self.go_to(self.begin().plus(self.end().since(self.begin()) / 100 * hundredths));
    }

    /// So many hundredths of the whole on, or back.
    fn seek(&mut self, hundredths: i32) {
        let whole = self.end().since(self.begin());
        let span = whole / 100 * hundredths.unsigned_abs();
        let time = if hundredths < 0 {
            let done = self.time.since(self.begin()).saturating_sub(span);
            self.begin().plus(done)
        } else {
            self.time.plus(span)
        };
        self.go_to(time);
    }

    /// To the moment of the next event, or of the one before.
    fn step(&mut self, events: i32) {
        self.is_playing = false;
        let time = self.time;
        let mut moments = self.recording.events.iter().map(|event| event.at);
        let to = if events > 0 {
            moments.find(|at| *at > time).unwrap_or_else(|| self.end())
        } else {
            moments.rev().find(|at| *at < time).unwrap_or_else(|| self.begin())
        };
        self.go_to(to);
    }
}

impl App {
    /// Plays a recording from its beginning.
    pub fn replay(&mut self, recording: Recording) {
        self.is_read_only = true;
        self.place = Place::Auction;
        self.replay = Some(Replay::new(recording, self.now.since_start));
        self.rewind();
    }

    /// Lets the replay go on, and says what time it is in it; `None` without a replay.
    pub(super) fn play_on(&mut self, since_start: Duration) -> Option<Timestamp> {
        let replay = self.replay.as_mut()?;
        replay.pass(since_start);
        let time = replay.time;
        self.follow_replay();
        Some(time)
    }

    pub(super) fn act_in_replay(&mut self, action: Action) -> Vec<Effect> {
        if let Some(replay) = &mut self.replay {
            match action {
                Action::Play if replay.time >= replay.end() => {
                    replay.time = replay.begin();
                    replay.is_playing = true;
                }
                Action::Play => replay.is_playing = !replay.is_playing,
                Action::Seek(hundredths) => replay.seek(hundredths),
                Action::Step(events) => replay.step(events),
                Action::Faster => replay.speed = (replay.speed * 2).min(FASTEST),
                Action::Slower => replay.speed = (replay.speed / 2).max(1),
                _ => {
                    self.act_in_panes(action);
                }
            }
        }
        self.follow_replay();
        Vec::new()
    }

    /// On to the next event, or to the end; whether that was still to come.
    pub fn play_next(&mut self) -> bool {
        let is_over = self.replay.as_ref().is_none_or(|replay| replay.time >= replay.end());
        if !is_over {
            self.act_in_replay(Action::Step(1));
        }
        !is_over
    }

    /// What has happened by the moment of the replay, and nothing else, is on the screen.
    pub(super) fn follow_replay(&mut self) {
        let Some(replay) = &self.replay else {
            return;
        };
        let due = replay.recording.events.iter().take_while(|event| event.at <= replay.time);
        let due = due.count();
        self.now.server_time = replay.time;
        if due < replay.happened {
            self.rewind();
        }
        while let Some(replay) = self.replay.as_mut().filter(|replay| replay.happened < due) {
            let Some(event) = replay.recording.events.get(replay.happened).cloned() else {
                return;
            };
            replay.happened += 1;
            let update = replay.course.update(event, self.watch.product.as_ref());
            let onlooker = Onlooker {
                identity: &self.identity,
                zone: &self.look.zone,
                means: self.look.means,
                keys: &self.keys,
            };
            let taken = self.watch.take_update(&update, onlooker);
            self.watch.news = None;
            self.watch.fault = taken.err();
        }
        self.tell_you();
    }

    /// How whoever looks stands, as far as the bids tell it.
    fn tell_you(&mut self) {
        let (watch, identity) = (&self.watch, &self.identity);
        let stands = |bid: &Bid| !bid.voided && watch.is_me(Some(&bid.bidder), identity);
        let has_bid = watch.bids.iter().any(stands);
        let status = if has_bid { YourStatus::Outbid } else { YourStatus::None };
        if let Some(you) = &mut self.watch.you {
            you.status = Some(status);
        }
    }

    /// Whoever looks is somebody else: what has happened is told anew.
    pub(super) fn play_anew(&mut self) {
        self.rewind();
        self.follow_replay();
    }

    /// Back to the beginning: nothing has happened yet.
    fn rewind(&mut self) {
        let Some(replay) = &mut self.replay else {
            return;
        };
        replay.happened = 0;
        replay.course = Course::of(&replay.recording);
        let snapshot = replay.recording.snapshot();
        let you = replay.recording.you();
        let (scroll, note) = (self.watch.scroll, self.watch.note.take());
        self.watch = Watch { number: 1, scroll, note, ..Watch::new(snapshot.product.product_id) };
        self.watch.you = Some(you);
        self.watch.fault = self.watch.take_snapshot(&snapshot).err();
        self.watch.line.connected();
    }
}
