//! One auction twice: at the server, and in the model, which is told what the server was, with the
//! server's own times.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::cast::Cast;
use super::command::{Command, Way};
use super::ledger::Entry;
use super::listing::Listing;
use super::reference::{Answer, Model, Order, Terms, View};
use super::send::Said;
use super::tally::Tally;
use super::words;
use crate::support::database::LogEntry;

/// The model of an auction, and how its ids go with the server's.
pub(crate) struct Twin<'a> {
    pub(super) cast: &'a Cast,
    pub(super) product_id: String,
    pub(crate) terms: Terms,
    pub(super) anonymous: bool,
    model: Model,
    /// The server's ids of bids and automatic answers, by the model's.
    pub(super) ids: BTreeMap<u64, Uuid>,
    /// What the log must be by now.
    pub(super) ledger: Vec<Entry>,
    pub(super) cancel_reason: Option<String>,
    /// The public view as it was first read: the terms in it never change.
    pub(super) at_first: Value,
    pub(crate) tally: Tally,
}

impl<'a> Twin<'a> {
    /// The model of an auction that was just created, with the log that it has by now.
    pub(crate) fn new(
        cast: &'a Cast,
        listing: &Listing,
        at_first: Value,
        rows: &[LogEntry],
    ) -> Self {
        let created_at = at_first["created_at"].as_str().map(words::micros).unwrap();
        let opening = rows.first().filter(|_| listing.body["auction_start"].is_null());
        let terms = listing.terms(opening.map_or(created_at, |row| row.at));
        let description = listing.body["description"].as_str().unwrap().to_owned();
        let model = Model::new(terms.clone(), description);
        let mut twin = Self {
            cast,
            product_id: at_first["product_id"].as_str().unwrap().to_owned(),
            terms,
            anonymous: listing.anonymous,
            model,
            ids: BTreeMap::new(),
            ledger: Vec::new(),
            cancel_reason: None,
            at_first,
            tally: Tally::default(),
        };
        let opened = usize::from(opening.is_some());
        let view = twin.view(created_at);
        twin.note(None, &rows[..opened], &view, &view);
        twin.feed(&rows[opened..]);
        twin
    }

    /// What the model sees at a moment.
    pub(crate) fn view(&self, at: i64) -> View {
        self.model.view(at)
    }

    /// How far the log was compared.
    pub(crate) fn position(&self) -> i64 {
        i64::try_from(self.ledger.len()).unwrap()
    }

    /// The server's id of the bid that a command strikes; of one that is not there, any.
    pub(crate) fn target(&self, command: &Command) -> Uuid {
        let Order::VoidBid { bid, .. } = command.order else { return Uuid::nil() };
        self.ids.get(&bid).copied().unwrap_or_else(Uuid::now_v7)
    }

    /// Whether an entry is the one of a command.
    pub(crate) fn is_of(&self, row: &LogEntry, command: &Command) -> bool {
        let by = self.cast.person(command.by).id.parse().ok();
        let request_id = match &command.order {
            Order::Bid(bid) => Some(words::request_id(bid.request)),
            _ => None,
        };
        row.actor_id == by && row.request_id == request_id
    }

    /// Compares what a command was answered with, and the entries that the log has since.
    pub(crate) fn settle(&mut self, command: &Command, said: &Said, rows: &[LogEntry]) {
        let Some(own) = rows.iter().position(|row| row.actor_id.is_some()) else {
            return self.settle_without_entry(command, said, rows);
        };
        self.feed(&rows[..own]);
        let led = self.record(command, said, &rows[own..]);
        self.feed(&rows[own + led..]);
    }

    /// Compares a command that is in the log, with the rows from its own on; says how many are its.
    pub(crate) fn record(&mut self, command: &Command, said: &Said, rows: &[LogEntry]) -> usize {
        let LogEntry { received_at, at, entry_id, .. } = rows[0];
        let before = self.model.view(at);
        let answer = self.model.apply(&command.order, received_at, at);
        let view = self.model.view(at);
        if let Answer::Accepted(accepted) = &answer {
            self.ids.insert(accepted.bid, entry_id);
        }
        let expected = self.told(command, &answer, &before);
        if let Err(why) = expected.check(said) {
            panic!("{command:?} of {}, in the log as {:?}\n{why}", self.product_id, rows[0]);
        }
        self.tally.answers.count(command.way, expected.word);
        let led = usize::try_from(view.position - before.position).unwrap();
        assert!(led <= rows.len(), "{command:?}: of {led} entries there are {rows:?}");
        self.note(Some(command), &rows[..led], &before, &view);
        led
    }

    /// Entries of the house's own: openings and closings.
    pub(crate) fn feed(&mut self, rows: &[LogEntry]) {
        for row in rows {
            let order = match row.kind.as_str() {
                "opened" => Order::Open,
                "closed" => Order::Close,
                _ => panic!("nobody has commanded {row:?}"),
            };
            let before = self.model.view(row.at);
            let answer = self.model.apply(&order, row.received_at, row.at);
            assert_eq!(answer, Answer::Done, "{row:?}");
            let view = self.model.view(row.at);
            self.note(None, std::slice::from_ref(row), &before, &view);
        }
    }

    /// A refusal, a repetition, or an edit of nothing. It may have been judged before or after what
    /// the house did meanwhile, and its stamp is known to the millisecond.
    fn settle_without_entry(&mut self, command: &Command, said: &Said, rows: &[LogEntry]) {
        let mut agreed = None;
        let mut differences = Vec::new();
        for done in 0..=rows.len() {
            if done > 0 {
                self.feed(&rows[done - 1..done]);
            }
            for received_at in said.received_between() {
                let view = self.model.view(received_at);
                match self.answer_without_entry(command, said, received_at, &view) {
                    Ok(word) => agreed = Some(word),
                    Err(why) => differences.push(why),
                }
            }
        }
        let Some(word) = agreed else {
            panic!("{command:?} of {}, not in the log\n{}", self.product_id, differences.join("\n"))
        };
        self.tally.answers.count(command.way, word);
    }

    /// The word for an answer that left nothing in the log, when the model gives it as things stand,
    /// which is as it sees them before.
    pub(crate) fn answer_without_entry(
        &self,
        command: &Command,
        said: &Said,
        received_at: i64,
        before: &View,
    ) -> Result<&'static str, String> {
        let mut model = self.model.clone();
        let answer = model.apply(&command.order, received_at, received_at);
        let expected = self.told(command, &answer, before);
        expected.check(said)?;
        let is_changed = model.view(received_at).position != before.position;
        if is_changed { Err("it should be in the log".to_owned()) } else { Ok(expected.word) }
    }

    fn told(&self, command: &Command, answer: &Answer, before: &View) -> Told {
        match answer {
            Answer::Accepted(accepted) => {
                let Order::Bid(bid) = &command.order else { panic!("{command:?}") };
                let (digits, product_id) = (self.terms.digits, &self.product_id);
                let bid_id = self.ids.get(&accepted.bid).copied().unwrap_or_default();
                let mut body = words::accepted(accepted, digits, product_id, bid_id);
                let name =
                    if command.way == Way::Socket { "request_id" } else { "idempotency_key" };
                body[name] = json!(words::request_id(bid.request));
                if command.way == Way::Socket {
                    body["type"] = "bid_accepted".into();
                }
                let (status, word) =
                    if accepted.new { (201, "accepted") } else { (200, "repeated") };
                Told { status, word, body: Some(body) }
            }
            Answer::Done => Told { status: 200, word: "done", body: None },
            Answer::Refused(refused) => {
                let body = words::refused(refused, self.terms.digits, before);
                let status = words::status(refused.code);
                Told { status, word: refused.code, body: Some(body) }
            }
            Answer::NotDue => panic!("{command:?}"),
        }
    }
}

/// What a command must be answered with.
struct Told {
    status: u16,
    /// `accepted`, `repeated`, `done` or the code of the refusal.
    word: &'static str,
    /// None where the answer is the product.
    body: Option<Value>,
}

impl Told {
    fn check(&self, said: &Said) -> Result<(), String> {
        let is_refused = self.status >= 300;
        let same_status = said.status.is_none_or(|status| status == self.status);
        let is_same = match &self.body {
            _ if is_refused == said.is_accepted() => false,
            None => true,
            Some(body) if is_refused => *body == said.refusal(),
            Some(body) => *body == said.body,
        };
        if is_same && same_status {
            return Ok(());
        }
        let Self { status, word, body } = self;
        let body = body.as_ref().map(ToString::to_string);
        Err(format!("expected {word} {status} {}\n     got {said:?}", body.unwrap_or_default()))
    }
}
