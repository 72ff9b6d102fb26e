//! Bids and purchases over REST.

use axum::Json as Body;
use axum::extract::{FromRequestParts, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use gobid_api::bids::{BidAnswer, NewBid, NewPurchase};
use gobid_api::paths::IDEMPOTENCY_HEADER;
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_api::text::AmountText;
use gobid_auction::{Decimal, Offer, ProductId, RequestId, Timestamp};
use uuid::Uuid;

use crate::app::{App, AppState};
use crate::http::finish;
use crate::http::problem::{self, ApiError};
use crate::http::stamped::{ByBidder, Stamped};
use crate::http::validate::{self, Faults};
use crate::hub::{Answer, Caller, PlaceBid};

/// The name of the bid that a request places, and when the request was seen first; in the
/// extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    request_id: RequestId,
    received_at: Timestamp,
}

/// The name of the bid: the one that the request gives, or the one that it was given.
pub(crate) struct Key(RequestId);

type Placed = Result<(StatusCode, Body<BidAnswer>), ApiError>;

/// `POST /products/{product_id}/bids`
pub(crate) async fn place(
    State(app): State<AppState>,
    Key(request_id): Key,
    ByBidder(stamped): ByBidder,
) -> Placed {
    let bid = bid(request_id, &stamped.parse()?)?;
    placed(&app, stamped, bid).await
}

/// `POST /products/{product_id}/buy`
pub(crate) async fn buy(
    State(app): State<AppState>,
    Key(request_id): Key,
    ByBidder(stamped): ByBidder,
) -> Placed {
    let purchase = purchase(request_id, &stamped.parse_if_any()?)?;
    placed(&app, stamped, purchase).await
}

async fn placed(app: &App, stamped: Stamped, bid: PlaceBid) -> Placed {
    let Stamped { ticket, caller, .. } = stamped;
    let (product_id, idempotency_key) = (ticket.product_id, bid.request_id);
    app.limits.bids.check(&(caller.user_id, product_id))?;
    let answer = app.hub.place(ticket, caller, bid).await;
    log_refusal(&answer, caller, product_id);
    let (result, repeated) = problem::accepted(answer)?;
    let status = if repeated { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Body(BidAnswer { result, idempotency_key })))
}

impl FromRequestParts<AppState> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &AppState) -> Result<Self, ApiError> {
        let key = parts.headers.get(IDEMPOTENCY_HEADER);
        let key = key.map(|key| key.to_str().unwrap_or_default().parse());
        match (key, parts.extensions.get::<Named>()) {
            (Some(Ok(key)), _) => Ok(Self(key)),
            (None, Some(named)) => Ok(Self(named.request_id)),
            _ => Err(ApiError::invalid(IDEMPOTENCY_HEADER, "must be one UUID")),
        }
    }
}

/// A bid as the hub takes it, from a body or a frame.
pub(crate) fn bid(request_id: RequestId, body: &NewBid) -> Result<PlaceBid, ApiError> {
    let mut faults = Faults::default();
    let offer = offer(body, &mut faults);
    let expected_price = faults.check("expected_price", parsed(body.expected_price.as_ref()));
    let not_after = faults.check("not_after", not_after(body.not_after.as_deref()));
    let bid = || {
        Some(PlaceBid {
            request_id,
            offer: offer?,
            expected_price: expected_price?,
            not_after: not_after?,
        })
    };
    let bid = bid();
    faults.finish(bid)
}

/// A purchase as the hub takes it, from a body or a frame.
pub(crate) fn purchase(request_id: RequestId, body: &NewPurchase) -> Result<PlaceBid, ApiError> {
    let mut faults = Faults::default();
    let not_after = faults.check("not_after", not_after(body.not_after.as_deref()));
    let purchase = not_after.map(|not_after| PlaceBid {
        request_id,
        offer: Offer::BuyNow,
        expected_price: None,
        not_after,
    });
    faults.finish(purchase)
}

/// An amount or a maximum, and not both.
fn offer(body: &NewBid, faults: &mut Faults) -> Option<Offer> {
    match (&body.amount, &body.max_amount) {
        (None, None) => faults.add(
            "amount",
            "is missing: send amount to bid exactly that, or max_amount to bid up to that",
        ),
        (Some(_), Some(_)) => {
            faults.add("max_amount", "must not stand beside amount: send one of the two");
        }
        _ => {}
    }
    let amount = faults.check("amount", parsed(body.amount.as_ref()));
    let max_amount = faults.check("max_amount", parsed(body.max_amount.as_ref()));
    amount?.map(Offer::Firm).or(max_amount?.map(Offer::Maximum))
}

fn parsed(amount: Option<&AmountText>) -> Result<Option<Decimal>, String> {
    amount.map(|text| validate::parsed(&text.0)).transpose()
}

fn not_after(text: Option<&str>) -> Result<Option<Timestamp>, String> {
    text.map(validate::parsed).transpose()
}

/// Logs a refusal: what is disputed later, that it came too late, for everybody to see.
pub(crate) fn log_refusal(answer: &Answer, caller: Caller, product_id: ProductId) {
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

/// The layer that sees to it that every answer to a bid or a purchase names it, and says whether it
/// was judged, whoever refused it.
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
    let path = uri.path().trim_end_matches('/');
    path.ends_with("/bids") || path.ends_with("/buy")
}

fn complete(code: ErrorCode, facts: &mut Facts, named: Named) {
    facts.idempotency_key = Some(named.request_id);
    facts.judged.get_or_insert(false);
    facts.received_at.get_or_insert(named.received_at);
    if code == ErrorCode::Unavailable {
        facts.outcome.get_or_insert(Outcome::NotRecorded);
    }
}
