//! A server: a process that is started, killed and started again, stands still or sleeps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use gobid_auction::{ProductId, Timestamp};
use gobid_store::History;
use tokio::sync::mpsc;

use super::client::CopyId;
use super::event::{Event, Process, Task};
use super::feed::FeedId;
use super::lane::Lane;
use super::room::OpenRoom;
use super::socket::Socket;
use super::trace::note;
use super::world::World;
use crate::clock::simulated::Ticks;
use crate::clock::{Clock, Moment};
use crate::hub::closer;
use crate::hub::tickets::{Ticket, Tickets};

/// How often a server asks what the database's clock says, at its start.
const FIRST_SAMPLES: u64 = 8;

/// A machine with a server on it.
pub(super) struct Server {
    pub(super) life: u32,
    pub(super) running: Option<Running>,
    /// Until when its process stands still.
    still_until: Option<Timestamp>,
    ticks: Arc<Ticks>,
    /// When the process was started, later by what the machine has slept since.
    born: Timestamp,
    /// When its machine slept last.
    pub(super) slept_at: Option<Timestamp>,
    /// How far the system's clock is off, in microseconds.
    system_offset: i64,
}

/// What dies with the process.
pub(super) struct Running {
    /// The epoch of the database, as it was at the start.
    pub(super) epoch: String,
    pub(super) clock: Clock,
    pub(super) tickets: Arc<Tickets>,
    pub(super) released: mpsc::Receiver<ProductId>,
    pub(super) lanes: Vec<Lane>,
    pub(super) closer: closer::Agenda,
    /// When the closer looks next what is due, as far as that is noted.
    pub(super) closer_wakes_at: Option<Timestamp>,
    pub(super) rooms: BTreeMap<ProductId, OpenRoom>,
    pub(super) sockets: BTreeMap<FeedId, Socket>,
    /// Tickets of commands that have not reached their lanes, and the logs read for voids.
    pub(super) stamped: BTreeMap<CopyId, (Ticket, History)>,
}

impl Server {
    pub(super) fn new(last_id: &Arc<AtomicU64>) -> Self {
        Self {
            life: 0,
            running: None,
            still_until: None,
            ticks: Ticks::new(Arc::clone(last_id)),
            born: super::START,
            slept_at: None,
            system_offset: 0,
        }
    }

    /// Sets its clocks.
    fn set_clocks(&self, now: Timestamp) {
        let system = Timestamp::from_micros(now.as_micros() + self.system_offset);
        self.ticks.set(now.since(self.born), system);
    }

    /// When its clock will show a moment, if its machine does not sleep before.
    pub(super) fn time_of(&self, moment: Moment) -> Timestamp {
        self.born.plus(moment.span())
    }
}

impl World {
    /// When a server learns that a moment has come: if it stands still then, as soon as it goes on.
    pub(super) fn notices(&self, process: Process, moment: Moment) -> Timestamp {
        let server = &self.servers[process.server];
        server.still_until.map_or(server.time_of(moment), |until| until.max(server.time_of(moment)))
    }

    /// The process that runs on a server now, or the last one that did.
    pub(super) fn process(&self, server: usize) -> Process {
        Process { server, life: self.servers[server].life }
    }

    /// What runs in a process; `None` once it has died.
    pub(super) fn running(&mut self, process: Process) -> Option<&mut Running> {
        let server = &mut self.servers[process.server];
        server.running.as_mut().filter(|_| server.life == process.life)
    }

    /// A moment of a process, as it is now.
    pub(super) fn moment(&self, process: Process) -> Moment {
        let server = &self.servers[process.server];
        server.running.as_ref().map(|running| running.clock.moment()).unwrap_or_default()
    }

    /// What a server believes the database's time to be.
    pub(super) fn server_time(&self, process: Process) -> Timestamp {
        let server = &self.servers[process.server];
        server.running.as_ref().map_or(self.now, |running| running.clock.now())
    }

    pub(super) fn start_server(&mut self, number: usize) {
        if self.servers[number].running.is_some() {
            return;
        }
        let (lanes, most) = (self.plan.lanes, self.plan.tickets);
        let (released, released_taken) = mpsc::channel(self.plan.released);
        let system_offset = i64::try_from(self.random.between(0, 4_000_000)).unwrap() - 2_000_000;
        let server = &mut self.servers[number];
        server.life += 1;
        server.born = self.now;
        server.still_until = None;
        server.system_offset = system_offset;
        server.set_clocks(self.now);
        let clock = Clock::of_simulated_database(&server.ticks);
        server.running = Some(Running {
            epoch: format!("epoch {}", self.restores),
            tickets: Tickets::new(clock.clone(), most, released),
            clock,
            released: released_taken,
            lanes: (0..lanes).map(|_| Lane::default()).collect(),
            closer: closer::Agenda::default(),
            closer_wakes_at: None,
            rooms: BTreeMap::new(),
            sockets: BTreeMap::new(),
            stamped: BTreeMap::new(),
        });
        let process = self.process(number);
        note!(self, "server {number} starts");
        for sample in 0..FIRST_SAMPLES {
            self.later(Duration::from_millis(2 * sample), Event::Server(process, Task::Sample));
        }
        for task in [Task::Sweep, Task::CheckPositions] {
            let after = self.random.millis(20, 60);
            self.later(after, Event::Server(process, task));
        }
    }

    /// A server is killed. What it has sent is still on its way, and its connections end.
    pub(super) fn crash(&mut self, number: usize, away: Duration) {
        let process = self.process(number);
        if self.servers[number].running.take().is_none() {
            return;
        }
        self.reached.server_crashed += 1;
        self.reached.crashed_with_commit_done += usize::from(self.owes_an_answer(process));
        self.hang_up_all(process);
        self.lose_copies(process);
        self.lose_feeds(process);
        self.later(away, Event::Fault(super::fault::Fault::Start(number)));
    }

    pub(super) fn stand_still(&mut self, number: usize, span: Duration, sleeps: bool) {
        let server = &mut self.servers[number];
        let is_still = server.still_until.is_some_and(|until| until > self.now);
        if server.running.is_none() || is_still {
            return;
        }
        server.still_until = Some(self.now.plus(span));
        if sleeps {
            server.born = server.born.plus(span);
            server.slept_at = Some(self.now);
            self.reached.slept += 1;
        } else {
            self.reached.stalled += 1;
        }
    }

    /// Something is to happen in a process.
    pub(super) fn at_server(&mut self, process: Process, task: Task) {
        let now = self.now;
        if self.running(process).is_none() {
            return self.lost_with(process, &task);
        }
        let server = &self.servers[process.server];
        if let Some(until) = server.still_until.filter(|until| *until > now) {
            return self.at(until, Event::Server(process, task));
        }
        server.set_clocks(now);
        self.does(process, task);
        self.resubmit_released(process);
    }

    fn does(&mut self, process: Process, task: Task) {
        match task {
            Task::WakeLane(lane) => self.wake_lane(process, lane),
            Task::Stepped(call, reply) => self.stepped(process, call, reply),
            Task::Arrive(copy) => self.arrive(process, copy),
            Task::Submit(copy) => self.submit(process, copy),
            Task::WakeCloser => self.wake_closer(process),
            Task::Sweep => self.sweep(process),
            Task::Sample => self.sample(process),
            Task::CheckPositions => self.check_positions(process),
            Task::Hint(product_id, position) => self.hint(process, product_id, position),
            Task::WakeRoom(product_id) => self.run_room(process, product_id),
            Task::Got(reader, got) => self.got(process, reader, got),
            Task::LetIn(feed, line, resume) => self.let_in(process, feed, line, resume),
            Task::Drain(feed) => self.drain(process, feed),
            Task::Leave(feed, line) => self.leave(process, feed, line),
            Task::Created(product_id) => self.closer_hears(process, product_id),
        }
    }

    /// What reaches a process that has died is told so to whoever waits for it.
    fn lost_with(&mut self, process: Process, task: &Task) {
        match task {
            Task::Arrive(copy) => {
                let soon = self.client_delay();
                self.later(soon, Event::Told(*copy, None));
            }
            Task::LetIn(feed, line, _) => {
                let soon = self.client_delay();
                self.later(soon, Event::FeedLost(*feed, *line));
            }
            Task::Stepped(..) => self.hang_up_all(process),
            _ => {}
        }
    }
}
