use std::time::Duration;

use gobid_api::RequestId;
use gobid_api::client::FeedEvent;
use gobid_api::products::YourStatus;

use super::{Question, Telling};
use crate::app::Msg;
use crate::samples::Desk;

/// What is said while an auction goes on.
struct Listener {
    desk: Desk,
    telling: Telling,
    heard: Vec<String>,
}

impl Listener {
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
    let mut listener =
        Listener { desk: Desk::new(), telling: Telling::new(true), heard: Vec::new() };
    listener.listen();
    listener.desk = Desk::watching();
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
