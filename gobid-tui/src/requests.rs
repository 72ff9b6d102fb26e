//! What is asked of the server beside the feeds; each answers with messages for the state.

use std::cmp::Reverse;
use std::time::Duration;

use gobid_api::ProductId;
use gobid_api::bids::BidRow;
use gobid_api::client::{Client, ClientError, ProductQuery, safe_text};
use gobid_api::live::AuctionEvent;
use gobid_api::problem::ErrorCode;
use gobid_api::products::{ProductView, YourStatus};

use crate::app::{Asked, MOST_MISSED, Msg, Recording, Row, Tab};
use crate::exit::Exit;

/// Rows and events of a page.
const PAGE: u32 = 100;

/// How long to wait after too many requests, should the server not say it.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// Rows, and where each of the questions they answer goes on.
type Rows = (Vec<Row>, Vec<Option<String>>);

/// Reads a page of a list.
pub async fn list(client: Client, asked: Asked) -> Vec<Msg> {
    let page = match asked.tab {
        Tab::MyBids | Tab::Watchlist | Tab::Mine => own(&client, &asked).await,
        _ => public(&client, &asked).await,
    };
    match page {
        Ok((rows, cursors)) => vec![Msg::Listed(asked, Ok(rows), cursors)],
        Err(error) => {
            let why = safe_text(&error.to_string());
            let failed = Msg::Failed(Exit::after_refusal(&error));
            vec![failed, Msg::Listed(asked, Err(why), Vec::new())]
        }
    }
}

async fn public(client: &Client, asked: &Asked) -> Result<Rows, ClientError> {
    let queries = asked.tab.queries(asked.sort, &asked.filter, asked.currency.as_deref());
    let (mut views, mut cursors) = (Vec::new(), Vec::new());
    for (place, query) in queries.into_iter().enumerate() {
        let after = asked.after.as_ref().map(|after| after.get(place).cloned().flatten());
        if after == Some(None) {
            cursors.push(None); // that one has been read to its end
            continue;
        }
        let cursor = after.flatten();
        let page = client.products(&ProductQuery { cursor, ..query }).await?;
        views.extend(page.items);
        cursors.push(page.next_cursor);
    }
    if let Some(first) = views.first()
        && client.clock().uncertainty().is_none()
    {
        // A list tells no time by itself, and the machine's own may be wrong. Without it the list
        // is shown all the same.
        let _ = client.product(first.product_id).await;
    }
    if asked.tab == Tab::Ended {
        views.sort_by_key(|view| Reverse(view.auction_end));
    }
    Ok((rows(views.into_iter().map(|view| (view, None))), cursors))
}

/// A list of whoever is logged in.
async fn own(client: &Client, asked: &Asked) -> Result<Rows, ClientError> {
    let cursor = asked.after.as_ref().and_then(|after| after.first().cloned().flatten());
    let cursor = cursor.as_deref();
    Ok(match asked.tab {
        Tab::MyBids => {
            let page = client.my_bids(cursor, Some(PAGE)).await?;
            let bids = page.items.into_iter().map(|bid| (bid.product, bid.my_status));
            (rows(bids), vec![page.next_cursor])
        }
        Tab::Watchlist => {
            let page = client.watchlist(cursor, Some(PAGE)).await?;
            (rows(page.items.into_iter().map(|view| (view, None))), vec![page.next_cursor])
        }
        _ => {
            let page = client.my_products(None, cursor, Some(PAGE)).await?;
            (rows(page.items.into_iter().map(|view| (view, None))), vec![page.next_cursor])
        }
    })
}

/// Puts an auction on the watchlist, or takes it off.
pub async fn watchlist(client: Client, id: ProductId, is_on: bool) -> Vec<Msg> {
    let done = if is_on {
        client.watch(id).await.map(|_watched| ())
    } else {
        client.unwatch(id).await.map(|_message| ())
    };
    let error = done.err();
    let failed = error.as_ref().map(|error| Msg::Failed(Exit::after_refusal(error)));
    let error = error.map(|error| safe_text(&error.to_string()));
    failed.into_iter().chain([Msg::Watchlisted(id, is_on, error)]).collect()
}

/// The rows that this version can read: another format or status is left out, not the whole list.
fn rows(views: impl Iterator<Item = (ProductView, Option<YourStatus>)>) -> Vec<Row> {
    views.filter_map(|(view, you)| Row::read(&view, you).ok()).collect()
}

/// Reads the events after one of them that a feed has left out, the newest of them.
pub async fn missed(client: Client, id: ProductId, after: i64) -> Vec<Msg> {
    let mut events = Vec::new();
    let mut after = after;
    let rest = loop {
        let Ok(page) = client.events(id, after, Some(PAGE)).await else {
            break Some(after);
        };
        let Some(last) = page.items.last().map(|event| event.seq) else {
            break None;
        };
        after = last;
        events.extend(page.items);
        // Under a flood there is always more: the next reading has it.
        if page.next_cursor.is_none() || events.len() > usize::try_from(MOST_MISSED).unwrap_or(0) {
            break None;
        }
    };
    vec![Msg::Missed(id, events, rest)]
}

/// Everything that happened in an auction so far.
pub async fn recording(client: &Client, id: ProductId) -> Result<Recording, ClientError> {
    let product = client.product(id).await?;
    let mut events: Vec<AuctionEvent> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.seq);
        let page = match client.events(id, after, Some(PAGE)).await {
            Ok(page) => page,
            Err(error) => {
                wait_out(error).await?;
                continue;
            }
        };
        let is_last = page.items.is_empty() || page.next_cursor.is_none();
        events.extend(page.items);
        if is_last {
            return Ok(Recording { product, events });
        }
    }
}

/// All bids on a product, newest first.
pub async fn bids(client: &Client, id: ProductId) -> Result<Vec<BidRow>, ClientError> {
    let mut bids = Vec::new();
    let mut cursor = None;
    loop {
        let page = match client.bids(id, cursor.as_deref(), Some(PAGE)).await {
            Ok(page) => page,
            Err(error) => {
                wait_out(error).await?;
                continue;
            }
        };
        bids.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(bids);
        }
    }
}

/// An auction may be thousands of pages long: too many requests are waited out. Any other error
/// stays one.
async fn wait_out(error: ClientError) -> Result<(), ClientError> {
    if error.code() != Some(ErrorCode::RateLimited) {
        return Err(error);
    }
    let asked = error.problem().and_then(|problem| problem.facts.retry_after_ms);
    tokio::time::sleep(asked.map_or(FIRST_WAIT, Duration::from_millis)).await;
    Ok(())
}
