//! The products that a user has bid in, or sells; the newest first.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::MyBid;
use gobid_api::page::Page;
use gobid_api::products::ProductView;
use gobid_api::values;
use gobid_auction::{Status, Timestamp, UserId};
use gobid_store::{BidderRow, Product, User};

use crate::app::{App, AppState};
use crate::http::caller::{MayRead, MaySell};
use crate::http::extract::Parameters;
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;
use crate::http::products::winner;
use crate::view;

/// `GET /users/me/bids`
pub(crate) async fn bids(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    query: Parameters,
) -> Result<Body<Page<MyBid>>, ApiError> {
    let list = format!("bids of {}", caller.user_id);
    let user = user(&app, caller.user_id).await?;
    bids_of(&app, &user, &list, query).await.map(Body)
}

/// A page of the auctions that a user has bid in, as he himself sees them.
pub(crate) async fn bids_of(
    app: &App,
    user: &User,
    list: &str,
    mut query: Parameters,
) -> Result<Page<MyBid>, ApiError> {
    let Asked { limit, before } = pages::asked(&mut query, list);
    query.finish(&["limit", "cursor"])?;
    let own = app.database.bids_of(user.user_id, before, limit + 1).await?;
    let now = app.clock.now();
    let rows = own.into_iter().map(|(product, part)| my_bid(&product, user, part, now)).collect();
    Ok(pages::page(rows, limit, |last: &MyBid| cursor(list, &last.product)))
}

/// `GET /users/me/products`
pub(crate) async fn products(
    State(app): State<AppState>,
    MaySell(caller): MaySell,
    mut query: Parameters,
) -> Result<Body<Page<ProductView>>, ApiError> {
    let list = format!("products of {}", caller.user_id);
    let reference = query.take("reference", |text| values::text_of(text, 1, 100));
    let Asked { limit, before } = pages::asked(&mut query, &list);
    query.finish(&["reference", "limit", "cursor"])?;
    let user = user(&app, caller.user_id).await?;
    let products = match reference {
        Some(reference) => {
            app.database.product_of_reference(user.user_id, &reference).await?.into_iter().collect()
        }
        None => app.database.sold_by(user.user_id, before, limit + 1).await?,
    };
    let now = app.clock.now();
    let rows = products.iter().map(|product| own_view(product, &user, None, now)).collect();
    Ok(Body(pages::page(rows, limit, |last| cursor(&list, last))))
}

/// What an admin sees of another's bid: what was offered once the auction is closed, as in its log.
pub(crate) fn only_closed(bid: MyBid) -> MyBid {
    let is_closed =
        [Status::Sold, Status::Unsold].iter().any(|it| bid.product.status == it.as_str());
    let told = |amount| if is_closed { amount } else { None };
    MyBid {
        my_status: bid.my_status,
        amount: told(bid.amount),
        max_amount: told(bid.max_amount),
        product: ProductView { you: None, ..bid.product },
    }
}

pub(super) async fn user(app: &App, user_id: UserId) -> Result<User, ApiError> {
    app.database.user(user_id).await?.ok_or(ApiError::Unauthenticated)
}

pub(super) fn cursor(list: &str, last: &ProductView) -> String {
    pages::cursor(list, last.product_id.as_bytes())
}

fn my_bid(product: &Product, user: &User, part: Option<BidderRow>, now: Timestamp) -> MyBid {
    let product = own_view(product, user, part, now);
    let you = product.you.as_ref();
    MyBid {
        my_status: you.and_then(|you| you.status),
        amount: you.and_then(|you| you.amount),
        max_amount: you.and_then(|you| you.max_amount),
        product,
    }
}

/// A product with what is a user's own; whom to write to after a sale the product itself tells.
pub(super) fn own_view(
    product: &Product,
    user: &User,
    part: Option<BidderRow>,
    now: Timestamp,
) -> ProductView {
    let mut view = view::product_view(product, now);
    view.you = Some(view::your_view(product, user.user_id, &user.user_name, part, None));
    view.winner = winner(product, user.user_id, false).or(view.winner);
    view
}
