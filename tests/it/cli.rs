//! `gobid-cli`, as people and scripts use it, at the real server.

mod admin;
mod bench;
mod bids;
mod completions;
mod configuration;
mod errors;
mod fake;
mod forms;
mod logins;
mod lost;
mod migrate;
mod passwords;
mod pipes;
mod products;
mod raw;
mod relay;
mod shell;
mod terminal;
mod users;
mod watch;

use std::time::Duration;

use serde_json::Value;

use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use shell::Shell;

const HOUR: Duration = Duration::from_hours(1);

/// A server on an SQLite file, with a seller's product up for an hour, in steps of 1.00 from
/// 100.00 on.
struct Market {
    server: Server,
    seller: User,
    product_id: String,
    database: Database,
}

impl Market {
    async fn open() -> Self {
        Self::open_with(&product(HOUR)).await
    }

    /// One with another product.
    async fn open_with(product: &Value) -> Self {
        let database = Database::new(Backend::Sqlite).await;
        let server = Server::start(&database).await;
        let seller = User::sign_up(&server, "Seller").await;
        let product_id = seller.create_product(product).await;
        Self { server, seller, product_id, database }
    }

    /// Somebody who has signed up with the command line, and is logged in.
    async fn shell_of(&self, name: &str) -> Shell {
        let shell = Shell::at(&self.server);
        shell.sign_up(name).await;
        shell
    }
}
