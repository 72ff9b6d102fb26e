//! `bench`: load, figures, and a verdict.

use std::path::Path;

use serde_json::{Value, json};

use super::liar::{Liar, Lie};
use super::shell::{Ran, Shell};
use crate::support::database::{Backend, Database, on_both};
use crate::support::server::Server;

on_both!(
    a_race_is_judged,
    without_a_scenario_everything_is,
    maxima_in_flight_are_judged,
    watchers_are_judged,
    load_and_latency_are_judged,
    a_bid_that_is_stored_as_another_is_found,
    a_raise_that_is_not_stored_is_found,
);

const HOT: [&str; 6] = ["bench", "hot", "--duration", "1s", "--bidders", "4"];
const FANOUT: [&str; 8] =
    ["bench", "fanout", "--duration", "1s", "--watchers", "5", "--updates", "20"];

/// Runs a bench on a database of its own, and gives its report, whatever the verdict.
async fn bench(shell: &Shell, database: &Database, args: &[&str]) -> (Value, Ran) {
    let ran = shell.run(&[args, &["-q", "--database-url", database.url()]].concat()).await;
    (report(&ran), ran)
}

#[track_caller]
fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|why| panic!("{why}: {ran:?}"))
}

/// A report whose verdict must be that every promise was kept.
async fn kept(database: &Database, args: &[&str]) -> Value {
    let (report, ran) = bench(&Shell::new(), database, args).await;
    let promises = report["correct"].as_object().unwrap();
    assert!(promises.len() >= 4 && promises.values().all(|kept| kept == true), "{report}");
    assert_eq!((ran.code, &report["open"]), (Some(0), &json!(0)), "{ran:?}");
    assert!(report["server"]["memory_kib"].as_i64() > Some(0), "{report}");
    assert_eq!(report["scenario"], args[1]);
    report
}

async fn a_race_is_judged(database: Database) {
    let shell = Shell::new();
    let ran = shell.run(&[&HOT[..], &["--database-url", database.url()]].concat()).await;
    assert!(ran.stderr.contains("4 bidders sign up"), "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.ok()).unwrap();
    let correct = json!({
        "acknowledged_is_stored": true, "stored_is_acknowledged": true, "dense": true, "rising": true,
    });
    assert_eq!(report["correct"], correct, "{report}");
    assert_eq!((&report["bidders"], &report["open"]), (&json!(4), &json!(0)));
    assert_eq!((&report["kind"], &report["raises"]), (&json!("firm"), &json!(0)));
    let durability = match database.backend() {
        Backend::Sqlite => json!({"journal_mode": "wal", "synchronous": "full"}),
        Backend::Postgres => {
            json!({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"})
        }
    };
    assert_eq!(report["durability"], durability);
    let accepted = report["accepted"].as_i64().unwrap();
    let bids = "select count(*) from auction_log where kind = 'bid_placed'";
    assert_eq!((accepted > 0, database.number(bids).await), (true, accepted));
}

async fn without_a_scenario_everything_is(database: Database) {
    let args =
        ["bench", "--duration", "1s", "--bidders", "4", "--watchers", "5", "--products", "2"];
    let (report, ran) = bench(&Shell::new(), &database, &args).await;
    assert_eq!((ran.code, &report["scenario"]), (Some(0), &json!("mixed")), "{ran:?}");
    let figures = [&report["bidders"], &report["watchers"], &report["products"]];
    assert_eq!(figures, [&json!(4), &json!(5), &json!(2)], "{report}");
    let promises = report["correct"].as_object().unwrap();
    assert!(promises.len() >= 4 && promises.values().all(|kept| kept == true), "{report}");
}

#[tokio::test]
async fn options_stand_behind_the_name_of_their_scenario() {
    let shell = Shell::new();
    let error = shell.run(&["bench", "--duration", "1s", "hot", "-o", "json"]).await;
    let error = error.refused(2, "usage");
    assert_eq!(error["detail"], "the options of a scenario stand behind its name");
    // What holds for every command stands anywhere.
    let error = shell.run(&["bench", "-o", "json", "hot", "--bidders", "1"]).await;
    assert!(error.refused(2, "usage")["detail"].as_str().unwrap().contains("two bidders"));
}

/// What was accepted are events, bids that were there before, and raises, which have a place in
/// the log and no number.
async fn maxima_in_flight_are_judged(database: Database) {
    let args = [&HOT[..], &["--in-flight", "4", "--preload", "50"]].concat();
    let report = kept(&database, &args).await;
    assert_eq!((&report["kind"], &report["preload"]), (&json!("maximum"), &json!(50)));
    let (accepted, raises) =
        (report["accepted"].as_i64().unwrap(), report["raises"].as_i64().unwrap());
    let events = "select count(*) from auction_log where kind = 'bid_placed' and seq is not null";
    assert_eq!(database.number(events).await, accepted - raises + 50, "{report}");
    let entries = "select count(*) from auction_log where kind <> 'opened'";
    assert_eq!(database.number(entries).await, accepted + 50, "{report}");
}

async fn watchers_are_judged(database: Database) {
    let report = kept(&database, &FANOUT).await;
    let updates = report["updates"].as_i64().unwrap();
    assert!(updates > 0, "{report}");
    let shown = report["deliveries"].as_i64().unwrap() + report["skipped"].as_i64().unwrap();
    assert_eq!(shown, 5 * updates, "{report}");
    let frames = report["frames"].as_i64().unwrap();
    assert!((1..=shown).contains(&frames), "{report}");
    assert_eq!(report["correct"].as_object().unwrap().len(), 6, "{report}");
}

async fn load_and_latency_are_judged(database: Database) {
    let load = ["bench", "load", "--rate", "40,80", "--bidders", "4", "--duration", "1s"];
    let (report, ran) = bench(&Shell::new(), &database, &load).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!((&report["offered"], &report["phases"][1]["offered"]), (&json!(120), &json!(80)));
    let ends = ["accepted", "refused", "unavailable", "open"];
    let ended: i64 = ends.map(|end| report[end].as_i64().unwrap()).iter().sum();
    assert_eq!(ended, 120, "{report}");
    let latency = ["bench", "latency", "--duration", "1s", "--open", "3", "--preload", "10"];
    let report = kept(&database, &latency).await;
    assert_eq!(report["open_products"], 4);
    assert!(report["p50_us"].as_i64() > Some(0), "{report}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_at_once_and_a_storm_are_judged() {
    let database = Database::new(Backend::Sqlite).await;
    let mixed = ["bench", "mixed", "--duration", "1s", "--bidders", "4", "--bids", "20"];
    let more = ["--watchers", "5", "--products", "3", "--lists", "5", "--logins", "3"];
    let report = kept(&database, &[&mixed[..], &more].concat()).await;
    assert_eq!((&report["lists"]["done"], &report["logins"]["done"]), (&json!(5), &json!(3)));
    let count = report["deliveries"]["count"].as_i64().unwrap();
    assert_eq!(count, 5 * report["accepted"].as_i64().unwrap(), "{report}");
    let storm = ["bench", "storm", "--duration", "2s", "--watchers", "20", "--bidders", "2"];
    let report = kept(&database, &storm).await;
    assert!(report["back_seconds"].as_f64() > Some(0.0), "{report}");
    let shown = report["deliveries"].as_i64().unwrap() + report["skipped"].as_i64().unwrap();
    assert_eq!(shown, 20 * report["updates"].as_i64().unwrap(), "{report}");
    let many = ["bench", "many", "--duration", "1s", "--bidders", "4", "--products", "2"];
    assert_eq!(kept(&database, &many).await["products"], 2);
}

#[tokio::test]
async fn idle_sockets_are_weighed() {
    let shell = Shell::new();
    let text = shell.ok(&["bench", "idle", "--sockets", "20", "--bids", "9", "-q"]).await;
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&report["scenario"], &report["sockets"]), (&json!("idle"), &json!(20)));
    assert!(report["before_kib"].as_i64() > Some(0), "{report}");
    shell.run(&["bench", "hot", "--bidders", "1", "-o", "json"]).await.refused(2, "usage");
    let elsewhere = ["bench", "hot", "--database-url", "mysql://db", "-o", "json"];
    let ran = shell.run(&elsewhere).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("must begin with sqlite: or postgres:"), "{}", ran.stderr);
    assert!(ran.stderr.contains(r#""code":"bench""#), "{}", ran.stderr);
}

/// Spoils what is written to the log: each row for which `when` holds gets another value.
async fn spoil(database: &Database, when: &str, column: &str, sqlite: &str, postgres: &str) {
    Shell::new().ok(&["migrate", "-q", "--database-url", database.url()]).await;
    if database.backend() == Backend::Sqlite {
        let text = format!(
            "create trigger lie after insert on auction_log when {when} begin \
             update auction_log set {column} = {sqlite} \
             where product_id = new.product_id and position = new.position; end"
        );
        database.execute(&text).await;
        return;
    }
    let function = format!(
        "create function lie() returns trigger language plpgsql as \
         $$ begin new.{column} := {postgres}; return new; end $$"
    );
    database.execute(&function).await;
    let trigger = format!(
        "create trigger lie before insert on auction_log \
         for each row when ({when}) execute function lie()"
    );
    database.execute(&trigger).await;
}

async fn a_bid_that_is_stored_as_another_is_found(database: Database) {
    let another = r#"replace(new.public, '"bid_id":"0', '"bid_id":"f')"#;
    spoil(&database, "new.seq = 5", "public", another, another).await;
    let (report, ran) = bench(&Shell::new(), &database, &HOT).await;
    assert_eq!(report["correct"]["acknowledged_is_stored"], false, "{report}");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.contains("the log does not say"), "{ran:?}");
}

async fn a_raise_that_is_not_stored_is_found(database: Database) {
    let when = "new.seq is null";
    spoil(&database, when, "request_id", "randomblob(16)", "gen_random_uuid()").await;
    let (report, ran) =
        bench(&Shell::new(), &database, &[&HOT[..], &["--in-flight", "4"]].concat()).await;
    assert!(report["raises"].as_i64() > Some(0), "{report}");
    assert_eq!(report["correct"]["acknowledged_is_stored"], false, "{report}");
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_watchers_are_told_wrongly_is_found() {
    let database = Database::new(Backend::Sqlite).await;
    let server = Server::start(&database).await;
    // An event that is left out without a need, one that comes again, one that is another.
    let lies: [(Lie, &str); 3] = [
        ((r#""skipped":0"#, r#""skipped":1"#), "delivered_is_log"),
        ((r#""events":[{"seq":9,"#, r#""events":[{"seq":2,"#), "nothing_twice"),
        ((r#""seq":6,"at""#, r#""seq":7,"at""#), "delivered_is_log"),
    ];
    for (lie, promise) in lies {
        let liar = Liar::start(&server, lie).await;
        let ran = Shell::new().run(&[&FANOUT[..], &["-q", "--server", liar.url()]].concat()).await;
        let report = report(&ran);
        assert_eq!(report["correct"][promise], false, "{lie:?}: {report}");
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert_eq!((&report["server"], &report["database"]), (&Value::Null, &Value::Null));
    }
    let truth = Liar::start(&server, ("never said", "never said")).await;
    Shell::new().ok(&[&FANOUT[..], &["-q", "--server", truth.url()]].concat()).await;
}

/// A server is put under load when it is named on the command line itself, and is on this machine.
#[tokio::test]
async fn no_server_is_meant_by_accident() {
    let shell = Shell::new().env("GOBID_SERVER", "http://127.0.0.1:1");
    shell.ok(&[&HOT[..], &["-q"]].concat()).await;
    let at =
        |url, more: &[&'static str]| [&HOT[..], &["-o", "json", "--server", url], more].concat();
    let far = shell.run(&at("http://192.0.2.1:3080", &[])).await.refused(2, "usage");
    assert!(far["detail"].as_str().unwrap().contains("--force"), "{far}");
    shell.run(&at("http://nowhere.invalid:1", &["--force"])).await.refused(9, "unreachable");
    shell.run(&at("http://127.0.0.1:1", &[])).await.refused(9, "unreachable");
    let both = at("http://127.0.0.1:1", &["--database-url", "sqlite:some.db"]);
    shell.run(&both).await.refused(2, "usage");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_shows_how_far_it_has_come() {
    let shell = Shell::new();
    let terminal = shell.terminal((100, 60), &HOT).await;
    terminal.wait_for("0s of 1s").await;
    terminal.wait_for(r#""scenario": "hot""#).await;
    assert_eq!(terminal.ended().await, 0);
    assert!(!terminal.screen().contains("of 1s"), "{}", terminal.screen());
}

#[tokio::test]
async fn it_leaves_the_databases_of_others_alone() {
    let shell = Shell::new();
    let temporary = shell.folder().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let shell = shell.env("TMPDIR", temporary.to_str().unwrap());
    shell.file("config/gobid/server.toml", "database-url = 'sqlite:configured.db'");
    shell.file("gobid.toml", "database-url = 'sqlite:here.db'\nlisten = '127.0.0.1:1'");
    let url = shell.file("url", "sqlite:secret.db");
    let shell = shell.env("DATABASE_URL_FILE", &url).env("GOBID_DATABASE_URL", "sqlite:named.db");
    let shell = shell.env("DATABASE_URL", "sqlite:url.db").env("GOBID_MIGRATE", "off");
    shell.ok(&[&HOT[..], &["-q"]].concat()).await;
    let names = |folder: &Path| {
        let files = std::fs::read_dir(folder).unwrap();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let here = names(shell.folder());
    assert!(!here.iter().any(|name| name.contains(".db") || name == "state"), "{here:?}");
    // Its own is gone with it.
    assert_eq!(names(&temporary), [""; 0]);
}
