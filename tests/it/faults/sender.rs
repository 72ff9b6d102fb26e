//! The ways of a bid to the server.

use std::io;
use std::time::Duration;

use crate::support::actors::User;
use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, soon};

use super::bid::{Bid, Reply};

/// Between two tries to reach a server that is away.
const PAUSE: Duration = Duration::from_millis(20);

/// A way to the server for the bids of one user on one product, which is found again when it broke.
pub(super) enum Sender {
    Socket(Option<Socket>),
    Rest,
}

impl Sender {
    /// A socket, opened with the first bid.
    pub(super) fn socket() -> Self {
        Self::Socket(None)
    }

    /// Sends a copy of the bid through its bidder's server and notes the reply.
    pub(super) async fn send(&mut self, bid: &mut Bid) -> Reply {
        let at = bid.bidder.clone();
        self.send_at(&at, bid).await
    }

    /// Sends a copy of the bid through the server that `at` uses, and notes the reply. Waits for a
    /// server that is away.
    pub(super) async fn send_at(&mut self, at: &User, bid: &mut Bid) -> Reply {
        let reply = match self {
            Self::Rest => by_request(at, bid).await,
            Self::Socket(socket) => {
                if socket.is_none() {
                    *socket = Some(open(at, &bid.product_id).await);
                }
                by_socket(socket, bid).await
            }
        };
        bid.replies.push(reply.clone());
        reply
    }
}

/// A socket on the product, once the server lets it in.
pub(super) async fn open(at: &User, product_id: &str) -> Socket {
    let opening = async {
        loop {
            if let Ok(socket) = at.try_subscribe(product_id, "").await {
                return socket;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    soon("a socket", 2 * PATIENCE, opening).await
}

async fn by_request(at: &User, bid: &Bid) -> Reply {
    let (body, request_id) = (bid.body(), bid.request_id);
    let sending = async {
        loop {
            match at.try_bid_rest(&bid.product_id, &body, request_id).await {
                Ok(answer) => return Reply::of_answer(answer),
                // Nothing listened, so that nothing was sent.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(_lost) => return Reply::Lost,
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    soon("a server", 2 * PATIENCE, sending).await
}

async fn by_socket(open: &mut Option<Socket>, bid: &Bid) -> Reply {
    let Some(socket) = open else { return Reply::Lost };
    let answered = match socket.send(&bid.frame()).await {
        Ok(()) => socket.answer_to(bid.request_id).await,
        Err(closed) => Err(closed),
    };
    match answered {
        Ok(frame) => Reply::of_frame(frame),
        Err(_closed) => {
            *open = None;
            Reply::Lost
        }
    }
}
