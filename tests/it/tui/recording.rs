//! The scene that the README shows: a server, rivals, and somebody at a terminal with nothing but
//! keys. With `GOBID_RECORDING=FILE` it is written there as a film.

use std::time::Duration;

use serde_json::json;
use tokio::time::interval;
use uuid::Uuid;

use super::has;
use crate::support::actors::{User, from_now};
use crate::support::database::{Backend, Database};
use crate::support::programs;
use crate::support::pty::{ENTER, Film, Pty, TAB};
use crate::support::server::Server;

const SIZE: (u16, u16) = (100, 30);
const MINUTE: u64 = 60;
/// What is on: name, first price, seconds left.
const LOTS: [(&str, &str, u64); 6] = [
    ("Leica M3 double-stroke, 1955", "900.00", 4 * MINUTE),
    ("ThinkPad X220, 16 GB", "90.00", 11 * MINUTE),
    ("Vintage synth Juno-60", "700.00", 34 * MINUTE),
    ("Brompton H6L, blue", "400.00", 95 * MINUTE),
    ("Eames lounge chair", "1800.00", 7 * 60 * MINUTE),
    ("Box of 200 LPs, unsorted", "40.00", 26 * 60 * MINUTE),
];
/// How many bids there are before anybody looks.
const EARLIER_BIDS: usize = 10;

struct Scene {
    pty: Pty,
    film: Film,
    rivals: [User; 2],
    leica: String,
    _server: Server,
    _database: Database,
}

impl Scene {
    async fn set() -> Self {
        let database = Database::new(Backend::Sqlite).await;
        let server = Server::start(&database).await;
        let ana = User::sign_up(&server, "ana").await;
        let rivals = [User::sign_up(&server, "bob_7").await, User::sign_up(&server, "karla").await];
        let eva = User::sign_up(&server, "eva").await;
        let mut ids = Vec::new();
        for (name, price, seconds) in LOTS {
            let product = json!({
                "product_name": name,
                "description": "Overhauled in 2023, light wear on the top.",
                "baseprice": price,
                "increment": "25.00",
                "auction_end": from_now(Duration::from_secs(seconds)),
            });
            ids.push(ana.create_product(&product).await);
        }
        rivals[1].place_bid_rest(&ids[1], "95.00", Uuid::new_v4()).await.expect(201);
        let args = ["--server", server.url(), "--tz", "utc"];
        let pty = Pty::start(SIZE, programs::tui(), &args, &[]).await;
        pty.wait_for("6 live").await;
        pty.send("L");
        pty.wait_for("e-mail").await;
        pty.send(&[&eva.email, TAB, &eva.password, ENTER].concat());
        pty.wait_for("logged in as eva").await;
        let (leica, film) = (ids.swap_remove(0), Film::new(SIZE));
        let scene = Self { pty, film, rivals, leica, _server: server, _database: database };
        // A chart wants a while to show.
        let mut pace = interval(Duration::from_millis(300));
        for number in 0..EARLIER_BIDS {
            pace.tick().await;
            scene.rival_bids(number).await;
        }
        scene
    }

    /// A rival bids the minimum.
    async fn rival_bids(&self, number: usize) {
        let rival = &self.rivals[number % 2];
        let product = rival.product(&self.leica).await;
        let minimum = product["minimum_next_bid"].as_str().unwrap();
        rival.place_bid_rest(&self.leica, minimum, Uuid::new_v4()).await.expect(201);
    }

    /// Takes a picture of what is seen, once it is seen.
    async fn shoot(&mut self, wanted: &[&str], caption: &str, seconds: u16) {
        let what = wanted.join(", ");
        self.pty.wait_until(&what, |screen| has(screen, wanted)).await;
        self.pty.look(|screen| self.film.add(screen, caption, seconds));
    }
}

#[tokio::test]
async fn a_scene_by_keys_alone() {
    let mut scene = Scene::set().await;
    scene.pty.send("R");
    scene.shoot(&["Leica M3", "$1,125.00"], "gobid-tui", 3).await;
    scene.pty.send(ENTER);
    scene.shoot(&["● live", "10 bids", "Enter: bid $1,150.00"], "Enter: watch it", 3).await;
    scene.pty.send(ENTER);
    scene.shoot(&["You bid exactly USD 1,150.00"], "Enter: the next bid, to be reviewed", 3).await;
    scene.pty.send("y");
    scene.shoot(&["LEADING at $1,150.00", "you lead at"], "y: it is placed, and leads", 3).await;
    scene.rival_bids(0).await;
    scene.shoot(&["OUTBID by bob_7 at $1,175.00"], "a rival bids more", 3).await;
    scene.pty.send(ENTER);
    scene.shoot(&["You bid exactly USD 1,200.00"], "two keys: Enter …", 2).await;
    scene.pty.send("y");
    scene.shoot(&["LEADING at $1,200.00", "you lead at"], "… and y", 4).await;
    scene.pty.send("q");
    assert_eq!(scene.pty.ended().await, 0);
    let svg = scene.film.svg("A real run of gobid-tui: outbid, and in the lead again by two keys");
    assert!(svg.len() < 300 * 1024, "{} bytes", svg.len());
    if let Some(file) = std::env::var_os("GOBID_RECORDING") {
        std::fs::write(file, svg).unwrap();
    }
}
