use std::path::Path;

use sqlx::Connection;

use crate::support::database::{Backend, Database};
use crate::support::postgres::Cluster;
use crate::support::wait::{PATIENCE, eventually};

#[tokio::test]
async fn tests_share_one_cluster_and_no_database() {
    let one = Database::new(Backend::Postgres).await;
    let other = Database::new(Backend::Postgres).await;
    assert_eq!(one.cluster().port(), other.cluster().port());
    assert_ne!(one.url(), other.url());
    one.execute("create table only_here (n bigint)").await;
    let count = "select count(*) from information_schema.tables where table_name = 'only_here'";
    assert_eq!((one.number(count).await, other.number(count).await), (1, 0));
}

#[tokio::test]
async fn a_database_is_gone_after_its_test() {
    let name = {
        let database = Database::new(Backend::Postgres).await;
        database.url().split(['/', '?']).nth(3).unwrap().to_owned()
    };
    let mut connection = Cluster::shared().await.connect().await;
    let text = "select count(*) from pg_database where datname = $1";
    let query = sqlx::query_scalar::<_, i64>(text).bind(name);
    assert_eq!(query.fetch_one(&mut connection).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_synced_is_synced() {
    let mut connection = Cluster::shared().await.connect().await;
    for setting in ["fsync", "full_page_writes", "synchronous_commit"] {
        let query = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(setting);
        assert_eq!(query.fetch_one(&mut connection).await.unwrap(), "on", "{setting}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_cluster_starts_again_with_what_was_committed() {
    let database = Database::in_cluster(Cluster::private().await).await;
    let (cluster, port) = (database.cluster(), database.cluster().port());
    database.execute("create table kept (n bigint)").await;
    database.execute("insert into kept values (1)").await;
    cluster.kill_postmaster().await;
    cluster.start().await;
    assert_eq!(cluster.port(), port);
    assert_eq!(eventual_count(&database).await, 1);
    cluster.restart().await;
    assert_eq!(eventual_count(&database).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_backend_takes_the_others_with_it() {
    let cluster = Cluster::private().await;
    let mut victim = connect(&cluster, "victim").await;
    let mut bystander = connect(&cluster, "bystander").await;
    cluster.kill_backend("victim").await;
    assert!(victim.ping().await.is_err());
    eventually("the end of the others", PATIENCE, async || bystander.ping().await.err()).await;
    connect(&cluster, "later").await.ping().await.unwrap();
}

#[tokio::test]
async fn a_terminated_backend_goes_alone() {
    let cluster = Cluster::shared().await;
    let mut victim = connect(&cluster, "terminated").await;
    let mut bystander = connect(&cluster, "bystander").await;
    assert_eq!(cluster.terminate_backends("terminated").await, 1);
    assert!(victim.ping().await.is_err());
    bystander.ping().await.unwrap();
}

#[tokio::test]
async fn a_private_cluster_leaves_nothing() {
    let cluster = Cluster::private().await;
    let folder = cluster.folder().to_owned();
    let process = Path::new("/proc").join(cluster.postmaster().to_string());
    assert!(process.exists());
    drop(cluster);
    eventually("the janitor to be done", PATIENCE, async || {
        (!folder.exists() && !process.exists()).then_some(())
    })
    .await;
}

async fn connect(cluster: &Cluster, application_name: &str) -> sqlx::PgConnection {
    let url = format!("{}&application_name={application_name}", cluster.url("postgres"));
    eventually("a connection", PATIENCE, async || sqlx::PgConnection::connect(&url).await.ok())
        .await
}

async fn eventual_count(database: &Database) -> i64 {
    // The pool's connections to the killed cluster are found dead one by one.
    eventually("an answer", PATIENCE, async || {
        let query = sqlx::query_scalar("select count(*) from kept");
        query.fetch_one(database.postgres()).await.ok()
    })
    .await
}
