//! A typed client for a GoBid server: requests over HTTP ([`Client`]) and the live feed of an
//! auction ([`Feed`]), which connects again and resumes by itself.
//!
//! ```no_run
//! # async fn example() -> Result<(), gobid_api::client::ClientError> {
//! use gobid_api::client::{Client, FeedEvent};
//!
//! let client = Client::new("http://127.0.0.1:3080", None, std::time::Duration::from_secs(30))?;
//! let product = client.products(&Default::default()).await?.items.remove(0);
//! let mut feed = client.feed(product.product_id);
//! loop {
//!     match feed.next().await {
//!         FeedEvent::Frame(frame) => drop(frame),
//!         FeedEvent::Ended(_) => return Ok(()),
//!         _ => {}
//!     }
//! }
//! # }
//! ```

mod account;
mod answer;
mod backoff;
mod bid;
mod clock;
mod credentials;
mod error;
mod feed;
mod http;
mod identity;
mod orders;
mod origin;
mod people;
mod safe;

pub use answer::RawResponse;
pub use clock::{ServerClock, local_time};
pub use credentials::{Credentials, CredentialsError, StoredLogin};
pub use error::ClientError;
pub use feed::{Feed, FeedEnd, FeedEvent, FeedHandle, NotConnected};
pub use identity::Credential;
pub use safe::{safe_text, safe_text_within};

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use tokio::sync::watch;

use crate::bids::BidRow;
use crate::live::AuctionEvent;
use crate::page::Page;
use crate::products::{NewProduct, ProductCreated, ProductView};
use crate::users::{LoggedIn, Login, Message, NewUser, Profile, UserCreated};
use crate::{Decimal, ProductId, paths};
use http::{Call, Http};
use identity::Who;
use origin::Origin;

/// A page of the events of an auction.
pub type EventPage = Page<AuctionEvent>;

/// A client of one server. Clones are cheap and share the login.
#[derive(Clone, Debug)]
pub struct Client {
    http: Arc<Http>,
}

/// Which products to list, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductQuery {
    /// Only products with this status; all when it is missing.
    pub status: Option<String>,
    /// Only products of this seller, a `user_id` or a `user_name`.
    pub seller: Option<String>,
    /// Only auctions of this format.
    pub format: Option<String>,
    /// Only products in whose name words begin with all of these.
    pub q: Option<String>,
    /// Only auctions that end within so many seconds from now, and have not ended.
    pub ending_within: Option<u32>,
    /// Only products with this currency, ISO 4217.
    pub currency: Option<String>,
    /// Only products with a price (see [`sort`](Self::sort)) from here on; needs a currency.
    pub min_price: Option<Decimal>,
    /// Only products with a price up to here; needs a currency.
    pub max_price: Option<Decimal>,
    /// `ending`, which is also meant when it is missing; `newest`; `price` or `-price`, the lowest
    /// or the highest price first, which need a currency.
    ///
    /// The price of a list is the `current_price` that it shows, or the `baseprice` where that is
    /// null, or falls: of a Dutch auction until somebody accepts. It may be a second or two old.
    pub sort: Option<String>,
    /// How many a page, up to 100.
    pub limit: Option<u32>,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

impl Client {
    /// A client for the server at `http(s)://host:port`. A credential for another server is not
    /// used. `timeout` is how long a request may wait for its answer.
    ///
    /// No proxy is used and no redirect followed.
    pub fn new(
        server: &str,
        credential: Option<Credential>,
        timeout: Duration,
    ) -> Result<Self, ClientError> {
        let http = Http::new(Origin::parse(server)?, credential, timeout)?;
        Ok(Self { http: Arc::new(http) })
    }

    /// The server's origin, `http(s)://host:port` without a default port.
    pub fn server(&self) -> &str {
        self.http.origin.as_str()
    }

    /// The login as it stands, to be kept for the next client; `None` when nobody is logged in.
    pub fn credential(&self) -> Option<Credential> {
        self.http.identity.session()
    }

    /// Uses another login, or none. Feeds connect anew with it.
    pub fn set_credential(&self, credential: Option<Credential>) {
        let ours = credential.filter(|credential| credential.server() == self.server());
        self.http.identity.set_session(ours);
    }

    /// The server's clock, set by the products that were read and by the pings of all feeds.
    pub fn clock(&self) -> ServerClock {
        self.http.clock.clone()
    }

    /// Sees to what has to be there before somebody who is logged in changes anything; whatever goes
    /// wrong here, nothing was changed.
    pub async fn prepare(&self) -> Result<(), ClientError> {
        self.require_login()?;
        self.http.prepare_write().await
    }

    /// The same for a visitor, as whom one signs up and logs in.
    pub async fn prepare_as_visitor(&self) -> Result<(), ClientError> {
        self.http.prepare_write_by(Who::Visitor).await
    }

    /// Signs a user up; that does not log in.
    pub async fn sign_up(&self, user: &NewUser) -> Result<UserCreated, ClientError> {
        let call = Call::post(paths::SIGN_UP).json(user)?.by_visitor();
        self.http.call(call).await
    }

    /// Logs in: from then on this client and all its clones are that user. Feeds connect anew.
    pub async fn log_in(&self, login: &Login) -> Result<LoggedIn, ClientError> {
        let before = self.credential();
        let call = Call::post(paths::LOG_IN).json(login)?.by_visitor();
        let answer: LoggedIn = self.http.call(call).await?;
        if self.credential().is_none() || self.credential() == before {
            let why = "the login was accepted, and no new session came with it".to_owned();
            return Err(ClientError::Protocol(why));
        }
        self.http.identity.set_csrf_token(Who::User, Some(answer.csrf_token.clone()));
        Ok(answer)
    }

    /// Ends the session, at the server and here.
    pub async fn log_out(&self) -> Result<Message, ClientError> {
        self.require_login()?;
        let answer = self.http.call(Call::post(paths::LOG_OUT)).await?;
        self.set_credential(None);
        Ok(answer)
    }

    /// Who is logged in.
    pub async fn me(&self) -> Result<Profile, ClientError> {
        self.require_login()?;
        self.http.call(Call::get(paths::ME)).await
    }

    /// Creates a product.
    pub async fn create_product(
        &self,
        product: &NewProduct,
    ) -> Result<ProductCreated, ClientError> {
        self.require_login()?;
        let call = Call::post(paths::PRODUCTS).json(product)?;
        self.http.call(call).await
    }

    /// A page of the list of products.
    pub async fn products(&self, query: &ProductQuery) -> Result<Page<ProductView>, ClientError> {
        let call = Call::get(paths::PRODUCTS)
            .query("status", query.status.as_ref())
            .query("seller", query.seller.as_ref())
            .query("format", query.format.as_ref())
            .query("q", query.q.as_ref())
            .query("ending_within", query.ending_within)
            .query("currency", query.currency.as_ref())
            .query("min_price", query.min_price)
            .query("max_price", query.max_price)
            .query("sort", query.sort.as_ref())
            .query("limit", query.limit)
            .query("cursor", query.cursor.as_ref());
        self.http.call(call).await
    }

    /// A product and how its auction stands.
    pub async fn product(&self, id: ProductId) -> Result<ProductView, ClientError> {
        let call = Call::get(&paths::of_product(paths::PRODUCT, id));
        self.http.call_and_observe(call, |product: &ProductView| product.server_time).await
    }

    /// A page of the bids on a product, newest first.
    pub async fn bids(
        &self,
        id: ProductId,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<BidRow>, ClientError> {
        let call = Call::get(&paths::of_product(paths::PRODUCT_BIDS, id))
            .query("cursor", cursor)
            .query("limit", limit);
        self.http.call(call).await
    }

    /// A page of the events of an auction after one of them, oldest first; 0 begins at the first.
    pub async fn events(
        &self,
        id: ProductId,
        after_seq: i64,
        limit: Option<u32>,
    ) -> Result<EventPage, ClientError> {
        let call = Call::get(&paths::of_product(paths::PRODUCT_EVENTS, id))
            .query("after_seq", Some(after_seq))
            .query("limit", limit);
        self.http.call(call).await
    }

    /// Sends any request to a path from the server's root, which begins with a slash. Login and
    /// CSRF token go with it unless the headers bring an `Authorization` of their own. The answer
    /// is not judged: a refusal is an answer, too.
    pub async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<Vec<u8>>,
    ) -> Result<RawResponse, ClientError> {
        let mut call = raw_call(method, path, headers)?;
        if let Some(body) = body {
            call = call.body(body);
        }
        self.http.send(call).await
    }

    /// Sees to what such a request needs before it is sent; whatever goes wrong here, it was not.
    pub async fn prepare_request(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
    ) -> Result<(), ClientError> {
        if raw_call(method, path, headers)?.wants_csrf_token() {
            self.http.prepare_write().await?;
        }
        Ok(())
    }

    /// Follows an auction live. Must be called within a tokio runtime.
    pub fn feed(&self, product_id: ProductId) -> Feed {
        Feed::open(self.clone(), product_id)
    }

    fn watch_session(&self) -> watch::Receiver<Option<Credential>> {
        self.http.identity.watch_session()
    }

    fn require_login(&self) -> Result<(), ClientError> {
        if self.credential().is_some() { Ok(()) } else { Err(self.http.not_logged_in()) }
    }
}

fn raw_call(method: &str, path: &str, headers: &[(String, String)]) -> Result<Call, ClientError> {
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_error| ClientError::InvalidRequest(format!("{method:?} is no method")))?;
    let call = Call::new(method, path);
    headers.iter().try_fold(call, |call, (name, value)| call.header(name, value))
}
