use std::time::Duration;

use gobid_api::RequestId;
use gobid_api::client::{FeedEnd, FeedEvent};
use gobid_api::products::YourStatus;

use super::{Question, Telling};
use crate::app::Msg;
use crate::samples::Desk;
use crate::samples::formats::{buy_now, dutch, sealed, soft_close};
use crate::words::Means;

/// What is said while an auction goes on.
struct Listener {
    desk: Desk,
    telling: Telling,
    heard: Vec<String>,
}

impl Listener {
    fn at(mut desk: Desk) -> Self {
        desk.app.look.means = Means::Words;
        let mut listener = Self { desk, telling: Telling::new(true), heard: Vec::new() };
        listener.listen();
        listener
    }

    fn listen(&mut self) {
        self.heard.extend(self.telling.lines(&self.desk.app));
        self.heard.extend(self.telling.prompt(&self.desk.app));
    }

    fn say(&mut self, words: &str) {
        self.heard.push(format!("> {words}"));
        self.desk.update(Msg::Words(words.to_owned()));
        self.listen();
    }

    fn pass(&mut self, span: Duration) {
        self.desk.pass(span);
        self.listen();
    }

    fn ask(&mut self, question: Question) {
        self.telling.ask(Some(question));
        self.listen();
    }
}

#[test]
fn an_auction_in_lines() {
    let second = Duration::from_secs(1);
    let mut listener = Listener::at(Desk::new());
    listener.desk = Desk::watching();
    listener.desk.app.look.means = Means::Words;
    listener.listen();
    listener.say("bid 1275");
    listener.say("eva@auctions.example");
    listener.say("secret12");
    listener.desk.update(Msg::LoginRefused(vec!["e-mail or password is wrong".to_owned()]));
    listener.listen();
    listener.say("secret13");
    listener.desk.update(Msg::LoggedIn(crate::samples::eva()));
    listener.desk.you(YourStatus::Leading);
    listener.listen();
    listener.desk.rival_bids("1275.00", "1300.00");
    listener.desk.you(YourStatus::Outbid);
    listener.listen();
    listener.ask(Question::Status);
    for _ in 0..9 {
        listener.pass(second);
    }
    listener.say("bid 1300");
    listener.desk.rival_bids("1300.00", "1325.00");
    listener.listen();
    listener.say("yes");
    listener.pass(second);
    listener.say("+");
    listener.desk.next_id(RequestId::from_u128(50));
    listener.say("yes");
    listener.pass(second * 3);
    listener.desk.accept(RequestId::from_u128(50), "1325.00", Some(true));
    listener.desk.bid("eva", "1325.00", "1350.00");
    listener.listen();
    listener
        .desk
        .feed(FeedEvent::Disconnected { why: "reset by peer".to_owned(), retry_in: second });
    listener.pass(second);
    listener.desk.feed(FeedEvent::Connected);
    listener.listen();
    for _ in 0..29 {
        listener.pass(second);
    }
    listener.desk = listener.desk.closed("sold", Some("eva"));
    listener.listen();
    listener.ask(Question::Bids);
    listener.ask(Question::Help);
    insta::assert_snapshot!(listener.heard.join("\n"));
}

#[test]
fn a_maximum_and_what_others_do_in_lines() {
    let id = RequestId::from_u128(50);
    let mut listener = Listener::at(Desk::eva_at(soft_close()));
    listener.desk.rival_extends("1275.00", "20:04:06.000");
    listener.desk.you(YourStatus::Outbid);
    listener.listen();
    listener.say("bid 1400");
    listener.say("max");
    listener.desk.next_id(id);
    listener.say("yes");
    listener.desk.accept_at(id, "1400.00", Some(true), Some("1300.00"));
    listener.desk.bid("eva", "1300.00", "1325.00");
    listener.desk.you_offer(Some(YourStatus::Leading), None, Some("1400.00"));
    listener.listen();
    listener.desk.rival_is_answered("1325.00", "1350.00", "1375.00");
    listener.listen();
    listener.ask(Question::Status);
    listener.say("max 1400");
    listener.say("yes");
    listener.say("no");
    listener.desk.reserve_changes(Some(false));
    listener.listen();
    listener.desk.admin_extends("20:10:00.000", "no line");
    listener.listen();
    listener.desk.rival_bids("1375.00", "1400.00");
    listener.listen();
    listener.desk.void_newest("shill bidding");
    listener.listen();
    listener.ask(Question::Bids);
    listener.ask(Question::Details);
    listener.desk = listener.desk.cancelled("damaged");
    listener.listen();
    insta::assert_snapshot!(listener.heard.join("\n"));
}

#[test]
fn a_purchase_in_lines() {
    let mut listener = Listener::at(Desk::eva_at(buy_now()));
    listener.ask(Question::Status);
    listener.say("buy");
    listener.desk.next_id(RequestId::from_u128(50));
    listener.say("yes");
    listener.desk.accept_at(RequestId::from_u128(50), "1600.00", Some(true), Some("1600.00"));
    listener.desk.sold_at_once("eva", "1600.00");
    listener.listen();
    insta::assert_snapshot!(listener.heard.join("\n"));
}

#[test]
fn a_falling_price_in_lines() {
    let mut listener = Listener::at(Desk::eva_at(dutch()));
    for _ in 0..15 {
        listener.pass(Duration::from_secs(1));
    }
    listener.ask(Question::Status);
    listener.say("accept");
    listener.pass(Duration::from_secs(12));
    listener.say("yes");
    insta::assert_snapshot!(listener.heard.join("\n"));
}

#[test]
fn a_sealed_auction_in_lines() {
    let id = RequestId::from_u128(50);
    let mut listener = Listener::at(Desk::eva_at(sealed()));
    listener.ask(Question::Bids);
    listener.say("bid 1400");
    listener.desk.next_id(id);
    listener.say("yes");
    listener.desk.accept_at(id, "1400.00", None, None);
    listener.desk.you_offer(None, Some("1400.00"), None);
    listener.listen();
    listener.ask(Question::Status);
    let bids = [("eva", "1400.00"), ("bob_7", "1350.00")];
    listener.desk = listener.desk.unsealed(&bids, "1350.00");
    listener.listen();
    listener.ask(Question::Bids);
    insta::assert_snapshot!(listener.heard.join("\n"));
}

#[test]
fn advice_names_commands_and_none_where_nothing_is_read() {
    for (means, named) in [(Means::Words, true), (Means::Nothing, false)] {
        let mut listener = Listener::at(Desk::eva_at(soft_close()));
        listener.desk.app.look.means = means;
        listener.desk.describe("Overhauled, with its case.");
        listener.listen();
        listener.desk.feed(FeedEvent::SignedOut);
        listener.listen();
        let mut lost = Desk::new();
        lost.app.look.means = means;
        lost.feed(FeedEvent::Ended(FeedEnd::NotFound));
        listener.desk = lost;
        listener.listen();
        let heard = listener.heard.join("\n");
        let told = [
            ("the seller changed the description", ": details shows it"),
            ("signed out by the server", ": login logs in again"),
            ("NO SUCH AUCTION", " ·  reconnect asks again, quit leaves"),
        ];
        for (what, advice) in told {
            let line = if named { format!("{what}{advice}") } else { what.to_owned() };
            let line = line.replace("·  ", "· ");
            assert!(heard.lines().any(|heard| heard.ends_with(&line)), "{line} in {heard}");
        }
    }
}

#[test]
fn a_link_and_what_happened_are_said() {
    let mut listener = Listener::at(Desk::outbid());
    listener.heard.clear();
    listener.ask(Question::Link);
    let id = listener.desk.app.watch.product_id;
    assert_eq!(listener.heard, [format!("http://127.0.0.1:3080/api/v1/products/{id}")]);
    listener.ask(Question::Events);
    assert_eq!(listener.heard.last().unwrap(), "20:02:06 bob_7 bid $1,275.00 — you were outbid");
}

#[test]
fn one_bid_is_one_bid() {
    let mut desk = Desk::eva_at(buy_now());
    desk.bid("bob_7", "900.00", "910.00");
    let mut listener = Listener::at(desk);
    listener.ask(Question::Status);
    assert!(listener.heard.contains(&"1 bid, next bid from USD 910.00".to_owned()));
}

#[test]
fn the_sides_of_a_sale_are_told_of_each_other() {
    let mut listener = Listener::at(Desk::leading().closed("sold", Some("eva")));
    listener.desk.learn("eva", "ana@auctions.example");
    listener.listen();
    let told = "20:02:44 the seller's e-mail: ana@auctions.example";
    assert!(listener.heard.contains(&told.to_owned()), "{:?}", listener.heard);
}

#[test]
fn lists_and_other_auctions_in_lines() {
    let mut desk = Desk::lists();
    for effect in desk.first_effects.clone() {
        let crate::app::Effect::List(asked) = effect else { continue };
        let rows = ["Leica M3", "Thinkpad"].into_iter().zip(1_u128..).map(|(name, number)| {
            let mut view = crate::samples::product();
            view.product_id = gobid_api::ProductId::from_u128(number);
            view.product_name = name.to_owned();
            crate::app::Row::read(&view, None).unwrap()
        });
        desk.update(Msg::Listed(asked, Ok(rows.collect()), vec![None]));
    }
    let mut listener = Listener::at(desk);
    assert_eq!(
        listener.heard,
        ["2 live", "1 Leica M3: $1,250.00, 0:38 left", "2 Thinkpad: $1,250.00, 0:38 left"]
    );
    listener.desk.pass(Duration::from_secs(38));
    listener.heard.clear();
    listener.ask(Question::Rows);
    assert_eq!(
        listener.heard[0], "1 Leica M3: $1,250.00, closing…",
        "the server has not said more"
    );
    listener.heard.clear();
    for effect in listener.desk.update(Msg::Words("filter think".to_owned())) {
        let crate::app::Effect::List(asked) = effect else { continue };
        let mut view = crate::samples::product();
        view.product_name = "Thinkpad".to_owned();
        let row = crate::app::Row::read(&view, None).unwrap();
        listener.desk.update(Msg::Listed(asked, Ok(vec![row]), vec![None]));
    }
    listener.listen();
    let found = ["1 live · filter: think", "1 Thinkpad: $1,250.00, closing…"];
    assert_eq!(listener.heard, found);
    listener.say("watch 7");
    let refused = "neither the id of an auction nor a row of the list".to_owned();
    assert!(listener.heard.contains(&refused), "{:?}", listener.heard);
    listener.say("list 5");
    listener.say("bid 1300");
    assert!(listener.heard.contains(&"watch an auction first".to_owned()), "{:?}", listener.heard);
}

#[test]
fn every_wrong_word_has_an_answer() {
    let mut listener = Listener::at(Desk::outbid());
    listener.heard.clear();
    listener.say("nonsense");
    listener.say("nonsense");
    listener.pass(Duration::from_secs(1));
    let (said, answer) = ("> nonsense", "no such command: help lists them");
    assert_eq!(listener.heard, [said, answer, said, answer]);
}

#[test]
fn a_list_that_is_nobodys_is_told() {
    let mut listener = Listener::at(Desk::lists());
    listener.say("list my bids");
    let told = ["> list my bids", "this list is of whoever is logged in: login logs in"];
    assert_eq!(listener.heard, told);
}
