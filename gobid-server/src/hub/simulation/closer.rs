//! The closer, the sampling of the clock and the comparison of the rooms with the store: what
//! servers do by themselves.

use std::time::Duration;

use gobid_auction::{Auction, ProductId, Timestamp};
use gobid_store::LogEnd;

use super::client::Of;
use super::event::{Event, Process, Task};
use super::read::{Got, Query, Reader};
use super::world::World;
use crate::hub::closer::{self, SWEEP_EVERY};
use crate::hub::lane;

/// How often the rooms are compared with the store, and the clock is asked.
const EVERY: Duration = Duration::from_secs(1);

impl World {
    /// An auction is as it is now.
    pub(super) fn closer_is_told(
        &mut self,
        process: Process,
        product_id: ProductId,
        auction: &Auction,
    ) {
        if let Some(at) = closer::next_judged(auction) {
            self.submit_at(process, product_id, at);
        }
    }

    /// A product was created on this server.
    pub(super) fn closer_hears(&mut self, process: Process, product_id: ProductId) {
        if let Some(product) = self.database.product(product_id) {
            self.closer_is_told(process, product_id, &product.auction);
        }
    }

    /// Something of a product is to be put into its lane then.
    pub(super) fn submit_at(&mut self, process: Process, product_id: ProductId, at: Timestamp) {
        let time = self.server_time(process);
        let Some(running) = self.running(process) else { return };
        running.closer.note(at, product_id, time);
        self.wake_closer_later(process);
    }

    fn wake_closer_later(&mut self, process: Process) {
        let (now, time) = (self.now, self.server_time(process));
        let Some(running) = self.running(process) else { return };
        let quiet_for = running.closer.quiet_for(time);
        let at = now.plus(quiet_for);
        if quiet_for < SWEEP_EVERY
            && running.closer_wakes_at.is_none_or(|other| at.plus(super::SOON) < other)
        {
            // A timer of the server's is no finer than a millisecond, and late rather than early.
            let at = at.plus(self.random.micros(0, 1_000));
            if let Some(running) = self.running(process) {
                running.closer_wakes_at = Some(at);
            }
            self.at(at, Event::Server(process, Task::WakeCloser));
        }
    }

    pub(super) fn wake_closer(&mut self, process: Process) {
        let now = self.now;
        if let Some(running) = self.running(process) {
            running.closer_wakes_at.take_if(|at| *at <= now);
        }
        self.submit_due(process);
        self.wake_closer_later(process);
    }

    fn submit_due(&mut self, process: Process) {
        let time = self.server_time(process);
        let Some(running) = self.running(process) else { return };
        for product_id in running.closer.take_due(time) {
            self.submit_house(process, product_id);
        }
    }

    /// Closes that no ticket holds back any more.
    pub(super) fn resubmit_released(&mut self, process: Process) {
        while let Some(product_id) =
            self.running(process).and_then(|running| running.released.try_recv().ok())
        {
            self.released_at.insert(product_id, self.now);
            self.submit_house(process, product_id);
        }
    }

    fn submit_house(&mut self, process: Process, product_id: ProductId) {
        if let Some((copy, ticket)) = self.stamp(process, Of::House(product_id), product_id) {
            self.put_in(process, ticket, lane::Task::Due, copy);
        }
    }

    pub(super) fn sweep(&mut self, process: Process) {
        let page = closer::Agenda::first_page(self.server_time(process));
        self.ask(process, Query::Due(page), Reader::Closer);
    }

    pub(super) fn sample(&mut self, process: Process) {
        let asked = self.moment(process);
        self.ask(process, Query::Clock, Reader::Sampler { asked });
    }

    pub(super) fn check_positions(&mut self, process: Process) {
        let Some(running) = self.running(process) else { return };
        let rooms: Vec<_> = running.rooms.keys().copied().collect();
        if rooms.is_empty() {
            return self.later(EVERY, Event::Server(process, Task::CheckPositions));
        }
        self.ask(process, Query::Positions(rooms), Reader::Positions);
    }

    /// What a statement brought, to whoever asked.
    pub(super) fn got(&mut self, process: Process, reader: Reader, got: Option<Got>) {
        match (reader, got) {
            (Reader::Sampler { asked }, got) => {
                let answered = self.moment(process);
                if let (Some(Got::Clock(clock)), Some(running)) = (got, self.running(process)) {
                    running.clock.sample(asked, answered, clock);
                }
                self.later(EVERY, Event::Server(process, Task::Sample));
            }
            (Reader::Closer, got) => self.swept(process, got),
            (Reader::Positions, got) => {
                if let Some(Got::Positions(ends)) = got {
                    for end in ends {
                        self.send_hint(process, end);
                    }
                }
                self.later(EVERY, Event::Server(process, Task::CheckPositions));
            }
            (Reader::History(copy), got) => {
                let page = match got {
                    Some(Got::History(page)) => Some(page),
                    _ => None,
                };
                self.history_read(process, copy, page);
            }
            (Reader::Introducer(feed, line), got) => {
                if let Some(Got::Bidder(bidder)) = got {
                    self.introduce(process, feed, line, bidder);
                } else {
                    self.turn_away(process, feed, line);
                }
            }
            (Reader::Room(product_id), got) => {
                let got = match got {
                    Some(Got::Room(got)) => Some(got),
                    _ => None,
                };
                self.room_got(process, product_id, got);
            }
        }
    }

    fn swept(&mut self, process: Process, got: Option<Got>) {
        let time = self.server_time(process);
        let Some(running) = self.running(process) else { return };
        let next = match got {
            Some(Got::Due(found)) => running.closer.take_page(&found, time),
            _ => None,
        };
        self.submit_due(process);
        self.wake_closer_later(process);
        match next {
            Some(page) => self.ask(process, Query::Due(page), Reader::Closer),
            None => self.later(SWEEP_EVERY, Event::Server(process, Task::Sweep)),
        }
    }

    /// A room hears of how far its log has come. In the server that is at once, unless the room has
    /// no place for it; here it may be late, twice, or not at all.
    fn send_hint(&mut self, process: Process, end: LogEnd) {
        let hint = || Task::Hint(end.product_id, end.position);
        let lost = self.plan.rates.check_lost;
        let late = self.random.mostly((0, 500), (100_000, 2_500_000));
        if self.fails(lost) {
            self.reached.check_lost += 1;
            self.lost_checks.insert((end.product_id, end.position));
        } else if self.is_calm {
            self.at(self.now, Event::Server(process, hint()));
        } else {
            self.later(late, Event::Server(process, hint()));
        }
        if self.fails(lost) {
            self.reached.check_repeated += 1;
            self.later(late * 2, Event::Server(process, hint()));
        }
    }
}
