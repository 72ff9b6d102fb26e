//! Sockets by API tokens, and sockets for users alone.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{HOUR, Sale};
use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::http::Request;
use crate::support::server::Setup;
use crate::support::socket::{Socket, Upgrade};

on_both!(a_token_bids_until_it_is_revoked, watching_may_be_for_users_alone);

const PROTOCOL: &str = "Sec-WebSocket-Protocol";

async fn token(user: &User, scopes: &[&str]) -> (String, String) {
    let made = user.post("/users/me/tokens", &json!({"name": "n", "scopes": scopes})).await;
    let made = made.expect(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("token_id"), text("token"))
}

async fn bid(socket: &mut Socket, amount: &str) -> Value {
    socket.place_bid(amount).await
}

async fn a_token_bids_until_it_is_revoked(database: Database) {
    let sale = Sale::open(&database).await;
    let eva = User::sign_up(&sale.server, "eva").await;
    let upgrade = Upgrade::at(sale.server.address(), &sale.feed());
    let with_header =
        |token: &str| upgrade.clone().header("Authorization", &format!("Bearer {token}"));
    let (token_id, by_header) = token(&eva, &["bid"]).await;
    let (mut first, protocol) = with_header(&by_header).ask().await.unwrap();
    assert_eq!(protocol, None);
    assert_eq!(bid(&mut first, "100").await["type"], "bid_accepted");
    assert_eq!(first.next_of("you").await["status"], "none");
    assert_eq!(first.next_of("you").await["status"], "leading");

    // As a browser would, and the server does not echo it.
    let protocols = format!("gobid.v1, gobid.token.{by_header}");
    let (mut second, protocol) = upgrade.clone().header(PROTOCOL, &protocols).ask().await.unwrap();
    assert_eq!(protocol.as_deref(), Some("gobid.v1"));
    assert_eq!(bid(&mut second, "100").await["code"], "already_leading");

    let (_, reader) = token(&eva, &["read"]).await;
    let (mut reads, _) = with_header(&reader).ask().await.unwrap();
    assert_eq!(reads.next_of("you").await["status"], "leading");
    assert_eq!(bid(&mut reads, "100").await["code"], "forbidden");
    let (_, seller) = token(&eva, &["sell"]).await;
    let (mut sells, _) = with_header(&seller).ask().await.unwrap();
    assert_eq!(sells.next_frame().await["type"], "snapshot");
    sells.taken_in().await;

    let listed = eva.get("/users/me/tokens").await.expect(200);
    let sockets = listed["items"].as_array().unwrap().iter().map(|it| {
        let open = it["sockets"].as_array().unwrap();
        assert!(open.iter().all(|it| it["product_id"] == sale.product_id.as_str()), "{it}");
        open.len()
    });
    assert_eq!(sockets.collect::<Vec<_>>(), [1, 1, 2], "{listed}");

    let revoke = Request::new("DELETE", &format!("/api/v1/users/me/tokens/{token_id}"));
    eva.send(revoke).await.expect(200);
    for socket in [&mut first, &mut second] {
        assert_eq!(socket.closed().await.code, Some(4401));
    }
    reads.taken_in().await;
    with_header(&by_header).refused().await.refused(401, "unauthenticated");
    let page = upgrade.clone().header("Origin", sale.server.url()).header(PROTOCOL, &protocols);
    let (mut page, _) = page.ask().await.unwrap();
    assert_eq!(page.closed().await.code, Some(4401));
    // What no token can be is no other.
    let malformed = upgrade.clone().header(PROTOCOL, "gobid.v1, gobid.token.nonsense");
    malformed.clone().refused().await.refused(401, "unauthenticated");
    let (mut page, _) = malformed.header("Origin", sale.server.url()).ask().await.unwrap();
    assert_eq!(page.closed().await.code, Some(4401));
    let rest = Request::new("POST", &format!("/api/v1/products/{}/bids", sale.product_id))
        .header("Authorization", &format!("Bearer {by_header}"))
        .header("Idempotency-Key", &Uuid::new_v4().to_string())
        .json(&json!({"amount": "500"}));
    let refused = rest.send(sale.server.address()).await.unwrap();
    assert_eq!(refused.refused(401, "unauthenticated")["judged"], false);
    assert!(!sale.server.log().contains(&by_header[4..]));
}

async fn watching_may_be_for_users_alone(database: Database) {
    let server = Setup::on(database.url()).args(&["--watching", "users"]).start().await;
    let sale = Sale::open_at(server, &product(HOUR)).await;
    let upgrade = Upgrade::at(sale.server.address(), &sale.feed());
    upgrade.clone().refused().await.refused(401, "unauthenticated");
    let (mut page, _) = upgrade.clone().header("Origin", sale.server.url()).ask().await.unwrap();
    assert_eq!(page.closed().await.code, Some(4401));
    let eva = User::sign_up(&sale.server, "eva").await;
    assert_eq!(eva.subscribe(&sale.product_id).await.next_frame().await["type"], "snapshot");
    let (_, bidder) = token(&eva, &["bid"]).await;
    let bidder = upgrade.clone().header("Authorization", &format!("Bearer {bidder}"));
    bidder.refused().await.refused(403, "forbidden");
    let (_, reader) = token(&eva, &["read"]).await;
    let reader = upgrade.header("Authorization", &format!("Bearer {reader}"));
    assert_eq!(reader.ask().await.unwrap().0.next_frame().await["type"], "snapshot");
}
