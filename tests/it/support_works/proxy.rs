use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::database::{Backend, Database};
use crate::support::proxy::{LANES, Proxy, Trap};
use crate::support::wait::{PATIENCE, eventually, soon};

/// Long enough for an answer on this machine, had there been one.
const SILENCE: Duration = Duration::from_millis(300);

struct Stage {
    database: Database,
    proxy: Proxy,
}

impl Stage {
    async fn set() -> Self {
        let database = Database::new(Backend::Postgres).await;
        database.execute("create table written (n bigint)").await;
        let proxy = Proxy::start(database.cluster().port(), Some(LANES)).await;
        Self { database, proxy }
    }

    async fn connect(&self, application_name: &str) -> PgConnection {
        let url = self.database.url_through(self.proxy.port());
        let url = format!("{url}&application_name={application_name}");
        PgConnection::connect(&url).await.unwrap()
    }

    /// Waits for the locks of whatever wrote a row.
    async fn transactions_ended(&self) {
        self.database.execute("alter table written add column later bigint").await;
    }

    async fn written(&self) -> i64 {
        self.database.number("select count(*) from written").await
    }
}

/// Writes a row and commits as sqlx does.
async fn write(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut transaction = connection.begin().await?;
    sqlx::query("insert into written values ($1)").bind(1_i64).execute(&mut *transaction).await?;
    transaction.commit().await
}

#[tokio::test]
async fn it_passes_what_it_is_not_told_to_stop() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    write(&mut lane).await.unwrap();
    write(&mut lane).await.unwrap();
    let text = AssertSqlSafe(format!("select '{}'", "long ".repeat(100_000)));
    let long: String = sqlx::query_scalar(text).fetch_one(&mut lane).await.unwrap();
    assert_eq!((long.len(), stage.written().await), (500_000, 2));
}

#[tokio::test]
async fn a_swallowed_reply_is_of_a_transaction_that_was_committed() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut trap = stage.proxy.swallow_next_commit_reply();
    write(&mut lane).await.unwrap_err();
    trap.sprung().await;
    assert_eq!(stage.written().await, 1);
    write(&mut stage.connect(LANES).await).await.unwrap();
    assert_eq!(stage.written().await, 2);
}

#[tokio::test]
async fn a_dropped_commit_never_was() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut trap = stage.proxy.drop_next_commit();
    write(&mut lane).await.unwrap_err();
    trap.sprung().await;
    stage.transactions_ended().await;
    assert_eq!(stage.written().await, 0);
}

#[tokio::test]
async fn a_held_commit_keeps_its_locks_until_it_is_let_go() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut trap = stage.proxy.hold_next_commit();
    write(&mut lane).await.unwrap_err();
    trap.sprung().await;
    assert_eq!(stage.written().await, 0);
    let locked = "select count(*) from pg_locks where relation = 'written'::regclass";
    assert_eq!(stage.database.number(locked).await, 1);
    assert_eq!(trap.let_go().await.as_deref(), Some("COMMIT"));
    assert_eq!(stage.written().await, 1);
}

#[tokio::test]
async fn a_held_commit_that_nobody_lets_go_never_was() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut trap = stage.proxy.hold_next_commit();
    write(&mut lane).await.unwrap_err();
    trap.sprung().await;
    drop(trap);
    stage.transactions_ended().await;
    assert_eq!(stage.written().await, 0);
}

#[tokio::test]
async fn a_prepared_commit_is_one_too() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    for text in ["begin", "insert into written values (1)", "commit"] {
        sqlx::query(text).execute(&mut lane).await.unwrap();
    }
    let mut trap = stage.proxy.swallow_next_commit_reply();
    sqlx::query("begin").execute(&mut lane).await.unwrap();
    sqlx::query("insert into written values (2)").execute(&mut lane).await.unwrap();
    sqlx::query("commit").execute(&mut lane).await.unwrap_err();
    trap.sprung().await;
    assert_eq!(stage.written().await, 2);
}

#[tokio::test]
async fn a_stalled_line_moves_no_byte_and_then_all() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut reader = stage.connect("gobid-reader").await;
    stage.proxy.stall();
    let writing = write(&mut lane);
    tokio::pin!(writing);
    let early = tokio::time::timeout(SILENCE, &mut writing).await;
    assert!(early.is_err(), "the line is not stalled");
    let connecting = stage.connect(LANES);
    tokio::pin!(connecting);
    assert!(tokio::time::timeout(SILENCE, &mut connecting).await.is_err());
    reader.ping().await.unwrap();
    stage.proxy.resume();
    soon("the stalled write", PATIENCE, writing).await.unwrap();
    soon("the stalled connection", PATIENCE, connecting).await.ping().await.unwrap();
    assert_eq!(stage.written().await, 1);
}

#[tokio::test]
async fn a_cut_ends_the_lanes_connections_and_no_others() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    let mut reader = stage.connect("gobid-reader").await;
    stage.proxy.cut_all();
    write(&mut lane).await.unwrap_err();
    reader.ping().await.unwrap();
    write(&mut stage.connect(LANES).await).await.unwrap();
}

#[tokio::test]
async fn a_line_that_is_cut_comes_back_when_it_is_mended() {
    let stage = Stage::set().await;
    let url =
        format!("{}&application_name={LANES}", stage.database.url_through(stage.proxy.port()));
    stage.proxy.cut_line();
    assert!(PgConnection::connect(&url).await.is_err());
    stage.proxy.mend();
    eventually("a mended line", PATIENCE, async || PgConnection::connect(&url).await.ok()).await;
}

#[tokio::test]
async fn a_line_that_died_moves_no_byte_and_a_new_one_does() {
    let stage = Stage::set().await;
    let mut lane = stage.connect(LANES).await;
    stage.proxy.let_die();
    assert!(tokio::time::timeout(SILENCE, lane.ping()).await.is_err());
    write(&mut stage.connect(LANES).await).await.unwrap();
    stage.proxy.let_nobody_in();
    let url =
        format!("{}&application_name={LANES}", stage.database.url_through(stage.proxy.port()));
    assert!(PgConnection::connect(&url).await.is_err());
    assert!(tokio::time::timeout(SILENCE, lane.ping()).await.is_err());
}

#[tokio::test]
async fn a_line_is_stalled_with_a_commit_or_its_answer_on_the_way() {
    let stage = Stage::set().await;
    let stalls: [fn(&Proxy) -> Trap; 2] =
        [Proxy::stall_at_next_commit, Proxy::stall_at_next_commit_reply];
    for (stall, on_the_way) in stalls.into_iter().zip(0..) {
        let mut lane = stage.connect(LANES).await;
        let mut trap = stall(&stage.proxy);
        let mut writing = Box::pin(write(&mut lane));
        tokio::select! {
            written = &mut writing => panic!("the line is not stalled: {written:?}"),
            () = trap.sprung() => {}
        }
        assert!(tokio::time::timeout(SILENCE, &mut writing).await.is_err());
        assert_eq!(stage.written().await, 2 * on_the_way);
        stage.proxy.resume();
        soon("the stalled write", PATIENCE, writing).await.unwrap();
        assert_eq!(stage.written().await, 1 + on_the_way);
    }
}
