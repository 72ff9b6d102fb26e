//! The live feeds of the auctions that are watched, one of each, as one stream.

use std::collections::HashMap;

use gobid_api::ProductId;
use gobid_api::client::{Client, FeedEvent, FeedHandle, NotConnected};
use gobid_api::live::ClientFrame;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// So many events wait to be taken. When that is full each feed waits for its turn, so that a flood
/// in one auction keeps no other waiting.
const EVENTS: usize = 64;

/// The feeds.
pub struct Feeds {
    client: Client,
    open: HashMap<ProductId, Open>,
    sender: mpsc::Sender<(ProductId, FeedEvent)>,
    events: mpsc::Receiver<(ProductId, FeedEvent)>,
}

struct Open {
    handle: FeedHandle,
    /// Passes the events on; ends, and with it the feed, when it is dropped.
    _task: JoinSet<()>,
}

impl Feeds {
    /// No feed yet.
    pub fn new(client: Client) -> Self {
        let (sender, events) = mpsc::channel(EVENTS);
        Self { client, open: HashMap::new(), sender, events }
    }

    /// Follows an auction.
    pub fn follow(&mut self, id: ProductId) {
        let mut feed = self.client.feed(id);
        let (handle, sender) = (feed.handle(), self.sender.clone());
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                let event = feed.next().await;
                if sender.send((id, event)).await.is_err() {
                    return; // the program ends
                }
            }
        });
        self.open.insert(id, Open { handle, _task: task });
    }

    /// Follows an auction no more.
    pub fn unfollow(&mut self, id: ProductId) {
        self.open.remove(&id);
    }

    /// Hands a frame over to be sent.
    pub fn send(&self, id: ProductId, frame: ClientFrame) -> Result<(), NotConnected> {
        self.open.get(&id).ok_or(NotConnected)?.handle.send(frame)
    }

    /// Connects to an auction anew at once.
    pub fn reconnect(&self, id: ProductId) {
        if let Some(open) = self.open.get(&id) {
            open.handle.reconnect_now();
        }
    }

    /// What happens next. May be cancelled without losing anything.
    pub async fn next(&mut self) -> (ProductId, FeedEvent) {
        match self.events.recv().await {
            Some(event) => event,
            // A sender is kept here: the stream does not end.
            None => std::future::pending().await,
        }
    }
}
