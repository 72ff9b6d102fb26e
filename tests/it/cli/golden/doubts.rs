//! Orders that are sent and whose answers never come: nobody knows what became of them.

use super::transcript::Transcript;
use crate::cli::relay::{Loss, Relay, Words};
use crate::cli::shell::{Shell, email_of, password_of};
use crate::cli::{HOUR, Market};
use crate::support::actors::from_now;

/// All that changes something, but for logins.
const ORDERS: &[Words] = &[
    ("POST ", "/signupuser"),
    ("POST ", "/products"),
    ("PATCH ", "/products"),
    ("POST ", "/users/me"),
    ("PUT ", "/users/me"),
    ("DELETE ", "/users/me"),
    ("POST ", "/admin/"),
];

const LOG_IN: &[Words] = &[("POST ", "/loginuser")];
const LOG_OUT: &[Words] = &[("POST ", "/logout")];

#[tokio::test]
async fn of_orders() {
    let market = Market::open().await;
    market.shell_of("Eva").await;
    market.shell_of_admin().await;
    // Lost on their way, so that everything is as it was for the next one.
    let relay = Relay::of(&market.server, Loss::Bids, usize::MAX, ORDERS).await;
    let (visitor, root) = (Shell::at_url(relay.url()), Shell::at_url(relay.url()));
    root.log_in("Root", &[]).await.ok();
    let id = &*market.product_id;
    let any = "0190b0a0-0000-7000-8000-000000000001";
    let because = ["--reason", "A stolen account."];
    let about = |args: &[&'static str]| [args, &because].concat();
    let box_ = ["--name", "Box", "--description", "200 of them, unsorted.", "--baseprice", "60"];
    let box_ = [&["product", "create"][..], &box_, &["--ends", "2h"]].concat();
    let box_of_file = |name: &str| {
        format!(
            r#"{{"product_name":"{name}","description":"200 of them, unsorted.","baseprice":"60","auction_end":"{}"}}"#,
            from_now(HOUR)
        )
    };
    let boxes = box_of_file("Box") + &box_of_file("Box again");
    let (mia, password) = (email_of("Mia"), password_of("Mia"));
    let mia = ["--user-name", "Mia", "--email", &mia, "--password-stdin"];
    let passwords = format!("{}\n{password}\n", password_of("Root"));

    let mut seen = Transcript::default();
    seen.hide(relay.url(), "<server>");
    for (who, args, input) in [
        (&visitor, [&["user", "signup"][..], &mia].concat(), &*password),
        (&root, vec!["user", "password", "--password-stdin"], &passwords),
        (&root, vec!["user", "sessions", "end", any], ""),
        (&root, vec!["user", "tokens", "create", "--scope", "read"], ""),
        (&root, vec!["user", "tokens", "revoke", any], ""),
        (&root, vec!["watchlist", "add", id], ""),
        (&root, vec!["watchlist", "rm", id], ""),
        (&root, box_.clone(), ""),
        (&root, [&box_[..], &["--reference", "B-7"]].concat(), ""),
        (&root, vec!["product", "create", "-f", "-"], &boxes),
        (&root, vec!["product", "edit", id, "--description", "Light wear, a cap."], ""),
        (&root, [&["product", "cancel", id][..], &because].concat(), ""),
        (&root, vec!["api", "POST", "/products", "--input", "-"], "{}"),
        (&root, [&["admin", "user-create"][..], &mia].concat(), &password),
        (&root, [&["admin", "user-create"][..], &mia[..4]].concat(), ""),
        (&root, about(&["admin", "reset-password", "Eva"]), ""),
        (&root, about(&["admin", "suspend", "Eva"]), ""),
        (&root, about(&["admin", "make-admin", "Eva"]), ""),
        (&root, [&["admin", "cancel", id][..], &because].concat(), ""),
        (&root, [&["admin", "extend", id, "--by", "10m"][..], &because].concat(), ""),
        (&root, [&["admin", "annul", id][..], &because].concat(), ""),
        (&root, [&["admin", "void", any, "--product", id][..], &because].concat(), ""),
        (
            &root,
            [&["admin", "void", "--bidder", "Eva", "--product", id][..], &because].concat(),
            "",
        ),
    ] {
        let lost = relay.lost();
        seen.error(who, &args, input).await;
        assert!(relay.lost() > lost, "{args:?} was not sent");
    }
    seen.compare("in_doubt");
}

#[tokio::test]
async fn of_logins() {
    let market = Market::open().await;
    market.shell_of("Eva").await;
    let email = email_of("Eva");
    let log_in = ["user", "login", "--email", &email, "--password-stdin"];
    let mut seen = Transcript::default();
    for (words, args) in [(LOG_IN, &log_in[..]), (LOG_OUT, &["user", "logout"])] {
        let relay = Relay::of(&market.server, Loss::Bids, usize::MAX, words).await;
        let eva = Shell::at_url(relay.url());
        if words == LOG_OUT {
            eva.log_in("Eva", &[]).await.ok();
        }
        seen.hide(relay.url(), "<server>");
        seen.error(&eva, args, &password_of("Eva")).await;
        assert!(relay.lost() > 0, "{args:?} was not sent");
    }
    seen.compare("in_doubt_logins");
}
