//! What happened in an auction: its bids, newest first, and its events, oldest first.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::bids::BidRow;
use gobid_api::live::{AuctionEvent, EventKind};
use gobid_api::page::Page;
use gobid_store::StoredEvent;
use serde_json::value::RawValue;

use crate::app::{App, AppState};
use crate::http::extract::{Parameters, ProductId};
use crate::http::pages;
use crate::http::problem::ApiError;

/// Which row of a page of bids comes next: those of this event and before, this row and before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    seq: i64,
    row: u8,
}

/// `GET /products/{product_id}/bids`
pub(crate) async fn bids(
    State(app): State<AppState>,
    ProductId(product_id): ProductId,
    mut query: Parameters,
) -> Result<Body<Page<BidRow>>, ApiError> {
    let list = format!("bids {product_id}");
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let from = query.take("cursor", |text| pages::place(&list, text).map(Place::from_bytes));
    query.finish(&["limit", "cursor"])?;
    let from_seq = from.map(|place| place.seq);
    let events = app.database.bid_events(product_id, from_seq, limit + 1).await?;
    if events.is_empty() {
        must_exist(&app, product_id).await?;
    }
    let rows = rows(&events, from)?;
    let next = rows.get(usize::try_from(limit).unwrap_or_default()).map(|(place, _)| *place);
    let rows = rows.into_iter().map(|(_, row)| row).collect();
    let mut page = pages::page(rows, limit, |_| String::new());
    page.next_cursor = next.map(|next| pages::cursor(&list, &next.to_bytes()));
    Ok(Body(page))
}

/// `GET /products/{product_id}/events`
pub(crate) async fn events(
    State(app): State<AppState>,
    ProductId(product_id): ProductId,
    mut query: Parameters,
) -> Result<Body<Page<Box<RawValue>>>, ApiError> {
    let list = format!("events {product_id}");
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let after_seq = query.take("after_seq", after_seq);
    let cursor = query.take("cursor", |text| pages::place(&list, text).map(i64::from_be_bytes));
    query.finish(&["after_seq", "limit", "cursor"])?;
    let after = cursor.or(after_seq).unwrap_or_default();
    let events = app.database.events(product_id, after, limit + 1).await?;
    if events.is_empty() {
        must_exist(&app, product_id).await?;
    }
    let next = |last: &StoredEvent| pages::cursor(&list, &last.seq.to_be_bytes());
    let Page { items, next_cursor } = pages::page(events, limit, next);
    let items: Result<Vec<_>, _> =
        items.into_iter().map(|event| RawValue::from_string(event.public)).collect();
    let items = items.map_err(|why| ApiError::Internal(why.to_string()))?;
    Ok(Body(Page { items, next_cursor }))
}

async fn must_exist(app: &App, product_id: gobid_auction::ProductId) -> Result<(), ApiError> {
    let product = app.database.product(product_id).await?;
    product.map(drop).ok_or(ApiError::NotFound("product"))
}

fn after_seq(text: &str) -> Result<i64, String> {
    let seq = text.parse().ok().filter(|seq| *seq >= 0);
    seq.ok_or_else(|| "must be the seq of an event, or 0".to_owned())
}

/// The public rows of events, newest first, from a place on.
fn rows(events: &[StoredEvent], from: Option<Place>) -> Result<Vec<(Place, BidRow)>, ApiError> {
    let mut rows = Vec::new();
    for event in events {
        let event: AuctionEvent = serde_json::from_str(&event.public)
            .map_err(|why| ApiError::Internal(format!("event {}: {why}", event.seq)))?;
        let EventKind::BidPlaced { bids, .. } = event.kind else { continue };
        let numbered = (0..).zip(bids).map(|(row, bid)| (Place { seq: event.seq, row }, bid));
        let mut numbered: Vec<_> = numbered.collect();
        numbered.reverse();
        let wanted =
            |place: Place| from.is_none_or(|from| place.seq < from.seq || place.row <= from.row);
        rows.extend(numbered.into_iter().filter(|(place, _)| wanted(*place)));
    }
    Ok(rows)
}

impl Place {
    /// The seq and, in the last byte, the row.
    fn to_bytes(self) -> [u8; 9] {
        let mut bytes = [self.row; 9];
        bytes.iter_mut().zip(self.seq.to_be_bytes()).for_each(|(byte, of_seq)| *byte = of_seq);
        bytes
    }

    fn from_bytes(bytes: [u8; 9]) -> Self {
        let (seq, row) = bytes.split_first_chunk().map_or((&[0; 8], &[][..]), |parts| parts);
        let row = row.first().copied().unwrap_or_default();
        Self { seq: i64::from_be_bytes(*seq), row }
    }
}
