//! API tokens.

use gobid_auction::UserId;
use gobid_store::{
    AuditAction, Database as Store, NewApiToken, NewAudit, SessionKey, TokenLine, TokenMade,
};
use uuid::Uuid;

use super::{at, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_token_is_read_as_made_until_it_ends,
    a_token_is_revoked_by_its_owner_alone,
    a_user_has_so_many_and_no_more,
}

const MOST: i64 = 3;

fn new_token(number: u8, user_id: UserId) -> NewApiToken {
    NewApiToken {
        key: SessionKey([number; 32]),
        token_id: Uuid::now_v7(),
        user_id,
        name: format!("script {number}"),
        scopes: "bid read".to_owned(),
        max_offer: Some((50_000, "USD".to_owned())),
        created_at: at(0),
        expires_at: at(1_000),
    }
}

async fn make(store: &Store, token: &NewApiToken) -> TokenMade {
    store.create_token(token, MOST, None).await.unwrap()
}

async fn a_token_is_read_as_made_until_it_ends(database: Database) {
    let store = store(&database).await;
    let anna = sign_up(&store, "Anna").await;
    let (first, second) =
        (new_token(1, anna), NewApiToken { max_offer: None, ..new_token(2, anna) });
    assert_eq!(make(&store, &first).await, TokenMade::Made);
    assert_eq!(make(&store, &second).await, TokenMade::Made);

    let found = store.token(first.key, at(999)).await.unwrap().unwrap();
    assert_eq!((found.user_id, found.is_suspended), (anna, false));
    assert_eq!((&found.scopes, &found.max_offer), (&first.scopes, &first.max_offer));
    assert_eq!(store.token(second.key, at(5)).await.unwrap().unwrap().max_offer, None);
    assert_eq!(store.token(first.key, at(1_000)).await.unwrap(), None);
    assert_eq!(store.token(SessionKey([9; 32]), at(5)).await.unwrap(), None);
    // It lives as a session does, and is not shown among them.
    assert_eq!(store.sessions_alive(&[first.key], at(999)).await.unwrap(), [first.key]);
    assert_eq!(store.sessions_alive(&[first.key], at(1_000)).await.unwrap(), []);
    assert_eq!(store.sessions_of(anna, at(5), None, 10).await.unwrap(), []);

    let line = |token: &NewApiToken| TokenLine {
        key: token.key,
        token_id: token.token_id,
        name: token.name.clone(),
        scopes: token.scopes.clone(),
        max_offer: token.max_offer.clone(),
        created_at: at(0),
        last_used_at: None,
        expires_at: at(1_000),
    };
    let all = [line(&second), line(&first)];
    assert_eq!(store.tokens_of(anna, at(5), None, 10).await.unwrap(), all);
    assert_eq!(store.tokens_of(anna, at(5), None, 1).await.unwrap(), all[..1]);
    let behind = store.tokens_of(anna, at(5), Some(second.token_id), 10).await.unwrap();
    assert_eq!(behind, all[1..]);
    store.touch_session(first.key, at(7)).await.unwrap();
    let used = store.tokens_of(anna, at(8), Some(second.token_id), 10).await.unwrap();
    assert_eq!(used[0].last_used_at, Some(at(7)));
    assert_eq!(store.tokens_of(anna, at(1_000), None, 10).await.unwrap(), []);
    // What has ended by itself leaves nothing.
    assert_eq!(store.delete_expired_sessions(at(1_000), 10).await.unwrap(), 2);
    assert_eq!(database.number("select count(*) from api_tokens").await, 0);
    assert!(!format!("{found:?}").contains("50000"));
}

async fn a_token_is_revoked_by_its_owner_alone(database: Database) {
    let store = store(&database).await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    let token = new_token(1, anna);
    make(&store, &token).await;
    assert_eq!(store.revoke_token(bob, token.token_id).await.unwrap(), None);
    assert_eq!(store.end_session_of(anna, token.token_id).await.unwrap(), None);
    assert_eq!(store.end_sessions_of(anna).await.unwrap(), []);
    assert!(store.token(token.key, at(5)).await.unwrap().is_some());
    assert_eq!(store.revoke_token(anna, token.token_id).await.unwrap(), Some(token.key));
    assert_eq!(store.revoke_token(anna, token.token_id).await.unwrap(), None);
    assert_eq!(store.token(token.key, at(5)).await.unwrap(), None);
    assert_eq!(store.sessions_alive(&[token.key], at(5)).await.unwrap(), []);
    assert_eq!(database.number("select count(*) from api_tokens").await, 0);
}

async fn a_user_has_so_many_and_no_more(database: Database) {
    let store = store(&database).await;
    let (anna, bob) = (sign_up(&store, "Anna").await, sign_up(&store, "Bob").await);
    for number in 1..=3 {
        assert_eq!(make(&store, &new_token(number, anna)).await, TokenMade::Made);
    }
    let audit = NewAudit {
        audit_id: Uuid::now_v7(),
        at: at(5),
        admin_id: bob,
        action: AuditAction::CreateToken,
        product_id: None,
        user_id: Some(anna),
        detail: None,
    };
    let made = store.create_token(&new_token(4, anna), MOST, Some(&audit)).await.unwrap();
    assert_eq!(made, TokenMade::TooMany);
    assert_eq!(store.audit(None, 10).await.unwrap(), []);
    let made = store.create_token(&new_token(4, bob), MOST, Some(&audit)).await.unwrap();
    assert_eq!(made, TokenMade::Made);
    assert_eq!(store.audit(None, 10).await.unwrap().len(), 1);
}
