//! Many bidders on one product: one strict order, and every watcher sees it.

pub(crate) mod order;
pub(crate) mod same_id;
mod watched;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use uuid::Uuid;

use crate::support::actors::{User, product};
use crate::support::crowd::{Answers, Crowd};
use crate::support::database::{Backend, Database, LogEntry, on_both};
use crate::support::server::{Server, Setup};
use watched::Watched;

on_both!(one_server);

/// How many bid, and how many bids are accepted at least.
const BIDDERS: usize = 64;
const ACCEPTED: usize = 1_000;
const HOUR: Duration = Duration::from_hours(1);

async fn one_server(database: Database) {
    let mut server = Server::start(&database).await;
    race(&database, &[&server]).await;
    let counted = stop_and_count(&mut server).await;
    assert!(counted.largest_batch > 1, "{counted:?}");
    assert!(counted.batches < counted.commands, "{counted:?}");
    assert!(counted.commands > ACCEPTED, "{counted:?}");
}

/// Two servers on one PostgreSQL: the rows' locks order what both do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers() {
    let database = Database::new(Backend::Postgres).await;
    let (mut first, mut second) =
        tokio::join!(Server::start(&database), Setup::on(database.url()).start());
    race(&database, &[&first, &second]).await;
    for server in [&mut first, &mut second] {
        let counted = stop_and_count(server).await;
        // How often one waited for the other is a matter of the disk.
        assert!(counted.largest_batch > 1, "{counted:?}");
    }
}

/// The race, and what must be true after it, on however many servers.
async fn race(database: &Database, servers: &[&Server]) {
    let seller = User::sign_up(servers[0], "Seller").await;
    let product_id = seller.create_product(&product(HOUR)).await;
    let crowd = Crowd::sign_up(servers[0], BIDDERS).await;
    let latecomer = User::sign_up(servers[0], "Latecomer").await;

    let mut watched = Watched::default();
    let visitors = servers.iter().map(|server| User::visitor(server, "Rover")).collect();
    watched.roam(visitors, &product_id).await;
    for server in servers {
        watched.watch(User::visitor(server, "Visitor").subscribe(&product_id).await);
        watched.watch(latecomer.at(server).subscribe(&product_id).await);
    }
    let mut answers = crowd.race(servers, &product_id, ACCEPTED).await;
    let before_last = seller.product(&product_id).await;
    let minimum = before_last["minimum_next_bid"].as_str().unwrap();
    watched.will_end_after(before_last["seq"].as_u64().unwrap());
    let mut socket = latecomer.subscribe(&product_id).await;
    answers.accepted.push(socket.place_bid(minimum).await);

    let log = database.log_of(&product_id).await;
    assert_in_order(&log);
    assert_answers_are_the_log(&answers, &log);
    let events = seller.events(&product_id, 0).await;
    let public = log.iter().map(|entry| entry.public.as_deref().unwrap());
    let public: Vec<Value> = public.map(|text| serde_json::from_str(text).unwrap()).collect();
    assert!(events == public, "the events are not those of the log");
    watched.assert_all_saw(&events[1..]).await;
    assert_standing(&seller.product(&product_id).await, &log);
}

/// Positions and seqs dense, prices rising by a step of 1.00 at least, times never going back.
fn assert_in_order(log: &[LogEntry]) {
    assert!(log.len() > ACCEPTED, "{}", log.len());
    assert_eq!((log[0].kind.as_str(), log[0].minimum), ("opened", Some(100_00)));
    for (number, entry) in (1..).zip(log) {
        assert_eq!((entry.position, entry.seq, entry.seq_after), (number, Some(number), number));
    }
    for pair in log.windows(2) {
        let (before, bid) = (&pair[0], &pair[1]);
        let minimum = before.price.map_or(100_00, |price| price + 1_00);
        assert_eq!(before.minimum, Some(minimum));
        assert_eq!(bid.kind, "bid_placed");
        assert!(bid.offer >= Some(minimum), "{bid:?} after {before:?}");
        assert_eq!(bid.price, bid.offer);
        assert_eq!(bid.leader, bid.actor_id);
        assert_ne!(bid.leader, before.leader, "nobody outbids himself");
        assert!(bid.at >= before.at, "{bid:?} after {before:?}");
    }
}

/// Every acknowledgement is in the log as it was given, and nothing else is.
fn assert_answers_are_the_log(answers: &Answers, log: &[LogEntry]) {
    let ids: BTreeSet<Uuid> = log.iter().filter_map(|entry| entry.request_id).collect();
    assert_eq!(ids.len(), log.len() - 1, "an id stands in the log twice, or none");
    assert!(answers.refused.iter().all(|id| !ids.contains(id)), "a refused bid is in the log");
    assert_eq!(answers.accepted.len(), ids.len());
    for answer in &answers.accepted {
        let entry = &log[usize::try_from(answer["seq"].as_u64().unwrap()).unwrap() - 1];
        assert_eq!(answer["request_id"], entry.request_id.unwrap().to_string());
        assert_eq!(answer["bid_id"], entry.entry_id.to_string());
        assert_eq!(answer["leading"], true);
        for (said, minor_units) in [
            (&answer["amount"], entry.offer),
            (&answer["current_price"], entry.price),
            (&answer["minimum_next_bid"], entry.minimum),
        ] {
            assert_eq!(minor(said), minor_units.unwrap(), "{answer}");
        }
    }
}

/// The product says what the last entry of the log says.
fn assert_standing(product: &Value, log: &[LogEntry]) {
    let last = log.last().unwrap();
    assert_eq!(product["seq"], last.seq.unwrap());
    assert_eq!(minor(&product["current_price"]), last.price.unwrap());
    assert_eq!(minor(&product["minimum_next_bid"]), last.minimum.unwrap());
    assert_eq!(product["leader"], "Latecomer");
    assert_eq!(product["bid_count"], log.len() - 1);
    let bidders: BTreeSet<_> = log.iter().filter_map(|entry| entry.actor_id).collect();
    assert_eq!(product["bidder_count"], bidders.len());
}

fn minor(amount: &Value) -> i64 {
    let (whole, hundredths) = amount.as_str().unwrap().split_once('.').unwrap();
    whole.parse::<i64>().unwrap() * 100 + hundredths.parse::<i64>().unwrap()
}

/// What a server's hub counted.
#[derive(Debug, serde::Deserialize)]
struct Counted {
    batches: usize,
    commands: usize,
    largest_batch: usize,
}

/// Stops a server in good order; it logs then what its hub counted.
async fn stop_and_count(server: &mut Server) -> Counted {
    let status = server.terminate().await;
    assert!(status.success(), "{status}");
    let log = server.log();
    let line = log.lines().find(|line| line.contains("what the hub counted"));
    serde_json::from_str(line.unwrap_or_else(|| panic!("it counted nothing\n{log}"))).unwrap()
}
