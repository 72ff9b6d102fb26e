//! Two servers on one PostgreSQL, and bids from both sides at once: in the order of the log all of
//! them are what the rules say of one server.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use tokio::sync::Barrier;

use super::cast::{ADMIN, Cast, SELLER};
use super::command::{Command, Way, step};
use super::dice::Dice;
use super::listing::{Listing, now_micros};
use super::look::Seen;
use super::play::log_since;
use super::reference::{Bid, Decimal, Format, Offer, Order, Terms, View};
use super::send::{Said, Sender};
use super::tally::Tally;
use super::twin::Twin;
use super::{seed, setup};
use crate::support::database::{Backend, Database, LogEntry};

/// How many auctions there are at a time.
const AUCTIONS: u64 = 2;
/// How often everybody bids at once.
const WAVES: usize = 8;
/// How many bids each bidder has under way at each server.
const BIDS_OF_ONE: i64 = 9;

/// What must occur, and how often at least.
const OCCUR: [(&str, u64); 5] = [
    ("bid_placed", 100),
    ("raised", 25),
    ("the house answered", 40),
    ("bids_voided", 4),
    ("description_changed", 4),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_answer_as_one() {
    let seed = seed();
    let database = Database::new(Backend::Postgres).await;
    let (first, second) = tokio::join!(setup(&database).start(), setup(&database).start());
    let cast = Cast::sign_up(&first, &database).await;
    let casts = [cast.at(&first), cast.at(&second)];
    let auctions = (0..AUCTIONS).map(|task| {
        let dice = Dice::of_one(seed, task);
        auction(&database, &casts, dice)
    });
    let mut tally = Tally::default();
    join_all(auctions).await.into_iter().for_each(|other| tally.add(other));
    eprintln!("{tally:?}");
    for (what, least) in OCCUR {
        assert!(tally.entries.get(what) >= Some(&least), "{what} rarely occurred: {tally:#?}");
    }
}

/// One auction, in waves.
async fn auction(database: &Database, casts: &[Cast; 2], mut dice: Dice) -> Tally {
    let listing = listing(&mut dice);
    let product_id = casts[0].person(SELLER).create_product(&listing.body).await;
    let at_first = casts[1].visitor.product(&product_id).await;
    let rows = log_since(database, &product_id, 0).await;
    let mut twin = Twin::new(&casts[0], &listing, at_first, &rows);
    let mut rush = Rush { terms: twin.terms.clone(), drawn: 0 };
    for _ in 0..WAVES {
        let wave = Wave::draw(&mut rush, &mut dice, &twin);
        let answers = wave.send(casts, &twin).await;
        let rows = log_since(database, &product_id, twin.position()).await;
        answers.compare(&mut twin, &rows);
    }
    for cast in casts {
        let seen = Seen::read(cast, &product_id, &mut dice).await;
        twin.assert_seen(seen, Vec::new());
    }
    twin.tally
}

/// An English auction that is open throughout, and not at the end of all amounts.
fn listing(dice: &mut Dice) -> Listing {
    loop {
        let listing = Listing::draw(dice, Format::English, false);
        let is_open = !listing.ends_soon && listing.body["auction_start"].is_null();
        if is_open && listing.body["baseprice"].as_str().unwrap().len() < 9 {
            return listing;
        }
    }
}

/// Who draws the commands.
struct Rush {
    terms: Terms,
    /// How many were drawn.
    drawn: u64,
}

impl Rush {
    fn command(&mut self, by: u64, order: Order, way: Way) -> Command {
        Command { by, order, way, reason: format!("Reason {}.", self.drawn) }
    }

    /// Mostly a maximum; those that come later are higher.
    fn bid(&mut self, dice: &mut Dice, view: &View, bidder: u64, place: i64) -> Command {
        self.drawn += 1;
        let least = view.minimum.unwrap_or(self.terms.baseprice);
        let steps = (place * 12 + dice.between(-8, 16)).max(0);
        let amount = least + steps * step(&self.terms, view) + dice.between(-1, 1);
        let amount = Decimal { digits: amount, scale: self.terms.digits };
        let offer = if dice.chance(25) { Offer::Firm(amount) } else { Offer::Maximum(amount) };
        let (request, expected, not_after, cap) = (self.drawn, None, None, None);
        let bid = Bid { bidder, request, offer, expected, not_after, cap };
        self.command(bidder, Order::Bid(bid), Way::Socket)
    }

    /// What an admin strikes while everybody bids.
    fn strike(&mut self, dice: &mut Dice, view: &View) -> Command {
        self.drawn += 1;
        let order = match dice.one_of(&view.bids) {
            Some(row) if dice.chance(50) => Order::VoidBid { bid: row.id, admin: true },
            _ => {
                let bidder = *dice.one_of(&Cast::bidders()).unwrap();
                Order::VoidBidder { bidder, admin: true }
            }
        };
        self.command(ADMIN, order, Way::Admin)
    }

    /// What the seller changes while everybody bids.
    fn change(&mut self, dice: &mut Dice, view: &View) -> Command {
        self.drawn += 1;
        let description = Some(format!("As it was described after {} commands.", self.drawn));
        let lower = |reserve: i64| Decimal { digits: reserve * 9 / 10, scale: self.terms.digits };
        let reserve = view.reserve.map(lower).map(Some).filter(|_| dice.chance(50));
        let order = Order::Edit { by: SELLER, description, reserve, revision: None };
        self.command(SELLER, order, Way::Rest)
    }
}

/// What is sent at once: to which servers, and what.
struct Wave(Vec<(&'static [usize], Command)>);

/// What both servers said, command by command.
struct Answers(Vec<(Command, Vec<Said>)>);

impl Wave {
    /// Of each bidder as many at each server, some of them at both, and an order of the seller's and
    /// of the admin's each.
    fn draw(rush: &mut Rush, dice: &mut Dice, twin: &Twin<'_>) -> Self {
        let view = twin.view(now_micros());
        let mut commands = Vec::new();
        for bidder in Cast::bidders() {
            for place in 0..BIDS_OF_ONE {
                let bid = rush.bid(dice, &view, bidder, place);
                if dice.chance(20) {
                    commands.push((&[0, 1][..], bid));
                } else {
                    commands.push((&[0][..], bid));
                    commands.push((&[1][..], rush.bid(dice, &view, bidder, place)));
                }
            }
        }
        for order in [rush.strike(dice, &view), rush.change(dice, &view)] {
            commands.push((if dice.chance(50) { &[0] } else { &[1] }, order));
        }
        Self(commands)
    }

    /// Sends all of it and waits for every answer.
    async fn send(self, casts: &[Cast; 2], twin: &Twin<'_>) -> Answers {
        let Self(commands) = self;
        let mut lines: BTreeMap<(usize, u64, bool), Vec<usize>> = BTreeMap::new();
        for (place, (servers, command)) in commands.iter().enumerate() {
            let is_bid = command.way == Way::Socket;
            for server in *servers {
                lines.entry((*server, command.by, is_bid)).or_default().push(place);
            }
        }
        let (commands, product_id) = (&commands, &twin.product_id);
        let start = &Barrier::new(lines.len());
        let sending = lines.into_iter().map(async |((server, by, is_bid), places)| {
            let mut sender = Sender::new(&casts[server..=server], product_id.clone());
            let commands: Vec<&Command> = places.iter().map(|place| &commands[*place].1).collect();
            let said = if is_bid {
                sender.all_at_once(by, &commands, start).await
            } else {
                start.wait().await;
                vec![sender.send(commands[0], twin.target(commands[0])).await]
            };
            places.into_iter().zip(said).collect::<Vec<_>>()
        });
        let mut said: BTreeMap<usize, Vec<Said>> = BTreeMap::new();
        for (place, one) in join_all(sending).await.into_iter().flatten() {
            said.entry(place).or_default().push(one);
        }
        let said = commands.iter().zip(said.into_values());
        Answers(said.map(|((_, command), said)| (command.clone(), said)).collect())
    }
}

impl Answers {
    /// Every entry is what the model says of its command in the order of the log, and every answer
    /// to it; every refusal is what the model says at some place of that order.
    fn compare(self, twin: &mut Twin<'_>, mut rows: &[LogEntry]) {
        let mut refused: Vec<(&Command, &Said)> = Vec::new();
        let mut accepted: Vec<(&Command, Vec<&Said>)> = Vec::new();
        for (command, said) in &self.0 {
            let (yes, no): (Vec<_>, Vec<_>) = said.iter().partition(|said| said.is_accepted());
            refused.extend(no.into_iter().map(|said| (command, said)));
            if !yes.is_empty() {
                accepted.push((command, yes));
            }
        }
        explain(twin, &mut refused);
        while let Some(row) = rows.first() {
            let is_its = |(command, _): &(&Command, _)| twin.is_of(row, command);
            let place = accepted.iter().position(is_its);
            let place = place.unwrap_or_else(|| panic!("nobody was told of {row:?}"));
            let (command, said) = accepted.swap_remove(place);
            let led = twin.record(command, said[0], rows);
            assert!(said.iter().all(|other| other.body == said[0].body), "{said:?}");
            rows = &rows[led..];
            explain(twin, &mut refused);
        }
        assert!(accepted.is_empty(), "accepted, and not in the log: {accepted:?}");
        assert!(refused.is_empty(), "no place of the log explains {refused:#?}");
    }
}

/// Strikes off the refusals that are right as things stand.
fn explain(twin: &Twin<'_>, refused: &mut Vec<(&Command, &Said)>) {
    let view = twin.view(now_micros());
    refused.retain(|(command, said)| {
        let [received_at, _] = said.received_between();
        twin.answer_without_entry(command, said, received_at, &view).is_err()
    });
}
