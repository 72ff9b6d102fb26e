//! What all handlers share, and every route.

use std::sync::Arc;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{from_fn, from_fn_with_state, map_response, map_response_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post};
use gobid_api::paths;
use gobid_store::{Database, Installation};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::clock::Clock;
use crate::config::Config;
use crate::http::health::DatabaseHealth;
use crate::http::limits::Limits;
use crate::http::live::Readers;
use crate::http::{
    account, address, admin, bearer, bids, csrf, finish, health, live, problem, products, session,
    users, writes,
};
use crate::hub::Hub;
use crate::passwords::Passwords;
use crate::shutdown::Tasks;

/// What all handlers share.
#[derive(Debug)]
pub(crate) struct App {
    /// The way of a bid.
    pub(crate) hub: Hub,
    /// The store.
    pub(crate) database: Database,
    /// The time.
    pub(crate) clock: Clock,
    /// The settings.
    pub(crate) config: Config,
    /// The rate limits.
    pub(crate) limits: Limits,
    /// The tasks that a stop waits for.
    pub(crate) tasks: Tasks,
    /// What holds for every server on the database.
    pub(crate) installation: Installation,
    /// Who makes and checks the hashes of passwords.
    pub(crate) passwords: Passwords,
    /// The thread on which sockets are read.
    pub(crate) readers: Readers,
    /// What the database last said of itself.
    pub(crate) database_health: DatabaseHealth,
}

/// The same for every request.
pub(crate) type AppState = Arc<App>;

impl App {
    /// Whether browsers reach the server over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.config.base_url.as_ref().is_some_and(crate::config::Origin::is_https)
    }
}

/// Every route under [`paths::BASE`].
fn routes() -> [(&'static str, MethodRouter<AppState>); 38] {
    [
        (paths::CSRF_TOKEN, get(csrf::token)),
        (paths::SIGN_UP, post(users::sign_up)),
        (paths::LOG_IN, post(users::log_in)),
        (paths::LOG_OUT, post(users::log_out)),
        (paths::ME, get(users::me)),
        (paths::MY_PASSWORD, post(account::change_password)),
        (paths::MY_SESSIONS, get(account::sessions)),
        (paths::MY_SESSION, delete(account::end_session)),
        (paths::MY_TOKENS, get(account::tokens).post(account::create_token)),
        (paths::MY_TOKEN, delete(account::revoke_token)),
        (paths::MY_BIDS, get(account::bids)),
        (paths::MY_PRODUCTS, get(account::products)),
        (paths::WATCHLIST, get(account::watchlist)),
        (paths::WATCHED, get(account::watched).put(account::watch).delete(account::unwatch)),
        (paths::PRODUCTS, get(products::list).post(products::create)),
        (paths::PRODUCT, get(products::one).patch(products::edit)),
        (paths::PRODUCT_BIDS, get(products::bids).post(bids::place)),
        (paths::PRODUCT_BUY, post(bids::buy)),
        (paths::PRODUCT_CANCEL, post(products::cancel)),
        (paths::PRODUCT_EVENTS, get(products::events)),
        (paths::SUBSCRIBE, get(live::subscribe)),
        (paths::SUBSCRIBE_AS_DOCUMENTED, get(live::subscribe)),
        (paths::ADMIN_CANCEL, post(admin::cancel)),
        (paths::ADMIN_EXTEND, post(admin::extend)),
        (paths::ADMIN_ANNUL, post(admin::annul)),
        (paths::ADMIN_VOID_BID, post(admin::void_bid)),
        (paths::ADMIN_VOID_BIDDER, post(admin::void_bidder)),
        (paths::ADMIN_LOG, get(admin::log)),
        (paths::ADMIN_AUDIT, get(admin::audit)),
        (paths::ADMIN_USERS, get(admin::users).post(admin::create_user)),
        (paths::ADMIN_SUSPEND, post(admin::suspend)),
        (paths::ADMIN_REINSTATE, post(admin::reinstate)),
        (paths::ADMIN_MAKE_ADMIN, post(admin::make_admin)),
        (paths::ADMIN_REMOVE_ADMIN, post(admin::remove_admin)),
        (paths::ADMIN_PASSWORD, post(admin::reset_password)),
        (paths::ADMIN_TOKENS, post(admin::create_token)),
        (paths::ADMIN_SESSIONS, get(admin::sessions)),
        (paths::ADMIN_BIDS, get(admin::bids)),
    ]
}

/// Everything that the server answers.
pub(crate) fn router(app: &AppState) -> Router {
    let mut api = Router::new();
    for (path, methods) in routes() {
        // A method that a path has not is told so, whatever the token.
        let methods = methods.route_layer(from_fn_with_state(app.clone(), csrf::protect));
        api = api.route(path, methods.clone()).route(&format!("{path}/"), methods);
    }
    let api = api.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(app.clone(), bids::name))
            .layer(from_fn_with_state(app.clone(), writes::uncancelled))
            .layer(csrf::cors(&app.config))
            .layer(map_response_with_state(app.clone(), session::removal))
            .layer(session::layer(app))
            .layer(from_fn(bearer::find))
            .layer(from_fn_with_state(app.clone(), address::admit)),
    );
    Router::new()
        .route(paths::HEALTH, get(health::health))
        .route(paths::READY, get(health::ready))
        .nest(paths::BASE, api)
        .layer(
            ServiceBuilder::new()
                .layer(map_response(guard))
                .layer(from_fn_with_state(app.clone(), finish::finish))
                .layer(CatchPanicLayer::custom(problem::of_panic)),
        )
        .with_state(app.clone())
}

/// What every answer tells browsers and caches, unless it says better.
async fn guard(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
