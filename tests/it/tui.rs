//! The terminal client in a terminal, against the real server.

mod admins;
mod clocks;
mod flood;
mod formats;
mod line;
mod maximum;
mod recording;
mod several;
mod urgent;

use std::time::Duration;

use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::programs;
use crate::support::pty::{ENTER, ESCAPE, Pty, STANDARD, TAB};
use crate::support::server::Server;

/// A terminal that watches a product, logged in through the form of the program.
async fn logged_in(server: &Server, user: &User, product_id: &str) -> Pty {
    logged_in_at(server.url(), user, product_id, &[]).await
}

/// The same at an address, in an environment. Whoever logs in while an auction is watched has its feed
/// connect anew, and for that moment `y` is off: so it is done before.
async fn logged_in_at(url: &str, user: &User, product_id: &str, env: &[(&str, &str)]) -> Pty {
    let pty = Pty::start(STANDARD, programs::tui(), &["--server", url], env).await;
    pty.wait_for("GoBid  Auctions").await;
    pty.send(&["L", &user.email, TAB, &user.password, ENTER].concat());
    pty.wait_until("the user's name in the header", |screen| {
        screen.lines().next().is_some_and(|header| header.contains(&user.name))
    })
    .await;
    pty.send(&format!(":watch {product_id}\r"));
    pty.wait_for("● live").await;
    pty
}

async fn watching(server: &Server, product_id: &str) -> Pty {
    let args = ["--server", server.url(), "watch", product_id];
    let pty = Pty::start(STANDARD, programs::tui(), &args, &[]).await;
    pty.wait_for("● live").await;
    pty
}

/// The lines of the screen, as people read them, for when a test fails.
fn has(screen: &str, texts: &[&str]) -> bool {
    texts.iter().all(|text| screen.contains(text))
}

/// A server with an auction of Ana's that has these terms, and Bob and Eva, who bid in it.
struct Stage {
    database: Database,
    server: Server,
    ana: User,
    bob: User,
    eva: User,
    product_id: String,
}

impl Stage {
    async fn set(ends_in: Duration, terms: serde_json::Value) -> Self {
        let database = Database::new(Backend::Sqlite).await;
        let server = Server::start(&database).await;
        let ana = User::sign_up(&server, "ana").await;
        let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
        let mut product = product(ends_in);
        let serde_json::Value::Object(terms) = terms else { panic!("no terms: {terms}") };
        for (name, value) in terms {
            product[name] = value;
        }
        let product_id = ana.create_product(&product).await;
        Self { database, server, ana, bob, eva, product_id }
    }

    /// Eva at her terminal.
    async fn eva_watches(&self) -> Pty {
        logged_in(&self.server, &self.eva, &self.product_id).await
    }

    /// Bob bids over REST, and it is accepted.
    async fn bob_bids(&self, amount: &str) -> serde_json::Value {
        let bid = self.bob.place_bid_rest(&self.product_id, amount, uuid::Uuid::new_v4()).await;
        bid.expect(201)
    }
}

#[tokio::test]
async fn a_bid_is_placed_by_keys_and_another_bid_is_shown_at_once() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let product_id = seller.create_product(&product(Duration::from_mins(10))).await;
    let pty = logged_in(&server, &eva, &product_id).await;

    pty.send("130");
    pty.wait_for("typed, not sent").await;
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 130.00").await;
    assert_eq!(seller.product(&product_id).await["bid_count"], 0, "nothing is sent before y");
    pty.send("y");
    pty.wait_for("LEADING at $130.00").await;

    let bid = bob.place_bid_rest(&product_id, "131.00", uuid::Uuid::new_v4()).await;
    assert_eq!(bid.status, 201);
    let screen = pty.wait_for("OUTBID by bob at $131.00").await;
    assert!(has(&screen, &["2 bids", "next ≥ $132", "Enter: bid $132.00"]), "{screen}");

    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 132.00").await;
    pty.send(ESCAPE);
    pty.wait_gone("CONFIRM BID").await;
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 132.00").await;
    pty.send("y");
    pty.wait_for("LEADING at $132.00").await;

    let log = database.log_of(&product_id).await;
    let offers: Vec<_> = log.iter().filter_map(|entry| entry.offer).collect();
    assert_eq!(offers, [130_00, 131_00, 132_00]);
    pty.send("q");
    assert_eq!(pty.ended().await, 0);
}

#[tokio::test]
async fn both_see_who_won_when_the_server_says_so() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "ana").await;
    let (bob, eva) = (User::sign_up(&server, "bob").await, User::sign_up(&server, "eva").await);
    let product_id = seller.create_product(&product(Duration::from_secs(12))).await;
    let of_eva = logged_in(&server, &eva, &product_id).await;
    let of_bob = logged_in(&server, &bob, &product_id).await;
    for pty in [&of_bob, &of_eva] {
        pty.wait_for("next ≥").await;
        pty.send(ENTER);
        pty.wait_for("You bid exactly").await;
        pty.send("y");
        pty.wait_for("LEADING").await;
    }
    of_bob.wait_for("OUTBID by eva").await;
    of_eva.wait_for("WON").await;
    of_bob.wait_for("LOST").await;
    let product = seller.product(&product_id).await;
    assert_eq!((&product["status"], &product["winner"]), (&"sold".into(), &"eva".into()));
}

#[tokio::test]
async fn a_server_that_was_killed_during_a_bid_has_it_once() {
    let database = Database::new(Backend::Sqlite).await;
    let mut server = Server::start(&database).await;
    let seller = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let product_id = seller.create_product(&product(Duration::from_mins(10))).await;
    let pty = logged_in(&server, &eva, &product_id).await;

    server.stop();
    pty.send("150");
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 150.00").await;
    pty.send("y");
    pty.wait_for("UNKNOWN").await;
    server.kill_9().await;
    server.start_again().await;
    // Within five seconds the bid is placed, else it was not and the screen says so.
    let screen = pty
        .wait_until("what became of the bid", |screen| {
            screen.contains("LEADING at $150.00") || screen.contains("not placed")
        })
        .await;
    let offers: Vec<_> =
        database.log_of(&product_id).await.iter().filter_map(|entry| entry.offer).collect();
    let expected: &[i64] = if screen.contains("LEADING") { &[150_00] } else { &[] };
    assert_eq!(offers, expected);
}
