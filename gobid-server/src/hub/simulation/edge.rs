//! The edge of a server: a command is stamped when all of it has been read, waits for whatever is
//! looked up, and goes into its lane.

use std::time::Duration;

use gobid_auction::{Order, ProductId};
use gobid_store::History;

use super::checks::Ledger;
use super::client::{Copy, CopyId, Of, Request, Wish};
use super::event::{Event, Process, Task};
use super::read::{Query, Reader};
use super::trace::note;
use super::world::World;
use crate::hub::answer::{Answer, Caller};
use crate::hub::lane::{self, OrderTask};
use crate::hub::rights::Rights;
use crate::hub::tickets::Ticket;

impl World {
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
        let position = self.ledgers.get(&product_id).map_or(0, Ledger::position);
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
        if self.plan.rates.logouts > 0 && self.random.one_in(40) {
            let soon = self.random.micros(0, 4_000);
            self.later(soon, Event::LoggingOut(self.requests[request].person));
        }
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
            let (least, most) = if self.random.one_in(4) { (2_500, 5_200) } else { (20, 900) };
            self.random.millis(least, most)
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
        self.copies[copy.0].entered_at = Some(self.now);
        let Some(session) = self.copies[copy.0].session else { return };
        let caller = Caller { user_id, session, rights: Rights::ALL };
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
}
