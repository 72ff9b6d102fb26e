//! What operators and scripts use: databases, doctor, the raw API, the bench, completions, pages.

use futures_util::future::join_all;

use super::transcript::{FORMS, TERMINAL, Transcript};
use crate::cli::Market;
use crate::cli::shell::Shell;

/// What a bench is without the name of a scenario.
const MIXED: &str = "";
const NEW_EPOCH: &[&str] = &["migrate", "new-epoch"];

#[tokio::test]
async fn operators() {
    let market = Market::open().await;
    let (eva, visitor) = (market.shell_of("Eva").await, Shell::at(&market.server));
    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    seen.in_all_forms(&[
        (&eva, &["doctor"]),
        (&visitor, &["doctor"]),
        (&visitor, &["api", "GET", "/health"]),
        (&visitor, &["api", "GET", "/products", "-f", "status=sold", "--paginate"]),
        (&visitor, &["man", "pages"]),
    ])
    .await;
    // What is left out here is not about the form.
    seen.keep_first(4);
    for form in FORMS {
        let url = format!("sqlite:{form}.db");
        seen.hide(&url, "sqlite:new.db");
        let database = ["--database-url", &*url];
        for command in [&["migrate", "up"][..], &["migrate", "status"], &["migrate"], NEW_EPOCH] {
            seen.run(&visitor, form, &[command, &database].concat()).await;
        }
        // A terminal shows the end of a script, and who looks at one there wants it elsewhere.
        if form != TERMINAL {
            seen.run(&visitor, form, &["completions", "fish"]).await;
        }
    }
    seen.compare("operators");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn benches() {
    let market = Market::open().await;
    let few = |scenario: &'static str| -> Vec<&str> {
        let more: &[&str] = match scenario {
            "hot" | "many" => &["--bidders", "2"],
            "fanout" | "storm" => &["--bidders", "2", "--watchers", "2", "--updates", "5"],
            "idle" => &["--sockets", "2"],
            MIXED | "mixed" => {
                &["--bidders", "2", "--watchers", "2", "--lists", "2", "--logins", "2"]
            }
            "load" => &["--bidders", "2", "--rate", "5"],
            "latency" => &[],
            other => panic!("there is no {other}"),
        };
        let duration: &[&str] = if scenario == "idle" { &[] } else { &["--duration", "1s"] };
        // What idle sockets cost it sees at a server of its own alone.
        let server = ["--server", market.server.url()];
        let server = if scenario == "idle" { &[][..] } else { &server };
        let scenario = Some(scenario).filter(|name| *name != MIXED);
        [&["bench"], scenario.as_slice(), more, duration, server].concat()
    };
    let scenarios = ["hot", MIXED, "many", "fanout", "idle", "mixed", "storm", "load", "latency"];
    let all: Vec<_> =
        scenarios.iter().flat_map(|scenario| FORMS.map(|form| (*scenario, form))).collect();
    let shell = Shell::new();
    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    seen.hide_figures();
    for group in all.chunks(3) {
        let running = group.iter().map(async |(scenario, form)| {
            let args = few(scenario);
            let ran = super::transcript::run(&shell, form, &args, "").await;
            (*form, args, ran)
        });
        for (form, args, ran) in join_all(running).await {
            seen.keep(form, &args, &ran);
        }
    }
    seen.compare("benches");
}
