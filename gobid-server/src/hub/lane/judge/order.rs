//! Judging what sellers and admins order.

use gobid_api::accounts::Scope;
use gobid_api::problem::Facts;
use gobid_auction::planted::{self, Bug};
use gobid_auction::{Action, Actor, Command, Order, UserId, VoidTarget};
use gobid_store::{Bidder, Found, History, More};

use super::{Bench, barred, no_such_product};
use crate::hub::answer::{Answer, Caller};
use crate::hub::lane::bench::OnBench;
use crate::hub::lane::judged::Verdict;
use crate::hub::lane::queue::{OrderTask, Queued};

impl Bench {
    pub(super) fn judge_order(
        &mut self,
        command: &Queued,
        caller: Caller,
        task: &OrderTask,
        found: Option<&Found>,
    ) {
        let verdict = match (self.products.remove(&command.product_id), found) {
            (Some(mut product), Some(found)) => {
                let verdict = self.ordered(&mut product, command, caller, task, found);
                self.products.insert(command.product_id, product);
                verdict
            }
            _ => Verdict::Settled(no_such_product(command.stamp.received_at)),
        };
        self.judged.answers.push((command.stamp.id, verdict));
    }

    fn ordered(
        &mut self,
        product: &mut OnBench,
        command: &Queued,
        caller: Caller,
        task: &OrderTask,
        found: &Found,
    ) -> Verdict {
        let received_at = command.stamp.received_at;
        if let Some((code, detail)) = barred(found, false) {
            return Verdict::Judged(Answer::refused(code, detail, received_at, Facts::default()));
        }
        let is_admin = found.is_admin && caller.rights.allow(Scope::Admin);
        let actor = Actor { user_id: caller.user_id, is_admin };
        let action = Action::Order(actor, completed(product, task, found));
        let order = Command { ids: command.ids, action };
        match product.auction.judge(&order, received_at, self.now) {
            Ok(events) if events.is_empty() => Verdict::Judged(Answer::Done),
            Ok(events) => {
                for leader in events.iter().filter_map(|event| event.after.leader) {
                    meet_from_history(product, leader, task, found);
                }
                product.record(&events, None);
                Verdict::Recorded(Answer::Done)
            }
            Err(rejection) => self.rejected(rejection, &product.auction, caller, received_at),
        }
    }
}

/// The order with what was read under the lock, and what this batch has made of that.
fn completed(product: &OnBench, task: &OrderTask, found: &Found) -> Order {
    match (&task.order, &found.more) {
        (Order::Edit { description: Some(description), reserve, revision }, more) => {
            let stands = product.description().or(match more {
                More::Description(read) => Some(read.as_str()),
                _ => None,
            });
            let is_new = stands != Some(description.as_str());
            let description = is_new.then(|| description.clone());
            Order::Edit { description, reserve: *reserve, revision: *revision }
        }
        (Order::Void { target, reason, .. }, more) => {
            let since = match more {
                More::History(history) if !planted::is(Bug::VoidMissesTheLast) => {
                    history.log.as_slice()
                }
                _ => &[],
            };
            let log = [task.history.log.as_slice(), since, product.past()].concat();
            let target = match (*target, more) {
                (VoidTarget::Bidder { user_id, .. }, More::Bidder(read)) => {
                    let (number, sealed) = read.unzip();
                    let number = product.number_of(user_id).or(number);
                    let sealed = product.sealed_now(user_id, sealed.flatten());
                    VoidTarget::Bidder { user_id, sealed, number }
                }
                (target, _) => target,
            };
            Order::Void { target, reason: reason.clone(), log }
        }
        (order, _) => order.clone(),
    }
}

/// A void may leave the lead to anybody who has bid: the log says who that is.
fn meet_from_history(product: &mut OnBench, leader: UserId, task: &OrderTask, found: &Found) {
    let find = |history: &History| -> Option<Bidder> {
        history.bidders.iter().find(|bidder| bidder.user_id == leader).cloned()
    };
    let since = match &found.more {
        More::History(history) => find(history),
        _ => None,
    };
    if let Some(bidder) = since.or_else(|| find(&task.history)) {
        product.meet(leader, &bidder.user_name, Some(bidder.number));
    }
}
