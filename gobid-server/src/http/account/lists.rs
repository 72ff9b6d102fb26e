//! The products that a user has bid in, or sells; the newest first.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::MyBid;
use gobid_api::page::Page;
use gobid_api::products::ProductView;
use gobid_api::values;
use gobid_auction::{Status, UserId};
use gobid_store::{OwnProduct, User};

use crate::app::{App, AppState};
use crate::http::caller::{MayRead, MaySell};
use crate::http::extract::Parameters;
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;
use crate::http::products::{other_side, winner};
use crate::hub::Caller;
use crate::view;

/// `GET /users/me/bids`
pub(crate) async fn bids(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    query: Parameters,
) -> Result<Body<Page<MyBid>>, ApiError> {
    let list = format!("bids of {}", caller.user_id);
    let user = user(&app, caller.user_id).await?;
    let sees = caller.rights.see_secrets();
    let page = bids_of(&app, (&user, sees), &list, query).await?;
    Ok(Body(if sees { page } else { only_closed(page) }))
}

/// A page of the auctions that a user has bid in, as he himself sees them, or with the names that
/// everybody sees.
pub(crate) async fn bids_of(
    app: &App,
    (user, sees_names): (&User, bool),
    list: &str,
    mut query: Parameters,
) -> Result<Page<MyBid>, ApiError> {
    let Asked { limit, before } = pages::asked(&mut query, list);
    query.finish(&["limit", "cursor"])?;
    let own = app.database.bids_of(user.user_id, before, limit + 1).await?;
    let rows = own_views(app, (user, sees_names), own).await?.into_iter().map(my_bid).collect();
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
    let own = products.into_iter().map(|product| (product, None)).collect();
    let rows = views_for(&app, caller, &user, own).await?;
    Ok(Body(pages::page(rows, limit, |last| cursor(&list, last))))
}

/// What an admin sees of another's bids: what was offered once the auction is closed, as in its log.
pub(crate) fn only_closed(page: Page<MyBid>) -> Page<MyBid> {
    let Page { items, next_cursor } = page;
    Page { items: items.into_iter().map(one_only_closed).collect(), next_cursor }
}

fn one_only_closed(bid: MyBid) -> MyBid {
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

fn my_bid(product: ProductView) -> MyBid {
    let you = product.you.as_ref();
    MyBid {
        my_status: you.and_then(|you| you.status),
        amount: you.and_then(|you| you.amount),
        max_amount: you.and_then(|you| you.max_amount),
        product,
    }
}

/// Products as their user sees them, or whoever acts for him: who sees no more than everybody does.
pub(super) async fn views_for(
    app: &App,
    caller: Caller,
    user: &User,
    own: Vec<OwnProduct>,
) -> Result<Vec<ProductView>, ApiError> {
    let sees = caller.rights.see_secrets();
    let mut views = own_views(app, (user, sees), own).await?;
    if !sees {
        for view in &mut views {
            view.you = None;
        }
    }
    Ok(views)
}

/// Products with what is a user's own, and with the winner's name where an alias is for everybody
/// else.
async fn own_views(
    app: &App,
    (user, sees_names): (&User, bool),
    own: Vec<OwnProduct>,
) -> Result<Vec<ProductView>, ApiError> {
    let user_id = user.user_id;
    let others = own.iter().filter_map(|(product, _)| other_side(product, user_id)).collect();
    let emails = app.database.emails_of(&others).await?;
    let now = app.clock.now();
    let view = |(product, part): OwnProduct| {
        let mut view = view::product_view(&product, now);
        let contact = other_side(&product, user_id).and_then(|other| emails.get(&other).cloned());
        view.you = Some(view::your_view(&product, user_id, &user.user_name, part, contact));
        let named = winner(&product, user_id, false).filter(|_| sees_names);
        view.winner = named.or(view.winner);
        view
    };
    Ok(own.into_iter().map(view).collect())
}
