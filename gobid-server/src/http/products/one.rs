//! One product, as a caller sees it.

use axum::Json as Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use gobid_api::accounts::Scope;
use gobid_api::products::{ProductView, YourView};
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Auction, ProductId, Status, Timestamp, UserId};
use gobid_store::{BidderRow, Product, User};
use sha2::{Digest, Sha256};

use crate::app::{App, AppState};
use crate::hex::hex;
use crate::http::caller::MaybeCaller;
use crate::http::extract;
use crate::http::problem::ApiError;
use crate::hub::Caller;
use crate::view;

/// `GET /products/{product_id}`
pub(crate) async fn one(
    State(app): State<AppState>,
    extract::ProductId(product_id): extract::ProductId,
    MaybeCaller(caller): MaybeCaller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let view = view_for(&app, product_id, caller).await?;
    let mut etag = etag(&view)?;
    if planted::is(Bug::LeakInTag) {
        let read = app.database.product(product_id).await?;
        etag = read.map_or(etag, |read| HeaderValue::from(read.auction.state.position));
    }
    let own =
        [(ETAG, etag.clone()), (CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    if headers.get_all(IF_NONE_MATCH).iter().any(|known| names(known, &etag)) {
        return Ok((StatusCode::NOT_MODIFIED, own).into_response());
    }
    Ok((own, Body(view)).into_response())
}

/// A product as it stands, with what is for the eyes of the caller alone: none of the business of a
/// token that may not read it.
pub(crate) async fn view_for(
    app: &App,
    product_id: ProductId,
    caller: Option<Caller>,
) -> Result<ProductView, ApiError> {
    let may_read =
        |caller: &Caller| caller.rights.allow(Scope::Read) && caller.rights.see_secrets();
    let caller = caller.filter(may_read);
    let (product, own) = match caller {
        Some(Caller { user_id, .. }) => app.database.product_and_part(product_id, user_id).await?,
        None => app.database.product(product_id).await?.map(|product| (product, None)),
    }
    .ok_or(ApiError::NotFound("product"))?;
    let mut view = view::product_view(&product, app.clock.now());
    if planted::is(Bug::LeakInAnswer) {
        let Auction { terms, state } = &product.auction;
        view.minimum_next_bid = state.maximum.map(|maximum| maximum.to_decimal(terms.currency));
    }
    if let Some(caller) = caller {
        let user = app.database.user(caller.user_id).await?.ok_or(ApiError::Unauthenticated)?;
        view.you = Some(you(app, &product, &user, own).await?);
        let is_admin = user.is_admin && caller.rights.allow(Scope::Admin);
        view.winner = winner(&product, user.user_id, is_admin).or(view.winner);
    }
    Ok(view)
}

/// How a user stands, and what is his alone. `own` is how he had taken part in the product as it
/// stands: what was read later would be judged by a state that is gone.
async fn you(
    app: &App,
    product: &Product,
    user: &User,
    own: Option<BidderRow>,
) -> Result<YourView, ApiError> {
    let user_id = user.user_id;
    let contact = match other_side(product, user_id) {
        Some(other) => app.database.user(other).await?.map(|other| other.email),
        None => None,
    };
    Ok(view::your_view(product, user_id, &user.user_name, own, contact))
}

/// Whose e-mail a user may know: after a sale the winner's the seller, and the seller's the winner.
pub(crate) fn other_side(product: &Product, user_id: UserId) -> Option<UserId> {
    let winner = product.auction.state.leader.filter(|_| is_sold(product))?;
    let seller = product.auction.terms.seller_id;
    if user_id == seller { Some(winner) } else { (user_id == winner).then_some(seller) }
}

/// The winner's name for the two sides of a sale and for an admin, who know it of an anonymous
/// bidder, too.
pub(crate) fn winner(product: &Product, user_id: UserId, is_admin: bool) -> Option<String> {
    let may_know = is_admin || other_side(product, user_id).is_some();
    let winner = product.leader.as_ref().filter(|_| may_know && is_sold(product))?;
    Some(winner.user_name.clone())
}

fn is_sold(product: &Product) -> bool {
    product.auction.state.status == Status::Sold
}

/// A hash of what the caller sees, without the time at which it was read: it moves with the price of
/// a Dutch auction, and with the caller's own maximum.
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
