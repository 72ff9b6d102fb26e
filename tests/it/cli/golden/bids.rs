//! What bidders do.

use super::transcript::{FORMS, Transcript, name_in};
use crate::cli::{HOUR, Market};
use crate::support::actors::product;

#[tokio::test]
async fn bids() {
    let market = Market::open().await;
    let mut for_sale = product(HOUR);
    let plain = for_sale.clone();
    for_sale["buy_now_price"] = "500".into();
    let mut sealed = product(HOUR);
    sealed.as_object_mut().unwrap().remove("increment");
    sealed["format"] = "sealed_first_price".into();
    let create = async |terms| market.seller.create_product(terms).await;
    let mut seen = Transcript::default();
    for form in FORMS {
        let id = create(&plain).await;
        let (eva, bob) = (name_in(form, "Eva"), name_in(form, "Bob"));
        seen.hide_name(form, "Eva");
        let (eva, bob) = (market.shell_of(&eva).await, market.shell_of(&bob).await);
        seen.run(&eva, form, &["bid", "place", &id, "100"]).await;
        seen.run(&eva, form, &["bid", "max", &id, "200"]).await;
        // The house bids more for her at once.
        seen.run(&bob, form, &["bid", "place", &id, "150"]).await;
        let id = create(&for_sale).await;
        seen.run(&eva, form, &["bid", "buy", &id]).await;
        let id = create(&sealed).await;
        seen.run(&eva, form, &["bid", "place", &id, "120"]).await;
        seen.run(&eva, form, &["bid", "mine"]).await;
        let id = create(&plain).await;
        let bot = "read -r line; echo '{\"amount\":\"100\"}'";
        let run = ["bot", "run", "--product", &id, "--budget", "500", "--", "sh", "-c", bot];
        seen.run(&eva, form, &run).await;
    }
    seen.compare("bids");
}
