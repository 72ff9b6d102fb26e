//! What users do about themselves.

use super::transcript::{FORMS, Transcript, name_in};
use crate::cli::Market;
use crate::cli::shell::{Shell, email_of, password_of};

#[tokio::test]
async fn users() {
    let market = Market::open().await;
    let id = &*market.product_id;
    let mut seen = Transcript::default();
    seen.hide(market.server.url(), "<server>");
    for form in FORMS {
        let name = name_in(form, "Eva");
        seen.hide_name(form, "Eva");
        let (email, password) = (email_of(&name), password_of(&name));
        let eva = Shell::at(&market.server);
        let with_password = ["--email", &*email, "--password-stdin"];
        let sign_up = [&["user", "signup", "--user-name", &name][..], &with_password].concat();
        seen.run_with(&eva, form, &sign_up, &password).await;
        seen.run(&eva, form, &["user", "whoami"]).await;

        let elsewhere = Shell::at(&market.server);
        elsewhere.log_in(&name, &[]).await.ok();
        seen.run(&eva, form, &["user", "sessions"]).await;
        let sessions = eva.json(&["user", "sessions"]).await;
        let other = sessions.as_array().unwrap().iter().find(|session| session["current"] == false);
        let other = other.unwrap()["session_id"].as_str().unwrap();
        seen.run(&eva, form, &["user", "sessions", "end", other]).await;

        let create = ["user", "tokens", "create", "--name", "sniper", "--scope", "bid,read"];
        let limits = ["--max-offer", "500", "--currency", "usd", "--expires", "7d"];
        seen.run(&eva, form, &[&create[..], &limits].concat()).await;
        seen.run(&eva, form, &["user", "tokens", "list"]).await;
        // Where only ids are printed none is made, since its secret would be lost.
        if form == "id" {
            eva.ok(&create).await;
        }
        let token = eva.ok(&["user", "tokens", "list", "-o", "id"]).await;
        seen.run(&eva, form, &["user", "tokens", "revoke", token.trim()]).await;

        seen.run(&eva, form, &["watchlist", "add", id]).await;
        seen.run(&eva, form, &["watchlist", "list"]).await;
        seen.run(&eva, form, &["watchlist", "rm", id]).await;

        let both = format!("{password}\nthe next password\n");
        seen.run_with(&eva, form, &["user", "password", "--password-stdin"], &both).await;
        seen.run(&eva, form, &["user", "logout"]).await;
        let log_in = [&["user", "login"][..], &with_password].concat();
        seen.run_with(&eva, form, &log_in, "the next password").await;
    }
    seen.compare("users");
}
