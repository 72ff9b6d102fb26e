//! When it is urgent: the last seconds of an auction, and rivals who never rest.

use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::{Stage, has};
use crate::support::actors::{User, product};
use crate::support::pty::{ENTER, Pty};
use crate::support::wait::{PATIENCE, eventually};

const TEN_MINUTES: Duration = Duration::from_mins(10);

#[tokio::test]
async fn outbid_beside_with_twelve_seconds_left_is_told_reached_and_bid_on_in_time() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let pty = stage.eva_watches().await;
    let mut records = product(Duration::from_secs(18));
    records["product_name"] = json!("A box of records");
    let records = stage.ana.create_product(&records).await;
    pty.send(&format!(":watch {records}\r"));
    pty.wait_until("the records live", |screen| has(screen, &["next ≥ $100", "❯2 OPEN"])).await;
    pty.send("130\r");
    pty.wait_for("You bid exactly USD 130.00").await;
    pty.send("y");
    pty.wait_for("LEADING at $130.00").await;
    pty.send("<");
    pty.wait_until("the camera, and the records beside", |screen| {
        has(screen, &["❯1", "2 ▲ LEADING 0:12"])
    })
    .await;

    let bells = pty.bells();
    stage.bob.place_bid_rest(&records, "150.00", Uuid::new_v4()).await.expect(201);
    let screen = pty.wait_for("you are outbid by bob at $150.00, 1").await;
    assert!(has(&screen, &["❯1", "2 ▼ OUTBID 0:1", " s left"]), "{screen}");
    assert!(pty.bells() > bells, "the bell rings");
    pty.send("a");
    pty.wait_for("OUTBID by bob at $150.00").await;
    pty.send(ENTER);
    pty.wait_for("You bid exactly USD 151.00").await;
    pty.send("y");
    pty.wait_for("LEADING at $151.00").await;
    pty.wait_for("WON for USD 151.00").await;
    assert_eq!(stage.ana.product(&stage.product_id).await["bid_count"], 0, "nothing went astray");
}

/// Two bots that bid the minimum in turn, one every half a second, until this goes.
fn bots(stage: &Stage, karla: User) -> JoinSet<()> {
    let (bob, product_id) = (stage.bob.clone(), stage.product_id.clone());
    let mut bots = JoinSet::new();
    bots.spawn(async move {
        let mut pace = tokio::time::interval(Duration::from_millis(500));
        for bot in [bob, karla].iter().cycle() {
            pace.tick().await;
            let product = bot.product(&product_id).await;
            let minimum = product["minimum_next_bid"].as_str().unwrap();
            // Whoever leads by now is refused, and bids again in a second.
            let _refused = bot.place_bid_rest(&product_id, minimum, Uuid::new_v4()).await;
        }
    });
    bots
}

/// What the dialog says about the price.
fn price_in_dialog(screen: &str) -> Option<&str> {
    screen.split_once("price now ")?.1.split_whitespace().next()
}

#[tokio::test]
async fn the_dialog_can_be_used_while_bots_bid_twice_a_second() {
    let stage = Stage::set(TEN_MINUTES, json!({})).await;
    let karla = User::sign_up(&stage.server, "karla").await;
    let pty = stage.eva_watches().await;
    let _bots = bots(&stage, karla);
    pty.send("500\r");
    pty.wait_for("You bid exactly USD 500.00").await;
    let mut screen = pty.wait_for("price now ").await;
    for _ in 0..4 {
        let seen = price_in_dialog(&screen).unwrap().to_owned();
        screen = pty
            .wait_until("another price in the dialog", |screen| {
                price_in_dialog(screen).is_some_and(|price| price != seen)
            })
            .await;
        assert!(has(&screen, &["You bid exactly USD 500.00.", "the price moved: it was "]));
    }
    pty.send("y");
    let is_own = |row: &str, amount: &str| row.contains(amount) && row.contains(" you ");
    pty.wait_until("the bid among the others", |screen| {
        screen.lines().any(|row| is_own(row, "$500.00"))
    })
    .await;

    while !bids_the_minimum(&stage, &pty).await {}
    assert_eq!(stage.bids_of_eva().await, 2);
}

/// Eva bids in a dialog that is below the minimum twice a second; says whether that came in time.
/// The first move locks `y` for half a second and no other does: `+` and `y` find their place between
/// two bids of the bots.
async fn bids_the_minimum(stage: &Stage, pty: &Pty) -> bool {
    let is_low = |screen: &str| screen.contains("below the minimum: + sets");
    let is_open = |screen: &str| screen.contains("CONFIRM BID");
    pty.wait_for("OUTBID by").await;
    pty.send(ENTER);
    pty.wait_until("the dialog", is_open).await;
    while is_open(&pty.wait_until("a bid too low, or none", |it| is_low(it) || !is_open(it)).await)
    {
        pty.send("+y");
        pty.wait_until("the minimum, or nothing more", |it| !is_low(it)).await;
    }
    eventually("the answer", PATIENCE, async || {
        let is_refused = pty.screen().contains("refused: too low");
        let is_placed = stage.bids_of_eva().await == 2;
        (is_placed || is_refused).then_some(is_placed)
    })
    .await
}

impl Stage {
    async fn bids_of_eva(&self) -> usize {
        let eva = Some(self.eva.id.parse().unwrap());
        let log = self.database.log_of(&self.product_id).await;
        log.iter().filter(|entry| entry.actor_id == eva && entry.offer.is_some()).count()
    }
}
