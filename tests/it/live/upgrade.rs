//! The way to a socket: its spellings, who is let in, and how one who is not is told.

use uuid::Uuid;

use super::{HOUR, Sale};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Setup;
use crate::support::socket::{Refused, Upgrade};
use crate::support::wait::{PATIENCE, eventually};

on_both!(
    both_spellings_of_the_path,
    the_subprotocol,
    whose_pages_may_open_a_socket,
    wrong_paths,
    there_are_so_many_sockets_and_no_more,
);

async fn both_spellings_of_the_path(database: Database) {
    let sale = Sale::open(&database).await;
    let id = &sale.product_id;
    for path in [format!("/{id}"), format!("/{id}/"), id.clone(), format!("{id}/")] {
        let path = format!("/api/v1/products/ws/subscribe{path}");
        let upgrade = Upgrade::at(sale.server.address(), &path);
        let (mut socket, _protocol) = upgrade.ask().await.unwrap_or_else(|why| panic!("{why:?}"));
        let snapshot = socket.next_frame().await;
        assert_eq!(snapshot["product"]["product_id"], id.as_str(), "{path}");
    }
}

async fn the_subprotocol(database: Database) {
    let sale = Sale::open(&database).await;
    let upgrade = Upgrade::at(sale.server.address(), &sale.feed());
    let asked = "Sec-WebSocket-Protocol";
    for (names, chosen) in [("gobid.v1", "gobid.v1"), ("chat, gobid.v1", "gobid.v1")] {
        let (_socket, protocol) = upgrade.clone().header(asked, names).ask().await.unwrap();
        assert_eq!(protocol.as_deref(), Some(chosen), "{names}");
    }
    let (mut socket, protocol) = upgrade.clone().ask().await.unwrap();
    assert_eq!(protocol, None);
    assert_eq!(socket.next_frame().await["type"], "snapshot");
    let refused = upgrade.header(asked, "gobid.v2").refused().await;
    assert!(
        refused.refused(400, "malformed_json")["detail"].as_str().unwrap().contains("gobid.v1")
    );
}

async fn whose_pages_may_open_a_socket(database: Database) {
    let sale = Sale::open(&database).await;
    let upgrade = Upgrade::at(sale.server.address(), &sale.feed());
    let own = upgrade.clone().header("Origin", sale.server.url());
    assert_eq!(own.ask().await.unwrap().0.next_frame().await["type"], "snapshot");
    let here = sale.server.address();
    let foreign = [
        ("Origin", "http://elsewhere.example".to_owned()),
        ("Origin", format!("https://{here}")),
        ("Origin", "null".to_owned()),
        ("Sec-Fetch-Site", "cross-site".to_owned()),
    ];
    for (name, value) in foreign {
        let refused = upgrade.clone().header(name, &value).refused().await;
        let problem = refused.refused(403, "forbidden");
        assert!(problem["detail"].as_str().unwrap().contains("--base-url"), "{problem}");
    }
}

async fn wrong_paths(database: Database) {
    let sale = Sale::open(&database).await;
    let at = |path: &str| {
        Upgrade::at(sale.server.address(), &format!("/api/v1/products/ws/subscribe/{path}"))
    };
    let unknown = Uuid::now_v7().to_string();
    at(&unknown).refused().await.refused(404, "not_found");
    at("leica").refused().await.refused(400, "malformed_id");
    for query in ["after_seq=-1", "after_seq=x", "after_seq=1&after_seq=2", "from=3"] {
        let path = format!("{}?{query}", sale.product_id);
        at(&path).refused().await.refused(422, "validation_failed");
    }
    let own = at(&unknown).header("Origin", sale.server.url());
    let (mut socket, _protocol) = own.ask().await.unwrap();
    let closed = socket.closed().await;
    assert_eq!((closed.code, closed.reason.as_str()), (Some(4404), "not_found"));

    let visitor = User::visitor(&sale.server, "Visitor");
    let plain = visitor.send(Request::new("GET", &sale.feed())).await;
    plain.refused(400, "malformed_json");
}

async fn there_are_so_many_sockets_and_no_more(database: Database) {
    let limits = ["--max-sockets=3", "--max-sockets-per-user=2"];
    let server = Setup::on(database.url()).args(&limits).start().await;
    let sale = Sale::open_at(server, &product(HOUR)).await;
    let (ada, ben) = tokio::join!(sale.sign_up("Ada"), sale.sign_up("Ben"));
    let visitor = User::visitor(&sale.server, "Visitor");
    let first = ada.subscribe(&sale.product_id).await;
    let _second = ada.subscribe(&sale.product_id).await;
    assert_full(&ada, &sale.product_id, "one user").await;
    let _third = ben.subscribe(&sale.product_id).await;
    assert_full(&visitor, &sale.product_id, "the server").await;
    first.close().await;
    eventually("a place", PATIENCE, async || ada.try_subscribe(&sale.product_id, "").await.ok())
        .await;
}

async fn assert_full(user: &User, product_id: &str, whose: &str) {
    match user.try_subscribe(product_id, "").await {
        Err(Refused::Answer(answer)) => {
            assert_eq!(answer.header("Retry-After"), Some("1"));
            let problem = answer.refused(503, "unavailable");
            assert!(problem["detail"].as_str().unwrap().contains(whose), "{problem}");
        }
        Err(refused) => panic!("{refused:?}"),
        Ok(_socket) => panic!("a place too many"),
    }
}
