//! The creation of a product.

use axum::Json as Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, StatusCode};
use gobid_api::paths;
use gobid_api::products::{NewProduct, ProductCreated};
use gobid_api::values;
use gobid_auction::{Auction, EntryIds, Format, Increment, Terms, Timestamp, UserId};
use gobid_store::{Created, NewProductRow, Reference};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::AppState;
use crate::config::Config;
use crate::http::extract::Json;
use crate::http::problem::ApiError;
use crate::http::validate::{self, Faults};
use crate::hub::Caller;
use crate::hub::first_entry;

type Answer = (StatusCode, [(HeaderName, String); 1], Body<ProductCreated>);

/// `POST /products/`
pub(crate) async fn create(
    State(app): State<AppState>,
    caller: Caller,
    Json(body): Json<NewProduct>,
) -> Result<Answer, ApiError> {
    // Looked up before the rest is validated: the same body again is the same product, also when
    // its times have passed.
    if let Ok(Some(Reference { text, digest })) = reference(&body)
        && let Some(product_id) = app.database.referenced(caller.user_id, &text, &digest).await?
    {
        return Ok(answer(StatusCode::OK, product_id));
    }
    if !app.clock.is_fresh() {
        return Err(ApiError::unavailable());
    }
    let mut product = validated(&body, caller.user_id, app.clock.now(), &app.config)?;
    let ids = EntryIds { own: Uuid::now_v7(), opening: Uuid::now_v7() };
    let first = first_entry(&mut product.auction, ids, product.created_at);
    let product_id = product.auction.terms.product_id;
    match app.database.create_product(&product, first.as_ref()).await? {
        Created::Made => {
            app.hub.product_created(&product.auction);
            Ok(answer(StatusCode::CREATED, product_id))
        }
        Created::Existed(product_id) => Ok(answer(StatusCode::OK, product_id)),
        Created::ReferenceTaken => {
            let why = "names another product of yours: choose another one".to_owned();
            Err(ApiError::AlreadyExists([("reference".to_owned(), vec![why])].into()))
        }
    }
}

fn answer(status: StatusCode, product_id: Uuid) -> Answer {
    let location = format!("{}{}", paths::BASE, paths::of_product(paths::PRODUCT, product_id));
    (status, [(LOCATION, location)], Body(ProductCreated { product_id }))
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
    let description = values::text_of(body.description.trim(), 10, 2000);
    let description = faults.check("description", description);
    let reference = faults.check("reference", reference(body)).flatten();
    let (start, end) = times(body, now, config, &mut faults);
    let auction = auction(body, (seller_id, now), start, config, &mut faults);
    let row = || {
        Some(NewProductRow {
            auction: Auction::new(auction?, end?, now),
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

fn auction(
    body: &NewProduct,
    (seller_id, now): (UserId, Timestamp),
    start: Option<Timestamp>,
    config: &Config,
    faults: &mut Faults,
) -> Option<Terms> {
    let format = body.format.as_deref().unwrap_or(Format::English.as_str()).parse();
    let why = "must be english, the only format there is".to_owned();
    let format = faults.check("format", format.map_err(|_unknown| why));
    let currency = body.currency.as_deref().map_or(Ok(config.default_currency), validate::parsed);
    let currency = faults.check("currency", currency);
    // What is no amount in any currency is a fault, whatever the currency.
    let digits = currency.unwrap_or(config.default_currency);
    let baseprice = faults.check("baseprice", validate::amount(&body.baseprice.0, digits));
    let step = body.increment.as_ref().map(|step| validate::amount(&step.0, digits));
    let increment = step.map_or(Ok(Increment::DEFAULT), |step| step.map(Increment::flat));
    let increment = faults.check("increment", increment);
    Some(Terms {
        product_id: Uuid::now_v7(),
        seller_id,
        format: format?,
        currency: currency?,
        baseprice: baseprice?,
        increment: increment?,
        auction_start: start?,
        starts_later: start? > now,
    })
}

/// The start, which is now when none is given or the one that is has passed, and the end.
fn times(
    body: &NewProduct,
    now: Timestamp,
    config: &Config,
    faults: &mut Faults,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let start = body.auction_start.as_deref().map_or(Ok(now), validate::parsed::<Timestamp>);
    let start = faults.check("auction_start", start).map(|start| start.max(now));
    let end = faults.check("auction_end", validate::parsed::<Timestamp>(&body.auction_end));
    let (Some(begins), Some(ends)) = (start, end) else { return (start, end) };
    let (least, most) = (config.min_auction_duration, config.max_auction_duration);
    if ends <= now {
        faults.add("auction_end", format!("has passed: the server's time is {now}"));
    } else if ends < begins.plus(least) {
        let earliest = begins.plus(least);
        faults.add("auction_end", format!("is too soon: {earliest} is the earliest"));
    } else if ends > begins.plus(most) {
        let latest = begins.plus(most);
        faults.add("auction_end", format!("is too late: {latest} is the latest"));
    }
    (start, end)
}

/// The seller's own reference, with the digest of the whole body: the same body again is the same
/// product.
fn reference(body: &NewProduct) -> Result<Option<Reference>, String> {
    let Some(text) = body.reference.as_deref() else { return Ok(None) };
    let text = values::text_of(text, 1, 100)?;
    let body = serde_json::to_vec(body).map_err(|why| why.to_string())?;
    Ok(Some(Reference { text, digest: Sha256::digest(body).to_vec() }))
}
