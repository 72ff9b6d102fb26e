//! Two thousand events a second.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::time::interval;

use super::Stage;
use crate::support::actors::{User, from_now};
use crate::support::process::resident_bytes;
use crate::support::programs;
use crate::support::pty::{Pty, STANDARD};
use crate::support::puppet::{self, Puppet};

/// So many events, each in a frame of its own, every hundredth of a second.
const AT_ONCE: i64 = 20;
const PACE: Duration = Duration::from_millis(10);
const FRAMES_A_SECOND: f64 = 30.0;
/// At once, and what a machine that is busy with other things adds to it.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// At once, on any machine: were there a queue before it, frames would be drawn of what stands in it.
const CLOSE_WITHIN_FRAMES: u32 = 30;
/// What a few seconds of a flood may add to the memory of the program.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// A snapshot, the update of a bid, and that of the close, as a server sends them.
struct Frames {
    product_id: String,
    snapshot: Value,
    bid: Value,
    close: Value,
}

impl Frames {
    /// Those of an auction that lasts for three seconds, made to last longer.
    async fn record() -> Self {
        let stage = Stage::set(Duration::from_secs(3), json!({})).await;
        let visitor = User::visitor(&stage.server, "visitor");
        let mut socket = visitor.subscribe(&stage.product_id).await;
        let mut snapshot = socket.next_of("snapshot").await;
        stage.bob_bids("100.00").await;
        let mut bid = socket.next_of("update").await;
        let mut close = socket.next_of("update").await;
        assert_eq!(close["product"]["status"], "sold", "{close}");
        let end = json!(from_now(Duration::from_mins(10)));
        for product in [&mut snapshot, &mut bid, &mut close] {
            product["product"]["auction_end"] = end.clone();
        }
        snapshot["product"]["original_end"] = end;
        Self { product_id: stage.product_id.clone(), snapshot, bid, close }
    }

    /// The bid with this number, higher than all before it.
    fn bid(&self, seq: i64) -> Value {
        let mut frame = self.bid.clone();
        let amount = json!(format!("{}.00", 100 + seq));
        frame["seq"] = json!(seq);
        frame["product"]["current_price"] = amount.clone();
        frame["product"]["minimum_next_bid"] = json!(format!("{}.00", 101 + seq));
        frame["product"]["bid_count"] = json!(seq);
        let event = &mut frame["events"][0];
        event["seq"] = json!(seq);
        event["current_price"] = amount.clone();
        let row = &mut event["bids"][0];
        row["seq"] = json!(seq);
        row["amount"] = amount;
        row["bid_id"] = json!(uuid::Uuid::now_v7());
        frame
    }

    fn close(&self, seq: i64) -> Value {
        let mut frame = self.close.clone();
        frame["seq"] = json!(seq);
        frame["events"][0]["seq"] = json!(seq);
        frame
    }
}

/// A flood, for so long; gives the last number.
async fn flood(feed: &mut puppet::Stage, frames: &Frames, mut seq: i64, seconds: i64) -> i64 {
    let mut pace = interval(PACE);
    for _ in 0..seconds * 100 {
        tokio::select! {
            biased;
            _ = pace.tick() => {}
            _ = feed.answer_pings() => {}
        }
        let bids: Vec<_> = (1..=AT_ONCE).map(|next| frames.bid(seq + next)).collect();
        feed.send(&bids).await;
        seq += AT_ONCE;
    }
    seq
}

#[tokio::test]
async fn a_flood_costs_neither_frames_nor_memory_nor_time_at_the_close() {
    let frames = Frames::record().await;
    let puppet = Puppet::listen().await;
    let args = ["--server", puppet.url(), "watch", &frames.product_id];
    let pty = Pty::start(STANDARD, programs::tui(), &args, &[]).await;
    let mut feed = puppet.feed().await;
    feed.send(std::slice::from_ref(&frames.snapshot)).await;
    pty.wait_for("● live").await;
    let seq = frames.snapshot["seq"].as_i64().unwrap();
    let seq = flood(&mut feed, &frames, seq, 1).await;

    let (began, drawn) = (Instant::now(), pty.frames());
    let before = resident_bytes(pty.process_id());
    let seq = flood(&mut feed, &frames, seq, 3).await;
    let after = resident_bytes(pty.process_id());
    let drawn = f64::from(pty.frames() - drawn);
    let seconds = began.elapsed().as_secs_f64();
    assert!(seconds < 4.0, "the client takes two thousand a second: {seconds} s");
    let before_close = pty.frames();
    feed.send(&[frames.close(seq + 1)]).await;
    pty.wait_until_within("the close", CLOSE_WITHIN, |it| it.contains("SOLD to bob")).await;
    let until_close = pty.frames() - before_close;
    assert!(until_close <= CLOSE_WITHIN_FRAMES, "{until_close} frames before the close is shown");
    assert!(drawn <= FRAMES_A_SECOND * seconds + 1.0, "{drawn} frames in {seconds} s");
    assert!(drawn >= seconds, "{drawn} frames in {seconds} s: it is followed");
    assert!(after < before + MOST_BYTES, "from {before} to {after} bytes");
}
