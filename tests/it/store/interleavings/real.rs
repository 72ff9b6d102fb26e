//! The script on PostgreSQL.

use std::collections::BTreeMap;

use gobid_auction::{Timestamp, UserId};
use gobid_store::simulated::{Outcome, Statement};
use gobid_store::{Created, Database as Store, LaneConnection, Lookup, SessionKey, StoreError};
use sqlx::PgConnection;
use tokio::task::JoinHandle;

use super::scene::Scene;
use super::side::{Committed, InOne, Lane, Query, Side};
use crate::store::{at, store};
use crate::support::database::{Backend, Database};
use crate::support::postgres::Cluster;
use crate::support::wait::{PATIENCE, eventually, soon};

pub(super) struct Real {
    store: Store,
    database: Database,
    lanes: BTreeMap<Lane, Connection>,
}

/// A lane's connection, and what runs on it. `None` once it is gone.
struct Connection {
    pid: i32,
    idle: Option<LaneConnection>,
    running: Option<JoinHandle<(LaneConnection, Outcome)>>,
    in_one: Option<JoinHandle<InOne>>,
}

impl Real {
    pub(super) async fn new() -> Self {
        Self::on(Database::new(Backend::Postgres).await).await
    }

    /// In a cluster that it may kill.
    pub(super) async fn alone() -> Self {
        Self::on(Database::in_cluster(Cluster::private().await).await).await
    }

    async fn on(database: Database) -> Self {
        Self { store: store(&database).await, database, lanes: BTreeMap::new() }
    }

    async fn pids(&self) -> Vec<i32> {
        let text = "select pid from pg_stat_activity \
                    where datname = current_database() and application_name = 'gobid-lane'";
        sqlx::query_scalar(text).fetch_all(self.database.postgres()).await.unwrap()
    }

    /// Waits until a lane's backend is in a state.
    async fn becomes(&mut self, lane: Lane, state: &str) {
        let pid = self.connection(lane).pid;
        let text = format!("select count(*) from pg_stat_activity where pid = {pid} and {state}");
        eventually(&format!("{lane:?} to be {state}"), PATIENCE, async || {
            (self.database.number(&text).await == 1).then_some(())
        })
        .await;
    }

    fn connection(&mut self, lane: Lane) -> &mut Connection {
        self.lanes.get_mut(&lane).unwrap_or_else(|| panic!("{lane:?} has no connection"))
    }

    /// Gives up the connection in the middle of whatever runs on it.
    async fn drop_connection(&mut self, lane: Lane) {
        let connection = self.connection(lane);
        connection.idle = None;
        if let Some(running) = connection.running.take() {
            running.abort();
            assert!(running.await.is_err(), "it had ended, its outcome must be taken first");
        }
    }

    async fn is_gone(&self, pid: i32) {
        let text = format!("select count(*) from pg_stat_activity where pid = {pid}");
        eventually("the end of a backend", PATIENCE, async || {
            (self.database.number(&text).await == 0).then_some(())
        })
        .await;
    }
}

impl Side for Real {
    async fn set_up(&mut self, scene: &Scene) {
        for user in &scene.users {
            assert_eq!(self.store.create_user(user).await.unwrap(), []);
        }
        for session in &scene.sessions {
            assert!(self.store.create_session(session).await.unwrap());
        }
        for (product, entry) in &scene.products {
            let created = self.store.create_product(product, Some(entry)).await.unwrap();
            assert_eq!(created, Created::Made);
        }
    }

    async fn connect(&mut self, lane: Lane) {
        let others = self.pids().await;
        let idle = Some(LaneConnection::open(&self.store).await.unwrap());
        let pids = self.pids().await;
        let pid = *pids.iter().find(|pid| !others.contains(pid)).expect("a backend of its own");
        self.lanes.insert(lane, Connection { pid, idle, running: None, in_one: None });
    }

    async fn start(&mut self, lane: Lane, statement: Statement) {
        let connection = self.connection(lane);
        let idle = connection.idle.take().expect("one statement after the other");
        connection.running = Some(tokio::spawn(perform(idle, statement)));
    }

    async fn waits(&mut self, lane: Lane) {
        self.becomes(lane, "wait_event_type = 'Lock'").await;
    }

    async fn outcome(&mut self, lane: Lane) -> Outcome {
        let connection = self.connection(lane);
        let running = connection.running.take().expect("nothing runs");
        let (idle, outcome) = soon("the outcome of a statement", PATIENCE, running).await.unwrap();
        connection.idle = Some(idle);
        if outcome == Outcome::Refused {
            // The error is sent just before the locks are free.
            self.becomes(lane, "state <> 'active'").await;
        }
        outcome
    }

    async fn start_in_one(&mut self, lane: Lane, lookup: Lookup) {
        let mut connection = self.database.postgres().acquire().await.unwrap().detach();
        let pid = sqlx::query_scalar("select pg_backend_pid()");
        let pid = pid.fetch_one(&mut connection).await.unwrap();
        let in_one = Some(tokio::spawn(in_one(connection, lookup)));
        self.lanes.insert(lane, Connection { pid, idle: None, running: None, in_one });
    }

    async fn outcome_in_one(&mut self, lane: Lane) -> InOne {
        let in_one = self.connection(lane).in_one.take().expect("nothing runs");
        soon("the outcome of a statement", PATIENCE, in_one).await.unwrap()
    }

    async fn kill(&mut self, lane: Lane) {
        let pid = self.connection(lane).pid;
        self.database.execute(&format!("select pg_terminate_backend({pid})")).await;
        self.is_gone(pid).await;
        let connection = self.connection(lane);
        connection.idle = None;
        connection.running = None;
    }

    async fn hang_up(&mut self, lane: Lane) {
        let connection = self.connection(lane);
        let (pid, is_idle) = (connection.pid, connection.running.is_none());
        self.drop_connection(lane).await;
        if is_idle {
            self.is_gone(pid).await;
        }
    }

    async fn crash(&mut self) {
        let cluster = self.database.cluster();
        cluster.kill_postmaster().await;
        cluster.start().await;
        eventually("the store to connect again", PATIENCE, async || self.store.ping().await.ok())
            .await;
    }

    async fn end_session(&mut self, key: SessionKey) {
        assert!(self.store.end_session(key).await.unwrap());
    }

    async fn suspend(&mut self, user_id: UserId) {
        let text = format!("update users set suspended_at = 1 where user_id = '{user_id}'");
        assert_eq!(self.database.execute(&text).await, 1);
    }

    async fn clock(&mut self) -> Timestamp {
        Timestamp::from_micros(self.store.clock().await.unwrap().expect("PostgreSQL has a clock"))
    }

    async fn committed(&mut self, query: &Query) -> Committed {
        let Query { product_id, from, limit, .. } = *query;
        let mut bidders = Vec::new();
        for user_id in &query.users {
            bidders.push(self.store.bidder(product_id, *user_id).await.unwrap());
        }
        let store = &self.store;
        let alive = store.sessions_alive(&query.sessions, at(20)).await.unwrap();
        let committed = Committed {
            product: store.product(product_id).await.unwrap(),
            events: store.events(product_id, from, limit).await.unwrap(),
            bid_events: store.bid_events(product_id, Some(from + limit), limit).await.unwrap(),
            history: store.history(product_id, from, limit).await.unwrap(),
            voided: store.voided_among(product_id, &query.bids).await.unwrap(),
            bidders,
            parts: store.parts_since(product_id, from, &query.users).await.unwrap(),
            ends: store.positions(&query.products).await.unwrap(),
            due: store.due(query.until, query.after, limit).await.unwrap(),
            alive: alive.into_iter().collect(),
        };
        committed.sorted()
    }
}

/// Does a statement, as the driver of a lane does, and tells what came of it.
async fn perform(mut lane: LaneConnection, statement: Statement) -> (LaneConnection, Outcome) {
    let done = match statement {
        Statement::Lock(products, mode) => lane.lock(&products, mode).await.map(Outcome::Locked),
        Statement::Read(lookups, now) => lane.read(&lookups, now).await.map(Outcome::Read),
        Statement::Record(batch) => lane.record(&batch).await.map(Outcome::Recorded),
        Statement::Commit => lane.commit().await.map(|()| Outcome::Committed),
        Statement::Rollback => lane.rollback().await.map(|()| Outcome::RolledBack),
        Statement::EntriesAbove(positions) => {
            lane.entries_above(&positions).await.map(Outcome::Entries)
        }
    };
    let failed = |why: StoreError| {
        if why.spares_connection() { Outcome::Refused } else { Outcome::Killed }
    };
    (lane, done.unwrap_or_else(failed))
}

async fn in_one(mut connection: PgConnection, lookup: Lookup) -> InOne {
    let (position, knows_request, knows_bidder, clock) = sqlx::query_as(
        "with locked as ( \
            select position, (extract(epoch from clock_timestamp()) * 1000000)::bigint as clock \
            from products where product_id = $1 for no key update) \
         select position, \
            exists (select from auction_log \
                where product_id = $1 and actor_id = $2 and request_id = $3), \
            exists (select from auction_bidders where product_id = $1 and user_id = $2), clock \
         from locked",
    )
    .bind(lookup.product_id)
    .bind(lookup.user_id)
    .bind(lookup.request_id)
    .fetch_one(&mut connection)
    .await
    .unwrap();
    InOne { position, knows_request, knows_bidder, clock: Timestamp::from_micros(clock) }
}
