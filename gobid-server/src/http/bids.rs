//! Bids over REST.

use axum::Json as Body;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use gobid_api::bids::{BidAnswer, NewBid};
use gobid_api::paths::IDEMPOTENCY_HEADER;
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_api::text::AmountText;
use gobid_auction::{Decimal, Offer, RequestId, Timestamp};
use uuid::Uuid;

use crate::app::AppState;
use crate::http::extract::{self, ProductId};
use crate::http::finish;
use crate::http::problem::{self, ApiError};
use crate::http::session;
use crate::http::validate::{self, Faults};
use crate::hub::Ticket;
use crate::hub::{Answer, Caller, PlaceBid};

/// The name of the bid that a request places, and when the request was seen first; in the
/// extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    request_id: RequestId,
    received_at: Timestamp,
}

/// A bid that was stamped before anything was looked up.
pub(crate) struct Received {
    ticket: Ticket,
    caller: Caller,
    request_id: RequestId,
    body: Bytes,
}

/// `POST /products/{product_id}/bids`
pub(crate) async fn place(
    State(app): State<AppState>,
    bid: Received,
) -> Result<(StatusCode, Body<BidAnswer>), ApiError> {
    let Received { ticket, caller, request_id, body } = bid;
    let bid = validated(&extract::parse(&body)?, request_id)?;
    app.limits.bids.check(&(caller.user_id, ticket.product_id))?;
    let product_id = ticket.product_id;
    let answer = app.hub.place(ticket, caller, bid).await;
    log_refusal(&answer, caller, product_id);
    let (result, repeated) = problem::accepted(answer)?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Body(BidAnswer { result, idempotency_key: request_id })))
}

impl FromRequest<AppState> for Received {
    type Rejection = ApiError;

    /// The whole body, then the stamp, then the session: whether a bid came in time does not
    /// depend on how fast the database is. A session that is not found while the bid may be judged
    /// is not waited for.
    async fn from_request(request: Request, app: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let ProductId(product_id) = ProductId::from_request_parts(&mut parts, app).await?;
        let claims_identity = session::key_of(&parts.extensions).is_some()
            || parts.headers.contains_key(AUTHORIZATION);
        if !claims_identity {
            return Err(ApiError::Unauthenticated);
        }
        extract::must_be_json(&parts.headers)?;
        let request_id = request_id(&parts.headers, parts.extensions.get::<Named>().copied())?;
        let body = extract::read(body).await?;
        let ticket = app.hub.stamp(product_id)?;
        let caller = Caller::from_request_parts(&mut parts, app);
        let caller = tokio::time::timeout(ticket.time_left(&app.clock), caller).await;
        let caller = caller.unwrap_or_else(|_elapsed| Err(ApiError::unavailable()))?;
        Ok(Self { ticket, caller, request_id, body })
    }
}

fn request_id(headers: &HeaderMap, named: Option<Named>) -> Result<RequestId, ApiError> {
    let key = headers.get(IDEMPOTENCY_HEADER).map(|key| key.to_str().unwrap_or_default());
    match (key.map(str::parse), named) {
        (Some(Ok(key)), _) => Ok(key),
        (None, Some(named)) => Ok(named.request_id),
        _ => Err(ApiError::invalid(IDEMPOTENCY_HEADER, "must be one UUID")),
    }
}

fn validated(body: &NewBid, request_id: RequestId) -> Result<PlaceBid, ApiError> {
    let NewBid { amount, expected_price, not_after } = body;
    parse(request_id, amount, expected_price.as_ref(), not_after.as_deref())
}

/// A bid as the hub takes it, from the texts of a body or a frame.
pub(crate) fn parse(
    request_id: RequestId,
    amount: &AmountText,
    expected_price: Option<&AmountText>,
    not_after: Option<&str>,
) -> Result<PlaceBid, ApiError> {
    let mut faults = Faults::default();
    let amount = faults.check("amount", validate::parsed::<Decimal>(&amount.0));
    let expected_price = expected_price.map(|price| validate::parsed::<Decimal>(&price.0));
    let expected_price = faults.check("expected_price", expected_price.transpose());
    let not_after = not_after.map(validate::parsed::<Timestamp>);
    let not_after = faults.check("not_after", not_after.transpose());
    let bid = || {
        Some(PlaceBid {
            request_id,
            offer: Offer::Firm(amount?),
            expected_price: expected_price?,
            not_after: not_after?,
        })
    };
    let bid = bid();
    faults.finish(bid)
}

/// Logs a refusal: what is disputed later, that it came too late, for everybody to see.
pub(crate) fn log_refusal(answer: &Answer, caller: Caller, product_id: gobid_auction::ProductId) {
    let Answer::Refused(refusal) = answer else { return };
    let (user_id, code, facts) = (caller.user_id, refusal.code.as_str(), &refusal.facts);
    let received_at = facts.received_at.map(|at| at.to_string());
    let auction_end = facts.auction_end.map(|end| end.to_string());
    if refusal.code == ErrorCode::AuctionClosed {
        tracing::info!(%user_id, %product_id, code, received_at, auction_end, "a bid was refused");
    } else {
        tracing::debug!(%user_id, %product_id, code, received_at, "a bid was refused");
    }
}

/// The layer that sees to it that every answer to a bid names it, and says whether it was judged,
/// whoever refused it.
pub(crate) async fn name(
    State(app): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.method() != Method::POST || !is_bid(&request) {
        return next.run(request).await;
    }
    let key = request.headers().get(IDEMPOTENCY_HEADER).and_then(|key| key.to_str().ok());
    let request_id = key.and_then(|key| key.parse().ok());
    let request_id = request_id.unwrap_or_else(Uuid::new_v4);
    let named = Named { request_id, received_at: app.clock.now() };
    request.extensions_mut().insert(named);
    let mut response = next.run(request).await;
    finish::amend(&mut response, |code, facts| complete(code, facts, named));
    response
}

fn is_bid(request: &Request) -> bool {
    let uri = request.extensions().get::<OriginalUri>().map_or(request.uri(), |uri| &uri.0);
    uri.path().trim_end_matches('/').ends_with("/bids")
}

fn complete(code: ErrorCode, facts: &mut Facts, named: Named) {
    facts.idempotency_key = Some(named.request_id);
    facts.judged.get_or_insert(false);
    facts.received_at.get_or_insert(named.received_at);
    if code == ErrorCode::Unavailable {
        facts.outcome.get_or_insert(Outcome::NotRecorded);
    }
}
