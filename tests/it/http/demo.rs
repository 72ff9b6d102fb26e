//! `gobid-server demo`, as somebody meets it who has just built it.

use std::fs;

use serde_json::{Value, json};

use crate::support::actors::User;
use crate::support::process::Process;
use crate::support::programs;
use crate::support::wait::{PATIENCE, eventually};

fn args(listen: &str) -> Vec<String> {
    ["demo", "--listen", listen].map(str::to_owned).to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_has_auctions_bots_and_a_bidder_who_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).unwrap();
    let env = [("TMPDIR".to_owned(), temporary.display().to_string())];
    let mut demo = Process::start(programs::server(), &args("127.0.0.1:0"), &env, folder.path());
    // The first line, and the only one.
    let invitation = demo.line("invitation", |line| serde_json::from_str::<Value>(line).ok()).await;
    assert_eq!((&invitation["event"], demo.lines().len()), (&json!("demo"), 1));
    let text = |name: &str| invitation[name].as_str().unwrap().to_owned();
    let url = text("url");
    let address = url.strip_prefix("http://").unwrap();
    let product_id = text("product_id");
    let watch = format!("gobid-tui watch {product_id} --server {url}");
    assert_eq!(text("watch"), watch);
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 1);

    let mut eva = User::visitor_at(address, "eva");
    (eva.email, eva.password) = (text("email"), text("password"));
    eva.log_in().await.expect(200);
    let open = eva.get("/products?status=open&limit=100").await.expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 12);
    let status = async || eva.product(&product_id).await["you"]["status"].clone();
    eventually("the lead", PATIENCE, async || {
        let minimum = eva.product(&product_id).await["minimum_next_bid"].clone();
        let path = format!("/products/{product_id}/bids");
        let answer = eva.post(&path, &json!({"amount": minimum})).await;
        (answer.status == 201).then_some(())
    })
    .await;
    eventually("somebody who bids more", PATIENCE, async || {
        (status().await == "outbid").then_some(())
    })
    .await;

    // Its terminal is closed.
    demo.signal("HUP");
    assert!(demo.ended_within(2 * PATIENCE).await.success());
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "nothing is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_demo_is_for_this_machine_alone() {
    let folder = tempfile::tempdir().unwrap();
    for listen in ["0.0.0.0:0", "[::]:0", "192.0.2.1:3080", "auctions.example:3080"] {
        let mut demo = Process::start(programs::server(), &args(listen), &[], folder.path());
        assert_eq!(demo.ended_within(PATIENCE).await.code(), Some(2), "{listen}");
        assert!(demo.errors().contains("listen must be an address of this machine alone"));
    }
}
