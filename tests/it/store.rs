//! The functions of the store, each on both databases.

mod accounts;
mod audit;
mod cancelled;
mod database;
mod due;
mod history;
pub(crate) mod interleavings;
mod lane;
mod list_plans;
mod lists;
mod log;
mod migrate;
mod own;
mod plans;
mod products;
mod races;
mod sessions;
mod settings;
mod tokens;
mod users;

use std::time::Duration;

use gobid_auction::{
    Action, Amount, Auction, Command, Currency, EntryIds, Format, Increment, Terms, Timestamp,
    UserId,
};
use gobid_store::{Database as Store, LogEntry, NewProductRow, NewUser, Opening};
use uuid::Uuid;

use crate::support::database::Database;
use crate::support::planted;

/// The store on a database, which it brings to its schema.
async fn store(database: &Database) -> Store {
    let store = connect(database).await;
    store.migrate().await.unwrap();
    planted::spoil(database).await;
    store
}

/// The store on a database as it is.
async fn connect(database: &Database) -> Store {
    Store::connect(database.url(), Opening::MayCreate).await.unwrap()
}

/// So many seconds after a moment that all tests of the store share.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros((1_900_000_000 + seconds) * 1_000_000)
}

fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).unwrap()
}

/// A user, to be created at 0.
fn new_user(name: &str) -> NewUser {
    NewUser {
        user_id: Uuid::now_v7(),
        user_name: name.to_owned(),
        email: format!("{}@example.com", name.to_lowercase()),
        password_hash: format!("hash of {name}"),
        bio: String::new(),
        is_admin: false,
        created_at: at(0),
    }
}

async fn sign_up(store: &Store, name: &str) -> UserId {
    let user = new_user(name);
    assert_eq!(store.create_user(&user).await.unwrap(), []);
    user.user_id
}

/// A product, to be created at 0, whose auction begins at 10 and ends when the test says.
fn new_product(seller_id: UserId, end: Timestamp) -> NewProductRow {
    let terms = Terms {
        product_id: Uuid::now_v7(),
        seller_id,
        format: Format::English,
        currency: "EUR".parse::<Currency>().unwrap(),
        baseprice: amount(9_990),
        increment: Increment::flat(amount(250)),
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: at(10),
        starts_later: true,
    };
    NewProductRow {
        auction: Auction::new(terms, None, end, at(0)),
        product_name: "A lamp".to_owned(),
        description: "It shines, mostly.".to_owned(),
        reference: None,
        anonymous_bidders: false,
        created_at: at(0),
    }
}

fn entry_ids() -> EntryIds {
    EntryIds { opening: Uuid::now_v7(), own: Uuid::now_v7(), second: Uuid::now_v7() }
}

/// The product opened, and the entry of that in its log.
fn opened(mut product: NewProductRow) -> (NewProductRow, LogEntry) {
    let command = Command { ids: entry_ids(), action: Action::Open };
    let start = product.auction.terms.auction_start;
    let events = product.auction.judge(&command, start, start).unwrap();
    let [event] = events.as_slice() else { panic!("an opening is one event") };
    product.auction.apply(event);
    let entry = LogEntry {
        product_id: product.auction.terms.product_id,
        position: event.position,
        seq: event.seq,
        entry_id: event.entry_id,
        kind: "opened",
        actor_id: None,
        request_id: None,
        request_digest: None,
        offer: None,
        seq_after: product.auction.state.seq,
        leader: None,
        price: None,
        minimum: event.after.minimum.map(Amount::minor_units),
        auction_end: event.after.auction_end.as_micros(),
        received_at: event.received_at.as_micros(),
        at: event.at.as_micros(),
        public: Some(r#"{"type":"auction_opened"}"#.to_owned()),
        private: None,
    };
    (product, entry)
}
