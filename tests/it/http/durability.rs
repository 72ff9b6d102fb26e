//! What a server says of how durable its database is.

use std::fs::File;
use std::io::Write;

use serde_json::{Value, json};

use crate::support::database::{Backend, Database, on_both};
use crate::support::postgres::Cluster;
use crate::support::server::Server;

on_both!(a_server_says_how_durable_a_commit_is);

async fn a_server_says_how_durable_a_commit_is(database: Database) {
    let server = Server::start(&database).await;
    let expected = match database.backend() {
        Backend::Sqlite => json!({"journal_mode": "wal", "synchronous": "full"}),
        Backend::Postgres => {
            json!({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"})
        }
    };
    assert_eq!(durability(&server), expected);
    assert!(!server.log().contains("could be lost"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_setting_that_is_off_is_warned_of_with_its_remedy() {
    let cluster = Cluster::private().await;
    let settings = cluster.folder().join("data/postgresql.conf");
    let mut settings = File::options().append(true).open(settings).unwrap();
    // For the lanes a server sets `synchronous_commit` itself, whatever the others have.
    writeln!(settings, "fsync = off\nfull_page_writes = off\nsynchronous_commit = off").unwrap();
    cluster.restart().await;
    let database = Database::in_cluster(cluster).await;
    let server = Server::start(&database).await;
    let expected = json!({"fsync": "off", "full_page_writes": "off", "synchronous_commit": "on"});
    assert_eq!(durability(&server), expected);
    let log = server.log();
    for words in ["could be lost", "set fsync = on in", "set full_page_writes = on in"] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!log.contains("synchronous_commit"), "{log}");
}

fn durability(server: &Server) -> Value {
    let ready: Value = serde_json::from_str(&server.lines()[0]).unwrap();
    ready["durability"].clone()
}
