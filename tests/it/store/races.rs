//! Several at once, of whom one alone may; and whoever waits for another who waits for him.

use futures_util::future::join_all;
use gobid_auction::UserId;
use gobid_store::{
    AuditAction, Database as Store, NewApiToken, NewAudit, NewSession, Ordered, SessionKey,
    TokenMade, Watching,
};
use uuid::Uuid;

use super::{at, new_product, sign_up, store};
use crate::support::database::{Backend, Database, on_both};
use crate::support::wait::{PATIENCE, eventually};

on_both! {
    a_user_has_no_more_tokens_than_he_may,
    a_watchlist_has_no_more_products_than_it_may,
    of_two_admins_who_put_each_other_out_one_stays,
}

const ROUNDS: u8 = 10;
/// Fewer than a pool has connections.
const AT_ONCE: u8 = 8;

async fn a_user_has_no_more_tokens_than_he_may(database: Database) {
    let store = store(&database).await;
    for round in 0..ROUNDS {
        let user_id = sign_up(&store, &format!("user-{round}")).await;
        let token = |number: u8| {
            let mut key = [round; 32];
            key[0] = number;
            NewApiToken {
                key: SessionKey(key),
                token_id: Uuid::now_v7(),
                user_id,
                name: "n".to_owned(),
                scopes: "read".to_owned(),
                max_offer: None,
                created_at: at(0),
                expires_at: at(1_000),
            }
        };
        let tokens: Vec<_> = (0..AT_ONCE).map(token).collect();
        let making = tokens.iter().map(|token| store.create_token(token, 1, None));
        let made = join_all(making).await.into_iter().map(Result::unwrap);
        assert_eq!(made.filter(|made| *made == TokenMade::Made).count(), 1, "round {round}");
    }
}

async fn a_watchlist_has_no_more_products_than_it_may(database: Database) {
    let store = store(&database).await;
    let seller = sign_up(&store, "Sally").await;
    let mut products = Vec::new();
    for _ in 0..AT_ONCE {
        let product = new_product(seller, at(1_000));
        store.create_product(&product, None).await.unwrap();
        products.push(product.auction.terms.product_id);
    }
    for round in 0..ROUNDS {
        let user_id = sign_up(&store, &format!("user-{round}")).await;
        let watching = products.iter().map(|product| store.watch(user_id, *product, at(1), 1));
        let watching = join_all(watching).await.into_iter().map(Result::unwrap);
        let full = watching.filter(|watching| *watching == Watching::Full).count();
        assert_eq!(full, usize::from(AT_ONCE) - 1, "round {round}");
    }
}

async fn of_two_admins_who_put_each_other_out_one_stays(database: Database) {
    let store = store(&database).await;
    let (ada, bob) = (sign_up(&store, "Ada").await, sign_up(&store, "Bob").await);
    let note = |admin_id: UserId, user_id: UserId| NewAudit {
        audit_id: Uuid::now_v7(),
        at: at(50),
        admin_id,
        action: AuditAction::RemoveAdmin,
        product_id: None,
        user_id: Some(user_id),
        detail: None,
    };
    for round in 0..ROUNDS {
        for email in ["ada@example.com", "bob@example.com"] {
            assert!(store.make_admin(email).await.unwrap());
        }
        let (of_ada, of_bob) = (note(ada, bob), note(bob, ada));
        let first = async { is_done(&store.set_admin(bob, false, &of_ada).await.unwrap()) };
        let second = async {
            if round % 2 == 0 {
                is_done(&store.set_admin(ada, false, &of_bob).await.unwrap())
            } else {
                is_done(&store.suspend(ada, &of_bob).await.unwrap())
            }
        };
        let (first, second) = tokio::join!(first, second);
        assert_ne!(first, second, "round {round}");
        let left = "select count(*) from users where is_admin and suspended_at is null";
        assert_eq!(database.number(left).await, 1, "round {round}");
        database.execute("update users set suspended_at = null").await;
    }
}

/// Done, or refused to one who is no admin any more.
fn is_done<T>(ordered: &Ordered<T>) -> bool {
    assert!(!matches!(ordered, Ordered::NoUser));
    matches!(ordered, Ordered::Done(_))
}

async fn log_in(store: &Store, number: u8, user_id: UserId) {
    let session = NewSession {
        key: SessionKey([number; 32]),
        session_id: Uuid::now_v7(),
        device: None,
        address: None,
        user_id,
        data: "{}".to_owned(),
        remember: true,
        created_at: at(0),
        expires_at: at(1_000_000),
    };
    assert!(store.create_session(&session).await.unwrap());
}

/// Sessions are noted as used in the order of their keys, many at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_end_in_the_order_in_which_they_are_noted_as_used() {
    let database = Database::new(Backend::Postgres).await;
    let store = store(&database).await;
    let anna = sign_up(&store, "Anna").await;
    for number in [2, 1] {
        log_in(&store, number, anna).await;
    }
    let mut noting = database.postgres().begin().await.unwrap();
    let lock = async |noting: &mut sqlx::PgConnection, number: u8| {
        let text = "select from sessions where session_key = $1 for no key update";
        sqlx::query(text).bind(vec![number; 32]).execute(noting).await.unwrap()
    };
    lock(&mut noting, 1).await;
    let ending = tokio::spawn({
        let store = store.clone();
        async move { store.end_sessions_of(anna).await }
    });
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
                   and application_name = 'gobid' and wait_event_type = 'Lock'";
    eventually("a delete that waits", PATIENCE, async || {
        (database.number(waiting).await == 1).then_some(())
    })
    .await;
    lock(&mut noting, 2).await;
    noting.commit().await.unwrap();
    assert_eq!(ending.await.unwrap().unwrap().len(), 2);
}
