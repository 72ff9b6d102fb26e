//! Every path, once, for the router and the clients.

use crate::ProductId;

/// What all paths below but those at the root begin with.
pub const BASE: &str = "/api/v1";

/// The process answers.
pub const HEALTH: &str = "/health";
/// The server can do its work.
pub const READY: &str = "/ready";

/// A CSRF token.
pub const CSRF_TOKEN: &str = "/csrftoken";
/// Sign-up.
pub const SIGN_UP: &str = "/users/signupuser";
/// Login.
pub const LOG_IN: &str = "/users/loginuser";
/// Logout.
pub const LOG_OUT: &str = "/users/logout";
/// The caller's own profile.
pub const ME: &str = "/users/me";
/// Where the caller changes his password.
pub const MY_PASSWORD: &str = "/users/me/password";
/// The caller's own logins, with their open sockets.
pub const MY_SESSIONS: &str = "/users/me/sessions";
/// One of them.
pub const MY_SESSION: &str = "/users/me/sessions/{session_id}";
/// The caller's own API tokens, and where new ones are made.
pub const MY_TOKENS: &str = "/users/me/tokens";
/// One of them.
pub const MY_TOKEN: &str = "/users/me/tokens/{token_id}";
/// The auctions that the caller has bid in.
pub const MY_BIDS: &str = "/users/me/bids";
/// The products that the caller sells.
pub const MY_PRODUCTS: &str = "/users/me/products";
/// The caller's watchlist.
pub const WATCHLIST: &str = "/users/me/watchlist";
/// One product on the caller's watchlist.
pub const WATCHED: &str = "/users/me/watchlist/{product_id}";
/// The list of products, and where new ones are created.
pub const PRODUCTS: &str = "/products";
/// One product.
pub const PRODUCT: &str = "/products/{product_id}";
/// The bids on a product.
pub const PRODUCT_BIDS: &str = "/products/{product_id}/bids";
/// The purchase of a product.
pub const PRODUCT_BUY: &str = "/products/{product_id}/buy";
/// Where a seller or an admin calls a product's auction off.
pub const PRODUCT_CANCEL: &str = "/products/{product_id}/cancel";
/// Where an admin calls a product's auction off.
pub const ADMIN_CANCEL: &str = "/admin/products/{product_id}/cancel";
/// Where an admin moves the end of a product's auction.
pub const ADMIN_EXTEND: &str = "/admin/products/{product_id}/extend";
/// Where an admin annuls a sale.
pub const ADMIN_ANNUL: &str = "/admin/products/{product_id}/annul";
/// Where an admin strikes one bid.
pub const ADMIN_VOID_BID: &str = "/admin/products/{product_id}/bids/{bid_id}/void";
/// Where an admin strikes all bids of a bidder.
pub const ADMIN_VOID_BIDDER: &str = "/admin/products/{product_id}/void-bidder";
/// Every entry of a product's log, for admins.
pub const ADMIN_LOG: &str = "/admin/products/{product_id}/log";
/// What admins did and read.
pub const ADMIN_AUDIT: &str = "/admin/audit";
/// All users, for admins, and where an admin makes one.
pub const ADMIN_USERS: &str = "/admin/users";
/// Where an admin suspends a user.
pub const ADMIN_SUSPEND: &str = "/admin/users/{user_id}/suspend";
/// Where an admin lets a suspended user in again.
pub const ADMIN_REINSTATE: &str = "/admin/users/{user_id}/reinstate";
/// Where an admin makes a user an admin.
pub const ADMIN_MAKE_ADMIN: &str = "/admin/users/{user_id}/make-admin";
/// Where an admin makes an admin a user as others are.
pub const ADMIN_REMOVE_ADMIN: &str = "/admin/users/{user_id}/remove-admin";
/// Where an admin gives a user a one-time password.
pub const ADMIN_PASSWORD: &str = "/admin/users/{user_id}/password";
/// Where an admin makes an API token on a user's behalf.
pub const ADMIN_TOKENS: &str = "/admin/users/{user_id}/tokens";
/// A user's logins, for admins.
pub const ADMIN_SESSIONS: &str = "/admin/users/{user_id}/sessions";
/// The auctions that a user has bid in, for admins.
pub const ADMIN_BIDS: &str = "/admin/users/{user_id}/bids";
/// The events of a product's auction.
pub const PRODUCT_EVENTS: &str = "/products/{product_id}/events";
/// The live feed of a product.
pub const SUBSCRIBE: &str = "/products/ws/subscribe/{product_id}";
/// The live feed in the spelling of the first documentation: braces and all.
pub const SUBSCRIBE_AS_DOCUMENTED: &str = "/products/ws/subscribe{product_id}";

/// The name of the header that carries the CSRF token.
pub const CSRF_HEADER: &str = "x-csrf-token";
/// The name of the header that names a bid, so that repeating it is safe.
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";
/// The name of the header that names a request in answers and logs.
pub const TRACE_HEADER: &str = "x-trace-id";
/// The WebSocket subprotocol.
pub const SUBPROTOCOL: &str = "gobid.v1";
/// What a second subprotocol begins with that carries an API token, for browsers, which cannot set
/// the header.
pub const TOKEN_SUBPROTOCOL: &str = "gobid.token.";
/// What every API token begins with.
pub const TOKEN_PREFIX: &str = "gbt_";

/// A path of one product, with its id in place.
pub fn of_product(path: &str, product_id: ProductId) -> String {
    path.replace("{product_id}", &product_id.to_string())
}

/// A path of one bid, with its ids in place.
pub fn of_bid(path: &str, product_id: ProductId, bid_id: gobid_auction::EntryId) -> String {
    of_product(path, product_id).replace("{bid_id}", &bid_id.to_string())
}

/// A path of one user, with his id in place.
pub fn of_user(path: &str, user_id: gobid_auction::UserId) -> String {
    path.replace("{user_id}", &user_id.to_string())
}

/// A path of one session, with its id in place.
pub fn of_session(session_id: uuid::Uuid) -> String {
    MY_SESSION.replace("{session_id}", &session_id.to_string())
}

/// A path of one API token, with its id in place.
pub fn of_token(token_id: uuid::Uuid) -> String {
    MY_TOKEN.replace("{token_id}", &token_id.to_string())
}
