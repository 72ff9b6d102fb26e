//! What goes wrong by itself: processes that die, stand still or sleep, the database that dies, its
//! clock that jumps, rows that somebody else holds, lines that break.

use std::time::Duration;

use gobid_auction::ProductId;
use gobid_store::LockMode;
use gobid_store::simulated::{ConnectionId, Statement};

use super::event::Event;
use super::trace::note;
use super::world::World;

/// Who holds a row says something so often, or would lose it.
const SIGN_OF_LIFE: Duration = Duration::from_millis(1_500);

/// Something that goes wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// A server is killed; it is started again so long after.
    Crash(usize, Duration),
    Start(usize),
    /// A server's process stands still.
    Stall(usize, Duration),
    /// A server's machine sleeps: the clock that never goes back stands still, too.
    Sleep(usize, Duration),
    /// A server cannot reach the database.
    CutOff(usize, Duration),
    /// The database is killed, and is away so long.
    DatabaseCrash(Duration),
    /// The database is restored, with nothing lost: every server is started anew.
    Restore,
    /// The database's clock jumps by so many milliseconds.
    ClockStep(i64),
    /// Somebody else holds the row of a product.
    Hold(ProductId, Duration),
    /// Whoever holds a row gives a sign of life, so many times more.
    KeepHolding(ConnectionId, u64),
    /// Somebody else, who holds a row already, wants this one, too.
    LockToo(ConnectionId, ProductId),
    /// The database ends some lane's connection.
    Kill,
    /// Some feed's line breaks.
    BreakFeed,
    LogOut,
    Suspend,
    /// Everybody bids at once.
    Flood,
}

/// Decides on a fault of one kind.
type Choice = fn(&mut World) -> Fault;

impl World {
    /// Decides what will go wrong, and when.
    pub(super) fn plan_faults(&mut self) {
        let rates = self.plan.rates.clone();
        let kinds: [(u64, Choice); 13] = [
            (rates.server_crashes, |it| {
                Fault::Crash(it.some_server(), it.random.millis(50, 4_000))
            }),
            (rates.server_stalls, |it| {
                Fault::Stall(it.some_server(), it.random.mostly((20_000, 900_000), STALL))
            }),
            (rates.server_sleeps, |it| Fault::Sleep(it.some_server(), it.random.millis(30, 4_000))),
            (rates.partitions, |it| Fault::CutOff(it.some_server(), it.random.millis(100, 5_000))),
            (rates.database_crashes, |it| Fault::DatabaseCrash(it.random.millis(5, 3_000))),
            (rates.restores, |_| Fault::Restore),
            (rates.clock_steps, |it| Fault::ClockStep(it.some_step())),
            (rates.held_rows, |it| Fault::Hold(it.some_sale(), it.random.millis(50, 6_500))),
            (rates.killed_connections, |_| Fault::Kill),
            (rates.broken_feeds, |_| Fault::BreakFeed),
            (rates.logouts, |_| Fault::LogOut),
            (rates.suspensions, |_| Fault::Suspend),
            (self.plan.floods, |_| Fault::Flood),
        ];
        let until = u64::try_from(self.plan.calm_after.as_millis()).unwrap();
        for (count, fault) in kinds {
            for _ in 0..count {
                let fault = fault(self);
                let after = self.random.millis(300, until - 200);
                self.later(after, Event::Fault(fault));
            }
        }
    }

    fn some_server(&mut self) -> usize {
        self.random.index(self.plan.servers)
    }

    fn some_sale(&mut self) -> ProductId {
        let sale = self.random.index(self.sales.len());
        self.sales[sale].product_id
    }

    /// A jump is so small that nobody need notice, or so large that everything is due.
    fn some_step(&mut self) -> i64 {
        let most = *self.random.pick(&[30, 90, 900, 8_000]);
        let step = i64::try_from(self.random.between(1, most)).unwrap();
        if self.random.one_in(2) { step } else { -step }
    }

    pub(super) fn goes_wrong(&mut self, fault: Fault) {
        if self.is_calm && !matches!(fault, Fault::Start(_)) {
            return;
        }
        note!(self, "fault: {fault:?}");
        match fault {
            Fault::Crash(server, away) => self.crash(server, away),
            Fault::Start(server) => self.start_server(server),
            Fault::Stall(server, span) => self.stand_still(server, span, false),
            Fault::Sleep(server, span) => self.stand_still(server, span, true),
            Fault::CutOff(server, span) => self.links.cut_off(server, self.now.plus(span)),
            Fault::DatabaseCrash(away) => {
                self.database.crash(self.now);
                self.links.database_is_down_until(self.now.plus(away));
                self.reached.database_crashed += 1;
            }
            Fault::Restore => self.restore(),
            Fault::ClockStep(millis) => self.database.step_clock(millis * 1000),
            Fault::Hold(product_id, span) => self.hold(product_id, span),
            Fault::KeepHolding(holder, times) => self.keep_holding(holder, times),
            Fault::LockToo(holder, product_id) => {
                let lock = Statement::Lock(vec![product_id], LockMode::Wait);
                self.links.holders.insert(holder, Some(self.now));
                self.database.start(holder, lock, self.now);
            }
            Fault::Kill => self.kill_connection(),
            Fault::BreakFeed => self.break_feed(),
            Fault::LogOut => self.some_log_out(),
            Fault::Suspend => self.some_suspension(),
            Fault::Flood => self.flood(),
        }
    }

    fn restore(&mut self) {
        self.restores += 1;
        self.database.crash(self.now);
        for server in 0..self.servers.len() {
            let away = self.random.millis(50, 1_000);
            self.crash(server, away);
        }
    }

    fn hold(&mut self, product_id: ProductId, span: Duration) {
        if self.is_database_down() {
            return;
        }
        let holder = self.database.connect(self.now);
        let lock = Statement::Lock(vec![product_id], LockMode::Wait);
        self.database.start(holder, lock, self.now);
        let signs = span.as_millis() / SIGN_OF_LIFE.as_millis();
        let signs = u64::try_from(signs).unwrap();
        self.reached.row_held += 1;
        self.later(SIGN_OF_LIFE.min(span), Event::Fault(Fault::KeepHolding(holder, signs)));
        self.links.holders.insert(holder, None);
    }

    fn keep_holding(&mut self, holder: ConnectionId, times: u64) {
        if times == 0 {
            self.let_go(holder);
        } else if self.links.holders.contains_key(&holder) && !self.database.is_waiting(holder) {
            self.database.start(holder, Statement::EntriesAbove(Vec::new()), self.now);
            let next = Fault::KeepHolding(holder, times - 1);
            self.later(SIGN_OF_LIFE, Event::Fault(next));
        } else {
            self.later(SIGN_OF_LIFE, Event::Fault(Fault::KeepHolding(holder, times - 1)));
        }
    }

    pub(super) fn let_go(&mut self, holder: ConnectionId) {
        if self.links.holders.remove(&holder).is_some() {
            self.database.kill(holder, self.now);
        }
    }

    /// Whoever looks for the entries of a batch waits for its rows as long as it takes: somebody
    /// who locks two of them the other way round makes a deadlock.
    pub(super) fn lock_backwards(&mut self, products: &[ProductId]) {
        let (Some(first), Some(last)) = (products.first(), products.last()) else { return };
        if first == last || self.is_calm || self.is_database_down() || !self.random.one_in(2) {
            return;
        }
        let holder = self.database.connect(self.now);
        let lock = Statement::Lock(vec![*last], LockMode::SkipLocked);
        self.database.start(holder, lock, self.now);
        self.links.holders.insert(holder, None);
        let soon = self.random.millis(20, 300);
        self.later(soon, Event::Fault(Fault::LockToo(holder, *first)));
        self.later(soon * 10, Event::Fault(Fault::KeepHolding(holder, 0)));
    }
}

/// How long a process stands still now and then, in microseconds: so long that the database gives
/// its transaction up.
const STALL: (u64, u64) = (2_000_000, 6_000_000);
