//! `gobid-cli`, as people and scripts use it, at the real server.

mod accounts;
mod admin;
mod bench;
mod bids;
mod bots;
mod broken_off;
mod changes;
mod completions;
mod configuration;
mod doctor;
mod errors;
mod fake;
mod files;
mod formats;
mod forms;
mod golden;
mod liar;
mod logins;
mod lost;
mod maxima;
mod migrate;
mod orders;
mod passwords;
mod people;
mod pipes;
mod products;
mod purchases;
mod raw;
mod records;
mod relay;
mod sealed;
mod shell;
mod terminal;
mod users;
mod voids;
mod waits;
mod watch;
mod watched;

use std::time::Duration;

use serde_json::Value;

use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::server::Server;
use shell::{Shell, email_of, password_of};

const HOUR: Duration = Duration::from_hours(1);

/// A server with a seller's product up for an hour, in steps of 1.00 from 100.00 on; on an SQLite
/// file unless a test says where.
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
        Self::open_on(Database::new(Backend::Sqlite).await, product).await
    }

    /// One on a database of the test's.
    async fn open_on(database: Database, product: &Value) -> Self {
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

    /// The seller at the command line.
    async fn shell_of_seller(&self) -> Shell {
        let shell = Shell::at(&self.server);
        shell.log_in(&self.seller.name, &[]).await.ok();
        shell
    }

    /// An admin at the command line.
    async fn shell_of_admin(&self) -> Shell {
        let shell = Shell::at(&self.server);
        let email = email_of("Root");
        let name = ["admin", "create", "--user-name", "Root", "--email", &email];
        let secret = ["--password-stdin", "--database-url", self.database.url()];
        shell.run_with(&[&name[..], &secret].concat(), &password_of("Root")).await.ok();
        shell.log_in("Root", &[]).await.ok();
        shell
    }

    /// The bids on the product, newest first.
    async fn bids(&self) -> Vec<Value> {
        let path = format!("/products/{}/bids", self.product_id);
        let mut page = self.seller.get(&path).await.expect(200);
        let Value::Array(bids) = page["items"].take() else { panic!("no items: {page}") };
        bids
    }
}
