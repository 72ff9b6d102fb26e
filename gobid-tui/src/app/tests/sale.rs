//! What the two sides of a sale learn of each other.

use super::*;
use crate::samples::formats::anonymous;
use crate::words;

#[test]
fn a_side_of_a_sale_asks_once() {
    let mut desk = Desk::watching().closed("sold", Some("eva"));
    let asked = [Effect::AskAfterSale(desk.app.watch.product_id, eva().user_id)];
    assert!(desk.pass(Duration::from_secs(1)).is_empty(), "nobody is logged in");
    assert_eq!(desk.update(Msg::LoggedIn(eva())), asked);
    assert!(desk.pass(Duration::from_secs(1)).is_empty());
    let mut loser = Desk::watching().closed("sold", Some("bob_7"));
    assert!(loser.update(Msg::LoggedIn(eva())).is_empty());
    let mut unsold = Desk::watching().closed("unsold", None);
    assert!(unsold.update(Msg::LoggedIn(eva())).is_empty());
}

#[test]
fn a_winner_learns_the_sellers_e_mail() {
    let mut desk = Desk::leading().closed("sold", Some("eva"));
    assert!(desk.app.watch.sale.is_awaited);
    desk.learn("eva", "ana@auctions.example\u{1b}[2J");
    assert!(!desk.app.watch.sale.is_awaited);
    let told = "the seller's e-mail: ana@auctions.example[2J";
    assert_eq!(words::contact(&desk.app).as_deref(), Some(told));
    assert_eq!(desk.app.watch.log.iter().next_back().unwrap().text, told);
    desk.feed(FeedEvent::SignedOut);
    assert_eq!(words::contact(&desk.app), None, "somebody else may be looking");
    desk.learn("eva", "ana@auctions.example");
    assert_eq!(words::contact(&desk.app), None);
}

#[test]
fn a_seller_learns_who_the_anonymous_winner_is() {
    let mut own = anonymous();
    own.product.seller.user_id = eva().user_id;
    let mut desk = Desk::eva_at(own).closed("sold", Some("Bidder 12"));
    assert_eq!(words::banner(&desk.app).sentence(), "SOLD to Bidder 12 for USD 1,250.00");
    desk.learn("bob_7", "bob@auctions.example");
    let told = words::banner(&desk.app).sentence();
    assert_eq!(told, "SOLD to bob_7 (Bidder 12) for USD 1,250.00");
    let contact = words::contact(&desk.app);
    assert_eq!(contact.as_deref(), Some("the winner's e-mail: bob@auctions.example"));
}

#[test]
fn an_anonymous_winner_stays_the_winner() {
    let mut desk = Desk::eva_at(anonymous());
    desk.you(YourStatus::Leading);
    desk.app.watch.you.as_mut().unwrap().alias = Some("Bidder 12".to_owned());
    let mut desk = desk.closed("sold", Some("Bidder 12"));
    desk.learn("eva", "ana@auctions.example");
    assert_eq!(desk.app.watch.role(&desk.app.identity), Role::Winner);
}

#[test]
fn an_answer_that_never_came_is_not_waited_for() {
    let mut desk = Desk::leading().closed("sold", Some("eva"));
    desk.update(Msg::AfterSale(desk.app.watch.product_id, eva().user_id, None));
    assert!(!desk.app.watch.sale.is_awaited);
    assert!(desk.pass(Duration::from_secs(1)).is_empty());
}
