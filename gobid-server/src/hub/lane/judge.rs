//! Judging a batch: from what was locked and read to what is written, answered and announced.

mod bid;
mod due;
mod order;

use std::collections::{BTreeMap, HashMap};

use gobid_api::problem::{ErrorCode, Facts};
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Auction, ProductId, Rejection, RequestId, Timestamp, UserId};
use gobid_store::{AcceptedBid, Found, Locked};

use super::bench::OnBench;
use super::judged::{Judged, Verdict};
use super::plan::Plan;
use super::queue::{Queued, Task};
use crate::clock::Moment;
use crate::hub::answer::{Answer, Caller};

/// Whether a close may be judged now: the product, its end, and the commands that stand before it
/// in the batch.
pub(crate) type Gate<'a> = dyn Fn(ProductId, Timestamp, &[u64]) -> bool + 'a;

/// Judges commands in order, each by what those before it led to. `now` is the time under the locks,
/// `moment` this moment: what has lapsed by then is not judged, and `gate` holds no close back for
/// it.
pub(super) fn judge(
    commands: &[Queued],
    locked: Locked,
    plan: &Plan,
    found: &[Found],
    (now, moment): (Timestamp, Moment),
    gate: &Gate<'_>,
) -> Judged {
    let products = locked.auctions.into_iter().map(|locked| {
        let product_id = locked.auction.terms.product_id;
        let mut product = OnBench::from(locked);
        if let (Some(leader), Some(found)) =
            (product.auction.state.leader, plan.leader(product_id, found))
        {
            product.meet_found(leader, found);
        }
        (product_id, Box::new(product))
    });
    let mut bench = Bench {
        now,
        products: products.collect(),
        accepted: HashMap::new(),
        judged: Judged::default(),
    };
    let mut before = Vec::with_capacity(commands.len());
    for (place, command) in commands.iter().enumerate() {
        let found = plan.own(place, found);
        match &command.task {
            _ if command.is_too_late(moment) && !planted::is(Bug::LapsedWhileRead) => {
                bench.pass_over(command);
            }
            Task::Bid(caller, bid) => bench.judge_bid(command, *caller, *bid, found),
            Task::Order(caller, task) => bench.judge_order(command, *caller, task, found),
            Task::Due => bench.judge_due(command, found, &before, gate),
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
    products: BTreeMap<ProductId, Box<OnBench>>,
    /// What this batch has accepted.
    accepted: HashMap<(ProductId, UserId, RequestId), AcceptedBid>,
    judged: Judged,
}

impl Bench {
    /// A command has lapsed since the locks were had.
    fn pass_over(&mut self, command: &Queued) {
        let (id, received_at) = (command.stamp.id, command.stamp.received_at);
        match command.task {
            Task::Due => self.judged.done.push(id),
            Task::Bid(..) | Task::Order(..) => {
                let answer = Answer::not_recorded(received_at);
                self.judged.answers.push((id, Verdict::Settled(answer)));
            }
        }
    }

    /// The rules have refused a command.
    fn rejected(
        &mut self,
        rejection: Rejection,
        auction: &Auction,
        caller: Caller,
        received_at: Timestamp,
    ) -> Verdict {
        self.judged.touched.extend(close_that_is_due(auction, &rejection));
        let leads = auction.state.leader == Some(caller.user_id);
        Verdict::Judged(Answer::rejected(rejection, auction.terms.currency, leads, received_at))
    }
}

/// A command that came after the end of an auction that is not closed yet asks for its close.
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
    let has_session = found.session_alive || planted::is(Bug::SessionNotLookedAt);
    if !has_session || found.user_name.is_none() {
        Some((ErrorCode::Unauthenticated, "the session has ended: log in again"))
    } else if found.is_suspended && !planted::is(Bug::SuspensionNotLookedAt) {
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
