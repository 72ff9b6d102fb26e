//! Who takes part: a seller, bidders, and products to bid on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use gobid_api::ProductId;
use gobid_api::client::{Client, ClientError};
use gobid_api::products::{NewIncrement, NewProduct};
use gobid_api::users::{Login, NewUser};
use uuid::Uuid;

use super::server::Server;
use super::socket::Kind;
use crate::credentials::Context;
use crate::error::CliError;

/// How many users sign up at once: passwords are slow on purpose.
const SIGN_UPS: usize = 4;
/// How many products are made at once.
const CREATIONS: usize = 8;
/// The first bid, in cents.
const FIRST_CENTS: i64 = 100;
/// How far maxima are apart, in cents.
const MAXIMA_APART: i64 = 100;
/// The password of everybody.
const PASSWORD: &str = "a long password";

/// A server with a seller.
pub(super) struct Stage<'a> {
    pub(super) server: &'a Server,
    pub(super) context: &'a Context,
    pub(super) seller: Client,
    /// Names of this run are like no others, also at a server that has seen a bench before.
    run: String,
}

/// A product that is bid on, and what its bidders share.
#[derive(Debug)]
pub(super) struct Stand {
    pub(super) product_id: ProductId,
    /// The next amount, in cents: every bid is above all that were sent before it.
    next_cents: AtomicI64,
}

impl<'a> Stage<'a> {
    pub(super) async fn new(server: &'a Server, context: &'a Context) -> Result<Self, CliError> {
        let run = Uuid::new_v4().simple().to_string().chars().take(12).collect::<String>();
        let seller = user(server.client()?, &format!("seller_{run}")).await?;
        Ok(Self { server, context, seller, run })
    }

    /// Says what is done now.
    pub(super) fn note(&self, text: &str) {
        self.context.output.note(text);
    }

    /// Signs bidders up, and logs them in.
    pub(super) async fn bidders(&self, count: usize) -> Result<Vec<Client>, CliError> {
        self.note(&format!("{count} bidders sign up"));
        stream::iter(0..count)
            .map(async |number| {
                Ok(user(self.server.client()?, &format!("bidder_{}_{number}", self.run)).await?)
            })
            .buffered(SIGN_UPS)
            .try_collect()
            .await
    }

    /// The e-mail and the password of a bidder.
    pub(super) fn login_of(&self, number: usize) -> Login {
        let email = email(&format!("bidder_{}_{number}", self.run));
        Login { email, password: PASSWORD.to_owned(), remember: false }
    }

    /// Makes products that end long after the run, with a step of a cent.
    pub(super) async fn stands(&self, count: usize) -> Result<Vec<Arc<Stand>>, CliError> {
        stream::iter(0..count)
            .map(async |number| Ok(Arc::new(self.stand(number).await?)))
            .buffered(CREATIONS)
            .try_collect()
            .await
    }

    async fn stand(&self, number: usize) -> Result<Stand, CliError> {
        let end = self.seller.clock().now().plus(Duration::from_hours(24));
        let product = NewProduct {
            product_name: format!("bench {number}"),
            description: "what the bidders of a bench race for".to_owned(),
            baseprice: "1.00".into(),
            auction_end: end.to_string(),
            increment: Some(NewIncrement::Flat("0.01".into())),
            ..NewProduct::default()
        };
        let product_id = self.seller.create_product(&product).await?.product_id;
        Ok(Stand { product_id, next_cents: AtomicI64::new(FIRST_CENTS) })
    }
}

impl Stand {
    /// The next amount, above all before it. Maxima are further apart: the price stays below them,
    /// so that one which is overtaken by the next on its way is beaten, and not refused.
    pub(super) fn next(&self, kind: Kind) -> i64 {
        self.skip(match kind {
            Kind::Firm => 1,
            Kind::Maximum => MAXIMA_APART,
        })
    }

    /// Leaves amounts out, and gives the first of them.
    pub(super) fn skip(&self, cents: i64) -> i64 {
        self.next_cents.fetch_add(cents, Relaxed)
    }
}

/// As many of a request id's last bits are the amount.
const AMOUNT: u64 = (1 << 48) - 1;

/// A name for a bid of this amount, in the order of time, as those of GoBid's own clients.
pub(super) fn request_id(cents: i64) -> Uuid {
    let (time, random) = Uuid::now_v7().as_u64_pair();
    Uuid::from_u64_pair(time, (random & !AMOUNT) | (cents.unsigned_abs() & AMOUNT))
}

/// The amount that a request id was made of.
pub(super) fn cents_of(request_id: Uuid) -> i64 {
    i64::try_from(request_id.as_u64_pair().1 & AMOUNT).unwrap_or_default()
}

fn email(name: &str) -> String {
    format!("{name}@bench.example")
}

/// Signs a user up, and logs him in.
async fn user(client: Client, name: &str) -> Result<Client, ClientError> {
    let (user_name, email, password) = (name.to_owned(), email(name), PASSWORD.to_owned());
    client.sign_up(&NewUser { user_name, email: email.clone(), password, bio: None }).await?;
    client.log_in(&Login { email, password: PASSWORD.to_owned(), remember: false }).await?;
    Ok(client)
}
