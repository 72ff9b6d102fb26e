//! A bid or a purchase whose answer is lost: it is one or none, and the person learns which.

use serde_json::Value;

use super::Market;
use super::relay::{Loss, Relay};
use super::shell::{Ran, Shell};
use crate::support::actors::product;
use crate::support::wait::{PATIENCE, eventually};

use super::HOUR;

/// The name of the command, and the amount it takes.
type Bid = (&'static str, &'static [&'static str]);

const PLACE: Bid = ("place", &["100"]);
const MAX: Bid = ("max", &["120"]);
const BUY: Bid = ("buy", &[]);

/// A shell that reaches its server over a line that loses bids.
struct Line {
    relay: Relay,
    shell: Shell,
    product_id: String,
}

impl Line {
    async fn lay(market: &Market, name: &str, loss: Loss, count: usize) -> Self {
        let relay = Relay::start(&market.server, loss, count).await;
        let shell = Shell::new().env("GOBID_SERVER", relay.url());
        shell.sign_up(name).await;
        let mut product = product(HOUR);
        product["buy_now_price"] = "150".into();
        let product_id = market.seller.create_product(&product).await;
        Self { relay, shell, product_id }
    }

    async fn bid(&self, bid: Bid) -> Ran {
        let (what, amount) = bid;
        let args = [&["bid", what, &*self.product_id][..], amount, &["-o", "json"]].concat();
        self.shell.run(&args).await
    }

    /// Bids in vain; gives the error and the command it names.
    async fn bid_in_vain(&self, bid: Bid) -> (Value, Vec<String>) {
        let error = self.bid(bid).await.refused(11, "unknown_outcome");
        let hint = error["hint"].as_str().unwrap();
        let (_words, command) = hint.split_once("gobid-cli ").unwrap();
        let command = command.split(' ').map(str::to_owned).collect();
        assert!(self.relay.lost() > 1, "one copy was sent alone");
        (error, command)
    }

    /// Runs the command that was named, on a line that loses nothing.
    async fn ask_again(&self, command: &[String]) -> Ran {
        self.relay.mend();
        let mut args: Vec<_> = command.iter().map(String::as_str).collect();
        args.extend(["-o", "json"]);
        self.shell.run(&args).await
    }
}

/// How many bids there are.
async fn bid_count(market: &Market, line: &Line) -> Value {
    market.seller.product(&line.product_id).await["bid_count"].clone()
}

#[tokio::test]
async fn an_answer_that_is_lost_is_asked_for_again() {
    let market = Market::open().await;
    for (number, bid) in [PLACE, MAX, BUY].into_iter().enumerate() {
        for (name, loss) in [("Eva", Loss::Answers), ("Bob", Loss::Bids)] {
            let line = Line::lay(&market, &format!("{name}{number}"), loss, 2).await;
            let answer: Value = serde_json::from_str(&line.bid(bid).await.ok()).unwrap();
            assert_eq!(line.relay.lost(), 2);
            let bids = market.seller.get(&format!("/products/{}/bids", line.product_id)).await;
            let bids = bids.expect(200)["items"].take();
            assert_eq!(bids.as_array().unwrap().len(), 1);
            assert_eq!(bids[0]["bid_id"], answer["bid_id"]);
        }
    }
}

#[tokio::test]
async fn an_outcome_that_stays_unknown_can_be_asked_for_later() {
    let market = Market::open().await;
    for (name, bid, amount) in [("Eva", PLACE, "100.00"), ("Bob", BUY, "150.00")] {
        let line = Line::lay(&market, name, Loss::Answers, usize::MAX).await;
        let (error, command) = line.bid_in_vain(bid).await;
        assert_eq!(bid_count(&market, &line).await, 1);
        let answer: Value = serde_json::from_str(&line.ask_again(&command).await.ok()).unwrap();
        assert_eq!(answer["idempotency_key"], error["request_id"]);
        assert_eq!(answer["amount"], amount);
        assert_eq!(bid_count(&market, &line).await, 1);
    }
}

#[tokio::test]
async fn a_bid_that_never_arrived_is_none_when_it_is_asked_for_later() {
    let market = Market::open().await;
    for (name, bid) in [("Eva", PLACE), ("Bob", BUY)] {
        let line = Line::lay(&market, name, Loss::Bids, usize::MAX).await;
        let (error, command) = line.bid_in_vain(bid).await;
        let refusal = line.ask_again(&command).await.refused(7, "expired");
        assert_eq!(refusal["request_id"], error["request_id"]);
        assert!(refusal["received_at"].is_string(), "{refusal}");
        assert_eq!(bid_count(&market, &line).await, 0);
    }
}

#[tokio::test]
async fn a_command_that_asks_again_and_reaches_nobody_knows_as_little() {
    let mut market = Market::open().await;
    let eva = market.shell_of("Eva").await;
    let product_id = market.product_id.clone();
    let place = ["bid", "place", &*product_id, "100"];
    let named = ["--request-id", "0190b0a0-0000-7000-8000-000000000001"];
    let moment = ["--not-after", "2030-01-31T18:00:00.000Z", "-o", "json"];
    market.server.kill_9().await;
    let again = [&place[..], &named, &moment].concat();
    let error = eva.run(&again).await.refused(11, "unknown_outcome");
    assert_eq!(error["request_id"], named[1]);
    assert!(error["hint"].as_str().unwrap().contains("--not-after 2030-01-31T18"), "{error}");
    // A bid that was never sent is no unknown outcome.
    eva.run(&[&place[..], &["-o", "json"]].concat()).await.refused(9, "unreachable");
}

#[tokio::test]
async fn a_bid_that_is_broken_off_can_be_asked_for_later() {
    let market = Market::open().await;
    for (name, signal, exit) in [("Eva", "INT", 130), ("Bob", "TERM", 143), ("Mia", "HUP", 129)] {
        let line = Line::lay(&market, name, Loss::Held, usize::MAX).await;
        let args = ["bid", "place", &*line.product_id, "100", "-o", "json"];
        let mut bid = line.shell.start(&args);
        let is_on_its_way = async || (line.relay.lost() > 0).then_some(());
        eventually("a bid on its way", PATIENCE, is_on_its_way).await;
        bid.signal(signal);
        assert_eq!(bid.ended().await.code(), Some(exit), "{}", bid.errors());
        let error: Value = serde_json::from_str(&bid.errors()).unwrap();
        assert_eq!((&error["code"], &error["exit"]), (&"interrupted".into(), &exit.into()));
        let (_words, command) = error["hint"].as_str().unwrap().split_once("gobid-cli ").unwrap();
        let command: Vec<_> = command.split(' ').map(str::to_owned).collect();
        let answer: Value = serde_json::from_str(&line.ask_again(&command).await.ok()).unwrap();
        assert_eq!(answer["idempotency_key"], error["request_id"]);
        assert_eq!(bid_count(&market, &line).await, 1);
    }
}
