//! Tickets: who was received when, so that no close is judged before a bid that was in time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gobid_auction::{EntryIds, ProductId, Timestamp};
use tokio::sync::mpsc;

use super::lane::Place;
use crate::clock::{Clock, Moment};

/// A command that was not judged this long after its stamp is never judged.
pub(crate) const LIFETIME: Duration = Duration::from_secs(5);

/// The tickets that are out, and the one mutex under which they are stamped and closes are checked.
#[derive(Debug)]
pub(crate) struct Tickets {
    clock: Clock,
    most: usize,
    out: Mutex<Out>,
    /// Told which close may be tried again, once the last ticket that held it back is gone. When
    /// it is full the sweep finds the close.
    released: mpsc::Sender<ProductId>,
}

#[derive(Debug, Default)]
struct Out {
    count: usize,
    last_id: u64,
    products: HashMap<ProductId, OfProduct>,
}

#[derive(Debug, Default)]
struct OfProduct {
    stamps: BTreeMap<u64, Stamp>,
    /// The end of a close that was held back.
    held_back: Option<Timestamp>,
}

/// When a command was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Names the ticket within this server.
    pub(crate) id: u64,
    /// By the database's time: decides whether the command came in time.
    pub(crate) received_at: Timestamp,
    /// The same moment by the clock that never goes back.
    pub(crate) moment: Moment,
    /// From when its lifetime counts: a void reads the log before it enters its lane.
    pub(crate) entered: Moment,
}

/// The right to be judged before a close that comes after it; given back when dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// The product it is for.
    pub(crate) product_id: ProductId,
    /// When the command was received.
    pub(crate) stamp: Stamp,
    /// The ids of the entries the command may lead to.
    pub(crate) ids: EntryIds,
    tickets: Arc<Tickets>,
    /// Its place among what its lane takes; the house needs none.
    place: Option<Place>,
}

impl Stamp {
    /// When a command with this stamp may not be judged any more.
    pub(crate) fn lapses_at(&self) -> Moment {
        self.entered.plus(LIFETIME)
    }

    /// Whether a command with this stamp may not be judged any more.
    pub(crate) fn has_lapsed(&self, now: Moment) -> bool {
        self.lapses_at() <= now
    }
}

impl Ticket {
    /// How long it is until the command may not be judged any more.
    pub(crate) fn time_left(&self, clock: &Clock) -> Duration {
        LIFETIME.saturating_sub(clock.moment().since(self.stamp.entered))
    }

    /// The same ticket, with a place in its lane until it ends.
    pub(crate) fn with_place(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// From here on it holds back no close: what its command needs takes long to read.
    pub(crate) fn hold_nothing_back(&self) {
        let mut out = self.tickets.locked();
        self.tickets.let_close(&mut out, self.product_id, self.stamp.id);
    }

    /// Now its lifetime begins.
    pub(crate) fn enter(&mut self) {
        self.stamp.entered = self.tickets.clock.moment();
    }
}

impl Tickets {
    pub(crate) fn new(clock: Clock, most: usize, released: mpsc::Sender<ProductId>) -> Arc<Self> {
        Arc::new(Self { clock, most, out: Mutex::default(), released })
    }

    /// Stamps a command; `None` when too many are out.
    pub(crate) fn stamp(self: &Arc<Self>, product_id: ProductId) -> Option<Ticket> {
        let ids = self.clock.entry_ids();
        let mut out = self.locked();
        if out.count >= self.most {
            return None;
        }
        out.count += 1;
        out.last_id += 1;
        let (received_at, moment) = (self.clock.now(), self.clock.moment());
        let stamp = Stamp { id: out.last_id, received_at, moment, entered: moment };
        out.products.entry(product_id).or_default().stamps.insert(stamp.id, stamp);
        Some(Ticket { product_id, stamp, ids, tickets: Arc::clone(self), place: None })
    }

    /// Whether the close of an auction that ends then may be judged now: no ticket is out that was
    /// stamped before that end, but those whose commands stand before the close in the same batch,
    /// and those whose commands are judged no more.
    pub(crate) fn may_close(
        &self,
        product_id: ProductId,
        auction_end: Timestamp,
        in_batch: &[u64],
        now: Moment,
    ) -> bool {
        let mut out = self.locked();
        let Some(product) = out.products.get_mut(&product_id) else {
            return true;
        };
        let holds_back = |stamp: &Stamp| {
            stamp.received_at < auction_end
                && !stamp.has_lapsed(now)
                && !in_batch.contains(&stamp.id)
        };
        let held_back = product.stamps.values().any(holds_back);
        product.held_back = held_back.then_some(auction_end);
        !held_back
    }

    /// Whether every command that was stamped has its answer.
    pub(crate) fn none_out(&self) -> bool {
        self.locked().count == 0
    }

    fn release(&self, product_id: ProductId, id: u64) {
        let mut out = self.locked();
        out.count = out.count.saturating_sub(1);
        self.let_close(&mut out, product_id, id);
    }

    /// A ticket holds back no close any more.
    fn let_close(&self, out: &mut Out, product_id: ProductId, id: u64) {
        let Some(product) = out.products.get_mut(&product_id) else {
            return;
        };
        product.stamps.remove(&id);
        let due = product.held_back.is_some_and(|auction_end| {
            product.stamps.values().all(|stamp| stamp.received_at >= auction_end)
        });
        if due {
            product.held_back = None;
            // Full is fine: the sweep finds what is due.
            let _ = self.released.try_send(product_id);
        }
        if product.stamps.is_empty() {
            out.products.remove(&product_id);
        }
    }

    fn locked(&self) -> MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.tickets.release(self.product_id, self.stamp.id);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_close_waits_for_the_last_ticket_stamped_before_the_end() {
        let (released, mut told) = mpsc::channel(4);
        let tickets = Tickets::new(Clock::system(), 3, released);
        let may_close = |product, end, in_batch: &[u64]| {
            tickets.may_close(product, end, in_batch, Moment::default())
        };
        let product = Uuid::now_v7();
        let first = tickets.stamp(product).unwrap();
        let second = tickets.stamp(product).unwrap();
        let _other = tickets.stamp(Uuid::now_v7()).unwrap();
        assert!(tickets.stamp(product).is_none(), "three are out");

        let long_after = second.stamp.received_at.plus(LIFETIME);
        assert!(!may_close(product, long_after, &[]));
        assert!(!may_close(product, long_after, &[first.stamp.id]));
        assert!(may_close(product, long_after, &[first.stamp.id, second.stamp.id]));
        assert!(may_close(product, first.stamp.received_at, &[]), "none was before it");

        assert!(!may_close(product, long_after, &[]));
        drop(first);
        assert!(told.try_recv().is_err(), "one still holds the close back");
        drop(second);
        assert_eq!(told.try_recv(), Ok(product));
        assert!(may_close(product, long_after, &[]));
    }
}
