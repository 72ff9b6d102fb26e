//! What is looked at, one thing after the other.

use std::time::Duration;

use gobid_api::client::{
    Client, ClientError, FeedEnd, FeedEvent, ProductQuery, RawResponse, StoredLogin, local_time,
};
use gobid_api::{ProductId, paths};

use super::at;
use super::check::Check;
use crate::credentials::Context;
use crate::error::CliError;
use crate::{clock, exit, moment};

/// How far the clocks may be apart before it is worth a word.
const APART: Duration = Duration::from_secs(2);
/// How long the live feed has to show a sign of life.
const FEED_PATIENCE: Duration = Duration::from_secs(10);

/// Whether a `GoBid` server answers.
pub(super) async fn server(context: &Context, client: &Client) -> Check {
    const NAME: &str = "server";
    let asked = clock::now();
    let answer = client.request("GET", paths::HEALTH, &[], None).await;
    let took = clock::now().saturating_duration_since(asked).as_millis();
    match answer {
        Ok(answer) if is_status(&answer, "ok") => {
            Check::ok(NAME, format!("{} answers within {took} ms", client.server()))
        }
        Ok(answer) => {
            let found = format!(
                "something answers at {} (status {}), and it is no GoBid server",
                client.server(),
                answer.status
            );
            let remedy = "name the right address: --server URL, or GOBID_SERVER";
            Check::wrong(NAME, found, remedy, exit::SERVER_ERROR)
        }
        Err(error) => {
            let remedy = match context.settings.server {
                Some(_) => "start it there, or name the right address: --server URL, GOBID_SERVER",
                None => "start one with gobid-server serve, or name yours: --server URL",
            };
            Check::failed(NAME, &error.into(), remedy)
        }
    }
}

/// Whether the server can do its work.
pub(super) async fn ready(client: &Client) -> Check {
    const NAME: &str = "ready";
    match client.request("GET", paths::READY, &[], None).await {
        Ok(answer) if is_status(&answer, "ready") => {
            Check::ok(NAME, "its database is there, and auctions are judged")
        }
        Ok(answer) => {
            let (found, trace) = match answer.problem() {
                Some(problem) => (problem.detail, format!(" for trace {}", problem.trace_id)),
                None => (format!("it answers with status {}", answer.status), String::new()),
            };
            let remedy = format!("look at the server's log{trace}, and at its database");
            Check::wrong(NAME, found, remedy, exit::SERVER_ERROR)
        }
        Err(error) => Check::failed(NAME, &error.into(), "ask again"),
    }
}

/// Whether an auction can be followed live, and how the clocks differ, which a feed measures well.
pub(super) async fn feed_and_clock(context: &Context, client: &Client) -> [Check; 2] {
    const NAME: &str = "live feed";
    let query = ProductQuery { limit: Some(1), ..ProductQuery::default() };
    let feed = match client.products(&query).await.map(|mut page| page.items.pop()) {
        Ok(Some(product)) => feed(context, client, product.product_id).await,
        Ok(None) => Check::skipped(NAME, "there is no product to watch"),
        Err(error) => Check::failed(NAME, &error.into(), "look at the server's log"),
    };
    [feed, compare(client)]
}

async fn feed(context: &Context, client: &Client, product_id: ProductId) -> Check {
    const NAME: &str = "live feed";
    let patience = FEED_PATIENCE.min(context.settings.timeout);
    let mut feed = client.feed(product_id);
    let sign = async {
        loop {
            match feed.next().await {
                FeedEvent::RoundTrip(round_trip) => return Ok(round_trip),
                FeedEvent::Disconnected { why, .. } => return Err(Fault::Lost(why)),
                // The feed of an auction that is over has come to its end: that works, too.
                FeedEvent::Ended(FeedEnd::Over) => return Ok(Duration::ZERO),
                FeedEvent::Ended(end) => return Err(Fault::Ended(end)),
                _ => {}
            }
        }
    };
    let through = "let what stands between pass WebSockets on (headers Upgrade and Connection)";
    match tokio::time::timeout(patience, sign).await {
        Ok(Ok(round_trip)) => {
            let took = round_trip.as_micros().div_ceil(1000);
            Check::ok(NAME, format!("a WebSocket opens, and answers within {took} ms"))
        }
        Ok(Err(Fault::Ended(FeedEnd::LoginNeeded))) => {
            let remedy = format!("log in: {} user login", at(client));
            Check::warning(NAME, "this server shows auctions to users alone", remedy)
        }
        Ok(Err(Fault::Ended(end))) => Check::failed(NAME, &CliError::Feed(end), through),
        Ok(Err(Fault::Lost(why))) => {
            Check::wrong(NAME, format!("no WebSocket opens: {why}"), through, exit::UNREACHABLE)
        }
        Err(_elapsed) => {
            let found = format!("nothing comes on a WebSocket within {} s", patience.as_secs());
            Check::wrong(NAME, found, through, exit::UNREACHABLE)
        }
    }
}

enum Fault {
    Lost(String),
    Ended(FeedEnd),
}

/// How this machine's clock differs from the server's.
fn compare(client: &Client) -> Check {
    const NAME: &str = "clock";
    let server = client.clock();
    let Some(uncertainty) = server.uncertainty() else {
        return Check::skipped(NAME, "no product has told the server's time");
    };
    let (ours, theirs) = (local_time(), server.now());
    let (apart, which) = if ours < theirs {
        (theirs.since(ours), "behind")
    } else {
        (ours.since(theirs), "ahead of")
    };
    let within = uncertainty.as_micros().div_ceil(1000);
    if apart <= APART.max(uncertainty) {
        let apart = apart.as_millis();
        return Check::ok(
            NAME,
            format!("{apart} ms {which} the server's, give or take {within} ms"),
        );
    }
    let found = format!("{} {which} the server's clock", moment::span(apart));
    let remedy = "set this machine's clock: a span such as 2h30m is counted from it. Bids and \
                  countdowns go by the server's";
    Check::warning(NAME, found, remedy)
}

/// Whether somebody is logged in.
pub(super) async fn session(
    context: &Context,
    client: &Client,
    login: Option<&StoredLogin>,
) -> Check {
    const NAME: &str = "session";
    match client.me().await {
        Ok(me) => {
            let admin = if me.is_admin { ", an admin" } else { "" };
            Check::ok(NAME, format!("logged in as {}{admin}", me.user_name))
        }
        Err(error @ ClientError::NotLoggedIn { .. }) => {
            let found = match login {
                Some(login) if login.server != client.server() => format!(
                    "not logged in: the login of profile {} is for {}",
                    context.settings.profile, login.server
                ),
                _ => error.to_string(),
            };
            Check::warning(NAME, found, format!("{} user login", at(client)))
        }
        Err(error) => {
            Check::failed(NAME, &error.into(), format!("log in again: {} user login", at(client)))
        }
    }
}

/// Whether an answer is `{"status": …}` of a `GoBid` server.
fn is_status(answer: &RawResponse, wanted: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Body {
        status: String,
    }
    let body = serde_json::from_slice::<Body>(&answer.body);
    answer.status == 200 && body.is_ok_and(|body| body.status == wanted)
}
