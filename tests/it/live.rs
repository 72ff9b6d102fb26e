//! The live feed, as those who watch and bid over it meet it.

mod bidding;
mod flood;
mod frames;
mod large;
mod refusals;
mod repeated;
mod resume;
mod sealed;
mod slow;
mod tokens;
mod two_servers;
mod upgrade;
pub(crate) mod you;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::actors::{User, product};
use crate::support::database::Database;
use crate::support::server::Server;

/// A product up for auction.
struct Sale {
    server: Server,
    seller: User,
    product_id: String,
}

const HOUR: Duration = Duration::from_hours(1);

impl Sale {
    /// One for an hour, in steps of 1.00 from 100.00 on.
    async fn open(database: &Database) -> Self {
        Self::open_at(Server::start(database).await, &product(HOUR)).await
    }

    /// One at a server.
    async fn open_at(server: Server, product: &Value) -> Self {
        let seller = User::sign_up(&server, "Seller").await;
        let product_id = seller.create_product(product).await;
        Self { server, seller, product_id }
    }

    async fn sign_up(&self, name: &str) -> User {
        User::sign_up(&self.server, name).await
    }

    /// The path of its feed.
    fn feed(&self) -> String {
        format!("/api/v1/products/ws/subscribe/{}", self.product_id)
    }
}

/// What a `BidResult` says, whichever way it came.
fn result_of(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().unwrap();
    for field in ["type", "request_id", "idempotency_key"] {
        fields.remove(field);
    }
    answer
}

/// A command that places a bid, to be added to.
fn place_bid(request_id: uuid::Uuid, amount: &str) -> Value {
    json!({"type": "place_bid", "request_id": request_id, "amount": amount})
}
