//! The final answer to every bid.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

use crate::support::server::Server;
use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, soon};

use super::super::bid::{Bid, Reply};
use super::super::sender::open;

/// How many answers a socket is owed at once.
const IN_FLIGHT: usize = 16;

/// Asks once more for every bid, through the server, and gives the bids with the
/// answers.
pub(super) async fn ask(server: &Server, bids: Vec<Bid>) -> Vec<Bid> {
    let mut of_sockets: BTreeMap<(String, String), Vec<Bid>> = BTreeMap::new();
    for bid in bids {
        of_sockets.entry((bid.product_id.clone(), bid.bidder.id.clone())).or_default().push(bid);
    }
    let mut asking = JoinSet::new();
    for ((product_id, _), mut bids) in of_sockets {
        let bidder = bids[0].bidder.at(server);
        asking.spawn(async move {
            let mut socket = open(&bidder, &product_id).await;
            for some in bids.chunks_mut(IN_FLIGHT) {
                ask_for(&mut socket, some).await;
            }
            bids
        });
    }
    soon("the final answers", PATIENCE, asking.join_all()).await.into_iter().flatten().collect()
}

async fn ask_for(socket: &mut Socket, bids: &mut [Bid]) {
    for bid in bids.iter() {
        socket.send(&bid.frame()).await.unwrap();
    }
    for bid in bids.iter_mut() {
        let answer = socket.answer_to(bid.request_id).await.unwrap();
        bid.replies.push(Reply::of_frame(answer));
    }
}
