//! Scripts that nobody wrote: what lanes do by chance on the simulated database is played again on
//! PostgreSQL.

use std::collections::BTreeMap;
use std::sync::Arc;

use gobid_auction::Auction;
use gobid_store::simulated::{Options, Outcome, Statement};
use gobid_store::{Batch, Edit, LockMode, Lookup, Wants};

use super::play::{BRIEFLY, Play, assert_same, assert_same_so_far};
use super::real::Real;
use super::scene::{self, ANNA, BOB, Bid, PRODUCTS, SESSIONS, Scene, request};
use super::side::{A, B, C, Lane};
use super::simulated::Simulated;
use crate::store::at;

const STEPS: usize = 100;
/// A transaction ends after so many steps of all lanes: none may be silent for too long.
const LONGEST: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lanes_do_by_chance_is_the_same() {
    let mut reached = Reached::default();
    for seed in 1..=4 {
        let scene = Scene::new();
        let mut script = Script::new(seed, &scene).await;
        for step in 0..STEPS {
            script.step(step).await;
        }
        reached.add(&script);
        let mut real = Play::new(Real::new().await, &scene).await;
        for step in script.moves {
            match step {
                Move::Does(lane, statement) => drop(real.does(lane, statement).await),
                Move::Begins(lane, statement) => real.begins(lane, statement).await,
                Move::Ends(lane) => drop(real.ends(lane).await),
            }
            assert_same_so_far(&script.play, &real);
        }
        assert_same(script.play, real).await;
    }
    reached.assert_complete();
}

/// What chance must have led to for the comparison to say something.
#[derive(Debug, Default)]
struct Reached {
    waits: usize,
    refused: usize,
    committed: usize,
    not_recorded: usize,
    locked: usize,
    knew_request: usize,
}

impl Reached {
    fn add(&mut self, script: &Script) {
        self.waits += script.moves.iter().filter(|it| matches!(it, Move::Begins(..))).count();
        for outcome in script.play.outcomes() {
            match outcome {
                Outcome::Refused => self.refused += 1,
                Outcome::Committed => self.committed += 1,
                Outcome::Recorded(false) => self.not_recorded += 1,
                Outcome::Locked(locked) if !locked.auctions.is_empty() => self.locked += 1,
                Outcome::Read(found) => {
                    self.knew_request += found.iter().filter(|it| it.accepted.is_some()).count();
                }
                _ => {}
            }
        }
    }

    fn assert_complete(&self) {
        let Self { waits, refused, committed, not_recorded, locked, knew_request } = *self;
        let all = [waits, refused, committed, not_recorded, locked, knew_request];
        assert!(all.iter().all(|count| *count > 0), "{self:?}");
    }
}

enum Move {
    Does(Lane, Statement),
    Begins(Lane, Statement),
    Ends(Lane),
}

/// A script as far as it was made.
struct Script {
    play: Play<Simulated>,
    dice: Dice,
    moves: Vec<Move>,
    /// The lane that waits: never more than one, since who of two goes on first is chance.
    waits: Option<Lane>,
    /// Which lanes are in a transaction, and since which step.
    begun: BTreeMap<Lane, usize>,
}

impl Script {
    async fn new(seed: u64, scene: &Scene) -> Self {
        let play = Play::new(Simulated::new(Options::default()), scene).await;
        let (moves, begun) = (Vec::new(), BTreeMap::new());
        Self { play, dice: Dice(seed), moves, waits: None, begun }
    }

    /// The next move, and what comes of it for who waits. Who holds something waits for nobody, so
    /// that there is no deadlock.
    async fn step(&mut self, step: usize) {
        let idle: Vec<_> = [A, B, C].into_iter().filter(|it| Some(*it) != self.waits).collect();
        let overdue =
            idle.iter().find(|it| self.begun.get(it).is_some_and(|at| step - at > LONGEST));
        let (lane, statement) = if let Some(lane) = overdue {
            (*lane, self.dice.one_of(&[Statement::Commit, Statement::Rollback]))
        } else {
            let lane = self.dice.one_of(&idle);
            (lane, self.statement(lane))
        };
        let waits = self.play.side.would_wait(lane, &statement);
        let is_brief = matches!(statement, Statement::Lock(_, BRIEFLY));
        if waits && !is_brief && (self.waits.is_some() || self.begun.contains_key(&lane)) {
            return;
        }
        match statement {
            Statement::Lock(..) => drop(self.begun.entry(lane).or_insert(step)),
            Statement::Commit | Statement::Rollback => drop(self.begun.remove(&lane)),
            _ => {}
        }
        if waits && !is_brief {
            self.waits = Some(lane);
            self.moves.push(Move::Begins(lane, statement.clone()));
            self.play.begins(lane, statement).await;
        } else {
            self.moves.push(Move::Does(lane, statement.clone()));
            self.play.does(lane, statement).await;
        }
        if let Some(lane) = self.waits.filter(|it| !self.play.side.is_waiting(*it)) {
            self.waits = None;
            self.begun.entry(lane).and_modify(|at| *at = step);
            self.moves.push(Move::Ends(lane));
            self.play.ends(lane).await;
        }
    }

    fn statement(&mut self, lane: Lane) -> Statement {
        let dice = &mut self.dice;
        match dice.below(12) {
            0..=3 => {
                let mut products = PRODUCTS.to_vec();
                products.retain(|_| dice.below(2) == 0);
                let modes = [LockMode::Wait, LockMode::Wait, LockMode::SkipLocked, BRIEFLY];
                Statement::Lock(products, dice.one_of(&modes))
            }
            4 => Statement::Read([(); 4].map(|()| dice.lookup()).into(), at(20)),
            5..=7 => Statement::Record(Arc::new(self.batch(lane))),
            8 => {
                let above = i64::try_from(dice.below(4)).unwrap();
                Statement::EntriesAbove(vec![(dice.one_of(&PRODUCTS), above)])
            }
            9 | 10 => Statement::Commit,
            _ => Statement::Rollback,
        }
    }

    /// Bids on what is locked, or on something that is not, and now and then something is wrong.
    fn batch(&mut self, lane: Lane) -> Batch {
        let is_begun = self.begun.contains_key(&lane);
        let mut auctions = self.play.auctions(lane);
        if !is_begun || auctions.is_empty() {
            auctions = vec![self.play.side.auction(self.dice.one_of(&PRODUCTS))];
        }
        let mut batch = Batch::default();
        for auction in auctions {
            let one = self.bid(&auction);
            batch.entries.extend(one.entries);
            batch.bidders.extend(one.bidders);
            batch.products.extend(one.products);
            if is_begun && self.dice.below(4) == 0 {
                batch.edits.push(self.edit(&auction));
            }
            if is_begun && self.dice.below(4) == 0 {
                let entry = self.dice.one_of(&self.play.entries());
                batch.voided.push((auction.terms.product_id, entry));
            }
        }
        match self.dice.below(30) {
            0 => batch.products.clear(),
            1 => batch.entries.clear(),
            2 => batch.bidders.clear(),
            3 => batch.products[0].position_read -= 1,
            4 => batch.bidders[0].number = 3 - batch.bidders[0].number,
            _ => {}
        }
        batch
    }

    fn bid(&mut self, auction: &Auction) -> Batch {
        let dice = &mut self.dice;
        let bid = Bid {
            bidder: dice.one_of(&[ANNA, BOB]),
            minor_units: 10_000 + i64::try_from(dice.below(1_000)).unwrap(),
            request_id: request(u128::from(dice.below(20))),
        };
        scene::batch(auction, self.play.entry_id(), bid)
    }

    fn edit(&mut self, auction: &Auction) -> Edit {
        let mut state = auction.state.clone();
        state.revision += 1;
        let description = format!("It shines, {} of 10.", self.dice.below(10));
        let product_id = auction.terms.product_id;
        Edit { product_id, state, description: Some(description), cancel_reason: None }
    }
}

/// Numbers that look like chance and are the same each time (a linear congruence).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        let place = self.below(u64::try_from(all.len()).unwrap());
        all[usize::try_from(place).unwrap()].clone()
    }

    fn lookup(&mut self) -> Lookup {
        let wants = [Wants::Nothing, Wants::Description, Wants::History(1), Wants::Bidder(ANNA)];
        Lookup {
            product_id: self.one_of(&PRODUCTS),
            user_id: self.one_of(&[ANNA, BOB]),
            request_id: Some(request(u128::from(self.below(20)))),
            session: Some(self.one_of(&SESSIONS)),
            wants: self.one_of(&wants),
        }
    }
}
