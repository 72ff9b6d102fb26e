//! One auction from its creation on: commands one after the other, each compared.

use std::time::Duration;

use sqlx::AssertSqlSafe;

use super::cast::{ADMIN, Cast, SELLER};
use super::command::{Command, Drawer, Way};
use super::dice::Dice;
use super::listing::{Listing, now_micros};
use super::look::Seen;
use super::reference::{Format, Order};
use super::send::{Said, Sender};
use super::tally::Tally;
use super::twin::Twin;
use crate::support::database::{Backend, Database, LogEntry};
use crate::support::wait::eventually;

/// After so many commands everything there is to see is compared.
const BETWEEN_LOOKS: i64 = 20;
/// So many commands come after the end.
const AFTER_THE_END: i64 = 8;
/// An auction that is to end does so within this time, moved ends included.
const END: Duration = Duration::from_mins(1);
/// How often a command is sent again that the server cannot judge.
const TRIES: u32 = 40;
/// Between two of them, as the server asks.
const PAUSE: Duration = Duration::from_millis(500);

/// The formats of one auction after the other.
const FORMATS: [Format; 6] = [
    Format::English,
    Format::SealedFirst,
    Format::English,
    Format::Dutch,
    Format::English,
    Format::SealedSecond,
];

/// An auction that is played.
struct Play<'a> {
    database: &'a Database,
    sender: Sender<'a>,
    twin: Twin<'a>,
    drawer: Drawer,
}

/// Plays auctions of all formats until so many commands were compared. `place` is among those who
/// play beside each other: they do not begin with the same format.
pub(crate) async fn auctions(
    database: &Database,
    casts: &[Cast],
    mut dice: Dice,
    place: usize,
    commands: u64,
) -> Tally {
    let mut tally = Tally::default();
    for format in FORMATS.into_iter().cycle().skip(place) {
        if tally.commands() >= commands {
            break;
        }
        let is_quiet = dice.chance(14);
        let listing = Listing::draw(&mut dice, format, is_quiet);
        let most = if format == Format::English { 120 } else { 50 };
        let wanted = dice.between(20, if is_quiet { 20 } else { most });
        let drawer = Drawer::new(&mut dice, listing.terms(0), is_quiet);
        let mut play = Play::begin(database, casts, &listing, drawer).await;
        play.run(&mut dice, wanted, listing.ends_soon).await;
        tally.add(play.twin.tally);
    }
    tally
}

impl<'a> Play<'a> {
    async fn begin(
        database: &'a Database,
        casts: &'a [Cast],
        listing: &Listing,
        drawer: Drawer,
    ) -> Self {
        let cast = &casts[0];
        let product_id = cast.person(SELLER).create_product(&listing.body).await;
        let at_first = cast.visitor.product(&product_id).await;
        let rows = log_since(database, &product_id, 0).await;
        let twin = Twin::new(cast, listing, at_first, &rows);
        Self { database, sender: Sender::new(casts, product_id), twin, drawer }
    }

    /// So many commands, fewer when one of them ends the auction; then it is ended, if it is to be.
    async fn run(&mut self, dice: &mut Dice, wanted: i64, ends_soon: bool) {
        for number in 1..=wanted {
            self.step(dice).await;
            if self.is_over() {
                break;
            }
            if number % BETWEEN_LOOKS == 0 {
                self.look(dice).await;
            }
        }
        match self.is_over() {
            false if ends_soon => self.wait_for_the_close().await,
            false if dice.chance(40) => self.cancel().await,
            _ => {}
        }
        for _ in 0..AFTER_THE_END {
            self.step(dice).await;
        }
        self.look(dice).await;
    }

    fn is_over(&self) -> bool {
        !matches!(self.twin.view(now_micros()).status, "open" | "scheduled")
    }

    /// Draws a command and compares its answer and what it led to.
    async fn step(&mut self, dice: &mut Dice) {
        let view = self.twin.view(now_micros());
        let command = self.drawer.draw(dice, &view);
        self.command(&command).await;
    }

    async fn command(&mut self, command: &Command) {
        let said = self.send(command).await;
        let rows = self.log_since().await;
        self.twin.settle(command, &said, &rows);
    }

    /// A command that the server cannot judge, on a machine that is busy, say, is sent again.
    async fn send(&mut self, command: &Command) -> Said {
        let target = self.twin.target(command);
        for _ in 0..TRIES {
            let said = self.sender.send(command, target).await;
            if !said.is_unavailable() {
                return said;
            }
            self.twin.tally.unavailable += 1;
            tokio::time::sleep(PAUSE).await;
        }
        panic!("{command:?} cannot be judged")
    }

    async fn cancel(&mut self) {
        let order = Order::Cancel { by: ADMIN, admin: true };
        let reason = "Enough of this.".to_owned();
        self.command(&Command { by: ADMIN, order, way: Way::Admin, reason }).await;
    }

    async fn wait_for_the_close(&mut self) {
        let rows = eventually("the close", END, async || {
            let rows = self.log_since().await;
            rows.iter().any(|row| row.kind == "closed").then_some(rows)
        });
        let rows = rows.await;
        self.twin.feed(&rows);
    }

    /// Compares everything there is to see. The house may open or close meanwhile: then again.
    async fn look(&mut self, dice: &mut Dice) {
        loop {
            let seen = Seen::read(self.sender.cast(), &self.sender.product_id, dice).await;
            let rows = self.log_since().await;
            if rows.is_empty() {
                let heard = std::mem::take(&mut self.sender.heard);
                return self.twin.assert_seen(seen, heard);
            }
            self.twin.feed(&rows);
        }
    }

    async fn log_since(&self) -> Vec<LogEntry> {
        log_since(self.database, &self.sender.product_id, self.twin.position()).await
    }
}

/// The entries of a log after a position.
pub(crate) async fn log_since(
    database: &Database,
    product_id: &str,
    position: i64,
) -> Vec<LogEntry> {
    let product_id = database.id(product_id);
    let text = AssertSqlSafe(format!(
        "select * from auction_log where product_id = {product_id} and position > {position} \
         order by position"
    ));
    match database.backend() {
        Backend::Sqlite => sqlx::query_as(text).fetch_all(database.sqlite()).await,
        Backend::Postgres => sqlx::query_as(text).fetch_all(database.postgres()).await,
    }
    .unwrap()
}
