//! The lines between lanes and the database: what is sent takes its time, and gets lost.

use std::collections::BTreeMap;
use std::time::Duration;

use gobid_auction::Timestamp;
use gobid_store::Locked;
use gobid_store::simulated::{ConnectionId, Outcome, Statement};

use super::event::{Call, Event, Process, Task};
use super::trace::note;
use super::world::World;
use crate::clock::Moment;

/// How long somebody else waits for a lock.
const LOCK_TIMEOUT: Duration = Duration::from_secs(3);
/// A lane gives a step up after so long.
const STEP_DEADLINE: Duration = Duration::from_secs(10);

/// What a lane is told of a step.
#[derive(Debug)]
pub(super) enum Reply {
    Opened(ConnectionId),
    Said(Outcome),
    /// The connection is gone, or nothing came in time.
    Lost,
}

/// The lines of all lanes.
#[derive(Debug, Default)]
pub(super) struct Links {
    lines: BTreeMap<ConnectionId, Line>,
    /// Connections of somebody else, who holds rows; and since when one wants another row, too.
    pub(super) holders: BTreeMap<ConnectionId, Option<Timestamp>>,
    down_until: Option<Timestamp>,
    cut_until: BTreeMap<usize, Timestamp>,
}

/// A lane's connection.
#[derive(Debug)]
struct Line {
    process: Process,
    /// The step that the database is asked for, and how long its answer takes back; `None` when
    /// that gets lost.
    call: Option<(Call, Option<Duration>)>,
    /// When the last statement that was sent arrives: the end of the connection comes after it.
    arrives_at: Timestamp,
    /// What the database's clock said when it had its locks.
    locked_at: Option<Timestamp>,
    /// The attempt whose locks it has.
    attempt: Option<Attempt>,
}

/// When an attempt had its locks, by every clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Attempt {
    pub(super) process: Process,
    /// When the locks were asked for and had, in true time.
    pub(super) asked_at: Timestamp,
    pub(super) had_at: Timestamp,
    /// When its commands were judged, by the process's clock that never goes back.
    pub(super) judged: Moment,
    /// What came with the locks as the database's clock under them, and what that said indeed.
    pub(super) clock: Option<Timestamp>,
    pub(super) locked_at: Option<Timestamp>,
}

/// What becomes of a statement that is sent.
enum Fate {
    /// It arrives after so long, and its answer is back so long after it was done.
    Answered(Duration, Duration),
    /// It arrives after so long, and the lane learns only that the connection is gone, so long after
    /// it was sent. That may be before it arrives.
    AnswerLost(Duration, Duration),
    /// It does not arrive.
    Lost(Duration),
}

impl Links {
    pub(super) fn cut_off(&mut self, server: usize, until: Timestamp) {
        self.cut_until.insert(server, until);
    }

    pub(super) fn database_is_down_until(&mut self, until: Timestamp) {
        self.down_until = Some(until);
    }

    pub(super) fn is_calm(&mut self, now: Timestamp) {
        self.cut_until.clear();
        self.down_until = self.down_until.map(|until| until.min(now));
    }

    fn is_cut(&self, server: usize, now: Timestamp) -> bool {
        self.cut_until.get(&server).is_some_and(|until| *until > now)
    }

    /// A lane has its locks.
    pub(super) fn has_locks(&mut self, connection: ConnectionId, attempt: Attempt) {
        if let Some(line) = self.lines.get_mut(&connection) {
            line.attempt = Some(Attempt { locked_at: line.locked_at, ..attempt });
        }
    }

    /// A lane judges what it has locked and read.
    pub(super) fn judges(&mut self, connection: ConnectionId, now: Moment) {
        if let Some(line) = self.lines.get_mut(&connection) {
            line.attempt = line.attempt.map(|attempt| Attempt { judged: now, ..attempt });
        }
    }

    /// Some connection of a lane.
    fn nth(&self, place: usize) -> Option<ConnectionId> {
        self.lines.keys().nth(place).copied()
    }
}

impl World {
    pub(super) fn is_database_down(&self) -> bool {
        self.links.down_until.is_some_and(|until| until > self.now)
    }

    /// How long a statement takes to the database, or its answer back.
    pub(super) fn database_delay(&mut self) -> Duration {
        let [mostly, seldom] = self.plan.database_micros;
        self.random.mostly(mostly, seldom)
    }

    /// A lane asks for a connection.
    pub(super) fn open_connection(&mut self, process: Process, call: Call) {
        let there = self.database_delay();
        self.later(there, Event::Connect(process, call));
    }

    pub(super) fn connects(&mut self, process: Process, call: Call) {
        let back = self.database_delay();
        let fails = self.is_database_down() || self.links.is_cut(process.server, self.now);
        if fails || self.fails(self.plan.rates.statement_lost) {
            return self.later(back, Event::Server(process, Task::Stepped(call, Reply::Lost)));
        }
        let connection = self.database.connect(self.now);
        let arrives_at = self.now;
        let line = Line { process, call: None, arrives_at, locked_at: None, attempt: None };
        self.links.lines.insert(connection, line);
        let reply = Reply::Opened(connection);
        self.later(back, Event::Server(process, Task::Stepped(call, reply)));
    }

    /// A lane sends a statement.
    pub(super) fn send_statement(
        &mut self,
        process: Process,
        call: Call,
        connection: ConnectionId,
        statement: Statement,
    ) {
        let is_there = self.links.lines.contains_key(&connection);
        let fate = if is_there {
            self.fate(process, &statement)
        } else {
            Fate::Lost(self.database_delay())
        };
        let (there, back, told) = match fate {
            Fate::Answered(there, back) => (Some(there), Some(back), None),
            Fate::AnswerLost(there, told) => (Some(there), None, Some(told)),
            Fate::Lost(told) => (None, None, Some(told)),
        };
        if let (Some(there), Some(line)) = (there, self.links.lines.get_mut(&connection)) {
            line.call = Some((call, back));
            line.arrives_at = self.now.plus(there);
            self.later(there, Event::Statement(connection, statement));
        }
        if let Some(told) = told {
            note!(self, "server {} will lose its connection", process.server);
            let told = told.min(STEP_DEADLINE);
            self.later(told, Event::Server(process, Task::Stepped(call, Reply::Lost)));
        }
    }

    fn fate(&mut self, process: Process, statement: &Statement) -> Fate {
        let rates = self.plan.rates.clone();
        let (there, back) = (self.database_delay(), self.database_delay());
        // A line that is reset is known to be gone at once, one that is cut only by silence.
        let told = if self.random.one_in(3) { STEP_DEADLINE } else { there + back };
        if self.links.is_cut(process.server, self.now) || self.fails(rates.statement_lost) {
            return Fate::Lost(told);
        }
        let is_commit = matches!(statement, Statement::Commit);
        if is_commit && self.fails(rates.commit_late) {
            let late = self.random.millis(5, 2_200);
            return Fate::AnswerLost(there + late, there);
        }
        if self.fails(if is_commit { rates.commit_answer_lost } else { rates.answer_lost }) {
            if is_commit && rates.partitions > 0 && self.random.one_in(6) {
                // So long that nobody learns what became of it.
                self.links.cut_off(process.server, self.now.plus(STEP_DEADLINE * 2));
            }
            return Fate::AnswerLost(there, told);
        }
        Fate::Answered(there, back)
    }

    /// Whether something fails that does so many times in a thousand, while anything does.
    pub(super) fn fails(&mut self, permille: u64) -> bool {
        !self.is_calm && self.random.permille(permille)
    }

    /// A lane's statement has reached the database.
    pub(super) fn reaches(&mut self, connection: ConnectionId, statement: Statement) {
        // A connection that was ended meanwhile has told its lane so.
        let Some(line) = self.links.lines.get(&connection) else { return };
        if self.is_database_down() {
            let process = line.process;
            if let Some((call, Some(back))) = line.call {
                self.later(back, Event::Server(process, Task::Stepped(call, Reply::Lost)));
            }
            return;
        }
        let (process, attempt) = (line.process, line.attempt);
        let is_commit = matches!(statement, Statement::Commit);
        self.database.start(connection, statement, self.now);
        if is_commit {
            self.read_logs(attempt);
            self.crash_after_commit(process);
        }
    }

    /// A server may be killed before it learns that its COMMIT is done.
    fn crash_after_commit(&mut self, process: Process) {
        let can_crash = self.plan.rates.server_crashes > 0 && !self.is_calm;
        if can_crash && self.random.one_in(100) && self.running(process).is_some() {
            let away = self.random.millis(50, 2_000);
            self.crash(process.server, away);
        }
    }

    /// A statement is over.
    pub(super) fn database_says(&mut self, connection: ConnectionId, outcome: Outcome) {
        if let Some(since) = self.links.holders.get(&connection) {
            if outcome == Outcome::Refused {
                // A deadlock is found after a second, and a lock is waited for three.
                let waited = since.map(|since| self.now.since(since));
                self.reached.deadlock += usize::from(waited < Some(LOCK_TIMEOUT));
                self.let_go(connection);
            }
            return;
        }
        let Some(line) = self.links.lines.get_mut(&connection) else { return };
        let (process, call) = (line.process, line.call.take());
        if matches!(outcome, Outcome::Locked(_)) {
            line.locked_at = Some(self.database.clock(self.now));
        }
        if outcome == Outcome::Killed {
            self.links.lines.remove(&connection);
        }
        let is_cut = self.links.is_cut(process.server, self.now);
        if let Some((call, Some(back))) = call {
            let (back, reply) =
                if is_cut { (STEP_DEADLINE, Reply::Lost) } else { (back, Reply::Said(outcome)) };
            self.later(back, Event::Server(process, Task::Stepped(call, reply)));
        }
    }

    /// A lane has given its connection up. The database learns it after whatever was sent on it, or
    /// only by its silence.
    pub(super) fn hang_up(&mut self, connection: ConnectionId) {
        let Some(line) = self.links.lines.get(&connection) else { return };
        let silently = !self.is_calm && self.random.one_in(5);
        let after = if silently { Duration::from_secs(20) } else { self.random.millis(0, 30) };
        let at = line.arrives_at.max(self.now).plus(after);
        self.at(at, Event::HangUp(connection));
    }

    pub(super) fn hang_up_all(&mut self, process: Process) {
        let lines = self.links.lines.iter();
        let of_process: Vec<_> =
            lines.filter(|(_, line)| line.process == process).map(|(id, _)| *id).collect();
        for connection in of_process {
            self.hang_up(connection);
        }
    }

    /// The database ends some lane's connection.
    pub(super) fn kill_connection(&mut self) {
        if self.links.lines.is_empty() {
            return;
        }
        let place = self.random.index(self.links.lines.len());
        let Some(connection) = self.links.nth(place) else { return };
        self.database.kill(connection, self.now);
        let Some(line) = self.links.lines.remove(&connection) else { return };
        if let Some((call, Some(back))) = line.call {
            let task = Task::Stepped(call, Reply::Lost);
            self.later(back, Event::Server(line.process, task));
        }
    }
}

impl Attempt {
    pub(super) fn new(
        process: Process,
        (asked_at, had_at): (Timestamp, Timestamp),
        locked: &Locked,
    ) -> Self {
        let judged = Moment::default();
        Self { process, asked_at, had_at, judged, clock: locked.clock, locked_at: None }
    }
}
