//! The sockets of watchers at their server: they are let into a room, and send what it puts into
//! their queues.

use std::time::Duration;

use futures_util::FutureExt;
use gobid_auction::{ProductId, Timestamp};
use gobid_store::BidderRow;
use tokio::sync::oneshot;

use super::event::{Event, Process, Task};
use super::feed::{FeedId, Pace, Shown};
use super::read::{Query, Reader};
use super::room::OpenRoom;
use super::trace::note;
use super::world::World;
use crate::hub::outbox::{Delivery, Outbox, Outgoing};
use crate::hub::room::{JoinError, Joined, Member, Note, Resume};

/// How long a slow socket takes for a frame.
const SLOW: Duration = Duration::from_millis(400);

/// A socket that watches a product.
pub(super) struct Socket {
    line: u32,
    product_id: ProductId,
    member: Option<Member>,
    reply: Option<oneshot::Receiver<Result<Joined, JoinError>>>,
    outbox: Outbox,
    joined: Option<Joined>,
    /// When what was sent last arrives: nothing overtakes it.
    arrives_at: Timestamp,
    is_draining: bool,
    /// How far the log had come when it was told to be outbid, if nothing else was told since.
    outbid_since: Option<i64>,
    /// Whether what its client has belongs to another epoch, and it has been told nothing yet.
    begins_anew: bool,
}

impl World {
    /// A client asks to be let into a room.
    pub(super) fn let_in(
        &mut self,
        process: Process,
        feed: FeedId,
        line: u32,
        resume: Option<Resume>,
    ) {
        let (now, moment) = (self.now, self.moment(process));
        let product_id = self.feeds[feed.0].product_id;
        let member = self.member_of(feed);
        let (reply, answer) = oneshot::channel();
        let places = self.plan.notes;
        let Some(running) = self.running(process) else { return };
        if running.sockets.get(&feed).is_some_and(|socket| socket.line > line) {
            // Its client has connected again since, and that overtook this.
            return;
        }
        let is_of_other =
            |it: &Resume| it.after_seq > 0 && it.epoch.as_ref() != Some(&running.epoch);
        let begins_anew = resume.as_ref().is_some_and(is_of_other);
        let epoch = running.epoch.clone();
        let new = || OpenRoom::new(product_id, epoch, places, moment);
        let outbox = Outbox::new();
        let note = Note::Join { member: member.clone(), resume, outbox: outbox.room_end(), reply };
        let room = running.rooms.entry(product_id).or_insert_with(new);
        let found_place = room.notes_in.try_send(note).is_ok();
        let socket = Socket {
            line,
            product_id,
            member,
            reply: Some(answer),
            outbox,
            joined: None,
            arrives_at: now,
            is_draining: false,
            outbid_since: None,
            begins_anew,
        };
        running.sockets.insert(feed, socket);
        self.reached.epoch_changed += usize::from(begins_anew);
        if found_place {
            self.run_room(process, product_id);
        } else {
            self.turn_away(process, feed, line);
        }
    }

    /// How one who is logged in has taken part was read.
    pub(super) fn introduce(
        &mut self,
        process: Process,
        feed: FeedId,
        line: u32,
        bidder: Option<BidderRow>,
    ) {
        let Some(running) = self.running(process) else { return };
        let Some(socket) = running.sockets.get(&feed).filter(|socket| socket.line == line) else {
            return;
        };
        let product_id = socket.product_id;
        if let Some(joined) = &socket.joined
            && joined.introduce(bidder).now_or_never().is_none()
        {
            return self.turn_away(process, feed, line);
        }
        self.run_room(process, product_id);
    }

    /// A socket that found no place, or whose part could not be read.
    pub(super) fn turn_away(&mut self, process: Process, feed: FeedId, line: u32) {
        self.leave(process, feed, line);
        let soon = self.client_delay();
        self.later(soon, Event::FeedLost(feed, line));
    }

    pub(super) fn leave(&mut self, process: Process, feed: FeedId, line: u32) {
        let Some(running) = self.running(process) else { return };
        if running.sockets.get(&feed).is_some_and(|socket| socket.line == line)
            && let Some(socket) = running.sockets.remove(&feed)
        {
            let product_id = socket.product_id;
            drop(socket);
            self.run_room(process, product_id);
        }
    }

    /// Sends what waits for the sockets of a room.
    pub(super) fn drain_all(&mut self, process: Process, product_id: ProductId) {
        let Some(running) = self.running(process) else { return };
        let sockets = running.sockets.iter().filter(|(_, it)| it.product_id == product_id);
        let feeds: Vec<_> = sockets.map(|(feed, _)| *feed).collect();
        for feed in feeds {
            self.take_reply(process, feed);
            if self.feeds[feed.0].pace == Pace::Quick {
                self.drain(process, feed);
            } else {
                self.drain_later(process, feed);
            }
        }
    }

    fn take_reply(&mut self, process: Process, feed: FeedId) {
        let Some(running) = self.running(process) else { return };
        let Some(socket) = running.sockets.get_mut(&feed) else { return };
        let Some(reply) = &mut socket.reply else { return };
        let (product_id, line) = (socket.product_id, socket.line);
        match reply.try_recv() {
            Ok(Ok(joined)) => {
                socket.reply = None;
                socket.joined = Some(joined);
                if let Some(member) = &socket.member {
                    let query = Query::Bidder(product_id, member.user_id);
                    self.ask(process, query, Reader::Introducer(feed, line));
                }
            }
            Err(oneshot::error::TryRecvError::Empty) => {}
            Ok(Err(_)) | Err(oneshot::error::TryRecvError::Closed) => {
                self.turn_away(process, feed, line);
            }
        }
    }

    fn drain_later(&mut self, process: Process, feed: FeedId) {
        let is_dead = self.feeds[feed.0].pace == Pace::Dead;
        let Some(running) = self.running(process) else { return };
        let Some(socket) = running.sockets.get_mut(&feed) else { return };
        if !is_dead && !std::mem::replace(&mut socket.is_draining, true) {
            self.later(SLOW, Event::Server(process, Task::Drain(feed)));
        }
    }

    /// Sends what waits for a socket: all of it, or of a slow one a frame.
    pub(super) fn drain(&mut self, process: Process, feed: FeedId) {
        let is_quick = self.feeds[feed.0].pace == Pace::Quick;
        loop {
            let Some(running) = self.running(process) else { return };
            let Some(socket) = running.sockets.get_mut(&feed) else { return };
            socket.is_draining = false;
            let (product_id, line) = (socket.product_id, socket.line);
            let Some(joined) = &socket.joined else { return };
            match socket.outbox.next() {
                Some(Outgoing::Delivery(Delivery::Frame(frame))) => {
                    self.send_frame(process, feed, frame.frame.text());
                }
                Some(Outgoing::Delivery(Delivery::LeftOut)) => {
                    if !joined.catch_up() {
                        return self.turn_away(process, feed, line);
                    }
                    self.reached.left_out += 1;
                    self.wake_room(process, product_id);
                }
                None if socket.outbox.ending().is_none() => return,
                _ => return self.turn_away(process, feed, line),
            }
            if !is_quick {
                return self.drain_later(process, feed);
            }
        }
    }

    fn send_frame(&mut self, process: Process, feed: FeedId, text: &str) {
        let product_id = self.feeds[feed.0].product_id;
        let shown = Shown::read(text);
        note!(self, "server {} → feed {}: {shown:?}", process.server, feed.0);
        self.check_shown(product_id, &shown);
        self.count_shown(process, feed, &shown);
        let told = self.running(process).and_then(|it| it.sockets.get(&feed)?.outbid_since);
        let outbid_since = match &shown {
            Shown::You(you) => self.check_you(feed, you, told),
            Shown::Snapshot(_) => None,
            _ => told,
        };
        let span = self.client_delay();
        let now = self.now;
        let Some(running) = self.running(process) else { return };
        let Some(socket) = running.sockets.get_mut(&feed) else { return };
        socket.outbid_since = outbid_since;
        let begins_anew = std::mem::take(&mut socket.begins_anew);
        socket.arrives_at = socket.arrives_at.max(now.plus(span));
        let (at, line) = (socket.arrives_at, socket.line);
        let is_snapshot = matches!(shown, Shown::Snapshot(_));
        self.promised(is_snapshot || !begins_anew, || {
            format!("feed {} goes on in another epoch", feed.0)
        });
        self.at(at, Event::Frame(feed, line, shown));
    }
}
