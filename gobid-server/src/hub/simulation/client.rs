//! Clients that send commands: one copy at a time, and the same one again while nobody has told
//! them for certain what became of it.

use std::time::Duration;

use gobid_api::problem::Outcome;
use gobid_auction::{EntryIds, Order, ProductId, Timestamp, UserId};
use gobid_store::{History, SessionKey};

use super::event::{Event, Process, Task};
use super::read::{Query, Reader};
use super::trace::note;
use super::world::World;
use crate::hub::answer::{Answer, Caller, PlaceBid};
use crate::hub::lane::{self, OrderTask};
use crate::hub::tickets::{Stamp, Ticket};

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

    fn new_copy(&mut self, of: Of, process: Process) -> CopyId {
        self.copies.push(Copy {
            of,
            process,
            session: None,
            stamped: None,
            submitted: None,
            position_then: 0,
            answer: None,
            is_settled: false,
        });
        CopyId(self.copies.len() - 1)
    }

    /// Stamps a command; `None` when too many are under way.
    pub(super) fn stamp(
        &mut self,
        process: Process,
        of: Of,
        product_id: ProductId,
    ) -> Option<(CopyId, Ticket)> {
        let copy = self.new_copy(of, process);
        self.stamp_copy(process, copy, product_id).map(|ticket| (copy, ticket))
    }

    fn stamp_copy(
        &mut self,
        process: Process,
        copy: CopyId,
        product_id: ProductId,
    ) -> Option<Ticket> {
        let now = self.now;
        let position = self.ledgers.get(&product_id).map_or(0, |ledger| ledger.position());
        let ticket = self.running(process)?.tickets.stamp(product_id)?;
        let stamped = &mut self.copies[copy.0];
        stamped.stamped = Some((ticket.stamp, ticket.ids, now));
        stamped.position_then = position;
        if let Some(ledger) = self.ledgers.get_mut(&product_id) {
            ledger.expect(ticket.ids, copy);
        }
        Some(ticket)
    }

    /// All of a copy has been read: it is stamped before anything else.
    pub(super) fn arrive(&mut self, process: Process, copy: CopyId) {
        let Of::Request(request) = self.copies[copy.0].of else { return };
        let product_id = self.requests[request].product_id;
        if self.aims_later(process, request, copy) {
            return;
        }
        let Some(ticket) = self.stamp_copy(process, copy, product_id) else {
            self.reached.tickets_out += 1;
            let received_at = self.server_time(process);
            return self.answered(copy, Answer::not_recorded(received_at));
        };
        note!(
            self,
            "server {} stamps copy {}: {:?}",
            process.server,
            copy.0,
            self.requests[request]
        );
        let reads_log = matches!(&self.requests[request].wish, Wish::Order(Order::Void { .. }));
        if reads_log {
            ticket.hold_nothing_back();
        }
        let Some(running) = self.running(process) else { return };
        running.stamped.insert(copy, (ticket, History::default()));
        if reads_log {
            return self.ask(process, Query::History(product_id, 0), Reader::History(copy));
        }
        let span = if self.fails(self.plan.rates.edge_is_slow) {
            self.random.mostly((20_000, 900_000), (1_000_000, 6_000_000))
        } else {
            self.random.micros(0, 3_000)
        };
        self.later(span, Event::Server(process, Task::Submit(copy)));
    }

    /// A copy that is to arrive at the end waits for it, by its server's clock.
    fn aims_later(&mut self, process: Process, request: usize, copy: CopyId) -> bool {
        let Some(beside) = self.requests[request].aim else { return false };
        let product_id = self.requests[request].product_id;
        let Some(product) = self.database.product(product_id) else { return false };
        let end = product.auction.state.auction_end.as_micros() + beside;
        let ahead = end - self.server_time(process).as_micros();
        let is_far = !(1..=3_000_000).contains(&ahead);
        if !is_far {
            let ahead = Duration::from_micros(ahead.unsigned_abs());
            self.later(ahead, Event::Server(process, Task::Arrive(copy)));
        }
        !is_far
    }

    /// A page of the log for a void has been read.
    pub(super) fn history_read(&mut self, process: Process, copy: CopyId, page: Option<History>) {
        let Some(running) = self.running(process) else { return };
        let Some((ticket, history)) = running.stamped.get_mut(&copy) else { return };
        let (product_id, received_at) = (ticket.product_id, ticket.stamp.received_at);
        match page {
            None => {
                running.stamped.remove(&copy);
                self.answered(copy, Answer::not_recorded(received_at));
            }
            Some(page) if page.until == history.until => {
                ticket.enter();
                let stamp = ticket.stamp;
                if let Some((stamped, ..)) = &mut self.copies[copy.0].stamped {
                    *stamped = stamp;
                }
                self.submit(process, copy);
            }
            Some(page) => {
                history.append(page);
                let after = history.until;
                self.ask(process, Query::History(product_id, after), Reader::History(copy));
            }
        }
    }

    /// A copy goes into its lane.
    pub(super) fn submit(&mut self, process: Process, copy: CopyId) {
        let Of::Request(request) = self.copies[copy.0].of else { return };
        let Request { user_id, wish, .. } = &self.requests[request];
        let (user_id, wish) = (*user_id, wish.clone());
        let Some(session) = self.copies[copy.0].session else { return };
        let caller = Caller { user_id, session };
        let Some(running) = self.running(process) else { return };
        let Some((ticket, history)) = running.stamped.remove(&copy) else { return };
        let task = match wish {
            Wish::Bid(bid) => lane::Task::Bid(caller, bid),
            Wish::Order(order) => lane::Task::Order(caller, OrderTask { order, history }.into()),
        };
        self.put_in(process, ticket, task, copy);
    }

    /// A server has answered a copy.
    pub(super) fn answered(&mut self, copy: CopyId, answer: Answer) {
        note!(self, "copy {} is answered {answer:?}", copy.0);
        self.check_answer(copy, &answer);
        self.copies[copy.0].answer = Some(answer.clone());
        let span = self.client_delay();
        let told = if self.fails(self.plan.rates.line_breaks) { None } else { Some(answer) };
        self.later(span, Event::Told(copy, told));
    }

    /// The copies that a process had not answered when it died.
    pub(super) fn lose_copies(&mut self, process: Process) {
        let open = |copy: &Copy| copy.process == process && copy.answer.is_none();
        let copies = self.copies.iter().enumerate().filter(|(_, copy)| open(copy));
        let lost: Vec<_> = copies.map(|(place, _)| CopyId(place)).collect();
        for copy in lost {
            let span = self.client_delay();
            self.later(span, Event::Told(copy, None));
        }
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
        sent.is_through = sent.concluded.is_some() || is_order || since >= PATIENCE;
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
