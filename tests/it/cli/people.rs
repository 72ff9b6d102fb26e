//! What users have, and what admins do about users, at the real server.

use serde_json::Value;

use super::shell::{Shell, email_of, password_of};
use super::{HOUR, Market};
use crate::support::actors::product;

const REASON: [&str; 2] = ["--reason", "A stolen account."];

fn ids(list: &Value, name: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_one_has_is_found_again() {
    let market = Market::open().await;
    let (eva, id) = (market.shell_of("Eva").await, &*market.product_id);
    let other = market.seller.create_product(&product(2 * HOUR)).await;
    eva.ok(&["bid", "max", id, "150"]).await;
    let bids = eva.json(&["bid", "mine"]).await;
    assert_eq!(bids[0]["product"]["product_id"], id);
    assert_eq!(
        (&bids[0]["my_status"], &bids[0]["max_amount"]),
        (&"leading".into(), &"150.00".into())
    );
    let added = eva.json(&["watchlist", "add", id, &other]).await;
    assert_eq!(ids(&added, "product_id"), [id, &*other]);
    eva.ok(&["watchlist", "rm", id]).await;
    assert_eq!(eva.ok(&["watchlist", "list", "-o", "id"]).await, format!("{other}\n"));
    let seller = market.shell_of_seller().await;
    let mine = seller.json(&["product", "list", "--mine"]).await;
    assert_eq!(mine.as_array().unwrap().len(), 2);
    assert_eq!(
        seller.ok(&["product", "list", "--mine", "--reference", "R1", "-o", "id"]).await,
        ""
    );

    // Another password: elsewhere the login has ended, here it goes on.
    let elsewhere = Shell::at(&market.server);
    elsewhere.log_in("Eva", &[]).await.ok();
    let sessions = eva.json(&["user", "sessions"]).await;
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    let change = ["user", "password", "--password-stdin"];
    let both = format!("{}\nthe next password\n", password_of("Eva"));
    eva.run_with(&change, &both).await.ok();
    elsewhere.run(&["user", "whoami", "-o", "json"]).await.refused(4, "unauthenticated");
    assert_eq!(eva.json(&["user", "whoami"]).await["user_name"], "Eva");
    let sessions = eva.json(&["user", "sessions"]).await;
    assert_eq!(sessions.as_array().unwrap().len(), 1);
    let current = sessions[0]["session_id"].as_str().unwrap();
    eva.ok(&["user", "sessions", "end", current]).await;
    eva.run(&["user", "whoami", "-o", "json"]).await.refused(4, "unauthenticated");
}

#[tokio::test]
async fn a_token_does_what_it_may_until_it_is_revoked() {
    let market = Market::open().await;
    let (eva, id) = (market.shell_of("Eva").await, &*market.product_id);
    let create = ["user", "tokens", "create", "--scope", "bid,read", "--max-offer", "120"];
    let made = eva.json(&[&create[..], &["--currency", "usd", "--expires", "7d"]].concat()).await;
    let token = made["token"].as_str().unwrap();
    let script = Shell::at(&market.server).env("GOBID_TOKEN", token);
    assert_eq!(script.json(&["user", "whoami"]).await["user_name"], "Eva");
    script.ok(&["bid", "place", id, "100"]).await;
    let place = ["bid", "max", id, "121", "-o", "json"];
    script.run(&place).await.refused(7, "spending_cap");
    let create = ["product", "create", "--name", "Box", "--description", "200 LPs, unsorted."];
    let terms = ["--baseprice", "60", "--ends", "2h", "-o", "json"];
    script.run(&[&create[..], &terms].concat()).await.refused(5, "forbidden");
    // Bots find no token among their variables.
    let bot = "test -z \"$GOBID_TOKEN\" && echo '{\"max_amount\":\"110\"}'; read -r line";
    let run = ["bot", "run", "--product", id, "--budget", "500", "-o", "id", "--", "sh", "-c", bot];
    assert_eq!(script.ok(&run).await.lines().count(), 1);

    let tokens = eva.json(&["user", "tokens", "list"]).await;
    assert_eq!(ids(&tokens, "name"), ["gobid-cli"]);
    assert!(tokens[0].get("token").is_none() && tokens[0]["last_used_at"].is_string(), "{tokens}");
    eva.ok(&["user", "tokens", "revoke", tokens[0]["token_id"].as_str().unwrap()]).await;
    script.run(&["user", "whoami", "-o", "json"]).await.refused(4, "unauthenticated");
}

#[tokio::test]
async fn admins_see_to_users() {
    let market = Market::open().await;
    let (root, id) = (market.shell_of_admin().await, &*market.product_id);
    let eva = market.shell_of("Eva").await;
    eva.run(&["admin", "users", "-o", "json"]).await.refused(5, "forbidden");
    eva.ok(&["bid", "place", id, "100"]).await;
    let by_admin = |args: &[&'static str]| [&["admin"][..], args, &REASON].concat();
    let error = root.run(&[&by_admin(&["suspend", "nobody"])[..], &["-o", "json"]].concat()).await;
    error.refused(6, "not_found");
    let suspend = [&by_admin(&["suspend", "eva"])[..], &["--void-open", "-o", "json"]].concat();
    let done: Value = serde_json::from_str(&root.ok(&suspend).await).unwrap();
    assert_eq!((&done["voided"], &done["not_voided"]), (&1.into(), &0.into()), "{done}");
    assert_eq!(market.bids().await[0]["voided"], true);
    eva.log_in("Eva", &["-o", "json"]).await.refused(5, "suspended");
    let users = root.json(&["admin", "users", "--search", &email_of("Eva")]).await;
    assert!(users[0]["suspended_at"].is_string(), "{users}");
    root.ok(&by_admin(&["reinstate", "Eva"])).await;
    eva.log_in("Eva", &[]).await.ok();

    root.ok(&by_admin(&["make-admin", "eva@example.org"])).await;
    assert_eq!(eva.json(&["user", "whoami"]).await["is_admin"], true);
    root.ok(&by_admin(&["remove-admin", "EVA"])).await;
    eva.run(&["admin", "users", "-o", "json"]).await.refused(5, "forbidden");

    // Whoever took another's id as his name is not meant by it.
    let id = eva.json(&["user", "whoami"]).await["user_id"].as_str().unwrap().to_owned();
    let impostor = ["admin", "user-create", "--user-name", &id, "--email", "mallory@example.org"];
    root.ok(&impostor).await;
    root.ok(&[&["admin", "make-admin", &id][..], &REASON].concat()).await;
    assert_eq!(eva.json(&["user", "whoami"]).await["is_admin"], true);
    root.ok(&by_admin(&["remove-admin", "EVA"])).await;

    // A password that is good for one login.
    let reset: Value = serde_json::from_str(
        &root.ok(&[&by_admin(&["reset-password", "Eva"])[..], &["-o", "json"]].concat()).await,
    )
    .unwrap();
    let once = reset["one_time_password"].as_str().unwrap();
    let email = email_of("Eva");
    let login = ["user", "login", "--email", &email, "--password-stdin"];
    let ran = eva.run_with(&login, once).await;
    assert!(ran.stderr.contains("set your own: gobid-cli user password"), "{}", ran.stderr);
    ran.ok();
    let create = ["admin", "user-create", "--user-name", "New", "--email", "new@example.org"];
    assert!(root.json(&create).await["one_time_password"].is_string());
    let audit = root.json(&["admin", "audit"]).await;
    assert!(ids(&audit, "action").contains(&"suspend".to_owned()), "{audit}");
}
