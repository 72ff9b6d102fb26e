//! Judging a batch: from what was locked and read to what is written, answered and announced.

use std::collections::{BTreeMap, HashMap};

use gobid_api::problem::{ErrorCode, Facts};
use gobid_auction::{
    Action, Auction, Bid, Command, ProductId, Rejection, RequestId, Timestamp, UserId,
};
use gobid_store::{AcceptedBid, Found, Locked, Lookup};

use super::bench::OnBench;
use super::judged::{Judged, Verdict};
use super::queue::{Queued, Task};
use crate::hub::answer::{Answer, Caller, PlaceBid};
use crate::hub::record;

/// Whether a close may be judged now: the product, its end, and the commands that stand before it
/// in the batch.
pub(crate) type Gate<'a> = dyn Fn(ProductId, Timestamp, &[u64]) -> bool + 'a;

/// What must be read under the lock for these commands, in their order: of a bid its request id,
/// session and bidder, of a closing the name of whoever leads.
pub(super) fn lookups(commands: &[Queued], locked: &Locked) -> Vec<Option<Lookup>> {
    let leader_of = |product_id| {
        let mut auctions = locked.auctions.iter().map(|locked| &locked.auction);
        auctions.find(|auction| auction.terms.product_id == product_id)?.state.leader
    };
    let lookup = |command: &Queued| {
        let product_id = command.product_id;
        match command.task {
            Task::Bid(Caller { user_id, session }, bid) => {
                let (request_id, session) = (Some(bid.request_id), Some(session));
                Some(Lookup { product_id, user_id, request_id, session })
            }
            Task::Due => leader_of(product_id).map(|user_id| Lookup {
                product_id,
                user_id,
                request_id: None,
                session: None,
            }),
        }
    };
    commands.iter().map(lookup).collect()
}

/// Judges commands in order, each by what those before it led to.
pub(super) fn judge(
    commands: &[Queued],
    locked: Locked,
    found: &[Option<Found>],
    now: Timestamp,
    gate: &Gate<'_>,
) -> Judged {
    let products = locked.auctions.into_iter().map(|locked| {
        let product_id = locked.auction.terms.product_id;
        (product_id, OnBench::from(locked))
    });
    let mut bench = Bench {
        now,
        products: products.collect(),
        accepted: HashMap::new(),
        judged: Judged::default(),
    };
    let mut before = Vec::with_capacity(commands.len());
    for (command, found) in commands.iter().zip(found) {
        match command.task {
            Task::Bid(caller, bid) => bench.judge_bid(command, caller, bid, found.as_ref()),
            Task::Due => bench.judge_due(command, found.as_ref(), &before, gate),
        }
        before.push(command.stamp.id);
    }
    let Bench { products, mut judged, .. } = bench;
    for product in products.into_values() {
        product.finish(&mut judged);
    }
    judged
}

/// The state of the products under the lock, and what was judged so far.
struct Bench {
    now: Timestamp,
    products: BTreeMap<ProductId, OnBench>,
    /// What this batch has accepted.
    accepted: HashMap<(ProductId, UserId, RequestId), AcceptedBid>,
    judged: Judged,
}

impl Bench {
    fn judge_bid(
        &mut self,
        command: &Queued,
        caller: Caller,
        bid: PlaceBid,
        found: Option<&Found>,
    ) {
        let verdict = match (self.products.get_mut(&command.product_id), found) {
            (Some(product), Some(found)) => {
                product.meet(caller.user_id, found);
                self.verdict(command, caller, bid, found)
            }
            _ => Verdict::Settled(no_such_product(command.stamp.received_at)),
        };
        self.judged.answers.push((command.stamp.id, verdict));
    }

    /// Request id, session, user, then the rules, in the order of RULES.md §4.
    fn verdict(
        &mut self,
        command: &Queued,
        caller: Caller,
        bid: PlaceBid,
        found: &Found,
    ) -> Verdict {
        let (product_id, received_at) = (command.product_id, command.stamp.received_at);
        let Some(product) = self.products.get_mut(&product_id) else {
            return Verdict::Settled(no_such_product(received_at));
        };
        let currency = product.auction.terms.currency;
        let digest = record::digest(&bid, currency);
        let key = (product_id, caller.user_id, bid.request_id);
        let of_batch = self.accepted.get(&key);
        let known = of_batch.or(found.accepted.as_ref());
        let same = |known: &&AcceptedBid| digest.as_ref() == Some(&known.request_digest);
        if let Some(known) = known.filter(same) {
            let result = record::bid_result(product_id, caller.user_id, known, currency);
            let answer = Answer::Accepted { result, repeated: true };
            return match of_batch {
                Some(_) => Verdict::Recorded(answer),
                None => Verdict::Settled(answer),
            };
        }
        if let Some((code, detail)) = barred(found, known.is_some()) {
            return Verdict::Judged(Answer::refused(code, detail, received_at, Facts::default()));
        }
        let number = product.number_of(caller.user_id);
        let command =
            Command { ids: command.ids, action: Action::Bid(bid_of(caller, bid, number)) };
        let digest = digest.unwrap_or_default();
        match product.auction.judge(&command, received_at, self.now) {
            Ok(events) => {
                let entry = product.record(&events, Some((&bid, &digest)));
                let accepted = entry.map(record::accepted);
                let answer = accepted.as_ref().map(|accepted| Answer::Accepted {
                    result: record::bid_result(product_id, caller.user_id, accepted, currency),
                    repeated: false,
                });
                self.accepted.extend(accepted.map(|accepted| (key, accepted)));
                Verdict::Recorded(answer.unwrap_or(Answer::not_recorded(received_at)))
            }
            Err(rejection) => {
                self.judged.touched.extend(close_that_is_due(&product.auction, &rejection));
                Verdict::Judged(Answer::rejected(rejection, currency, received_at))
            }
        }
    }

    /// A closing, when the end has settled and no ticket holds it back; else an opening.
    fn judge_due(
        &mut self,
        command: &Queued,
        found: Option<&Found>,
        before: &[u64],
        gate: &Gate<'_>,
    ) {
        self.judged.done.push(command.stamp.id);
        let Some(product) = self.products.get_mut(&command.product_id) else { return };
        if let (Some(leader), Some(found)) = (product.auction.state.leader, found) {
            product.meet(leader, found);
        }
        let auction_end = product.auction.state.auction_end;
        let ended = self.now >= auction_end.plus(Auction::SETTLE);
        let action = if ended { Action::Close } else { Action::Open };
        let action = Command { ids: command.ids, action };
        if let Ok(events) = product.auction.judge(&action, command.stamp.received_at, self.now)
            && (!ended || gate(command.product_id, auction_end, before))
        {
            product.record(&events, None);
        }
    }
}

fn bid_of(caller: Caller, bid: PlaceBid, number: Option<i64>) -> Bid {
    let PlaceBid { offer, expected_price, not_after, .. } = bid;
    Bid { bidder: caller.user_id, number, offer, expected_price, not_after }
}

/// A bid that came after the end of an auction that is not closed yet asks for its close.
fn close_that_is_due(auction: &Auction, rejection: &Rejection) -> Option<(ProductId, Timestamp)> {
    match rejection {
        Rejection::Closed { auction_end, .. } if auction.due_at().is_some() => {
            Some((auction.terms.product_id, *auction_end))
        }
        _ => None,
    }
}

/// What comes before the rules: session, user, and a request id that named another bid.
fn barred(found: &Found, id_is_taken: bool) -> Option<(ErrorCode, &'static str)> {
    if !found.session_alive || found.user_name.is_none() {
        Some((ErrorCode::Unauthenticated, "the session has ended: log in again"))
    } else if found.is_suspended {
        Some((ErrorCode::Suspended, "the account is suspended"))
    } else if id_is_taken {
        let why = "the request id named another bid before: use a new one for a new bid";
        Some((ErrorCode::RequestIdReused, why))
    } else {
        None
    }
}

fn no_such_product(received_at: Timestamp) -> Answer {
    let detail = "there is no such product";
    Answer::refused(ErrorCode::NotFound, detail, received_at, Facts::default())
}
