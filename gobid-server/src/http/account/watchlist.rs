//! The products that a user watches.

use axum::Json as Body;
use axum::extract::State;
use gobid_api::accounts::Watched;
use gobid_api::page::Page;
use gobid_api::products::ProductView;
use gobid_api::users::Message;
use gobid_store::Watching;

use super::lists::{cursor, user, views_for};
use crate::app::AppState;
use crate::http::caller::MayRead;
use crate::http::extract::{Parameters, ProductId};
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;

/// How many products a user may watch.
const MOST: i64 = 1_000;

/// `GET /users/me/watchlist`
pub(crate) async fn list(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    mut query: Parameters,
) -> Result<Body<Page<ProductView>>, ApiError> {
    let list = format!("watchlist of {}", caller.user_id);
    let Asked { limit, before } = pages::asked(&mut query, &list);
    query.finish(&["limit", "cursor"])?;
    let user = user(&app, caller.user_id).await?;
    let own = app.database.watchlist(user.user_id, before, limit + 1).await?;
    let rows = views_for(&app, caller, &user, own).await?;
    Ok(Body(pages::page(rows, limit, |last| cursor(&list, last))))
}

/// `GET /users/me/watchlist/{product_id}`
pub(crate) async fn one(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    ProductId(product_id): ProductId,
) -> Result<Body<Watched>, ApiError> {
    let since = app.database.watched_since(caller.user_id, product_id).await?;
    let since = since.ok_or(ApiError::NotFound("product on your watchlist"))?;
    Ok(Body(Watched { product_id, since }))
}

/// `PUT /users/me/watchlist/{product_id}`
pub(crate) async fn watch(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    ProductId(product_id): ProductId,
) -> Result<Body<Watched>, ApiError> {
    match app.database.watch(caller.user_id, product_id, app.clock.now(), MOST).await? {
        Watching::Since(since) => Ok(Body(Watched { product_id, since })),
        Watching::NoProduct => Err(ApiError::NotFound("product")),
        Watching::Full => {
            let why = format!("is one too many: a watchlist has {MOST} products, remove one first");
            Err(ApiError::invalid("product_id", why))
        }
    }
}

/// `DELETE /users/me/watchlist/{product_id}`
pub(crate) async fn unwatch(
    State(app): State<AppState>,
    MayRead(caller): MayRead,
    ProductId(product_id): ProductId,
) -> Result<Body<Message>, ApiError> {
    let was_there = app.database.unwatch(caller.user_id, product_id).await?;
    let message = if was_there {
        "The product is no longer on your watchlist."
    } else {
        "The product was not on your watchlist."
    };
    Ok(Body(Message { message: message.to_owned() }))
}
