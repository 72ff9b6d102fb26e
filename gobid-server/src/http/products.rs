//! Products: creation, changes, lists, one product with its bids and events.

mod create;
mod edit;
mod history;
mod one;
mod terms;

use std::cmp::Reverse;

use axum::Json as Body;
use axum::extract::State;
use gobid_api::page::Page;
use gobid_api::products::ProductView;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Status, Timestamp};
use gobid_store::ProductFilter;
use uuid::Uuid;

pub(crate) use create::create;
pub(crate) use edit::{cancel, edit};
pub(crate) use history::{bids, events};
pub(crate) use one::{one, view_for};

use crate::app::AppState;
use crate::http::extract::Parameters;
use crate::http::pages;
use crate::http::problem::ApiError;
use crate::view;

/// `GET /products`
pub(crate) async fn list(
    State(app): State<AppState>,
    mut query: Parameters,
) -> Result<Body<Page<ProductView>>, ApiError> {
    let status = query.take("status", status);
    let list = format!("products {}", status.map_or("", Status::as_str));
    query.take("sort", |text| match text {
        "ending" => Ok(()),
        _ => Err("must be ending, the only order there is".to_owned()),
    });
    let limit = pages::limit_or_default(query.take("limit", pages::limit));
    let after = query.take("cursor", |text| pages::place(&list, text).map(place));
    query.finish(&["status", "sort", "limit", "cursor"])?;
    let filter = ProductFilter { status, after, limit: limit + 1 };
    let mut products = app.database.products(&filter).await?;
    if planted::is(Bug::LeakInOrder) {
        products.sort_by_key(|product| Reverse(product.auction.state.last_at));
    }
    let now = app.clock.now();
    let views = products.iter().map(|product| view::product_view(product, now)).collect();
    let cursor = |last: &ProductView| pages::cursor(&list, &bytes(last));
    Ok(Body(pages::page(views, limit, cursor)))
}

fn status(text: &str) -> Result<Status, String> {
    let words = Status::ALL.map(Status::as_str).join(", ");
    text.parse().map_err(|_unknown| format!("must be one of {words}"))
}

/// The place of a product in the order of ends.
fn bytes(view: &ProductView) -> [u8; 24] {
    let (mut place, end) = ([0; 24], view.auction_end.as_micros().to_be_bytes());
    let all = end.iter().chain(view.product_id.as_bytes());
    place.iter_mut().zip(all).for_each(|(place, byte)| *place = *byte);
    place
}

fn place(bytes: [u8; 24]) -> (Timestamp, Uuid) {
    let (end, id) = bytes.split_at(8);
    let end = end.try_into().map(i64::from_be_bytes).unwrap_or_default();
    (Timestamp::from_micros(end), Uuid::from_slice(id).unwrap_or_default())
}
