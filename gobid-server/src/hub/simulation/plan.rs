//! What a seed decides before anything happens: how large the world is, and what goes wrong in it.
//!
//! Each kind of fault is left out of many runs: what hides behind one is seen without it.

use std::time::Duration;

use super::random::Random;

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
    /// How long a person does nothing between two deeds, at most.
    pub(super) idle_at_most: Duration,
    /// The most commands that may be under way on a server.
    pub(super) tickets: usize,
    /// How many closes wait to be tried again, and how many commands wait for a lane.
    pub(super) released: usize,
    pub(super) queue: usize,
    /// How long a statement takes to the database and its answer back, mostly and now and then.
    pub(super) database_micros: [(u64, u64); 2],
    /// The same to a client.
    pub(super) client_micros: [(u64, u64); 2],
    /// How often one product is flooded with bids.
    pub(super) floods: u64,
    pub(super) rates: Rates,
}

/// How often things go wrong. Those of what is sent are of a thousand; those of what happens by
/// itself count how often it does in the run.
#[derive(Clone, Debug, Default)]
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
    /// A hint between servers gets lost, comes twice, or late.
    pub(super) hint_lost: u64,

    pub(super) server_crashes: u64,
    pub(super) server_stalls: u64,
    pub(super) server_sleeps: u64,
    pub(super) partitions: u64,
    pub(super) database_crashes: u64,
    pub(super) clock_steps: u64,
    pub(super) held_rows: u64,
    pub(super) killed_connections: u64,
    pub(super) broken_feeds: u64,
    pub(super) logouts: u64,
    pub(super) suspensions: u64,
}

impl Plan {
    pub(super) fn of(random: &mut Random) -> Self {
        let servers = *random.pick(&[1, 2, 2, 2, 3, 4]);
        let is_busy = random.one_in(4);
        let floods = if random.one_in(8) { random.between(1, 2) } else { 0 };
        let idle = if is_busy { random.millis(200, 600) } else { random.millis(800, 3_000) };
        Self {
            servers,
            lanes: *random.pick(&[1, 1, 2, 3, 4]),
            sales: if floods > 0 { 2 } else { *random.pick(&[1, 1, 2, 3, 5]) },
            bidders: usize::try_from(random.between(2, 6)).unwrap(),
            calm_after: random.millis(6_000, 14_000),
            idle_at_most: idle,
            tickets: if floods > 0 {
                1_000
            } else {
                *random.pick(&[6, 40, 1_000, 1_000, 1_000, 1_000])
            },
            released: *random.pick(&[1, 1_024]),
            queue: *random.pick(&[2, 4_096, 4_096]),
            database_micros: *random
                .pick(&[[(100, 900), (500, 4_000)], [(500, 6_000), (5_000, 60_000)]]),
            client_micros: *random
                .pick(&[[(200, 3_000), (2_000, 30_000)], [(5_000, 80_000), (50_000, 900_000)]]),
            floods,
            rates: Rates::of(random, servers),
        }
    }
}

impl Rates {
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
            hint_lost: now_and_then(50, 600) * several,
            server_crashes: now_and_then(1, 4),
            server_stalls: now_and_then(1, 4),
            server_sleeps: now_and_then(1, 2),
            partitions: now_and_then(1, 3),
            database_crashes: now_and_then(1, 2),
            clock_steps: now_and_then(1, 2),
            held_rows: now_and_then(1, 6),
            killed_connections: now_and_then(1, 8),
            broken_feeds: now_and_then(1, 10),
            logouts: now_and_then(1, 5),
            suspensions: now_and_then(0, 1),
        }
    }
}
