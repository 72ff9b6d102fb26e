//! The verdict after a fault: what was acknowledged, what the log holds and what every request id
//! is answered in the end agree.

mod final_answers;
mod log;

use std::collections::BTreeSet;
use std::time::Duration;

use gobid_auction::Timestamp;

use crate::support::actors::{User, now};
use crate::support::database::{Database, LogEntry};
use crate::support::server::Server;

use super::bid::{Bid, Reply};

/// More than the clocks of a server and of its database may differ.
const CLOCKS_DIFFER: Duration = Duration::from_millis(60);

/// Asks once more for every bid, when refusals are final, and compares.
///
/// The bids are all that were placed on their products, through this server or another one.
pub(super) async fn judge(database: &Database, server: &Server, bids: Vec<Bid>) {
    let products = bids.iter().map(|bid| bid.product_id.clone()).collect();
    let visitor = User::visitor(server, "visitor");
    until(bids.iter().map(Bid::final_from).max().unwrap()).await;
    let before = logs(database, &products).await;
    let bids = final_answers::ask(server, bids).await;
    let after = logs(database, &products).await;
    for ((product_id, before), (_, after)) in before.iter().zip(&after) {
        assert_eq!(ids(before), ids(after), "asking again has changed the log of {product_id}");
        log::is_one_strict_order(after);
        log::is_what_the_public_sees(&visitor, product_id, after).await;
        let bids: Vec<_> = bids.iter().filter(|bid| bid.product_id == *product_id).collect();
        agree(&bids, after);
    }
}

/// Every request id is one bid of the log or none, by each of its answers.
fn agree(bids: &[&Bid], log: &[LogEntry]) {
    for bid in bids {
        let entries: Vec<_> =
            log.iter().filter(|entry| entry.request_id == Some(bid.request_id)).collect();
        let told: Vec<_> = bid.replies.iter().filter_map(result).collect();
        match (entries.as_slice(), told.as_slice()) {
            ([], []) => is_refused_for_good(bid),
            ([entry], [first, repeated @ ..]) => {
                log::is_result_of(entry, bid, first);
                assert!(repeated.iter().all(|again| again == first), "{:#?}", bid.replies);
                is_accepted_for_good(bid);
            }
            _ => panic!("{} is {entries:#?}, and was told {:#?}", bid.request_id, bid.replies),
        }
    }
    let known: BTreeSet<_> = bids.iter().map(|bid| bid.request_id).collect();
    let unknown = log.iter().filter_map(|entry| entry.request_id).find(|id| !known.contains(id));
    assert_eq!(unknown, None, "nobody has placed this bid");
}

fn result(reply: &Reply) -> Option<&serde_json::Value> {
    match reply {
        Reply::Accepted(result) => Some(result),
        _ => None,
    }
}

/// Once accepted it stays so, whatever else goes on.
fn is_accepted_for_good(bid: &Bid) {
    let mut replies = bid.replies.iter().skip_while(|reply| result(reply).is_none());
    let stays = |reply: &Reply| matches!(reply, Reply::Accepted(_) | Reply::NotRecorded);
    assert!(replies.all(stays), "{:#?}", bid.replies);
    // The last answer was looked up; one before it recorded the bid, or was never known.
    let (_, placed) = bid.replies.split_last().unwrap();
    assert!(!placed.iter().all(Reply::says_no), "every copy was refused: {:#?}", bid.replies);
}

/// The last answer is one that may not turn out otherwise.
fn is_refused_for_good(bid: &Bid) {
    match bid.replies.last() {
        Some(Reply::Refused { code, judged: true, received_at, .. }) => {
            assert_eq!(code, "expired", "{:#?}", bid.replies);
            assert!(*received_at >= bid.final_from(), "{:#?}", bid.replies);
        }
        _ => panic!("no answer that is final: {:#?}", bid.replies),
    }
}

async fn logs(database: &Database, products: &BTreeSet<String>) -> Vec<(String, Vec<LogEntry>)> {
    let mut logs = Vec::with_capacity(products.len());
    for product_id in products {
        logs.push((product_id.clone(), database.log_of(product_id).await));
    }
    logs
}

fn ids(log: &[LogEntry]) -> Vec<uuid::Uuid> {
    log.iter().map(|entry| entry.entry_id).collect()
}

/// Waits for a moment of the server's time, which is that of its database to within 50 ms.
pub(super) async fn until(moment: Timestamp) {
    tokio::time::sleep(moment.plus(CLOCKS_DIFFER).since(now())).await;
}
