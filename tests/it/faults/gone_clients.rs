//! Clients that go before they are answered.

use std::time::Duration;

use crate::support::database::{Database, on_both};

use super::bid::{Bid, Reply};
use super::sender::{Sender, open};
use super::stage::{BASEPRICE, STEP, Stage};

const BIDS: usize = 24;

on_both!(a_bid_whose_client_has_gone_is_in_the_log_or_not_and_the_repeat_says_which);

pub(super) async fn a_bid_whose_client_has_gone_is_in_the_log_or_not_and_the_repeat_says_which(
    database: Database,
) {
    let stage = Stage::on(database).await;
    let mut bids = Vec::with_capacity(BIDS);
    for (number, steps) in (0..BIDS).zip(0..) {
        let bidder = &stage.bidders[number % stage.bidders.len()];
        let mut bid = Bid::new(bidder, &stage.products[0], BASEPRICE + steps * STEP);
        if number % 2 == 0 {
            go_from_socket(&bid).await;
        } else {
            go_from_request(&bid, Duration::from_micros(250) * u32::try_from(number).unwrap())
                .await;
        }
        bid.replies.push(Reply::Lost);
        // Half of them are repeated in time, and are bids from then on.
        if number % 4 < 2 {
            Sender::Rest.send(&mut bid).await.accepted();
        }
        bids.push(bid);
    }
    stage.judge(bids).await;
}

async fn go_from_socket(bid: &Bid) {
    let mut socket = open(&bid.bidder, &bid.product_id).await;
    socket.send(&bid.frame()).await.unwrap();
}

/// Goes at some moment of the request, the first of them before it is sent.
async fn go_from_request(bid: &Bid, moment: Duration) {
    let (body, request_id) = (bid.body(), bid.request_id);
    let request = bid.bidder.try_bid_rest(&bid.product_id, &body, request_id);
    let _it_is_gone = tokio::time::timeout(moment, request).await;
}
