//! The auctions that something happened in while nobody looked at them, one of them first.

use gobid_api::ProductId;

use super::notices::What;

/// The auctions with news, what matters most first, and of that what came first.
#[derive(Clone, Debug, Default)]
pub struct News(Vec<(ProductId, What)>);

impl News {
    /// Something happened in an auction: what had happened in it before is old.
    pub(super) fn add(&mut self, id: ProductId, what: What) {
        self.forget(id);
        let place = self.0.iter().position(|(_, other)| rank(*other) > rank(what));
        self.0.insert(place.unwrap_or(self.0.len()), (id, what));
    }

    /// An auction was looked at, or is watched no more.
    pub(super) fn forget(&mut self, id: ProductId) {
        self.0.retain(|(other, _)| *other != id);
    }

    /// The auction to look at first.
    pub fn first(&self) -> Option<ProductId> {
        self.0.first().map(|(id, _)| *id)
    }
}

/// Being outbid comes first: there may be little time.
const fn rank(what: What) -> u8 {
    match what {
        What::Outbid => 0,
        What::Unknown | What::Refused => 1,
        _ => 2,
    }
}
