//! Clients that send commands: one copy at a time, and the same one again while nobody has told
//! them for certain what became of it.

use std::time::Duration;

use gobid_api::problem::Outcome;
use gobid_auction::{EntryIds, Order, ProductId, Timestamp, UserId};
use gobid_store::SessionKey;

use super::event::{Event, Process, Task};
use super::world::World;
use crate::hub::answer::{Answer, PlaceBid};
use crate::hub::tickets::Stamp;

/// How long a client asks on, from its first copy.
const PATIENCE: Duration = Duration::from_secs(20);
/// A refusal of a repeated bid speaks for all its copies when it was received so long after the
/// moment after which none is judged.
const FINAL_AFTER: Duration = Duration::from_secs(5);

/// A stamped command, by its place in the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CopyId(pub(super) usize);

/// What a person wants of a product.
#[derive(Clone, Debug)]
pub(super) enum Wish {
    Bid(PlaceBid),
    Order(Order),
}

/// A command of a person's, with all its copies.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) person: usize,
    pub(super) product_id: ProductId,
    pub(super) user_id: UserId,
    pub(super) wish: Wish,
    /// Whether the first copy is to arrive exactly at the end, or so many microseconds beside it.
    pub(super) aim: Option<i64>,
    pub(super) copies: Vec<CopyId>,
    first_sent: Option<Timestamp>,
    /// Whether there is a copy of which the client does not know what became.
    is_in_doubt: bool,
    /// What the client takes for final: accepted or not.
    pub(super) concluded: Option<bool>,
    /// Whether the client asks no more.
    is_through: bool,
}

/// Whose a stamped command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Request(usize),
    House(ProductId),
}

/// A command that was sent to a server, or that the house stamped there.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) of: Of,
    pub(super) process: Process,
    /// The session that it was sent with.
    pub(super) session: Option<SessionKey>,
    /// Its stamp and the ids of its entries, once it has arrived, and when that was.
    pub(super) stamped: Option<(Stamp, EntryIds, Timestamp)>,
    /// When it went into its lane.
    pub(super) entered_at: Option<Timestamp>,
    /// Its place among all that its lane has taken in.
    pub(super) submitted: Option<u64>,
    /// How far the product's log had come when it was stamped.
    pub(super) position_then: i64,
    /// What it was answered, by the server.
    pub(super) answer: Option<Answer>,
    /// Whether its client does not wait for it any more.
    is_settled: bool,
}

impl Request {
    pub(super) const fn new(
        person: usize,
        product_id: ProductId,
        user_id: UserId,
        wish: Wish,
        aim: Option<i64>,
    ) -> Self {
        Self {
            person,
            product_id,
            user_id,
            wish,
            aim,
            copies: Vec::new(),
            first_sent: None,
            is_in_doubt: false,
            concluded: None,
            is_through: false,
        }
    }

    fn not_after(&self) -> Option<Timestamp> {
        match &self.wish {
            Wish::Bid(bid) => bid.not_after,
            Wish::Order(_) => None,
        }
    }
}

impl World {
    /// How long something takes from a client to a server, or back.
    pub(super) fn client_delay(&mut self) -> Duration {
        let [mostly, seldom] = self.plan.client_micros;
        self.random.mostly(mostly, seldom)
    }

    /// A client sends a copy: the first one to the server it knows, the others to any.
    pub(super) fn send(&mut self, request: usize) {
        let servers = self.servers.len();
        let is_first = self.requests[request].copies.is_empty();
        let home = self.people[self.requests[request].person].home % servers;
        let server = if is_first { home } else { self.random.index(servers) };
        let process = self.process(server);
        let copy = self.new_copy(Of::Request(request), process);
        self.copies[copy.0].session = Some(self.people[self.requests[request].person].session);
        let (now, span) = (self.now, self.client_delay());
        let sent = &mut self.requests[request];
        sent.copies.push(copy);
        sent.first_sent.get_or_insert(now);
        if self.fails(self.plan.rates.line_breaks) {
            self.later(span * 2, Event::Told(copy, None));
            return;
        }
        self.later(span, Event::Server(process, Task::Arrive(copy)));
        let patience = if self.random.one_in(8) { (300, 2_000) } else { (6_000, 6_500) };
        let patience = self.random.millis(patience.0, patience.1);
        self.later(patience, Event::GiveUp(copy));
    }

    pub(super) fn new_copy(&mut self, of: Of, process: Process) -> CopyId {
        self.copies.push(Copy {
            of,
            process,
            session: None,
            stamped: None,
            entered_at: None,
            submitted: None,
            position_then: 0,
            answer: None,
            is_settled: false,
        });
        CopyId(self.copies.len() - 1)
    }

    pub(super) fn give_up(&mut self, copy: CopyId) {
        if !self.copies[copy.0].is_settled {
            self.told(copy, None);
        }
    }

    /// A client learns what became of a copy, or that it does not learn it.
    pub(super) fn told(&mut self, copy: CopyId, answer: Option<Answer>) {
        let Of::Request(request) = self.copies[copy.0].of else { return };
        if std::mem::replace(&mut self.copies[copy.0].is_settled, true) {
            return;
        }
        let now = self.now;
        let is_order = matches!(self.requests[request].wish, Wish::Order(_));
        let sent = &mut self.requests[request];
        let limit = sent.not_after().map(|not_after| not_after.plus(FINAL_AFTER));
        let is_refused = matches!(answer, Some(Answer::Refused(_)));
        match answer {
            Some(Answer::Accepted { .. } | Answer::Done) => sent.concluded = Some(true),
            Some(Answer::Refused(refusal)) => {
                let received_at = refusal.facts.received_at;
                let is_late = limit.zip(received_at).is_some_and(|(limit, at)| at >= limit);
                if !sent.is_in_doubt || is_late {
                    sent.concluded = Some(false);
                    self.reached.refused_for_good += usize::from(is_late);
                }
            }
            Some(Answer::Unavailable { outcome: Outcome::NotRecorded, .. }) => {}
            Some(Answer::Unavailable { outcome: Outcome::Unknown, .. }) | None => {
                sent.is_in_doubt = true;
            }
        }
        let since = sent.first_sent.map_or(Duration::ZERO, |first| now.since(first));
        // Without a limit no later refusal would say more.
        let is_hopeless = is_order || is_refused && limit.is_none() || since >= PATIENCE;
        sent.is_through = sent.concluded.is_some() || is_hopeless;
        if !sent.is_through {
            let span = self.random.millis(250, 2_000);
            self.later(span, Event::Send(request));
        }
    }

    /// Whether a client has done all that it will do for a request.
    pub(super) fn is_through(&self, request: &Request) -> bool {
        request.is_through && request.copies.iter().all(|copy| self.copies[copy.0].is_settled)
    }
}
