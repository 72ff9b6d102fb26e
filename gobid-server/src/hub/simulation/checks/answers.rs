//! Answers: each is true when it is given, and stays so (promises 1, 3, 5 and 10).

use gobid_api::bids::BidResult;
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_auction::{Amount, Currency, EntryId, EntryIds, Order, ProductId, Timestamp};

use super::Ledger;
use super::reference::{self, Accepted};
use crate::hub::answer::{Answer, PlaceBid, Refusal};
use crate::hub::lane::Announcement;
use crate::hub::simulation::client::{CopyId, Of, Wish};
use crate::hub::simulation::event::Process;
use crate::hub::simulation::world::World;

impl World {
    /// An answer is about to be given.
    pub(in super::super) fn check_answer(&mut self, copy: CopyId, answer: &Answer) {
        let Of::Request(request) = self.copies[copy.0].of else { return };
        let product_id = self.requests[request].product_id;
        let says = if self.copies[copy.0].answer.is_some() {
            Err("it was answered before".to_owned())
        } else {
            let ledger = self.ledgers.remove(&product_id).unwrap();
            let in_time = self.is_in_time(copy);
            let says = in_time.and_then(|()| self.is_true(&ledger, copy, request, answer));
            self.ledgers.insert(product_id, ledger);
            says
        };
        if let Err(why) = says {
            let asked = &self.requests[request].wish;
            self.broken(format!("{why}: copy {} {asked:?} is answered {answer:?}", copy.0));
        }
    }

    fn is_true(
        &mut self,
        ledger: &Ledger,
        copy: CopyId,
        request: usize,
        answer: &Answer,
    ) -> Result<(), String> {
        let sent = &self.requests[request];
        let ids = self.copies[copy.0].stamped.map(|(_, ids, _)| ids);
        let is_there = ids.is_some_and(|ids| is_recorded(ledger, ids));
        match (answer, &sent.wish) {
            (Answer::Accepted { result, repeated }, Wish::Bid(bid)) => {
                if *repeated {
                    self.reached.repeated += 1;
                    let is_over = ledger.model().view(0).status != "open";
                    self.reached.repeated_after_close += usize::from(is_over);
                }
                let is_own = ids.is_some_and(|ids| ids.own == result.bid_id);
                if !is_own && !*repeated {
                    return Err("whose bid is it?".to_owned());
                }
                let caller = self.requests[request].user_id;
                let known = ledger.accepted.get(&(caller, bid.request_id));
                let (entry_id, accepted) = known.ok_or("it is not in the log")?;
                let currency = self.currency(ledger);
                let same = *entry_id == result.bid_id && is_result(accepted, result, currency);
                let first = self.first_sent_as(ledger, *entry_id);
                let same_bid = first.is_some_and(|first| {
                    (first.offer, first.expected_price) == (bid.offer, bid.expected_price)
                });
                if same && same_bid { Ok(()) } else { Err(format!("it is {accepted:?}")) }
            }
            (Answer::Done, Wish::Order(_)) if is_there => Ok(()),
            (Answer::Done, Wish::Order(_)) => {
                let says = |answer: &reference::Answer, moved: bool| {
                    *answer == reference::Answer::Done && !moved
                };
                self.some_version_says(ledger, copy, says).ok_or("nothing was done".to_owned())
            }
            (Answer::Refused(_) | Answer::Unavailable { outcome: Outcome::NotRecorded, .. }, _)
                if is_there =>
            {
                Err("it is in the log".to_owned())
            }
            (Answer::Refused(refusal), _) => self.is_refused(ledger, copy, request, refusal),
            (Answer::Unavailable { outcome, .. }, _) => {
                let lapsed = self.moment(self.copies[copy.0].process);
                let stamp = self.copies[copy.0].stamped.map(|(stamp, ..)| stamp);
                let has_lapsed = stamp.is_some_and(|stamp| stamp.has_lapsed(lapsed));
                let is_unknown = *outcome == Outcome::Unknown;
                self.reached.lapsed += usize::from(has_lapsed && !is_unknown);
                self.reached.unknown += usize::from(is_unknown);
                if self.plan.is_calm_throughout() {
                    Err("nothing is wrong".to_owned())
                } else {
                    Ok(())
                }
            }
            _ => Err("that is no answer to it".to_owned()),
        }
    }

    /// A refusal: why it is, as the auction stood at some moment since the copy was stamped.
    fn is_refused(
        &mut self,
        ledger: &Ledger,
        copy: CopyId,
        request: usize,
        refusal: &Refusal,
    ) -> Result<(), String> {
        let sent = &self.requests[request];
        let person = &self.people[sent.person];
        *self.reached.refusals.entry(refusal.code.as_str()).or_default() += 1;
        match refusal.code {
            ErrorCode::Unauthenticated => {
                let mut ended = person.ended.iter();
                let session = self.copies[copy.0].session;
                let has_ended = ended.any(|(key, _)| Some(*key) == session);
                return has_ended.then_some(()).ok_or("the session is alive".to_owned());
            }
            ErrorCode::Suspended => {
                let is_suspended = person.suspended_at.is_some();
                return is_suspended.then_some(()).ok_or("nobody is suspended".to_owned());
            }
            ErrorCode::AuctionClosed if refusal.facts.received_in_time == Some(true) => {
                self.reached.closed_in_time += 1;
                let closing = ledger.entries.iter().find(|entry| entry.kind == "closed");
                let closer = closing.and_then(|entry| ledger.cause(entry));
                let by = closer.map(|closer| self.copies[closer.0].process);
                let is_void = matches!(sent.wish, Wish::Order(Order::Void { .. }));
                let stamped_at = self.copies[copy.0].stamped.map(|(.., at)| at);
                let was_first = stamped_at < ledger.closed_at;
                if !is_void && was_first && by == Some(self.copies[copy.0].process) {
                    return Err("its own server closed the auction before it".to_owned());
                }
            }
            _ => {}
        }
        let currency = self.currency(ledger);
        let says = |answer: &reference::Answer, _moved| match answer {
            reference::Answer::Refused(refused) => is_refusal(refused, refusal, currency),
            _ => false,
        };
        self.some_version_says(ledger, copy, says)
            .ok_or_else(|| "by the rules it is not refused so".to_owned())
    }

    /// Whether the model says something to a copy, as the auction stood at some moment since that
    /// was stamped.
    fn some_version_says(
        &self,
        ledger: &Ledger,
        copy: CopyId,
        says: impl Fn(&reference::Answer, bool) -> bool,
    ) -> Option<()> {
        let (stamp, ..) = self.copies[copy.0].stamped?;
        let since = self.copies[copy.0].position_then;
        let order = self.as_told(ledger, copy, "");
        let (received_at, now) = (stamp.received_at.as_micros(), self.now.as_micros());
        let said = (since..=ledger.position()).rev().any(|position| {
            let mut version = ledger.version(position).clone();
            let answer = version.apply(&order, received_at, now);
            says(&answer, version.view(0).position > position)
        });
        said.then_some(())
    }

    /// Whether something is in the log that a process has not answered.
    pub(in super::super) fn owes_an_answer(&self, process: Process) -> bool {
        let mut copies = self.copies.iter().filter(|copy| copy.process == process);
        copies.any(|copy| {
            let (Of::Request(request), None) = (copy.of, &copy.answer) else { return false };
            let ledger = &self.ledgers[&self.requests[request].product_id];
            copy.stamped.is_some_and(|(_, ids, _)| is_recorded(ledger, ids))
        })
    }

    /// The bid as it was first sent that an entry is.
    fn first_sent_as(&self, ledger: &Ledger, id: EntryId) -> Option<&PlaceBid> {
        let Of::Request(request) = self.copies[ledger.cause(ledger.entry(id)?)?.0].of else {
            return None;
        };
        match &self.requests[request].wish {
            Wish::Bid(bid) => Some(bid),
            Wish::Order(_) => None,
        }
    }

    fn currency(&self, ledger: &Ledger) -> Currency {
        let product_id = ledger.entries.first().map(|entry| entry.product_id).unwrap_or_default();
        let product = self.database.product(product_id);
        product.map_or_else(|| "USD".parse().unwrap(), |it| it.auction.terms.currency)
    }

    /// What was promised the copies that are answered holds at the end, too.
    pub(super) fn answers_stay_true(&mut self) {
        for place in 0..self.copies.len() {
            let copy = &self.copies[place];
            let Of::Request(request) = copy.of else { continue };
            let (Some((_, ids, _)), Some(answer)) = (copy.stamped, copy.answer.clone()) else {
                continue;
            };
            let ledger = &self.ledgers[&self.requests[request].product_id];
            let is_there = is_recorded(ledger, ids);
            let stays = match &answer {
                Answer::Accepted { result, .. } => ledger.entry(result.bid_id).is_some(),
                Answer::Refused(_) => !is_there,
                Answer::Unavailable { outcome, .. } => *outcome == Outcome::Unknown || !is_there,
                Answer::Done => true,
            };
            self.promised(stays, || format!("copy {place} was answered {answer:?}"));
        }
        for place in 0..self.requests.len() {
            let request = &self.requests[place];
            let (product_id, concluded) = (request.product_id, request.concluded);
            if let (Wish::Bid(bid), Some(concluded)) = (&request.wish, concluded) {
                let key = (request.user_id, bid.request_id);
                let ledger = &self.ledgers[&product_id];
                let cause = ledger.accepted.get(&key).and_then(|(id, _)| ledger.entry(*id));
                let own = cause.and_then(|entry| ledger.cause(entry));
                let is_own = own.is_some_and(|copy| request.copies.contains(&copy));
                let is_there = if concluded { cause.is_some() } else { is_own };
                self.promised(is_there == concluded, || {
                    format!("request {place} took its answer for final")
                });
            }
        }
    }

    /// What lanes tell the rooms is durable, and as the log has it.
    pub(in super::super) fn check_announcement(&mut self, announcement: &Announcement) {
        let product_id: ProductId = announcement.product_id;
        let ledger = &self.ledgers[&product_id];
        let state = &announcement.auction.state;
        let is_durable = state.position <= ledger.position();
        let is_as_stored = announcement.events.iter().all(|announced| {
            let stored = ledger.event(announced.event.seq);
            stored.is_some_and(|entry| entry.public.as_ref() == Some(&announced.json))
        });
        self.promised(is_durable && is_as_stored, || {
            format!("position {} of {product_id} is told and not durable", state.position)
        });
    }
}

/// Whether any of the entries that a copy may lead to is in the log.
fn is_recorded(ledger: &Ledger, ids: EntryIds) -> bool {
    [ids.opening, ids.own, ids.second].into_iter().any(|id| ledger.entry(id).is_some())
}

fn is_result(accepted: &Accepted, result: &BidResult, currency: Currency) -> bool {
    let decimal =
        |minor: Option<i64>| minor.and_then(Amount::new).map(|amount| amount.to_decimal(currency));
    result.seq == accepted.seq
        && result.amount == decimal(accepted.amount)
        && result.max_amount == decimal(accepted.max_amount)
        && result.leading == accepted.leading
        && result.current_price == decimal(accepted.price)
        && result.minimum_next_bid == decimal(accepted.minimum)
        && result.auction_end.as_micros() == accepted.end
        && result.received_at.as_micros() == accepted.received_at
}

fn is_refusal(refused: &reference::Refused, refusal: &Refusal, currency: Currency) -> bool {
    let decimal =
        |minor: Option<i64>| minor.and_then(Amount::new).map(|amount| amount.to_decimal(currency));
    let next: Vec<_> = refused.next.iter().filter_map(|minor| decimal(Some(*minor))).collect();
    let Facts { auction_end, auction_start, next_bids, .. } = &refusal.facts;
    let price_is_told = refused.code == "price_moved";
    refusal.code.as_str() == refused.code
        && refusal.facts.minimum_next_bid.flatten() == decimal(refused.minimum)
        && (price_is_told || refusal.facts.current_price.flatten() == decimal(refused.price))
        && refusal.facts.received_in_time == refused.received_in_time
        && auction_end.map(Timestamp::as_micros) == refused.end
        && auction_start.map(Timestamp::as_micros) == refused.start
        && next_bids.clone().unwrap_or_default() == next
}
