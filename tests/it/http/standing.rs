//! How the caller stands, read while he bids: of one moment together with the product.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::actors::{User, product};
use crate::support::database::{Database, on_both};
use crate::support::server::Server;

on_both!(a_sole_bidder_is_never_outbid, who_leads_reads_what_he_leads_with);

const HOUR: Duration = Duration::from_hours(1);
/// How many read at once while somebody bids.
const READERS: usize = 4;

/// Those who read a product again and again, until they are told to stop.
struct Readers {
    reading: JoinSet<Vec<Value>>,
    stop: watch::Sender<bool>,
}

impl Readers {
    fn begin(user: &User, product_id: &str) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut reading = JoinSet::new();
        for _ in 0..READERS {
            let (user, product_id, stopped) =
                (user.clone(), product_id.to_owned(), stopped.clone());
            reading.spawn(async move {
                let mut views = Vec::new();
                while !*stopped.borrow() {
                    views.push(user.product(&product_id).await);
                }
                views.push(user.product(&product_id).await);
                views
            });
        }
        Self { reading, stop }
    }

    /// All that they have read.
    async fn end(self) -> Vec<Value> {
        self.stop.send_replace(true);
        self.reading.join_all().await.into_iter().flatten().collect()
    }
}

async fn a_sole_bidder_is_never_outbid(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let ada = User::sign_up(&server, "Ada").await;
    for _ in 0..40 {
        let product_id = seller.create_product(&product(HOUR)).await;
        let readers = Readers::begin(&ada, &product_id);
        ada.place_bid_rest(&product_id, "100.00", Uuid::new_v4()).await.expect(201);
        for view in readers.end().await {
            let you = &view["you"];
            let stands = (&view["bid_count"], &you["status"], &you["amount"], &you["alias"]);
            let none = (&json!(0), &json!("none"), &Value::Null, &Value::Null);
            let leading = (&json!(1), &json!("leading"), &json!("100.00"), &json!("Ada"));
            assert!(stands == none || stands == leading, "{stands:?}");
        }
    }
}

async fn who_leads_reads_what_he_leads_with(database: Database) {
    let server = Server::start(&database).await;
    let seller = User::sign_up(&server, "Seller").await;
    let (ada, ben) = tokio::join!(User::sign_up(&server, "Ada"), User::sign_up(&server, "Ben"));
    let product_id = seller.create_product(&product(HOUR)).await;
    let mut sockets = [ada.subscribe(&product_id).await, ben.subscribe(&product_id).await];
    let readers = Readers::begin(&ada, &product_id);
    for step in 0..200 {
        let amount = format!("{}.00", 100 + step);
        assert_eq!(sockets[step % 2].place_bid(&amount).await["type"], "bid_accepted");
    }
    for view in readers.end().await {
        let you = &view["you"];
        let price = whole(&view["current_price"]);
        let stands = (you["status"].as_str().unwrap(), whole(&you["amount"]));
        // The two bid in turns: whoever does not lead has bid the step below.
        let wanted = match view["leader"].as_str() {
            None => ("none", 0),
            Some("Ada") => ("leading", price),
            Some(_ben) => ("outbid", price - 1),
        };
        assert_eq!(stands, wanted, "{view}");
    }
}

/// A whole amount; 0 when there is none.
fn whole(amount: &Value) -> u64 {
    let digits = amount.as_str().map_or("0", |amount| amount.trim_end_matches(".00"));
    digits.parse().unwrap()
}
