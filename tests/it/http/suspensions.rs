//! A suspension that meets a bid which is under way.

use serde_json::json;
use uuid::Uuid;

use super::{admin, product_with};
use crate::support::actors::User;
use crate::support::database::{Backend, Database};
use crate::support::proxy::{LANES, Proxy};
use crate::support::server::Setup;
use crate::support::wait::{PATIENCE, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_bid_that_is_under_way_is_voided_too() {
    a_first_bid_is_voided(Which::Older).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_bid_that_begins_while_the_suspension_is_written_is_voided_too() {
    a_first_bid_is_voided(Which::Younger).await;
}

/// Which transaction the bid has, beside the suspension's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Older,
    Younger,
}

/// The lane has seen that he may bid, and commits what is his first bid in the auction when the
/// suspension is long done.
async fn a_first_bid_is_voided(which: Which) {
    let database = Database::new(Backend::Postgres).await;
    let proxy = Proxy::start(database.cluster().port(), Some(LANES)).await;
    let server = Setup::on(&database.url_through(proxy.port())).start().await;
    let root = admin(&server, &database).await;
    let ana = User::sign_up(&server, "ana").await;
    let eva = User::sign_up(&server, "eva").await;
    let product_id = ana.create_product(&product_with(&json!({}))).await;

    let suspend = || {
        let (root, path) = (root.clone(), format!("/admin/users/{}/suspend", eva.id));
        let body = json!({"reason": "Fraud.", "void_open": true});
        tokio::spawn(async move { root.post(&path, &body).await })
    };
    let mut held = proxy.hold_next_commit();
    let bid = || {
        let (eva, product_id) = (eva.clone(), product_id.clone());
        tokio::spawn(async move { eva.place_bid_rest(&product_id, "100", Uuid::new_v4()).await })
    };
    let (bidding, suspending) = match which {
        Which::Older => {
            let bidding = bid();
            held.sprung().await;
            (bidding, suspend())
        }
        Which::Younger => {
            // The suspension has begun, and waits for the user's row.
            let mut holder = database.postgres().begin().await.unwrap();
            let lock = sqlx::query("select from users where user_id = $1 for no key update");
            lock.bind(eva.id.parse::<Uuid>().unwrap()).execute(&mut *holder).await.unwrap();
            let suspending = suspend();
            let waits = "select count(*) from pg_stat_activity where datname = current_database() \
                         and application_name = 'gobid' and wait_event_type = 'Lock'";
            eventually("the suspension that waits", PATIENCE, async || {
                (database.number(waits).await == 1).then_some(())
            })
            .await;
            let bidding = bid();
            held.sprung().await;
            holder.commit().await.unwrap();
            (bidding, suspending)
        }
    };
    let suspended = "select count(*) from users where suspended_at is not null";
    eventually("the suspension", PATIENCE, async || {
        (database.number(suspended).await == 1).then_some(())
    })
    .await;
    root.get("/users/me").await.expect(200);
    assert_eq!(held.let_go().await.as_deref(), Some("COMMIT"));
    bidding.await.unwrap().expect(201);
    let done = suspending.await.unwrap().expect(200);
    assert_eq!((&done["voided"], &done["open_auctions"]), (&json!(1), &json!([])), "{done}");
    assert_eq!(ana.product(&product_id).await["bid_count"], 0);
}
