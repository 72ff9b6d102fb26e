//! A user's API tokens.

use axum::Json as Body;
use axum::extract::State;
use axum::http::StatusCode;
use gobid_api::accounts::{NewToken, Scope, TokenCreated, TokenView};
use gobid_api::page::Page;
use gobid_api::users::Message;
use gobid_api::values;
use gobid_auction::{Amount, Currency, Decimal, Timestamp, UserId};
use gobid_store::{NewApiToken, NewAudit, TokenLine, TokenMade};
use uuid::Uuid;

use super::sessions::sockets;
use crate::app::{App, AppState};
use crate::http::bearer;
use crate::http::extract::{Json, Parameters, TokenId};
use crate::http::pages::{self, Asked};
use crate::http::problem::ApiError;
use crate::http::session;
use crate::http::validate::{self, Faults};
use crate::hub::{Caller, ON_BEHALF, Rights};
use crate::view;

/// How many tokens a user may have.
const MOST: i64 = 100;

/// `GET /users/me/tokens`
pub(crate) async fn list(
    State(app): State<AppState>,
    caller: Caller,
    mut query: Parameters,
) -> Result<Body<Page<TokenView>>, ApiError> {
    let list = format!("tokens of {}", caller.user_id);
    let Asked { limit, before } = pages::asked(&mut query, &list);
    query.finish(&["limit", "cursor"])?;
    let now = app.clock.now();
    let lines = app.database.tokens_of(caller.user_id, now, before, limit + 1).await?;
    let open = app.hub.sockets_of(caller.user_id);
    let view = |line: TokenLine| -> Result<TokenView, ApiError> {
        let sockets = sockets(&open, line.key);
        Ok(TokenView { sockets, ..token_view(line)? })
    };
    let rows: Result<Vec<_>, _> = lines.into_iter().map(view).collect();
    let cursor = |last: &TokenView| pages::cursor(&list, last.token_id.as_bytes());
    Ok(Body(pages::page(rows?, limit, cursor)))
}

/// `POST /users/me/tokens`
pub(crate) async fn create(
    State(app): State<AppState>,
    caller: Caller,
    Json(body): Json<NewToken>,
) -> Result<(StatusCode, Body<TokenCreated>), ApiError> {
    let created = make(&app, caller.user_id, &body, None).await?;
    Ok((StatusCode::CREATED, Body(created)))
}

/// `DELETE /users/me/tokens/{token_id}`
pub(crate) async fn revoke(
    State(app): State<AppState>,
    caller: Caller,
    TokenId(token_id): TokenId,
) -> Result<Body<Message>, ApiError> {
    let key = app.database.revoke_token(caller.user_id, token_id).await?;
    let key = key.ok_or(ApiError::NotFound("token of yours"))?;
    session::ended(&app, caller.user_id, [key]);
    Ok(Body(Message { message: "The token is revoked.".to_owned() }))
}

/// Makes a token for a user; `audit` is written down with it, when an admin makes it on his behalf.
pub(crate) async fn make(
    app: &App,
    user_id: UserId,
    body: &NewToken,
    audit: Option<&NewAudit>,
) -> Result<TokenCreated, ApiError> {
    let now = app.clock.now();
    let Wanted { name, mut scopes, expires_at, max_offer } = wanted(body, now)?;
    if audit.is_some() {
        if Rights::of_token(&scopes, None).allow(Scope::Admin) {
            let why = "must not have admin: what an admin does is written down under his own name";
            return Err(ApiError::invalid("scopes", why));
        }
        scopes = format!("{scopes} {ON_BEHALF}");
    }
    let (token, key) = bearer::generate();
    let token_id = Uuid::now_v7();
    let line = TokenLine {
        key,
        token_id,
        name: name.clone(),
        scopes: scopes.clone(),
        max_offer: max_offer.clone(),
        created_at: now,
        last_used_at: None,
        expires_at,
    };
    let new = NewApiToken {
        key,
        token_id,
        user_id,
        name,
        scopes,
        max_offer,
        created_at: now,
        expires_at,
    };
    match app.database.create_token(&new, MOST, audit).await? {
        TokenMade::Made => Ok(TokenCreated { token, view: token_view(line)? }),
        TokenMade::TooMany => {
            let why = format!("is one too many: a user has {MOST} tokens, revoke one first");
            Err(ApiError::invalid("name", why))
        }
    }
}

/// What a token is to be.
struct Wanted {
    name: String,
    scopes: String,
    expires_at: Timestamp,
    max_offer: Option<(i64, String)>,
}

fn wanted(body: &NewToken, now: Timestamp) -> Result<Wanted, ApiError> {
    let mut faults = Faults::default();
    let name = faults.check("name", values::text_of(body.name.trim(), 1, 100));
    let scopes = faults.check("scopes", scopes(&body.scopes));
    let expires_at = faults.check("expires_at", expiry(body.expires_at.as_deref(), now));
    let max_offer = max_offer(body, &mut faults);
    let wanted = || {
        Some(Wanted {
            name: name?,
            scopes: scopes?,
            expires_at: expires_at?,
            max_offer: max_offer?,
        })
    };
    let wanted = wanted();
    faults.finish(wanted)
}

/// The scopes, each once, in the order of the alphabet.
fn scopes(words: &[String]) -> Result<String, String> {
    let mut known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    if words.is_empty() || words.iter().any(|word| !known.contains(&word.as_str())) {
        return Err(format!("must be one or more of {}", known.join(", ")));
    }
    known.retain(|known| words.iter().any(|word| word == known));
    known.sort_unstable();
    Ok(known.join(" "))
}

fn expiry(text: Option<&str>, now: Timestamp) -> Result<Timestamp, String> {
    let Some(text) = text else { return Ok(now.plus(bearer::USUAL_LIFETIME)) };
    let expires_at: Timestamp = validate::parsed(text)?;
    let latest = now.plus(bearer::LONGEST_LIFETIME);
    if expires_at <= now {
        Err(format!("must be later than now, {now}"))
    } else if expires_at > latest {
        Err(format!("is too late: {latest} is the latest"))
    } else {
        Ok(expires_at)
    }
}

/// The most that one offer may be, when there is to be a limit; `None` when that is at fault.
#[expect(clippy::option_option, reason = "a limit may be wrong, missing or there")]
fn max_offer(body: &NewToken, faults: &mut Faults) -> Option<Option<(i64, String)>> {
    match (&body.max_offer, &body.currency) {
        (None, None) => Some(None),
        (Some(_), None) => {
            faults.add("currency", "must be given with max_offer: USD, say");
            None
        }
        (None, Some(_)) => {
            faults.add("max_offer", "must be given with currency: it is the currency of it");
            None
        }
        (Some(amount), Some(currency)) => {
            let currency: Currency = faults.check("currency", validate::parsed(currency))?;
            let amount = validate::parsed::<Decimal>(&amount.0).and_then(|amount| {
                Amount::from_decimal(amount, currency).map_err(|why| why.to_string())
            });
            let amount = faults.check("max_offer", amount)?;
            Some(Some((amount.minor_units(), currency.to_string())))
        }
    }
}

fn token_view(line: TokenLine) -> Result<TokenView, ApiError> {
    let scopes = line.scopes.split(' ').filter(|word| *word != ON_BEHALF);
    let (max_offer, currency) = line.max_offer.unzip();
    let code: Option<Currency> = match &currency {
        Some(currency) => Some(currency.parse().map_err(|_why| no_currency())?),
        None => None,
    };
    Ok(TokenView {
        token_id: line.token_id,
        name: line.name,
        scopes: scopes.map(str::to_owned).collect(),
        created_at: line.created_at,
        last_used_at: line.last_used_at,
        expires_at: line.expires_at,
        max_offer: code.and_then(|code| view::decimal(max_offer, code)),
        currency,
        sockets: Vec::new(),
    })
}

fn no_currency() -> ApiError {
    ApiError::Internal("the currency of a token's cap is none".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_words_each_once() {
        let words =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(scopes(&words(&["sell", "bid", "sell"])), Ok("bid sell".to_owned()));
        for wrong in [&[][..], &["all"], &["bid", "Read"], &["bid "]] {
            assert!(scopes(&words(wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_token_ends_within_a_year() {
        let now: Timestamp = "2030-01-31T18:00:00Z".parse().unwrap();
        assert_eq!(expiry(None, now), Ok(now.plus(bearer::USUAL_LIFETIME)));
        assert!(expiry(Some("2030-01-31T18:00:00.001Z"), now).is_ok());
        assert!(expiry(Some("2031-01-31T18:00:00Z"), now).is_ok());
        for wrong in ["2030-01-31T18:00:00Z", "2029-01-01T00:00:00Z", "2032-01-01T00:00:00Z", "x"] {
            assert!(expiry(Some(wrong), now).is_err(), "{wrong}");
        }
    }
}
