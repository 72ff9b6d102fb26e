//! What sellers do, and what everybody sees of their products.

use super::transcript::{FORMS, Transcript, name_in};
use crate::cli::shell::Shell;
use crate::cli::{HOUR, Market};
use crate::support::actors::{User, from_now, product};

/// A file with two products.
pub(super) fn boxes() -> String {
    let ends = from_now(HOUR);
    let line = |name: &str, reference: &str| {
        format!(
            r#"{{"product_name":"{name}","description":"200 of them, unsorted.","baseprice":"60","auction_end":"{ends}","reference":"{reference}"}}"#
        )
    };
    format!("{}\n{}\n", line("A, B", "R1"), line("C", "R2"))
}

#[tokio::test]
async fn products() {
    let market = Market::open().await;
    let mut seen = Transcript::default();
    for form in FORMS {
        let (name, bidder) = (name_in(form, "Ana"), name_in(form, "Bob"));
        seen.hide_name(form, "Ana");
        seen.hide_name(form, "Bob");
        let user = User::sign_up(&market.server, &name).await;
        let ana = Shell::at(&market.server);
        ana.log_in(&name, &[]).await.ok();
        let what = ["product", "create", "--name", "Box", "--description", "200 LPs, unsorted."];
        let terms = ["--baseprice", "60", "--ends", "2h"];
        seen.run(&ana, form, &[&what[..], &terms].concat()).await;
        let id = ana.ok(&["product", "list", "--mine", "-o", "id"]).await;
        let id = id.trim();
        let again = ["product", "create", "--from", id, "--ends", "7d", "--buy-now", "500"];
        seen.run(&ana, form, &again).await;
        seen.run_with(&ana, form, &["product", "create", "-f", "-"], &boxes()).await;
        seen.run(&ana, form, &["product", "list", "--seller", &name]).await;
        seen.run(&ana, form, &["product", "list", "--mine", "--reference", "R1"]).await;
        seen.run(&ana, form, &["product", "list", "--search", "nothing"]).await;
        let edit = ["product", "edit", id, "--description", "Sorted now.", "--reserve", "80"];
        seen.run(&ana, form, &edit).await;

        let auction = user.create_product(&product(HOUR)).await;
        let bidder = market.shell_of(&bidder).await;
        bidder.ok(&["bid", "place", &auction, "100"]).await;
        seen.run(&bidder, form, &["product", "show", &auction]).await;
        seen.run(&bidder, form, &["product", "bids", &auction]).await;
        seen.run(&bidder, form, &["product", "export", &auction]).await;
        let cancel = ["product", "cancel", id, "--reason", "Not mine, \"they\" say."];
        seen.run(&ana, form, &cancel).await;
        seen.run(&bidder, form, &["product", "watch", id]).await;
    }
    seen.compare("products");
}
