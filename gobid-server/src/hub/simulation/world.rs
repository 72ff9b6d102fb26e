//! The world: everything there is, and the loop in which it happens.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use gobid_auction::{ProductId, Timestamp};
use gobid_store::simulated::{Options, SimulatedDatabase};

use super::checks::Ledger;
use super::client::{Copy, Request};
use super::event::{Agenda, Event, Process};
use super::feed::Feed;
use super::link::Links;
use super::people::Person;
use super::plan::Plan;
use super::random::Random;
use super::reached::Reached;
use super::sale::Sale;
use super::server::Server;
use super::trace::Trace;
use super::{START, Verdict};

/// How long everything may take to settle once nothing goes wrong any more: a step of a lane is
/// given up after 10 s, its COMMIT looked for as long, and commands lapse after 5 s.
const SETTLES_WITHIN: Duration = Duration::from_mins(1);
/// How often it is looked whether everything is done.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Everything there is.
pub(super) struct World {
    /// True time.
    pub(super) now: Timestamp,
    pub(super) random: Random,
    pub(super) plan: Plan,
    pub(super) trace: Trace,
    pub(super) reached: Reached,
    pub(super) database: SimulatedDatabase,
    pub(super) links: Links,
    pub(super) servers: Vec<Server>,
    pub(super) people: Vec<Person>,
    pub(super) sales: Vec<Sale>,
    pub(super) requests: Vec<Request>,
    pub(super) copies: Vec<Copy>,
    pub(super) feeds: Vec<Feed>,
    /// What the logs hold, and what the rules say to that.
    pub(super) ledgers: BTreeMap<ProductId, Ledger>,
    pub(super) last_id: Arc<AtomicU64>,
    /// Of the last close that a process judged of a product, the tickets of what stood before it.
    pub(super) judged_before: BTreeMap<(Process, ProductId), Vec<u64>>,
    /// When the last ticket was given back that held a product's close back.
    pub(super) released_at: BTreeMap<ProductId, Timestamp>,
    /// How often the database was restored: each time its epoch is another one.
    pub(super) restores: u64,
    /// How far logs had come of which a room was not told.
    pub(super) lost_checks: BTreeSet<(ProductId, i64)>,
    /// Whether nothing goes wrong any more.
    pub(super) is_calm: bool,
    /// What was promised and not kept.
    broken: Option<String>,
    is_done: bool,
    agenda: Agenda,
}

impl World {
    pub(super) fn new(seed: u64, is_traced: bool) -> Self {
        let mut random = Random::of(seed);
        let plan = Plan::of(&mut random);
        crate::hub::room::keep_events(plan.kept_events);
        let options = Options { wake_after: random.micros(0, 400), ..super::planted_options() };
        let mut world = Self {
            now: START,
            random,
            plan,
            trace: Trace::new(is_traced),
            reached: Reached::default(),
            database: SimulatedDatabase::new(options),
            links: Links::default(),
            servers: Vec::new(),
            people: Vec::new(),
            sales: Vec::new(),
            requests: Vec::new(),
            copies: Vec::new(),
            feeds: Vec::new(),
            ledgers: BTreeMap::new(),
            last_id: Arc::new(AtomicU64::new(1_000_000)),
            judged_before: BTreeMap::new(),
            released_at: BTreeMap::new(),
            restores: 0,
            lost_checks: BTreeSet::new(),
            is_calm: false,
            broken: None,
            is_done: false,
            agenda: Agenda::default(),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        super::trace::note!(self, "{:?}", self.plan);
        self.make_people();
        for number in 0..self.plan.servers {
            self.servers.push(Server::new(&self.last_id));
            self.start_server(number);
        }
        self.make_sales();
        self.make_feeds();
        self.plan_faults();
        self.later(self.plan.calm_after, Event::Calm);
    }

    /// Lets everything happen, until it is over or a promise is broken.
    pub(super) fn run(&mut self) {
        while self.broken.is_none() && !self.is_done {
            let due = self.database.due();
            match self.agenda.next_at() {
                Some(at) if due.is_none_or(|due| at < due) => {
                    self.now = self.now.max(at);
                    if let Some(event) = self.agenda.take() {
                        self.happens(event);
                    }
                }
                None if due.is_none() => break,
                _ => {
                    self.now = due.map_or(self.now, |due| due.max(self.now));
                    for (connection, outcome) in self.database.advance(self.now) {
                        self.database_says(connection, outcome);
                    }
                }
            }
        }
    }

    fn happens(&mut self, event: Event) {
        match event {
            Event::Server(process, task) => self.at_server(process, task),
            Event::Statement(connection, statement) => self.reaches(connection, statement),
            Event::Connect(process, call) => self.connects(process, call),
            Event::HangUp(connection) => self.database.hang_up(connection, self.now),
            Event::Query(process, query, reader) => self.answer_query(process, &query, reader),
            Event::Send(request) => self.send(request),
            Event::Told(copy, answer) => self.told(copy, answer),
            Event::GiveUp(copy) => self.give_up(copy),
            Event::Act(person) => self.act(person),
            Event::Join(feed) => self.join(feed),
            Event::Frame(feed, line, shown) => self.frame_arrives(feed, line, &shown),
            Event::FeedLost(feed, line) => self.feed_lost(feed, line),
            Event::LoggingOut(person) => self.logging_out(person),
            Event::LogIn(person) => self.log_in(person),
            Event::Fault(fault) => self.goes_wrong(fault),
            Event::Calm => self.calm_down(),
            Event::Look => self.look(),
        }
    }

    /// Notes what is to happen so long from now.
    pub(super) fn later(&mut self, span: Duration, event: Event) {
        self.agenda.add(self.now.plus(span), event);
    }

    pub(super) fn at(&mut self, at: Timestamp, event: Event) {
        self.agenda.add(at.max(self.now), event);
    }

    /// A promise is broken; the first one counts.
    pub(super) fn broken(&mut self, how: String) {
        super::trace::note!(self, "BROKEN: {how}");
        self.broken.get_or_insert(how);
    }

    /// Checks a promise.
    pub(super) fn promised(&mut self, is_kept: bool, what: impl FnOnce() -> String) {
        if !is_kept {
            self.broken(what());
        }
    }

    /// Nothing goes wrong from now on: whatever was begun must come to its end.
    fn calm_down(&mut self) {
        super::trace::note!(self, "calm");
        self.is_calm = true;
        for holder in std::mem::take(&mut self.links.holders).into_keys() {
            self.database.kill(holder, self.now);
        }
        self.links.is_calm(self.now);
        for server in 0..self.servers.len() {
            if self.servers[server].running.is_none() {
                self.start_server(server);
            }
        }
        self.calm_feeds();
        self.later(LOOK_EVERY, Event::Look);
    }

    /// Whether everything is done; it must be in time.
    fn look(&mut self) {
        let undone = self.undone();
        let calm_since = START.plus(self.plan.calm_after);
        match undone {
            None => {
                self.is_done = true;
                self.check_at_the_end();
            }
            Some(undone) if self.now.since(calm_since) > SETTLES_WITHIN => {
                self.broken(format!("not done in time: {undone}"));
            }
            Some(_) => self.later(LOOK_EVERY, Event::Look),
        }
    }

    pub(super) fn verdict(self) -> Verdict {
        let (broken, reached) = (self.broken, self.reached);
        Verdict { broken, reached, trace: self.trace.into_lines() }
    }
}
