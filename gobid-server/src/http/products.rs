//! Products: creation, lists, one product with its bids and events.

mod create;
mod history;

use axum::Json as Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use gobid_api::page::Page;
use gobid_api::products::{ProductView, YourView};
use gobid_auction::{Status, Timestamp, UserId};
use gobid_store::{Product, ProductFilter, User};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use create::create;
pub(crate) use history::{bids, events};

use crate::app::{App, AppState};
use crate::hex::hex;
use crate::http::extract::{Parameters, ProductId};
use crate::http::pages;
use crate::http::problem::ApiError;
use crate::http::session::MaybeCaller;
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
    let products = app.database.products(&filter).await?;
    let now = app.clock.now();
    let views = products.iter().map(|product| view::product_view(product, now)).collect();
    let cursor = |last: &ProductView| pages::cursor(&list, &bytes(last));
    Ok(Body(pages::page(views, limit, cursor)))
}

/// `GET /products/{product_id}`
pub(crate) async fn one(
    State(app): State<AppState>,
    ProductId(product_id): ProductId,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let product = app.database.product(product_id).await?;
    let product = product.ok_or(ApiError::NotFound("product"))?;
    let mut view = view::product_view(&product, app.clock.now());
    if let Some(caller) = caller {
        let user = app.database.user(caller.user_id).await?.ok_or(ApiError::Unauthenticated)?;
        view.you = Some(you(&app, &product, &user).await?);
        view.winner = winner(&product, &user).or(view.winner);
    }
    let etag = etag(&view)?;
    let own =
        [(ETAG, etag.clone()), (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if headers.get_all(IF_NONE_MATCH).iter().any(|known| names(known, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, own).into_response());
    }
    Ok((own, Body(view)).into_response())
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

/// How a user stands, and what is his alone.
async fn you(app: &App, product: &Product, user: &User) -> Result<YourView, ApiError> {
    let user_id = user.user_id;
    let bidder = app.database.bidder(product.auction.terms.product_id, user_id).await?;
    let contact = match other_side(product, user_id) {
        Some(other) => app.database.user(other).await?.map(|other| other.email),
        None => None,
    };
    Ok(view::your_view(product, user_id, &user.user_name, bidder, contact))
}

/// Whose e-mail a user may know: after a sale the winner's the seller, and the seller's the winner.
fn other_side(product: &Product, user_id: UserId) -> Option<UserId> {
    let winner = product.auction.state.leader.filter(|_| is_sold(product))?;
    let seller = product.auction.terms.seller_id;
    if user_id == seller { Some(winner) } else { (user_id == winner).then_some(seller) }
}

/// The winner's name for the two sides of a sale and for an admin, who know it of an anonymous
/// bidder, too.
fn winner(product: &Product, user: &User) -> Option<String> {
    let may_know = user.is_admin || other_side(product, user.user_id).is_some();
    let winner = product.leader.as_ref().filter(|_| may_know && is_sold(product))?;
    Some(winner.user_name.clone())
}

fn is_sold(product: &Product) -> bool {
    product.auction.state.status == Status::Sold
}

/// A hash of what the caller sees, without the time at which it was read.
fn etag(view: &ProductView) -> Result<HeaderValue, ApiError> {
    let timeless = ProductView { server_time: Timestamp::from_micros(0), ..view.clone() };
    let text = serde_json::to_vec(&timeless).map_err(|why| ApiError::Internal(why.to_string()))?;
    let etag = format!("W/\"{}\"", hex(&Sha256::digest(text)).get(..32).unwrap_or_default());
    HeaderValue::from_str(&etag).map_err(|why| ApiError::Internal(why.to_string()))
}

/// Whether a line of `If-None-Match` names a tag.
fn names(line: &HeaderValue, etag: &HeaderValue) -> bool {
    let (line, etag) = (line.to_str().unwrap_or_default(), etag.to_str().unwrap_or_default());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    line.split(',').any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}
