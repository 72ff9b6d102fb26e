//! The creation of a product.

use axum::Json as Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use gobid_api::paths;
use gobid_api::products::{NewProduct, ProductCreated};
use gobid_api::values;
use gobid_auction::{EntryIds, ProductId, Timestamp, UserId};
use gobid_store::{Created, NewProductRow, Reference};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::terms;
use crate::app::{App, AppState};
use crate::config::Config;
use crate::http::caller::MaySell;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::validate::{self, Faults};
use crate::hub::first_entry;

type Answer = (StatusCode, [(HeaderName, String); 1], Body<ProductCreated>);

/// `POST /products/`
pub(crate) async fn create(
    State(app): State<AppState>,
    MaySell(caller): MaySell,
    Json(body): Json<NewProduct>,
) -> Result<Answer, ApiError> {
    let (status, product_id) = put_up(&app, caller.user_id, &body).await?;
    let location = format!("{}{}", paths::BASE, paths::of_product(paths::PRODUCT, product_id));
    Ok((status, [(LOCATION, location)], Body(ProductCreated { product_id })))
}

/// Puts a product up, or finds it where the same body has done so before.
pub(crate) async fn put_up(
    app: &App,
    seller_id: UserId,
    body: &NewProduct,
) -> Result<(StatusCode, ProductId), ApiError> {
    // Looked up before the rest is validated: the same body again is the same product, also when
    // its times have passed.
    if let Ok(Some(Reference { text, digest })) = reference(body)
        && let Some(product_id) = app.database.referenced(seller_id, &text, &digest).await?
    {
        return Ok((StatusCode::OK, product_id));
    }
    if !app.clock.is_fresh() {
        return Err(ApiError::unavailable());
    }
    let mut product = validated(body, seller_id, app.clock.now(), &app.config)?;
    let [opening, own, second] = [(); 3].map(|()| Uuid::now_v7());
    let ids = EntryIds { opening, own, second };
    let first = first_entry(&mut product.auction, ids, product.created_at);
    let product_id = product.auction.terms.product_id;
    match app.database.create_product(&product, first.as_ref()).await? {
        Created::Made => {
            app.hub.product_created(&product.auction);
            Ok((StatusCode::CREATED, product_id))
        }
        Created::Existed(product_id) => Ok((StatusCode::OK, product_id)),
        Created::ReferenceTaken => {
            let why = "names another product of yours: choose another one".to_owned();
            Err(ApiError::AlreadyExists([("reference".to_owned(), vec![why])].into()))
        }
    }
}

fn validated(
    body: &NewProduct,
    seller_id: UserId,
    now: Timestamp,
    config: &Config,
) -> Result<NewProductRow, ApiError> {
    let mut faults = Faults::default();
    let name = values::text_of(body.product_name.trim(), 1, 100);
    let product_name = faults.check("product_name", name);
    let description = faults.check("description", validate::description(&body.description));
    let reference = faults.check("reference", reference(body)).flatten();
    let auction = terms::auction(body, seller_id, now, config, &mut faults);
    let row = || {
        Some(NewProductRow {
            auction: auction?,
            product_name: product_name?,
            description: description?,
            reference,
            anonymous_bidders: body.anonymous_bidders.unwrap_or_default(),
            created_at: now,
        })
    };
    let row = row();
    faults.finish(row)
}

/// The seller's own reference, with the digest of the whole body: the same body again is the same
/// product.
fn reference(body: &NewProduct) -> Result<Option<Reference>, String> {
    let Some(text) = body.reference.as_deref() else { return Ok(None) };
    let text = values::text_of(text, 1, 100)?;
    let body = serde_json::to_vec(body).map_err(|why| why.to_string())?;
    Ok(Some(Reference { text, digest: Sha256::digest(body).to_vec() }))
}
