//! Judging a bid, or a purchase.

use gobid_api::problem::Facts;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Action, Amount, Bid, Command};
use gobid_store::{AcceptedBid, Found};

use super::{Bench, barred, no_such_product};
use crate::hub::answer::{Answer, Caller, PlaceBid};
use crate::hub::lane::bench::OnBench;
use crate::hub::lane::judged::Verdict;
use crate::hub::lane::queue::Queued;
use crate::hub::record;

impl Bench {
    pub(super) fn judge_bid(
        &mut self,
        command: &Queued,
        caller: Caller,
        bid: PlaceBid,
        found: Option<&Found>,
    ) {
        let verdict = match (self.products.remove(&command.product_id), found) {
            (Some(mut product), Some(found)) => {
                product.meet_found(caller.user_id, found);
                let verdict = self.verdict(&mut product, command, caller, bid, found);
                self.products.insert(command.product_id, product);
                verdict
            }
            _ => Verdict::Settled(no_such_product(command.stamp.received_at)),
        };
        self.judged.answers.push((command.stamp.id, verdict));
    }

    /// Request id, session, user, then the rules, in the order of RULES.md §4.
    fn verdict(
        &mut self,
        product: &mut OnBench,
        command: &Queued,
        caller: Caller,
        bid: PlaceBid,
        found: &Found,
    ) -> Verdict {
        let received_at = command.stamp.received_at;
        let digest = record::digest(&bid, product.auction.terms.currency);
        let key = (command.product_id, caller.user_id, bid.request_id);
        let of_batch = self.accepted.get(&key);
        let is_forgotten =
            planted::is(Bug::RepeatForgottenAfterClose) && product.auction.state.status.is_over();
        let known = of_batch.or(found.accepted.as_ref()).filter(|_| !is_forgotten);
        let same = |known: &&AcceptedBid| {
            digest.as_ref() == Some(&known.request_digest) || planted::is(Bug::DigestNotCompared)
        };
        if let Some(known) = known.filter(same) {
            let result = record::bid_result(&product.auction, caller.user_id, known);
            let answer = Answer::Accepted { result, repeated: true };
            return match of_batch {
                Some(_) => Verdict::Recorded(answer),
                None => Verdict::Settled(answer),
            };
        }
        if let Some((code, detail)) = barred(found, known.is_some()) {
            return Verdict::Judged(Answer::refused(code, detail, received_at, Facts::default()));
        }
        let action = Action::Bid(bid_of(product, caller, bid, found));
        let order = Command { ids: command.ids, action };
        let digest = digest.unwrap_or_default();
        if planted::is(Bug::LeakInServerLog) {
            let maximum = product.auction.state.maximum.map(Amount::minor_units);
            tracing::trace!(maximum, "a bid is judged");
        }
        match product.auction.judge(&order, received_at, self.now) {
            Ok(events) => {
                product.record(&events, Some((command.ids.own, &bid, &digest)));
                let accepted = product.entry(command.ids.own).map(record::accepted);
                let answer = accepted.as_ref().map(|accepted| Answer::Accepted {
                    result: record::bid_result(&product.auction, caller.user_id, accepted),
                    repeated: false,
                });
                self.accepted.extend(accepted.map(|accepted| (key, accepted)));
                Verdict::Recorded(answer.unwrap_or(Answer::not_recorded(received_at)))
            }
            Err(rejection) => self.rejected(rejection, &product.auction, caller, received_at),
        }
    }
}

fn bid_of(product: &OnBench, caller: Caller, bid: PlaceBid, found: &Found) -> Bid {
    let PlaceBid { offer, expected_price, not_after, .. } = bid;
    Bid {
        bidder: caller.user_id,
        number: product.number_of(caller.user_id),
        sealed: product.sealed_now(caller.user_id, found.sealed),
        offer,
        expected_price,
        not_after,
        cap: caller.rights.cap(),
    }
}
