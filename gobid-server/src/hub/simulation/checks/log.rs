//! The log: one strict order that the rules explain (promises 2, 3, 4, 5 and 9).

use gobid_auction::{Amount, EntryIds, Order, ProductId, Timestamp, UserId};
use gobid_store::LogEntry;

use super::reference::{Answer, Model};
use super::{CLOCKS_DIFFER_BY, Ledger, translated};
use crate::hub::simulation::client::{CopyId, Of, Wish};
use crate::hub::simulation::link::Attempt;
use crate::hub::simulation::trace::note;
use crate::hub::simulation::world::World;
use crate::hub::tickets::Stamp;

/// A command was stamped and is answerable for some entries.
pub(super) struct Cause {
    pub(super) copy: CopyId,
    stamp: Stamp,
    ids: EntryIds,
    /// In true time.
    stamped_at: Timestamp,
    pub(super) attempt: Attempt,
}

impl World {
    /// Something may have been committed: by an attempt that had its locks then.
    pub(in super::super) fn read_logs(&mut self, attempt: Option<Attempt>) {
        for place in 0..self.sales.len() {
            let product_id = self.sales[place].product_id;
            let known = self.ledgers[&product_id].position();
            let newest = self.database.log(product_id).rev();
            let new = newest.take_while(|entry| entry.position > known);
            let mut new: Vec<_> = new.cloned().collect();
            new.reverse();
            if new.is_empty() {
                continue;
            }
            let mut ledger = self.ledgers.remove(&product_id).unwrap();
            let taken = self.take_in_entries(&mut ledger, &new, attempt);
            let says = taken.and_then(|()| self.stands_as_told(&ledger, product_id));
            if new.iter().any(|entry| entry.kind == "closed") {
                ledger.closed_at = Some(self.now);
            }
            self.ledgers.insert(product_id, ledger);
            if let Err(why) = says {
                self.broken(format!("{product_id}: {why}"));
            }
        }
    }

    fn take_in_entries(
        &mut self,
        ledger: &mut Ledger,
        new: &[LogEntry],
        attempt: Option<Attempt>,
    ) -> Result<(), String> {
        let attempt = attempt.ok_or("something was written without locks")?;
        let mut rest = new;
        while let Some(first) = rest.first() {
            let copy = ledger.cause(first).ok_or_else(|| format!("whose is {first:?}?"))?;
            let length = rest.iter().take_while(|entry| ledger.cause(entry) == Some(copy)).count();
            let (entries, later) = rest.split_at(length);
            self.take_in_run(ledger, entries, copy, attempt)?;
            rest = later;
        }
        Ok(())
    }

    /// Takes in what one command has led to.
    fn take_in_run(
        &mut self,
        ledger: &mut Ledger,
        entries: &[LogEntry],
        copy: CopyId,
        attempt: Attempt,
    ) -> Result<(), String> {
        let (stamp, ids, stamped_at) = self.copies[copy.0].stamped.ok_or("it was not stamped")?;
        let cause = Cause { copy, stamp, ids, stamped_at, attempt };
        note!(self, "copy {} is in the log: {entries:?}", copy.0);
        follows(ledger, entries)?;
        self.was_due(ledger, entries, &cause)?;
        let mut model = ledger.model().clone();
        self.is_by_the_rules(ledger, &mut model, entries, &cause)?;
        self.closes_as_it_must(entries, &cause)?;
        ledger.append(entries, &model);
        self.count_entries(ledger, entries, &cause);
        Ok(())
    }

    /// It was stamped, locked and dated as it must be.
    fn was_due(
        &self,
        ledger: &mut Ledger,
        entries: &[LogEntry],
        cause: &Cause,
    ) -> Result<(), String> {
        let Cause { copy, stamp, stamped_at, attempt, .. } = cause;
        let sent = &self.copies[copy.0];
        let check = |kept: bool, what: &str| kept.then_some(()).ok_or_else(|| what.to_owned());
        check(sent.process == attempt.process, "another process has written it")?;
        check(!stamp.has_lapsed(attempt.judged), "it had lapsed when it was judged")?;
        let at = attempt.clock.ok_or("nothing was locked")?;
        let elapsed = |from: Timestamp| i64::try_from(from.since(*stamped_at).as_micros()).unwrap();
        let received_at = stamp.received_at.as_micros();
        let earliest = received_at + elapsed(attempt.asked_at) - CLOCKS_DIFFER_BY;
        let latest = received_at + elapsed(attempt.had_at) + CLOCKS_DIFFER_BY;
        let agrees = (earliest..=latest).contains(&at.as_micros());
        // A sleep and a jump of the database's clock may cancel each other.
        let has_slept = self.servers[sent.process.server].slept_at >= Some(*stamped_at);
        check(agrees || has_slept, "its stamp and the database's clock did not agree")?;
        let mut last_at = ledger.entries.last().map(|entry| entry.at);
        for entry in entries {
            let dated = Some(entry.at) == last_at.max(Some(at.as_micros()));
            check(dated || last_at.is_none(), "it is not dated by the clock under the locks")?;
            last_at = Some(entry.at);
        }
        check(Some(at) >= attempt.locked_at, "it is dated before its locks were had")?;
        if let Of::Request(request) = sent.of {
            let person = &self.people[self.requests[request].person];
            let was_suspended = person.suspended_at.is_some_and(|at| at <= *stamped_at);
            check(!was_suspended, "he was suspended before it was received")?;
            let mut ended = person.ended.iter();
            let has_ended =
                |(key, at): &(_, Timestamp)| Some(*key) == sent.session && at <= stamped_at;
            check(!ended.any(has_ended), "its session had ended before it was received")?;
        }
        let place = sent.submitted.ok_or("it never entered its lane")?;
        if matches!(sent.of, Of::Request(_)) {
            let before = ledger.last_of.insert(sent.process, place);
            check(before < Some(place), "it overtook one that came before it")?;
        }
        Ok(())
    }

    /// The rules lead to these entries, and to no others.
    fn is_by_the_rules(
        &mut self,
        ledger: &mut Ledger,
        model: &mut Model,
        entries: &[LogEntry],
        cause: &Cause,
    ) -> Result<(), String> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(()) };
        let order = self.as_told(ledger, cause.copy, last.kind);
        let answer = model.apply(&order, cause.stamp.received_at.as_micros(), first.at);
        match answer {
            Answer::Accepted(accepted) if accepted.new => {
                self.note_accepted(ledger, cause, accepted);
            }
            Answer::Done => {}
            answer => return Err(format!("by the rules {order:?} is {answer:?}: {entries:?}")),
        }
        let view = model.view(last.at);
        let minor = |user: Option<UserId>| user.map(translated::user);
        let told =
            (last.position, last.seq_after, minor(last.leader), last.price, last.auction_end);
        let price = view.leader.and(view.price);
        let rules = (view.position, view.seq, view.leader, price, view.end);
        if told != rules {
            return Err(format!("by the rules it stands at {rules:?}, not {told:?}: {entries:?}"));
        }
        for entry in entries {
            translated::shows_as(entry, &view, ledger)?;
        }
        Ok(())
    }

    fn note_accepted(
        &mut self,
        ledger: &mut Ledger,
        cause: &Cause,
        accepted: super::reference::Accepted,
    ) {
        let Of::Request(request) = self.copies[cause.copy.0].of else { return };
        let sent = &self.requests[request];
        if let Wish::Bid(bid) = &sent.wish {
            ledger.bid_ids.insert(cause.ids.own, accepted.bid);
            ledger.bid_ids.insert(cause.ids.second, accepted.bid + 1);
            let key = (sent.user_id, bid.request_id);
            ledger.accepted.insert(key, (cause.ids.own, accepted));
        }
    }

    /// A command, in the words of the model.
    pub(super) fn as_told(
        &self,
        ledger: &Ledger,
        copy: CopyId,
        kind: &str,
    ) -> super::reference::Order {
        let Of::Request(request) = self.copies[copy.0].of else {
            return translated::of_house(kind);
        };
        let sent = &self.requests[request];
        let is_admin = sent.person == super::super::people::ADMIN;
        match &sent.wish {
            Wish::Bid(bid) => translated::bid(bid, sent.user_id),
            Wish::Order(order) => translated::order(order, sent.user_id, is_admin, &ledger.bid_ids),
        }
    }

    /// The state that the database has is the one that the model has.
    fn stands_as_told(&self, ledger: &Ledger, product_id: ProductId) -> Result<(), String> {
        let product = self.database.product(product_id).ok_or("the product is gone")?;
        if product.auction != *ledger.replay.auction() {
            let (stored, replayed) = (&product.auction.state, &ledger.replay.auction().state);
            return Err(format!("it is stored as {stored:?}, and the log gives {replayed:?}"));
        }
        let (state, view) = (&product.auction.state, ledger.model().view(0));
        let minor = |amount: Option<Amount>| amount.map(Amount::minor_units);
        let stands = (
            state.status.as_str(),
            (state.position, state.seq, state.revision, state.annulled),
            (state.leader.map(translated::user), minor(state.maximum), minor(state.reserve)),
            (state.bid_count, state.bidder_count, state.auction_end.as_micros()),
            product.description.as_str(),
        );
        let rules = (
            view.status,
            (view.position, view.seq, view.revision, view.annulled),
            (view.leader, view.maximum, view.reserve),
            (view.bid_count, view.bidder_count, view.end),
            view.description.as_str(),
        );
        if stands != rules {
            return Err(format!("it is {stands:?}, not {rules:?}"));
        }
        self.has_its_bidders(product_id, &view)
    }

    fn count_entries(&mut self, ledger: &Ledger, entries: &[LogEntry], cause: &Cause) {
        for entry in entries {
            *self.reached.entries.entry(entry.kind).or_default() += 1;
            self.count_outcome(ledger, entry);
        }
        let Of::Request(request) = self.copies[cause.copy.0].of else { return };
        let sent = &self.requests[request];
        let reached = &mut self.reached;
        let is_void = matches!(sent.wish, Wish::Order(Order::Void { .. }));
        let position_then = self.copies[cause.copy.0].position_then;
        let first = entries.first().map_or(0, |entry| entry.position);
        reached.void_across_others += usize::from(is_void && first > position_then + 1);
        let ended = &self.people[sent.person].ended;
        let session = self.copies[cause.copy.0].session;
        let ended_since = ended.iter().any(|(key, _)| Some(*key) == session);
        reached.session_ended_in_flight += usize::from(ended_since);
        let was_extended = ledger.entries.len() > entries.len()
            && entries.iter().any(|entry| entry.kind == "bid_placed")
            && {
                let before = &ledger.entries[ledger.entries.len() - entries.len() - 1];
                entries.iter().any(|entry| entry.auction_end > before.auction_end)
            };
        reached.soft_close += usize::from(was_extended);
    }
}

/// Positions and seqs are dense, and no entry is earlier than the one before it.
fn follows(ledger: &Ledger, entries: &[LogEntry]) -> Result<(), String> {
    let (mut position, mut seq) = (ledger.position(), ledger.seq());
    let mut at = ledger.entries.last().map_or(i64::MIN, |entry| entry.at);
    for entry in entries {
        position += 1;
        seq += i64::from(entry.seq.is_some());
        let is_dense = entry.position == position
            && entry.seq.is_none_or(|it| it == seq)
            && entry.seq_after == seq;
        if !is_dense || entry.at < at {
            return Err(format!("{entry:?} does not follow {position} {seq} {at}"));
        }
        at = entry.at;
    }
    Ok(())
}
