//! What only the simulated database can be asked: exact times, and what PostgreSQL leaves open.
//! Everything else is compared with PostgreSQL, in `tests/it/store/interleavings.rs`.

use std::sync::Arc;
use std::time::Duration;

use gobid_auction::{
    Amount, Auction, Currency, Format, Increment, ProductId, State, Status, Terms, Timestamp,
    UserId,
};

use super::{ConnectionId, Options, Outcome, SimulatedDatabase, Statement};
use crate::{Batch, LockMode, NewProductRow, ProductChange};

const LAMP: ProductId = ProductId::from_u128(1);
const CHAIR: ProductId = ProductId::from_u128(2);

/// So many milliseconds after the start.
fn ms(millis: i64) -> Timestamp {
    Timestamp::from_micros(1_000_000_000_000 + millis * 1_000)
}

fn database(options: Options) -> SimulatedDatabase {
    let mut database = SimulatedDatabase::new(options);
    for product_id in [LAMP, CHAIR] {
        let terms = Terms {
            product_id,
            seller_id: UserId::nil(),
            format: Format::English,
            currency: "EUR".parse::<Currency>().unwrap(),
            baseprice: Amount::new(100).unwrap(),
            increment: Increment::DEFAULT,
            buy_now_price: None,
            soft_close: Duration::ZERO,
            hard_end: None,
            dutch: None,
            auction_start: ms(0),
            starts_later: false,
        };
        let product = NewProductRow {
            auction: Auction::new(terms, None, ms(1_000_000), ms(0)),
            product_name: "A lamp".to_owned(),
            description: "It shines.".to_owned(),
            reference: None,
            anonymous_bidders: false,
            created_at: ms(0),
        };
        database.create_product(&product, None);
    }
    database
}

/// Connections whose statements tell when they end.
struct Play {
    database: SimulatedDatabase,
    connections: Vec<ConnectionId>,
    seen: Vec<(i64, usize, Outcome)>,
}

impl Play {
    fn new(options: Options, connections: usize) -> Self {
        let mut database = database(options);
        let connections = (0..connections).map(|_| database.connect(ms(0))).collect();
        Self { database, connections, seen: Vec::new() }
    }

    /// Starts a statement of a connection at a time.
    fn at(&mut self, millis: i64, connection: usize, statement: Statement) -> &mut Self {
        self.until(millis);
        self.database.start(self.connections[connection], statement, ms(millis));
        self
    }

    fn lock(&mut self, millis: i64, connection: usize, product_id: ProductId) -> &mut Self {
        self.at(millis, connection, Statement::Lock(vec![product_id], LockMode::Wait))
    }

    /// Moves a product to another position.
    fn write(&mut self, millis: i64, connection: usize, position: i64) -> &mut Self {
        let auction = self.database.product_row(LAMP);
        let state = State { position, status: Status::Open, ..auction.state.clone() };
        let change = ProductChange {
            product_id: LAMP,
            position_read: auction.state.position,
            state,
            minimum: None,
            due_at: None,
            is_rescheduled: true,
        };
        let batch = Batch { products: vec![change], ..Batch::default() };
        self.at(millis, connection, Statement::Record(Arc::new(batch)))
    }

    /// Lets time pass, from one thing that happens to the next.
    fn until(&mut self, millis: i64) {
        while let Some(due) = self.database.due().filter(|due| *due <= ms(millis)) {
            for (connection, outcome) in self.database.advance(due) {
                let place = self.connections.iter().position(|id| *id == connection).unwrap();
                let at = (due.as_micros() - ms(0).as_micros()) / 1_000;
                self.seen.push((at, place, outcome));
            }
        }
    }

    /// What ended until a time and was not told yet: when, on which connection, how.
    fn told(&mut self, millis: i64) -> Vec<(i64, usize, &'static str)> {
        self.until(millis);
        let word = |outcome: &Outcome| match outcome {
            Outcome::Locked(locked) if locked.auctions.is_empty() => "skipped",
            Outcome::Locked(_) => "locked",
            Outcome::Recorded(true) => "recorded",
            Outcome::Recorded(false) => "missed",
            Outcome::Committed => "committed",
            Outcome::RolledBack => "rolled back",
            Outcome::Read(_) | Outcome::Entries(_) => "read",
            Outcome::Refused => "refused",
            Outcome::Killed => "killed",
        };
        self.seen.drain(..).map(|(at, place, outcome)| (at, place, word(&outcome))).collect()
    }
}

impl SimulatedDatabase {
    fn product_row(&self, product_id: ProductId) -> &Auction {
        &self.committed.products[&product_id].product.auction
    }
}

#[test]
fn nothing_is_due_where_nothing_is_asked() {
    let mut play = Play::new(Options::default(), 2);
    assert_eq!(play.database.due(), None);
    play.lock(10, 0, LAMP);
    assert_eq!(play.database.due(), Some(ms(10)));
    assert_eq!(play.told(10), [(10, 0, "locked")]);
    // Its silence will end.
    assert_eq!(play.database.due(), Some(ms(2_010)));
    play.at(20, 0, Statement::Commit);
    assert_eq!(play.told(20), [(20, 0, "committed")]);
    assert_eq!(play.database.due(), None);
    assert_eq!(play.told(100_000), []);
}

#[test]
fn silence_ends_after_two_seconds() {
    let mut play = Play::new(Options::default(), 2);
    play.lock(0, 0, LAMP).lock(500, 1, LAMP);
    assert_eq!(play.told(10_000), [(0, 0, "locked"), (2_000, 1, "locked")]);
    play.at(10_000, 0, Statement::Commit).at(10_001, 1, Statement::Rollback);
    assert_eq!(play.told(10_001), [(10_000, 0, "killed"), (10_001, 1, "killed")]);
    // Who speaks is not silent.
    let read = || Statement::Read([].into(), ms(0));
    let third = play.database.connect(ms(20_000));
    play.connections.push(third);
    play.lock(20_000, 2, LAMP).at(21_000, 2, read()).at(22_500, 2, read());
    play.at(24_000, 2, Statement::Commit);
    assert_eq!(play.told(24_000).last(), Some(&(24_000, 2, "committed")));
}

#[test]
fn a_lock_is_waited_for_three_seconds_or_as_long_as_was_said() {
    let mut play = Play::new(Options::default(), 3);
    let briefly = LockMode::Briefly(Duration::from_millis(200));
    play.lock(0, 0, LAMP).lock(0, 1, LAMP).at(0, 2, Statement::Lock(vec![LAMP], briefly));
    let speak = || Statement::EntriesAbove(Vec::new());
    play.at(1_500, 0, speak()).at(2_900, 0, speak());
    let refused: Vec<_> = play.told(4_000).into_iter().filter(|told| told.2 == "refused").collect();
    assert_eq!(refused, [(200, 2, "refused"), (3_000, 1, "refused")]);
}

/// Newcomers pass the one who waits, whose wait for the lock begins anew each time.
#[test]
fn a_statement_ends_after_five_seconds() {
    let wake_after = Duration::from_millis(5);
    let mut play = Play::new(Options { wake_after, ..Options::default() }, 5);
    play.lock(0, 0, LAMP).lock(0, 1, LAMP);
    for (begin, holder, next) in [(0, 0, 2), (1_500, 2, 3), (3_000, 3, 4)] {
        play.at(begin + 1_499, holder, Statement::Rollback).lock(begin + 1_500, next, LAMP);
    }
    assert!(play.told(4_999).iter().all(|told| told.1 != 1));
    assert_eq!(play.told(5_000), [(5_000, 1, "refused")]);
}

#[test]
fn who_waits_longest_finds_the_deadlock() {
    let mut play = Play::new(Options::default(), 2);
    play.lock(0, 0, LAMP).lock(0, 1, CHAIR).lock(100, 0, CHAIR).lock(300, 1, LAMP);
    let told = play.told(5_000);
    assert_eq!(told[2..], [(1_100, 0, "refused"), (1_100, 1, "locked")]);

    // It is looked for once: who begins to wait later finds what the first did not.
    let mut play = Play::new(Options::default(), 2);
    play.lock(0, 0, LAMP).lock(0, 1, CHAIR).lock(100, 0, CHAIR).lock(1_200, 1, LAMP);
    let told = play.told(5_000);
    assert_eq!(told[2..], [(2_200, 1, "refused"), (2_200, 0, "locked")]);
}

/// The holder of the lamp waits for the chair, which the second in line for the lamp holds, who
/// waits for the first in line.
#[test]
fn a_deadlock_goes_through_the_line() {
    let mut play = Play::new(Options::default(), 3);
    play.lock(0, 0, LAMP).lock(0, 2, CHAIR);
    play.lock(10, 1, LAMP).lock(110, 2, LAMP).lock(210, 0, CHAIR);
    let told = play.told(5_000);
    assert_eq!(told[2..], [(1_010, 1, "refused"), (1_210, 0, "refused"), (1_210, 2, "locked")]);
}

#[test]
fn a_newcomer_may_pass_who_has_to_wake() {
    let wake_after = Duration::from_millis(5);
    let mut play = Play::new(Options { wake_after, ..Options::default() }, 3);
    play.lock(0, 0, LAMP).lock(1, 1, LAMP).at(10, 0, Statement::Commit).lock(12, 2, LAMP);
    assert_eq!(play.told(15), [(0, 0, "locked"), (10, 0, "committed"), (12, 2, "locked")]);
    play.at(20, 2, Statement::Commit);
    assert_eq!(play.told(30), [(20, 2, "committed"), (25, 1, "locked")]);
}

#[test]
fn a_clock_that_jumps_moves_no_timeout() {
    let mut play = Play::new(Options::default(), 2);
    play.lock(0, 0, LAMP).lock(500, 1, LAMP);
    play.until(1_000);
    play.database.step_clock(-3_600_000_000);
    play.until(2_000);
    let Some((2_000, 1, Outcome::Locked(locked))) = play.seen.last() else { panic!() };
    assert_eq!(locked.clock, Some(ms(2_000 - 3_600_000)));
    assert_eq!(play.database.clock(ms(2_000)), ms(2_000 - 3_600_000));
}

#[test]
fn nobody_is_told_who_is_gone() {
    let mut play = Play::new(Options::default(), 4);
    play.lock(0, 0, LAMP).lock(1, 1, LAMP).lock(2, 2, LAMP).lock(3, 3, LAMP);
    assert_eq!(play.told(3), [(0, 0, "locked")]);
    play.database.hang_up(play.connections[1], ms(4));
    play.database.kill(play.connections[2], ms(4));
    assert!(play.database.is_waiting(play.connections[1]));
    assert!(!play.database.is_waiting(play.connections[2]));
    play.at(5, 0, Statement::Rollback);
    assert_eq!(play.told(5), [(5, 0, "rolled back"), (5, 3, "locked")]);
    assert!(!play.database.is_waiting(play.connections[1]));
    // An outcome that nobody has taken is not kept for who hangs up.
    play.at(6, 3, Statement::Commit);
    play.database.hang_up(play.connections[3], ms(6));
    assert_eq!(play.told(6), []);
}

#[test]
fn a_crash_ends_every_connection() {
    let mut play = Play::new(Options::default(), 2);
    play.lock(0, 0, LAMP).write(1, 0, 1).at(2, 0, Statement::Commit);
    play.lock(3, 0, LAMP).write(4, 0, 2).lock(5, 1, LAMP);
    play.until(5);
    play.seen.clear();
    play.database.crash(ms(6));
    assert_eq!(play.told(6), [(6, 1, "killed")]);
    play.at(7, 0, Statement::Commit);
    assert_eq!(play.told(7), [(7, 0, "killed")]);
    assert_eq!(play.database.product_row(LAMP).state.position, 1);
}
