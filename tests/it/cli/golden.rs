//! What every command prints in every form, and every error with its exit code, kept as it is: a
//! script that reads it must not be surprised. What differs from run to run is written as `<…>`.

use std::fmt::Write as _;

use insta::Settings;

use super::shell::{Ran, Shell, email_of, password_of};
use super::{HOUR, Market};
use crate::support::actors::{from_now, product};
use crate::support::ports::Port;

const FORMS: [&str; 5] = ["table", "json", "ndjson", "csv", "id"];

/// What was typed, and what came of it.
#[derive(Default)]
pub(super) struct Transcript(String);

impl Transcript {
    /// A command in every form; it must not change anything.
    pub(super) async fn all_forms(&mut self, shell: &Shell, args: &[&str]) {
        for form in FORMS {
            self.run(shell, &[args, &["-o", form]].concat(), "").await;
        }
    }

    /// A command for people and for programs, which fails.
    async fn error(&mut self, shell: &Shell, args: &[&str]) {
        self.run(shell, args, "").await;
        self.run(shell, &[args, &["-o", "json"]].concat(), "").await;
    }

    async fn run(&mut self, shell: &Shell, args: &[&str], input: &str) {
        let ran = shell.run_with(args, input).await;
        self.write(args, &ran);
    }

    fn write(&mut self, args: &[&str], ran: &Ran) {
        let quoted = |word: &&str| {
            let is_plain = !word.is_empty() && !word.contains([' ', '{']);
            if is_plain { (*word).to_owned() } else { format!("'{word}'") }
        };
        let words = args.iter().map(quoted);
        let command = words.collect::<Vec<_>>().join(" ");
        let text = &mut self.0;
        writeln!(text, "$ gobid-cli {command}").unwrap();
        for (mark, said) in [("", &ran.stdout), ("! ", &ran.stderr)] {
            for line in said.lines() {
                // Tabs are what scripts cut at; an end without a word is one, too.
                writeln!(text, "{mark}{}", line.replace('\t', " <tab> ")).unwrap();
            }
        }
        writeln!(text, "= {}\n", ran.code.unwrap()).unwrap();
    }

    /// Compares it with what was kept under a name; more filters are pattern and replacement.
    pub(super) fn compare(self, name: &str, filters: &[(&str, &str)]) {
        let mut settings = Settings::clone_current();
        settings.set_omit_expression(true);
        settings.set_prepend_module_to_snapshot(false);
        for (pattern, replacement) in filters.iter().chain(&FILTERS) {
            settings.add_filter(pattern, *replacement);
        }
        settings.bind(|| insta::assert_snapshot!(name, self.0));
    }
}

/// What differs from run to run.
const FILTERS: [(&str, &str); 6] = [
    ("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r#"(trace |trace_id": ?")[0-9a-z-]+"#, "$1<trace>"),
    (r"in (\d+[dhm] \d+[hms]|\d+s)", "in <span>"),
    (r"sqlite:\S+", "<database>"),
    (r"127\.0\.0\.1:\d+", "<address>"),
];

#[tokio::test]
async fn what_is_read() {
    let mut terms = product(HOUR);
    terms["buy_now_price"] = "500".into();
    terms["reserve_price"] = "130".into();
    let market = Market::open_with(&terms).await;
    let (eva, root) = (market.shell_of("Eva").await, market.shell_of_admin().await);
    let id = &*market.product_id;
    eva.ok(&["bid", "place", id, "100"]).await;
    eva.ok(&["bid", "max", id, "120"]).await;
    let over = market.seller.create_product(&product(2 * HOUR)).await;
    root.ok(&["admin", "cancel", &over, "--reason", "Not his, \"they\" say."]).await;

    let mut seen = Transcript::default();
    let visitor = Shell::at(&market.server);
    seen.all_forms(&eva, &["user", "whoami"]).await;
    seen.all_forms(&visitor, &["product", "list"]).await;
    seen.all_forms(&visitor, &["product", "list", "--search", "nothing"]).await;
    seen.all_forms(&eva, &["product", "show", id]).await;
    seen.all_forms(&visitor, &["product", "bids", id]).await;
    seen.all_forms(&visitor, &["product", "export", id]).await;
    seen.all_forms(&visitor, &["product", "watch", &over]).await;
    seen.all_forms(&root, &["admin", "log", id]).await;
    seen.run(&root, &["admin", "audit", "-o", "csv"], "").await;
    seen.run(&visitor, &["api", "GET", "/health"], "").await;
    seen.compare("read", &[(market.server.url(), "<server>")]);
}

#[tokio::test]
async fn what_is_changed() {
    let market = Market::open().await;
    let root = market.shell_of_admin().await;
    let mut seen = Transcript::default();
    let eva = Shell::at(&market.server);
    let (email, password) = (email_of("Eva"), password_of("Eva"));
    let login = ["user", "login", "--email", &email, "--password-stdin"];
    let signup = ["user", "signup", "--user-name", "Eva", "--email", &email, "--password-stdin"];
    seen.run(&eva, &signup, &password).await;
    seen.run(&eva, &["user", "logout"], "").await;
    for form in FORMS {
        seen.run(&eva, &[&login[..], &["-o", form]].concat(), &password).await;
    }
    let what = ["product", "create", "--name", "Box", "--description", "200 LPs, unsorted."];
    let terms = ["--baseprice", "60", "--ends", "2h"];
    let mut ids = Vec::new();
    for form in FORMS {
        let args = [&what[..], &terms, &["-o", form]].concat();
        seen.run(&eva, &args, "").await;
        let id = market.seller.create_product(&product(HOUR)).await;
        seen.run(&eva, &["bid", "place", &id, "100", "-o", form], "").await;
        ids.push(id);
    }
    let file = json_lines();
    seen.run(&eva, &["product", "create", "-f", "-"], &file).await;
    seen.run(&eva, &["product", "create", "-f", "-", "-o", "json"], &file).await;
    seen.run(&eva, &["product", "create", "-f", "-", "-o", "csv"], &file.replace("R1", "R3")).await;
    let (seller, id) = (market.shell_of_seller().await, &*market.product_id);
    let edit = ["product", "edit", id, "--description", "Light wear, with a case."];
    let extend = ["admin", "extend", id, "--by", "10m", "--reason", "Down."];
    for form in ["table", "json", "id"] {
        seen.run(&seller, &[&edit[..], &["-o", form]].concat(), "").await;
        seen.run(&root, &[&extend[..], &["-o", form]].concat(), "").await;
    }
    seen.run(&eva, &["bid", "max", id, "200", "-o", "csv"], "").await;
    let bid = ids.iter().map(String::as_str).collect::<Vec<_>>();
    let void = ["admin", "void", "--product", bid[0], "--reason", "Stolen.", "-o", "csv"];
    let bidder = eva.ok(&["user", "whoami", "-o", "id"]).await;
    seen.run(&root, &[&void[..], &["--bidder", bidder.trim()]].concat(), "").await;
    let cancel = ["--reason", "It broke.", "-o", "ndjson"];
    let fresh = market.seller.create_product(&product(HOUR)).await;
    seen.run(&seller, &[&["product", "cancel", &fresh][..], &cancel].concat(), "").await;
    seen.run(&root, &[&["admin", "cancel", bid[1]][..], &cancel].concat(), "").await;
    seen.compare("changed", &[(market.server.url(), "<server>")]);
}

fn json_lines() -> String {
    let ends = from_now(HOUR);
    let line = |name: &str, reference: &str| {
        format!(
            r#"{{"product_name":"{name}","description":"200 of them, unsorted.","baseprice":"60","auction_end":"{ends}","reference":"{reference}"}}"#
        )
    };
    format!("{}\n{}\n", line("A, B", "R1"), line("C", "R2"))
}

#[tokio::test]
async fn what_is_refused() {
    let market = Market::open().await;
    let (eva, bob) = (market.shell_of("Eva").await, market.shell_of("Bob").await);
    let seller = market.shell_of_seller().await;
    let (visitor, id) = (Shell::at(&market.server), &*market.product_id);
    eva.ok(&["bid", "place", id, "150"]).await;
    let nobody = uuid::Uuid::from_u128(7).to_string();
    let mut scheduled = product(2 * HOUR);
    scheduled["auction_start"] = from_now(HOUR).into();
    let scheduled = market.seller.create_product(&scheduled).await;
    let over = market.seller.create_product(&product(HOUR)).await;
    seller.ok(&["product", "cancel", &over, "--reason", "It broke."]).await;
    let port = Port::reserve();
    let nowhere = format!("http://127.0.0.1:{}", port.number());

    let mut seen = Transcript::default();
    for (who, args) in [
        (&visitor, &["product", "show", "7"][..]),
        (&visitor, &["product", "sell"]),
        (&visitor, &["bid", "place", id, "1,275"]),
        (&visitor, &["product", "list", "--status", "gone"]),
        (&visitor, &["--config", "nowhere.toml", "product", "list"]),
        (&visitor, &["user", "whoami"]),
        (&visitor, &["bid", "place", id, "200"]),
        (&visitor, &["user", "signup", "--no-input", "--user-name", "x", "--email", "y"]),
        (&eva, &["admin", "audit"]),
        (&eva, &["product", "edit", id, "--description", "It is mine, all of it."]),
        (&visitor, &["product", "show", &nobody]),
        (&bob, &["bid", "place", id, "100"]),
        (&eva, &["bid", "place", id, "200"]),
        (&seller, &["bid", "place", id, "200"]),
        (&bob, &["bid", "place", &scheduled, "200"]),
        (&bob, &["bid", "place", &over, "200"]),
        (&bob, &["bid", "buy", id]),
        (&bob, &["bid", "place", id, "200", "--expected-price", "100"]),
        (&seller, &["product", "edit", id, "--description", "Another one.", "--revision", "9"]),
        (&visitor, &["--server", &nowhere, "product", "list"]),
        (&bob, &["product", "watch", &over, "--until", "won"]),
        (&bob, &["api", "GET", "/nothing"]),
        (&visitor, &["migrate", "status", "--database-url", "sqlite:nowhere.db"]),
    ] {
        seen.error(who, args).await;
    }
    seen.compare("refused", &[(market.server.url(), "<server>")]);
}
