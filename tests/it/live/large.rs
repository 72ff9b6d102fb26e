//! More than a frame can carry: what is left out is told, and no line is cut.

use serde_json::{Value, json};
use uuid::Uuid;

use super::Sale;
use crate::support::actors::{API, User};
use crate::support::crowd::Crowd;
use crate::support::database::{Backend, Database, on_both};
use crate::support::http::Request;
use crate::support::server::Server;
use crate::support::socket::Socket;

on_both!(
    bids_that_one_frame_cannot_carry_begin_anew,
    long_descriptions_are_left_out_and_told,
    a_void_of_thousands_begins_anew_for_everybody,
);

/// No frame is longer.
const MOST_BYTES: usize = 144 * 1024;
/// The longest description, in the letters with the most bytes.
const LONGEST: usize = 2_000;

/// What a socket that resumes is sent first: an update with so many events and nothing left out, or
/// a snapshot.
async fn resumed(user: &User, product_id: &str, epoch: &str, after_seq: u64) -> Option<usize> {
    let mut socket = user.resume(product_id, epoch, after_seq).await;
    let text = socket.next_text().await.unwrap();
    assert!(text.len() <= MOST_BYTES, "{} bytes", text.len());
    let frame: Value = serde_json::from_str(&text).unwrap();
    if frame["type"] == "snapshot" {
        assert_eq!(frame["reset"], true);
        return None;
    }
    assert_eq!((&frame["type"], &frame["skipped"]), (&json!("update"), &json!(0)));
    let events = frame["events"].as_array().unwrap();
    assert_eq!(events[0]["seq"], after_seq + 1);
    Some(events.len())
}

async fn epoch(user: &User, product_id: &str) -> String {
    let snapshot = user.subscribe(product_id).await.next_of("snapshot").await;
    snapshot["epoch"].as_str().unwrap().to_owned()
}

async fn bids_that_one_frame_cannot_carry_begin_anew(database: Database) {
    let sale = Sale::open(&database).await;
    let visitor = User::visitor(&sale.server, "Visitor");
    let epoch = epoch(&visitor, &sale.product_id).await;
    let crowd = Crowd::sign_up(&sale.server, 10).await;
    crowd.race(&[&sale.server], &sale.product_id, 900).await;
    let last = sale.seller.product(&sale.product_id).await["seq"].as_u64().unwrap();
    for (missed, is_served) in [(100, true), (800, false), (last, false)] {
        let events = resumed(&visitor, &sale.product_id, &epoch, last - missed).await;
        let wanted = is_served.then(|| usize::try_from(missed).unwrap());
        assert_eq!(events, wanted, "{missed} behind");
    }
}

/// Describes the product anew so many times, each time in as many bytes as can be.
async fn describe(sale: &Sale, times: u32) {
    for time in 0..times {
        let mut description = time.to_string();
        description.extend(std::iter::repeat_n('🪑', LONGEST - description.len()));
        let path = format!("{API}/products/{}", sale.product_id);
        let edit = Request::new("PATCH", &path).json(&json!({"description": description}));
        sale.seller.send(edit).await.expect(200);
    }
}

async fn long_descriptions_are_left_out_and_told(database: Database) {
    let sale = Sale::open(&database).await;
    // Those who watch at another server are told of a second at once.
    let other = match database.backend() {
        Backend::Postgres => Some(Server::start(&database).await),
        Backend::Sqlite => None,
    };
    let visitor = User::visitor(other.as_ref().unwrap_or(&sale.server), "Visitor");
    let epoch = epoch(&visitor, &sale.product_id).await;
    let mut watcher = visitor.subscribe(&sale.product_id).await;
    describe(&sale, 40).await;
    let last = 41;
    let (mut seq, mut skipped) = (1, 0);
    while seq < last {
        let text = watcher.next_text().await.unwrap();
        assert!(text.len() <= MOST_BYTES, "{} bytes", text.len());
        let frame: Value = serde_json::from_str(&text).unwrap();
        if frame["type"] == "update" {
            skipped += frame["skipped"].as_u64().unwrap();
            seq += frame["skipped"].as_u64().unwrap();
            for event in frame["events"].as_array().unwrap() {
                seq += 1;
                assert_eq!(event["seq"], seq);
            }
            assert_eq!(frame["seq"], seq, "delivered and left out are all there is");
        }
    }
    eprintln!("{skipped} of 40 were left out");
    for (after_seq, is_served) in [(last - 3, true), (1, false), (0, false)] {
        let events = resumed(&visitor, &sale.product_id, &epoch, after_seq).await;
        assert_eq!(events, is_served.then_some(3), "after {after_seq}");
    }
}

/// Bids so often that what is struck of it has no place in a frame.
async fn bid_often(bidder: &User, product_id: &str, first: usize) -> Socket {
    /// How many are sent before answers are awaited.
    const AT_ONCE: usize = 25;
    const COUNT: usize = 1_800;
    let mut socket = bidder.subscribe(product_id).await;
    for chunk in 0..COUNT / AT_ONCE {
        let ids: Vec<_> = (0..AT_ONCE).map(|_| Uuid::new_v4()).collect();
        for (place, id) in ids.iter().enumerate() {
            let amount = format!("{}.00", first + 2 * (chunk * AT_ONCE + place));
            socket.send_bid(&amount, *id).await.unwrap();
        }
        for id in ids {
            assert_eq!(socket.answer_to(id).await.unwrap()["type"], "bid_accepted");
        }
    }
    socket
}

async fn a_void_of_thousands_begins_anew_for_everybody(database: Database) {
    let sale = Sale::open(&database).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let admin = sale.sign_up("Admin").await;
    database.execute("update users set is_admin = true where user_name = 'Admin'").await;
    let maximum = json!({"max_amount": "100000.00"});
    let placed = ben.try_bid_rest(&sale.product_id, &maximum, Uuid::new_v4()).await;
    placed.unwrap().expect(201);
    // Each of Ada's bids is answered for Ben, and both rows are struck.
    let _ada_socket = bid_often(&ada, &sale.product_id, 101).await;
    let mut ada_socket = ada.subscribe(&sale.product_id).await;
    let snapshot = ada_socket.next_of("snapshot").await;
    let seq = snapshot["seq"].as_u64().unwrap();
    let outbid = ada_socket.next_of("you").await;
    assert_eq!((&outbid["status"], &outbid["seq"]), (&json!("outbid"), &json!(seq)));
    let mut watcher = User::visitor(&sale.server, "Visitor").subscribe(&sale.product_id).await;
    assert_eq!(watcher.next_of("snapshot").await["seq"], seq);

    let path = format!("/admin/products/{}/void-bidder", sale.product_id);
    let reason = json!({"user_id": ada.id, "reason": "Shill bids."});
    admin.post(&path, &reason).await.expect(200);
    let event = sale.seller.events(&sale.product_id, seq).await.pop().unwrap();
    assert!(event.to_string().len() > 128 * 1024, "the event is there, and it is large");
    for socket in [&mut ada_socket, &mut watcher] {
        let anew = socket.next_frame().await;
        assert_eq!((&anew["type"], &anew["reset"]), (&json!("snapshot"), &json!(true)));
        assert_eq!(anew["seq"], seq + 1);
        let rows = anew["bids"].as_array().unwrap();
        assert!(rows.iter().all(|row| row["voided"] == true), "{rows:?}");
    }
    assert_eq!(ada_socket.next_frame().await["status"], "none", "a `you` follows a snapshot");
    let epoch = snapshot["epoch"].as_str().unwrap();
    assert_eq!(resumed(&ada, &sale.product_id, epoch, seq).await, None);

    ada.place_bid_rest(&sale.product_id, "200.00", Uuid::new_v4()).await.expect(201);
    for socket in [&mut ada_socket, &mut watcher] {
        let update = socket.next_frame().await;
        assert_eq!((&update["type"], &update["skipped"]), (&json!("update"), &json!(0)));
        assert_eq!(update["events"][0]["seq"], seq + 2, "and goes on");
    }
    assert_eq!(resumed(&ada, &sale.product_id, epoch, seq + 1).await, Some(1));
}
