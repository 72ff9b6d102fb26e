//! That SQLite reads what grows by an index, and in its order. The lists of products, of which there
//! are many, are looked at by the tests of the store on both databases.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::migrate::MIGRATIONS;
use crate::{audit, due, history, log, own, sessions, tokens};

/// A statement, and the index by which it must read.
const TABLE: [(&str, &str); 12] = [
    (due::DUE, "products_by_due"),
    (log::EVENTS, "auction_log_by_seq"),
    (log::BID_EVENTS, "auction_log_by_seq"),
    (history::LOG_LINES, "sqlite_autoindex_auction_log_1"),
    (history::SEALED_AMOUNTS, "auction_bidders_by_amount"),
    (audit::AUDIT, "sqlite_autoindex_audit_log_1"),
    (sessions::many::DELETE_EXPIRED, "sessions_by_expiry"),
    (sessions::own::SESSIONS_OF, "sessions_by_id"),
    (tokens::TOKENS_OF, "sessions_by_id"),
    (own::BIDS_OF, "auction_bidders_by_user"),
    (own::WATCHED_BY, "sqlite_autoindex_watchlist_1"),
    (own::SOLD_BY, "products_by_seller_newest"),
];

#[tokio::test]
async fn what_grows_is_read_by_an_index() {
    let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    MIGRATIONS.run(&mut connection).await.unwrap();
    for (sql, index) in TABLE {
        let explain = AssertSqlSafe(format!("explain query plan {sql}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&mut connection).await.unwrap();
        let steps: Vec<_> = plan.into_iter().map(|(.., step)| step).collect();
        let uses_index = steps.iter().any(|step| step.contains(&format!("INDEX {index} ")));
        assert!(uses_index, "{sql}\n{steps:#?}");
        for step in &steps {
            // What a subquery with a limit gave is gone through from end to end.
            let is_limited = ["SCAN b", "SCAN c"].contains(&step.as_str());
            assert!(!step.starts_with("SCAN") || is_limited, "{sql}\n{steps:#?}");
            assert!(!step.contains("TEMP B-TREE"), "{sql}\n{steps:#?}");
        }
    }
}
