//! What the look-ups of a batch find on SQLite.

use gobid_auction::ProductId;
use rusqlite::{Connection, Result};

use super::rows::positions_json;
use super::statement::{Statement, Texts, pieces, values};
use crate::Lookup;
use crate::lane::lookup::{AcceptedRow, FoundRow, People, requests};
use crate::sessions::SessionKey;

static PEOPLE: Texts = Texts::new(|people| {
    format!(
        "select c.column1, u.user_name, u.suspended_at is not null, u.is_admin, s.expires_at, \
            case when not s.remember then s.last_seen_at end, b.number, b.sealed_amount, null \
         from ({}) c \
         left join users u on u.user_id = c.column3 \
         left join sessions s on s.session_key = c.column4 and s.user_id = c.column3 \
         left join auction_bidders b on b.product_id = c.column2 and b.user_id = c.column3",
        values(people, 4)
    )
});

/// The same columns; few of the bids were accepted already, and of those there is only the position.
static REQUESTS: Texts = Texts::new(|requests| {
    format!(
        "select c.column1, null, false, null, null, null, null, null, l.position from ({}) c \
         cross join auction_log l on l.product_id = c.column2 and l.actor_id = c.column3 \
            and l.request_id = c.column4 and l.request_id is not null",
        values(requests, 4)
    )
});

/// What the lookups of a batch find: people, and bids that were accepted already.
pub(super) fn find(connection: &Connection, lookups: &[Lookup]) -> Result<Vec<FoundRow>> {
    let people: Vec<_> = (0_i64..).zip(People::of(lookups).each).collect();
    let mut found = Vec::with_capacity(people.len());
    for people in pieces(&people) {
        let mut statement = PEOPLE.prepared(connection, people.len())?;
        for (n, person) in people {
            statement.bind(n)?;
            statement.id(person.product_id)?;
            statement.id(person.user_id)?;
            statement.bind(person.session.as_ref().map(SessionKey::as_bytes))?;
        }
        statement.read(&mut found, FoundRow::of_sqlite)?;
    }
    for requests in pieces(&requests(lookups)) {
        let mut statement = REQUESTS.prepared(connection, requests.len())?;
        for (n, lookup) in requests {
            statement.bind(n)?;
            statement.id(lookup.product_id)?;
            statement.id(lookup.user_id)?;
            statement.id(lookup.request_id)?;
        }
        statement.read(&mut found, FoundRow::of_sqlite)?;
    }
    Ok(found)
}

/// Bids that were accepted, by their places in the logs.
pub(super) fn accepted(
    connection: &Connection,
    positions: &[(ProductId, i64)],
) -> Result<Vec<AcceptedRow>> {
    const SQL: &str = "select l.product_id, l.position, l.entry_id, l.request_digest, l.offer, \
            l.seq_after, l.leader, l.price, l.minimum, l.auction_end, l.received_at \
         from json_each(?1) c join auction_log l \
            on l.product_id = unhex(c.value ->> 0) and l.position = c.value ->> 1";
    let mut accepted = Vec::with_capacity(positions.len());
    let mut statement = Statement::of(connection, SQL)?;
    statement.bind(positions_json(positions))?;
    statement.read(&mut accepted, AcceptedRow::of_sqlite)?;
    Ok(accepted)
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnection;
    use sqlx::{AssertSqlSafe, Connection as _};

    use super::*;
    use crate::migrate::MIGRATIONS;

    #[tokio::test]
    async fn people_and_requests_are_looked_up_by_their_keys() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        let mut steps = Vec::new();
        for sql in [(PEOPLE.text)(2), (REQUESTS.text)(2)] {
            let explain = AssertSqlSafe(format!("explain query plan {sql}"));
            let plan: Vec<(i64, i64, i64, String)> =
                sqlx::query_as(explain).fetch_all(&mut connection).await.unwrap();
            steps.extend(plan.into_iter().map(|(.., step)| step));
        }
        let by_request =
            "INDEX auction_log_by_request (request_id=? AND product_id=? AND actor_id=?)";
        assert!(steps.iter().any(|step| step.contains(by_request)), "{steps:#?}");
        // What was given is gone through, and no table.
        let tables = ["u", "s", "b", "l"].map(|table| format!("SCAN {table} "));
        let scans =
            |step: &String| tables.iter().any(|table| format!("{step} ").starts_with(table));
        assert!(!steps.iter().any(scans), "{steps:#?}");
    }
}
