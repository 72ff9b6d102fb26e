//! What admins do and read.

use super::transcript::{FORMS, Transcript, name_in};
use crate::cli::shell::{email_of, password_of};
use crate::cli::{HOUR, Market};
use crate::support::actors::product;

const REASON: [&str; 2] = ["--reason", "A stolen account."];

/// A command about a user or an auction, with the reason.
fn admin<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["admin"][..], args, &REASON].concat()
}

#[tokio::test]
async fn users() {
    let market = Market::open().await;
    let root = market.shell_of_admin().await;
    let mut seen = Transcript::default();
    seen.hide(market.database.url(), "<database>");
    for form in FORMS {
        let [eva, new, mia] = ["Eva", "New", "Mia"].map(|name| name_in(form, name));
        for name in ["Eva", "New", "Mia"] {
            seen.hide_name(form, name);
        }
        let bidder = market.shell_of(&eva).await;
        let (email, password) = (email_of(&mia), password_of(&mia));
        let create = ["admin", "create", "--user-name", &mia, "--email", &email];
        let with = ["--password-stdin", "--database-url", market.database.url()];
        seen.run_with(&root, form, &[&create[..], &with].concat(), &password).await;
        seen.run(&root, form, &[&create[..4], &["--email", &email], &with].concat()).await;

        let email = email_of(&new);
        let create = ["admin", "user-create", "--user-name", &new, "--email", &email];
        seen.run(&root, form, &create).await;
        seen.run(&root, form, &admin(&["reset-password", &new])).await;
        let id = market.seller.create_product(&product(HOUR)).await;
        bidder.ok(&["bid", "place", &id, "100"]).await;
        seen.run(&root, form, &[&admin(&["suspend", &eva])[..], &["--void-open"]].concat()).await;
        seen.run(&root, form, &["admin", "users", "--search", &eva]).await;
        seen.run(&root, form, &admin(&["reinstate", &eva])).await;
        seen.run(&root, form, &admin(&["make-admin", &eva])).await;
        seen.run(&root, form, &admin(&["remove-admin", &eva])).await;
        seen.run(&root, form, &["admin", "audit", "--limit", "4"]).await;
    }
    seen.compare("admin_users");
}

#[tokio::test]
async fn auctions() {
    let market = Market::open().await;
    let (root, eva) = (market.shell_of_admin().await, market.shell_of("Eva").await);
    let bidder = eva.ok(&["user", "whoami", "-o", "id"]).await;
    let mut for_sale = product(HOUR);
    for_sale["buy_now_price"] = "500".into();
    let mut seen = Transcript::default();
    for form in FORMS {
        let id = market.seller.create_product(&for_sale).await;
        let bid = eva.json(&["bid", "place", &id, "100"]).await["bid_id"].clone();
        seen.run(&root, form, &admin(&["extend", &id, "--by", "10m"])).await;
        seen.run(&root, form, &admin(&["void", bid.as_str().unwrap(), "--product", &id])).await;
        eva.ok(&["bid", "place", &id, "100"]).await;
        eva.ok(&["bid", "max", &id, "200"]).await;
        seen.run(&root, form, &admin(&["void", "--bidder", bidder.trim(), "--product", &id])).await;
        let id = market.seller.create_product(&for_sale).await;
        eva.ok(&["bid", "buy", &id]).await;
        seen.run(&root, form, &admin(&["annul", &id])).await;
        seen.run(&root, form, &["admin", "log", &id]).await;
        let id = market.seller.create_product(&product(HOUR)).await;
        seen.run(&root, form, &admin(&["cancel", &id])).await;
    }
    seen.compare("admin_auctions");
}
