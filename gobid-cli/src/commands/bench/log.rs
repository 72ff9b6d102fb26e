//! What the log of a product says after a run, read over REST.

use std::collections::HashMap;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gobid_api::client::{Client, ClientError, RawResponse};
use gobid_api::{ProductId, paths};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::CliError;

/// How many events a page has, which is the most there may be.
const PAGE: i64 = 100;
/// How many pages are read at once.
const AT_ONCE: usize = 4;

/// The log of a product.
#[derive(Debug)]
pub(super) struct Log {
    /// The bids of people, by their ids.
    pub(super) bids: HashMap<Uuid, Bid>,
    /// By seq, from 1 on.
    events: Vec<Event>,
    /// Whether the numbers of events have no gap, and none is there twice.
    pub(super) is_dense: bool,
    /// Whether each price is above the one before it by a step at least, which is a cent.
    pub(super) is_rising: bool,
    names: HashMap<String, Name>,
}

/// A bidder, by the name the public sees.
pub(super) type Name = usize;

/// A bid in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bid {
    pub(super) seq: i64,
    pub(super) bidder: Name,
}

/// An event in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// The bid that it is about, if any.
    pub(super) bid_id: Option<Uuid>,
    pub(super) leader: Option<Name>,
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<Row<'a>>,
}

#[derive(Deserialize)]
struct Row<'a> {
    seq: i64,
    #[serde(default)]
    bids: Vec<BidRow<'a>>,
    leader: Option<&'a str>,
    current_price: Option<&'a str>,
}

#[derive(Deserialize)]
struct BidRow<'a> {
    bid_id: Uuid,
    bidder: &'a str,
    automatic: bool,
}

impl Log {
    /// Reads the whole log.
    pub(super) async fn read(client: &Client, product_id: ProductId) -> Result<Self, CliError> {
        let last = client.product(product_id).await?.seq;
        let pages = stream::iter((0..).map(|page| page * PAGE).take_while(|after| *after <= last));
        let mut pages = pages
            .map(|after| async move { page(client, product_id, after).await })
            .buffered(AT_ONCE);
        let mut log = Self {
            bids: HashMap::new(),
            events: Vec::new(),
            is_dense: true,
            is_rising: true,
            names: HashMap::new(),
        };
        let mut price = None;
        while let Some(answer) = pages.try_next().await? {
            let page: Page<'_> = serde_json::from_slice(&answer.body).map_err(|why| {
                CliError::Bench(format!("a page of events cannot be read: {why}"))
            })?;
            for row in page.items {
                log.add(&row, &mut price);
            }
        }
        Ok(log)
    }

    /// The number of the last event.
    pub(super) fn last(&self) -> i64 {
        i64::try_from(self.events.len()).unwrap_or(i64::MAX)
    }

    /// The event of a number.
    pub(super) fn event(&self, seq: i64) -> Option<Event> {
        let place = usize::try_from(seq).ok()?.checked_sub(1)?;
        self.events.get(place).copied()
    }

    fn add(&mut self, row: &Row<'_>, price: &mut Option<i64>) {
        self.is_dense &= row.seq == self.last() + 1;
        let leader = row.leader.map(|name| self.name(name));
        for bid in row.bids.iter().filter(|bid| !bid.automatic) {
            let bidder = self.name(bid.bidder);
            self.bids.insert(bid.bid_id, Bid { seq: row.seq, bidder });
        }
        let bid_id = row.bids.first().map(|bid| bid.bid_id);
        if bid_id.is_some() {
            let minor = row.current_price.and_then(minor);
            self.is_rising &= minor > *price;
            *price = minor;
        }
        self.events.push(Event { bid_id, leader });
    }

    fn name(&mut self, name: &str) -> Name {
        let next = self.names.len();
        match self.names.get(name) {
            Some(known) => *known,
            None => *self.names.entry(name.to_owned()).or_insert(next),
        }
    }
}

async fn page(client: &Client, id: ProductId, after: i64) -> Result<RawResponse, ClientError> {
    let path = paths::of_product(paths::PRODUCT_EVENTS, id);
    let path = format!("{}{path}?after_seq={after}&limit={PAGE}", paths::BASE);
    client.request("GET", &path, &[], None).await
}

/// An amount in minor units: it is written with all of its digits.
fn minor(amount: &str) -> Option<i64> {
    amount.replace('.', "").parse().ok()
}
