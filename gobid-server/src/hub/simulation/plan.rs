//! What a seed decides before anything happens: how large the world is, and what goes wrong in it.
//!
//! Each kind of fault is left out of many runs: what hides behind one is seen without it.

use std::time::Duration;

use super::random::Random;

/// So many that there is always a place.
const MANY: usize = 1_000;
/// How long something takes on its way in microseconds, mostly and now and then.
type Delay = [(u64, u64); 2];
const QUICK_DATABASE: Delay = [(100, 900), (500, 4_000)];
const SLOW_DATABASE: Delay = [(500, 6_000), (5_000, 60_000)];
const NEAR_CLIENT: Delay = [(200, 3_000), (2_000, 30_000)];
const FAR_CLIENT: Delay = [(5_000, 80_000), (50_000, 900_000)];

/// The size of a world, and its weather.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) servers: usize,
    /// Of each server.
    pub(super) lanes: usize,
    pub(super) sales: usize,
    pub(super) bidders: usize,
    /// From when on nobody begins anything and nothing goes wrong any more.
    pub(super) calm_after: Duration,
    /// Whether one product keeps everybody busy, those who read slowly included.
    pub(super) is_busy: bool,
    /// How long a person does nothing between two deeds, at most.
    pub(super) idle_at_most: Duration,
    /// The most commands that may be under way on a server.
    pub(super) tickets: usize,
    /// How many closes wait to be tried again, and how many notes for a room.
    pub(super) released: usize,
    pub(super) notes: usize,
    /// How long a statement takes to the database, or its answer back.
    pub(super) database_micros: Delay,
    /// The same to a server from a client, or back.
    pub(super) client_micros: Delay,
    /// How often one product is flooded with bids.
    pub(super) floods: u64,
    pub(super) rates: Rates,
    /// How many events a room keeps.
    pub(super) kept_events: usize,
}

/// How often things go wrong. Those of what is sent are of a thousand; those of what happens by
/// itself count how often it does in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rates {
    /// A statement gets lost before the database has it.
    pub(super) statement_lost: u64,
    /// Its answer gets lost.
    pub(super) answer_lost: u64,
    /// The answer of a COMMIT gets lost.
    pub(super) commit_answer_lost: u64,
    /// A COMMIT is still on its way when its connection is given up.
    pub(super) commit_late: u64,
    /// A read beside the lanes fails.
    pub(super) read_fails: u64,
    /// What is sent to a server or a client gets lost, and the line with it.
    pub(super) line_breaks: u64,
    /// Between its stamp and its lane a command is held up for long.
    pub(super) edge_is_slow: u64,
    /// What the comparison of a room with the store found gets lost, or comes twice.
    pub(super) check_lost: u64,

    pub(super) server_crashes: u64,
    pub(super) server_stalls: u64,
    pub(super) server_sleeps: u64,
    pub(super) partitions: u64,
    pub(super) database_crashes: u64,
    pub(super) restores: u64,
    pub(super) clock_steps: u64,
    pub(super) held_rows: u64,
    pub(super) killed_connections: u64,
    pub(super) broken_feeds: u64,
    pub(super) logouts: u64,
    pub(super) suspensions: u64,
}

impl Plan {
    pub(super) fn of(random: &mut Random) -> Self {
        let plan = Self::usual(random);
        match random.between(1, 14) {
            1 => Self {
                is_busy: true,
                sales: 1,
                bidders: 6,
                calm_after: random.millis(12_000, 14_000),
                idle_at_most: random.millis(60, 150),
                tickets: MANY,
                rates: Rates::mild(random),
                ..plan
            },
            2 => Self { floods: random.between(1, 2), lanes: 1, sales: 2, tickets: MANY, ..plan },
            3 => {
                Self { tickets: MANY, released: MANY, notes: MANY, rates: Rates::default(), ..plan }
            }
            _ => plan,
        }
    }

    /// Whether nothing goes wrong from beginning to end, and there is a place for everything.
    pub(super) fn is_calm_throughout(&self) -> bool {
        let has_places = self.tickets == MANY && self.released == MANY;
        self.rates == Rates::default() && self.floods == 0 && has_places
    }

    /// Whether little happens in it.
    pub(super) fn is_small(&self) -> bool {
        !self.is_busy && self.floods == 0 && self.sales <= 2 && self.bidders <= 3
    }

    /// Whether the database is near.
    pub(super) fn is_database_quick(&self) -> bool {
        self.database_micros == QUICK_DATABASE
    }

    fn usual(random: &mut Random) -> Self {
        let servers = *random.pick(&[1, 2, 2, 2, 3, 4]);
        Self {
            servers,
            lanes: *random.pick(&[1, 1, 2, 3, 4]),
            sales: *random.pick(&[1, 1, 2, 3, 5]),
            bidders: usize::try_from(random.between(2, 6)).unwrap(),
            calm_after: random.millis(6_000, 14_000),
            is_busy: false,
            idle_at_most: random.millis(400, 3_000),
            tickets: *random.pick(&[6, 40, MANY, MANY, MANY, MANY]),
            released: *random.pick(&[1, MANY]),
            notes: *random.pick(&[2, MANY, MANY]),
            database_micros: *random.pick(&[QUICK_DATABASE, SLOW_DATABASE]),
            client_micros: *random.pick(&[NEAR_CLIENT, FAR_CLIENT]),
            floods: 0,
            rates: Rates::of(random, servers),
            kept_events: *random.pick(&[5, 5, 20, MANY, MANY]),
        }
    }
}

impl Rates {
    /// What goes wrong where everybody is to be kept busy.
    fn mild(random: &mut Random) -> Self {
        Self {
            commit_answer_lost: random.between(0, 20),
            line_breaks: random.between(0, 10),
            check_lost: random.between(0, 300),
            broken_feeds: random.between(10, 40),
            held_rows: random.between(0, 2),
            ..Self::default()
        }
    }

    /// Each kind of fault is there in every other run, each by itself.
    fn of(random: &mut Random, servers: usize) -> Self {
        if random.one_in(12) {
            return Self::default();
        }
        let mut now_and_then = |least, most| {
            let rate = random.between(least, most);
            if random.one_in(2) { rate } else { 0 }
        };
        let several = u64::from(servers > 1);
        Self {
            statement_lost: now_and_then(2, 30),
            answer_lost: now_and_then(2, 30),
            commit_answer_lost: now_and_then(20, 200),
            commit_late: now_and_then(20, 150),
            read_fails: now_and_then(10, 150),
            line_breaks: now_and_then(5, 80),
            edge_is_slow: now_and_then(10, 150),
            check_lost: now_and_then(50, 600) * several,
            server_crashes: now_and_then(1, 4),
            server_stalls: now_and_then(1, 4),
            server_sleeps: now_and_then(1, 2),
            partitions: now_and_then(1, 3),
            database_crashes: now_and_then(1, 2),
            restores: now_and_then(0, 1),
            clock_steps: now_and_then(1, 2),
            held_rows: now_and_then(1, 6),
            killed_connections: now_and_then(1, 8),
            broken_feeds: now_and_then(1, 10),
            logouts: now_and_then(1, 5),
            suspensions: now_and_then(1, 2),
        }
    }
}
