//! The state under messages: each goes in with a moment, effects come out.

mod answers;
mod bidding;
mod events;
mod formats;
mod listing;
mod login;
mod maximum;
mod missed;
mod news;
mod notes;
pub(crate) mod replaying;
mod sale;
mod several;
mod stakes;
mod watching;

use std::time::Duration;

use crossterm::event::KeyCode;
use gobid_api::RequestId;
use gobid_api::client::{FeedEnd, FeedEvent};
use gobid_api::live::{ClientFrame, PlaceBid, ServerFrame};
use gobid_api::problem::ErrorCode;
use gobid_api::products::YourStatus;

use super::{Effect, Identity, Kind, LineState, Msg, Obstacle, Pane, Role, Secret};
use crate::samples::{Desk, at, eva, snapshot};

const ID: RequestId = RequestId::from_u128(77);
const ENTER: KeyCode = KeyCode::Enter;

fn lost() -> FeedEvent {
    FeedEvent::Disconnected {
        why: "reset by peer".to_owned(),
        retry_in: Duration::from_millis(500),
    }
}

fn bids(effects: &[Effect]) -> Vec<&PlaceBid> {
    let bids = effects.iter().filter_map(|effect| match effect {
        Effect::Send(_, ClientFrame::PlaceBid(bid)) => Some(bid),
        _ => None,
    });
    bids.collect()
}

/// The firm amount of a bid.
fn firm(bid: &PlaceBid) -> &str {
    &bid.amount.as_ref().unwrap().0
}
