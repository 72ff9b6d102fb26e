//! `gobid-server demo`: a server on a database of its own that is gone at the end, with a dozen
//! auctions, bots that bid in them, and a bidder who is ready to be logged in.

mod bot;
mod invitation;
mod lots;
mod stall;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use gobid_auction::UserId;
use gobid_store::{NewSession, NewUser, SessionKey};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(crate) use invitation::Invitation;

use crate::app::AppState;
use crate::config::{Config, ConfigError, Layers, Source};
use crate::hex::hex;
use crate::hub::{Caller, Rights};

/// How many auctions run at a time.
const STALLS: usize = 12;
/// How long the sessions of the bots last.
const FOR_LONG: std::time::Duration = std::time::Duration::from_hours(24 * 365);
const SELLER: &str = "auction_house";
const BOTS: [&str; 8] = ["bob_7", "karla", "mia", "otto", "nina", "juri", "lena", "sam"];
const BIDDER: &str = "eva";
const DOMAIN: &str = "demo.example";

/// The settings of a demo: those of any server, but for its address and its database.
pub(crate) fn config(listen: &str, folder: &Path) -> anyhow::Result<Config> {
    let is_loopback = match listen.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_name) => listen.rsplit_once(':').is_some_and(|(host, _)| host == "localhost"),
    };
    if !is_loopback {
        let why = "must be an address of this machine alone, such as 127.0.0.1:3080".to_owned();
        return Err(ConfigError::Value { name: "listen", why, giver: Source::Flag }.into());
    }
    let database = format!("sqlite:{}", folder.join("demo.db").display());
    let layers = Layers::alone(&[
        ("listen", listen.to_owned()),
        ("database-url", database),
        ("log", "warn".to_owned()),
    ]);
    Ok(Config::check(&layers)?)
}

/// Makes the people of the demo, and puts the first products up. What goes on afterwards does so in
/// tasks of the server.
pub(crate) async fn start(app: &AppState, url: &str) -> anyhow::Result<Invitation> {
    let unknown = hex(&rand::random::<[u8; 16]>());
    let unknown = app.passwords.hash(unknown).await.context("no password can be hashed")?;
    let password = hex(&rand::random::<[u8; 4]>());
    let known = app.passwords.hash(password.clone()).await.context("no password can be hashed")?;
    let seller = sign_up(app, SELLER, &unknown).await?;
    sign_up(app, BIDDER, &known).await?;
    let mut bots = Vec::new();
    for name in BOTS {
        let user_id = sign_up(app, name, &unknown).await?;
        bots.push(log_in(app, user_id).await?);
    }
    let fair = Arc::new(stall::Fair::new(app.clone(), seller, bots));
    let mut product_ids = Vec::new();
    for place in 0..STALLS {
        product_ids.push(fair.open(place).await?);
    }
    let product_id = product_ids.first().copied().unwrap_or_default();
    Ok(Invitation::new(url, format!("{BIDDER}@{DOMAIN}"), password, product_id))
}

async fn sign_up(app: &AppState, name: &str, password_hash: &str) -> anyhow::Result<UserId> {
    let user = NewUser {
        user_id: Uuid::now_v7(),
        user_name: name.to_owned(),
        email: format!("{name}@{DOMAIN}"),
        password_hash: password_hash.to_owned(),
        bio: String::new(),
        is_admin: false,
        created_at: app.clock.now(),
    };
    app.database.create_user(&user).await.context("a user of the demo is not made")?;
    Ok(user.user_id)
}

/// A session that nobody has a cookie of.
async fn log_in(app: &AppState, user_id: UserId) -> anyhow::Result<Caller> {
    let session = SessionKey(Sha256::digest(rand::random::<[u8; 32]>()).into());
    let now = app.clock.now();
    let new = NewSession {
        key: session,
        session_id: Uuid::now_v7(),
        device: Some("a bot of the demo".to_owned()),
        address: None,
        user_id,
        data: "{}".to_owned(),
        remember: true,
        created_at: now,
        expires_at: now.plus(FOR_LONG),
    };
    app.database.create_session(&new).await.context("a bot is not logged in")?;
    Ok(Caller { user_id, session, rights: Rights::ALL })
}
