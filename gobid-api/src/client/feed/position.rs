//! How far a feed has read, so that it can go on from there on another connection.

use crate::live::ServerFrame;

/// The last event that was passed on, and the epoch of the database it was read from.
#[derive(Debug, Default)]
pub(super) struct Position {
    epoch: Option<String>,
    seq: i64,
}

impl Position {
    /// What a new connection is to be asked for, once there is a position.
    pub(super) fn query(&self) -> Option<[(&'static str, String); 2]> {
        let epoch = self.epoch.clone()?;
        Some([("after_seq", self.seq.to_string()), ("epoch", epoch)])
    }

    /// Takes a frame in and leaves of it what has not been passed on before: two connections that
    /// relieve each other may both bring the same event.
    pub(super) fn admit(&mut self, frame: ServerFrame) -> Option<ServerFrame> {
        match frame {
            ServerFrame::Snapshot(snapshot) => {
                self.epoch = Some(snapshot.epoch.clone());
                self.seq = snapshot.seq;
                Some(ServerFrame::Snapshot(snapshot))
            }
            ServerFrame::Update(mut update) => {
                let new = update.seq.saturating_sub(self.seq);
                if new <= 0 {
                    return None;
                }
                update.events.retain(|event| event.seq > self.seq);
                let delivered = i64::try_from(update.events.len()).unwrap_or(i64::MAX);
                update.skipped = update.skipped.min(new.saturating_sub(delivered));
                self.seq = update.seq;
                Some(ServerFrame::Update(update))
            }
            other => Some(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::live::{AuctionEvent, EventKind, ProductChange, Update};

    const NOW: Timestamp = Timestamp::from_micros(0);

    fn update(first: i64, last: i64, skipped: i64) -> ServerFrame {
        let event = |seq| AuctionEvent { seq, at: NOW, kind: EventKind::AuctionOpened };
        ServerFrame::Update(Update {
            seq: last,
            server_time: NOW,
            events: (first..=last).map(event).collect(),
            skipped,
            product: ProductChange {
                current_price: None,
                minimum_next_bid: None,
                bid_count: Some(last),
                bidder_count: Some(0),
                leader: None,
                auction_end: NOW,
                status: "open".to_owned(),
                reserve_met: None,
                buy_now_available: false,
            },
        })
    }

    fn admitted(position: &mut Position, frame: ServerFrame) -> Option<(Vec<i64>, i64)> {
        match position.admit(frame)? {
            ServerFrame::Update(update) => {
                let seqs = update.events.iter().map(|event| event.seq).collect();
                Some((seqs, update.skipped))
            }
            _ => None,
        }
    }

    #[test]
    fn every_event_is_passed_on_once() {
        let mut position = Position { epoch: Some("e".to_owned()), seq: 4 };
        assert_eq!(admitted(&mut position, update(5, 6, 0)), Some((vec![5, 6], 0)));
        assert_eq!(admitted(&mut position, update(5, 6, 0)), None);
        assert_eq!(admitted(&mut position, update(6, 7, 0)), Some((vec![7], 0)));
        assert_eq!(admitted(&mut position, update(9, 10, 1)), Some((vec![9, 10], 1)));
        assert_eq!(
            admitted(&mut position, update(10, 12, 3)),
            Some((vec![11, 12], 0)),
            "what was left out had been passed on before"
        );
        assert_eq!(
            position.query(),
            Some([("after_seq", "12".to_owned()), ("epoch", "e".to_owned())])
        );
    }

    #[test]
    fn without_a_snapshot_there_is_nothing_to_resume() {
        assert_eq!(Position::default().query(), None);
        let mut position = Position::default();
        let heartbeat = ServerFrame::Heartbeat { seq: 9, server_time: NOW, watchers: 1 };
        assert!(position.admit(heartbeat).is_some());
        assert_eq!(position.seq, 0, "a heartbeat brings no event");
    }
}
