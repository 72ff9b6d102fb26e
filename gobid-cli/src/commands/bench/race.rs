//! A race: bidders on products, for a while, and what became of every bid.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gobid_api::ProductId;
use gobid_api::client::Client;
use gobid_api::live::EventKind;
use gobid_api::products::{NewIncrement, NewProduct};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::bidder::{self, Stand, Tally};
use super::client;
use super::figures::{Report, Stored};
use super::server::OwnServer;
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;

/// How many users sign up at once: passwords are slow on purpose.
const SIGN_UPS: usize = 4;
/// The first bid, in cents.
const FIRST_CENTS: i64 = 100;

/// A race.
pub(super) struct Race {
    pub(super) scenario: &'static str,
    pub(super) bidders: usize,
    pub(super) products: usize,
    pub(super) duration: Duration,
}

impl Race {
    /// Runs it, and reads afterwards what the log says.
    pub(super) async fn run(
        &self,
        server: &OwnServer,
        context: &Context,
    ) -> Result<Report, CliError> {
        context.output.note(&format!("{} bidders sign up", self.bidders));
        let seller = bidder::user(client(server)?, "seller".to_owned()).await?;
        let bidders: Vec<Client> = stream::iter(0..self.bidders)
            .map(|number| async move {
                Ok::<_, CliError>(bidder::user(client(server)?, format!("bidder_{number}")).await?)
            })
            .buffer_unordered(SIGN_UPS)
            .try_collect()
            .await?;
        let mut stands = Vec::with_capacity(self.products);
        for number in 0..self.products {
            stands.push(Arc::new(stand(&seller, number).await?));
        }
        context.output.note(&format!("they bid for {:?}", self.duration));
        let (tallies, took) = self.bid(&bidders, &stands).await?;
        let mut stored = Stored::default();
        for stand in &stands {
            read_log(&seller, stand.product_id, &mut stored).await?;
        }
        Ok(Report::new(self, server.database(), tallies, took, &stored))
    }

    async fn bid(
        &self,
        bidders: &[Client],
        stands: &[Arc<Stand>],
    ) -> Result<(Vec<Tally>, Duration), CliError> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut sockets = Vec::with_capacity(bidders.len());
        for (bidder, stand) in bidders.iter().zip(stands.iter().cycle()) {
            sockets.push((bidder::connect(bidder, stand.product_id).await?, Arc::clone(stand)));
        }
        let begun = clock::now();
        let mut races = JoinSet::new();
        for (socket, stand) in sockets {
            races.spawn(bidder::race(socket, stand, Arc::clone(&stop)));
        }
        tokio::time::sleep(self.duration).await;
        stop.store(true, Relaxed);
        let tallies = races.join_all().await;
        Ok((tallies, clock::now().saturating_duration_since(begun)))
    }
}

/// A product that ends long after the race, with a step of a cent.
pub(super) async fn stand(seller: &Client, number: usize) -> Result<Stand, CliError> {
    let end = seller.clock().now().plus(Duration::from_hours(24));
    let product = NewProduct {
        product_name: format!("bench {number}"),
        description: "what the bidders of a bench race for".to_owned(),
        baseprice: "1.00".into(),
        auction_end: end.to_string(),
        increment: Some(NewIncrement::Flat("0.01".into())),
        ..NewProduct::default()
    };
    let product_id = seller.create_product(&product).await?.product_id;
    Ok(Stand { product_id, next_cents: AtomicI64::new(FIRST_CENTS) })
}

/// Every bid of a product's log, and whether the log is dense and rising.
async fn read_log(
    client: &Client,
    product_id: ProductId,
    stored: &mut Stored,
) -> Result<(), CliError> {
    let (mut seq, mut price) = (0, None);
    loop {
        let page = client.events(product_id, seq, None).await?.items;
        if page.is_empty() {
            return Ok(());
        }
        for event in page {
            stored.is_dense &= event.seq == seq + 1;
            seq = event.seq;
            if let EventKind::BidPlaced { bids, current_price, .. } = event.kind {
                let minor = current_price.map(|price| price.parts().0);
                stored.is_rising &= minor > price;
                price = minor;
                stored.bids.extend(bids.iter().map(|bid| (bid.bid_id, bid.seq)));
            }
        }
    }
}

/// The bids of all logs, by their ids.
pub(super) type Bids = HashMap<Uuid, i64>;
