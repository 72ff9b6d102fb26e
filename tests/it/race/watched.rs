//! Watchers who read on while others bid.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::support::actors::User;
use crate::support::socket::{Seen, Socket};

/// Watchers, and where what they watch will end.
pub(super) struct Watched {
    watching: JoinSet<Seen>,
    last: Arc<AtomicU64>,
}

impl Default for Watched {
    fn default() -> Self {
        Self { watching: JoinSet::new(), last: Arc::new(AtomicU64::new(u64::MAX)) }
    }
}

impl Watched {
    /// One more, from his snapshot on.
    pub(super) fn watch(&mut self, mut socket: Socket) {
        let last = Arc::clone(&self.last);
        let goes_on = move |frame: &Value| frame["seq"].as_u64().unwrap() < last.load(Relaxed);
        self.watching.spawn(async move { socket.events_while(goes_on).await.unwrap() });
    }

    /// One more, who goes on at another server, or with another socket, every few updates.
    pub(super) async fn roam(&mut self, visitors: Vec<User>, product_id: &str) {
        let (product_id, last) = (product_id.to_owned(), Arc::clone(&self.last));
        let mut socket = visitors[0].subscribe(&product_id).await;
        let snapshot = socket.next_of("snapshot").await;
        self.watching.spawn(async move {
            let epoch = snapshot["epoch"].as_str().unwrap();
            let mut seq = snapshot["seq"].as_u64().unwrap();
            let mut all = Seen::default();
            for visitor in visitors.iter().cycle().skip(1) {
                let from = seq;
                let goes_on = |frame: &Value| {
                    let seq = frame["seq"].as_u64().unwrap();
                    seq < from + 100 && seq < last.load(Relaxed)
                };
                let seen = socket.events_while(goes_on).await.unwrap();
                socket.close().await;
                seq += u64::try_from(seen.events.len()).unwrap();
                all.events.extend(seen.events);
                all.skipped += seen.skipped;
                all.resets += seen.resets;
                if seq >= last.load(Relaxed) {
                    break;
                }
                socket = visitor.resume(&product_id, epoch, seq).await;
            }
            all
        });
    }

    /// One more event comes after this one, and it is the last.
    pub(super) fn will_end_after(&self, seq: u64) {
        self.last.store(seq + 1, Relaxed);
    }

    /// Each saw all of them, once, in order, and was told of none left out.
    pub(super) async fn assert_all_saw(self, events: &[Value]) {
        for seen in self.watching.join_all().await {
            assert_eq!((seen.skipped, seen.resets), (0, 0));
            assert_eq!(seen.events.len(), events.len());
            for (seen, event) in seen.events.iter().zip(events) {
                assert_eq!(seen, event);
            }
        }
    }
}
