//! Who bids on what, where.

use std::time::Duration;

use crate::support::actors::{User, product};
use crate::support::database::{Backend, Database};
use crate::support::postgres::Cluster;
use crate::support::proxy::{LANES, Proxy};
use crate::support::server::{Server, Setup};
use crate::support::wait::{PATIENCE, eventually};

use super::bid::Bid;
use super::load::Load;
use super::sender::Sender;
use super::verdict;

/// Longer than any of these tests.
const ENDS_IN: Duration = Duration::from_hours(1);
const BIDDERS: usize = 4;
const PRODUCTS: usize = 3;

/// The first bid of every product, and the step to the next one, in minor units.
pub(super) const BASEPRICE: i64 = 100_00;
pub(super) const STEP: i64 = 1_00;

/// A server with products and people who bid on them.
pub(super) struct Stage {
    pub(super) database: Database,
    pub(super) server: Server,
    pub(super) seller: User,
    pub(super) bidders: Vec<User>,
    pub(super) products: Vec<String>,
}

impl Stage {
    /// One on a database.
    pub(super) async fn on(database: Database) -> Self {
        let server = Server::start(&database).await;
        Self::with(database, server).await
    }

    /// One in a cluster of its own, which may be killed.
    pub(super) async fn in_own_cluster() -> Self {
        Self::on(Database::in_cluster(Cluster::private().await).await).await
    }

    /// One whose server reaches PostgreSQL through a proxy, which is told what to do to the lanes.
    pub(super) async fn behind_proxy() -> (Self, Proxy) {
        Self::behind_proxy_for(Some(LANES)).await
    }

    /// One whose server reaches PostgreSQL through a proxy, which is told what to do to all that
    /// the server wants of it.
    pub(super) async fn behind_proxy_for_all() -> (Self, Proxy) {
        Self::behind_proxy_for(None).await
    }

    async fn behind_proxy_for(application_name: Option<&str>) -> (Self, Proxy) {
        let database = Database::new(Backend::Postgres).await;
        let proxy = Proxy::start(database.cluster().port(), application_name).await;
        let server = Setup::on(&database.url_through(proxy.port())).start().await;
        (Self::with(database, server).await, proxy)
    }

    async fn with(database: Database, server: Server) -> Self {
        let seller = User::sign_up(&server, "seller").await;
        let mut bidders = Vec::with_capacity(BIDDERS);
        for number in 1..=BIDDERS {
            bidders.push(User::sign_up(&server, &format!("bidder{number}")).await);
        }
        let mut stage = Self { database, server, seller, bidders, products: Vec::new() };
        for _ in 0..PRODUCTS {
            let product_id = stage.put_up().await;
            stage.products.push(product_id);
        }
        stage
    }

    /// Puts up one more product, that the load knows nothing of.
    pub(super) async fn put_up(&self) -> String {
        self.seller.create_product(&product(ENDS_IN)).await
    }

    /// Everybody bids on everything.
    pub(super) fn load(&self) -> Load {
        Load::start(&self.products, &self.bidders)
    }

    /// The first bidder's bid on the first product, at so many steps above the baseprice.
    pub(super) fn bid(&self, steps: i64) -> Bid {
        Bid::new(&self.bidders[0], &self.products[0], BASEPRICE + steps * STEP)
    }

    /// Someone else leads the first product, at so many steps above the baseprice.
    pub(super) async fn outbid(&self, steps: i64) -> Bid {
        let mut bid = Bid { bidder: self.bidders[1].clone(), ..self.bid(steps) };
        Sender::Rest.send(&mut bid).await.accepted();
        bid
    }

    /// Waits until so many connections of that name wait for a lock (PostgreSQL).
    pub(super) async fn wait_for_locks(&self, application_name: &str, count: i64) {
        let waiting = format!(
            "select count(*) from pg_stat_activity where datname = current_database() \
             and application_name = '{application_name}' and wait_event_type = 'Lock'"
        );
        eventually("connections that wait for a lock", PATIENCE, async || {
            (self.database.number(&waiting).await >= count).then_some(())
        })
        .await;
    }

    /// Waits until the server has said so in its log.
    pub(super) async fn server_has_logged(&self, words: &str) {
        eventually("words in the server's log", PATIENCE, async || {
            self.server.log().contains(words).then_some(())
        })
        .await;
    }

    /// The verdict on all bids that were placed, and the server stops in good order.
    pub(super) async fn judge(mut self, bids: Vec<Bid>) {
        verdict::judge(&self.database, &self.server, bids).await;
        assert!(self.server.terminate().await.success());
    }
}
