//! What a bidder is told of himself: the database has it as the rules do, and he is shown no more
//! and no less (promises 2 and 6).

use gobid_api::live::You;
use gobid_api::products::YourStatus;
use gobid_auction::{Offered, ProductId};

use super::reference::View;
use super::shown::decimal;
use super::{Ledger, translated};
use crate::hub::simulation::feed::FeedId;
use crate::hub::simulation::world::World;

impl World {
    /// The bidders that the database has are those of the model, with their numbers and offers.
    pub(super) fn has_its_bidders(&self, product_id: ProductId, view: &View) -> Result<(), String> {
        for person in &self.people {
            let row = self.database.bidder(product_id, person.user_id);
            let offer = |offer: Offered| {
                (offer.amount().minor_units(), matches!(offer, Offered::Maximum(_)))
            };
            let stands = row.map(|row| (row.number, row.offer.map(offer)));
            let user = translated::user(person.user_id);
            let bidder = view.bidders.iter().find(|bidder| bidder.user == user);
            let rules = bidder.map(|it| (it.number, it.offer.map(|offer| (offer, it.is_maximum))));
            if stands != rules {
                let name = &person.user_name;
                return Err(format!("{name} has bid {stands:?}, not {rules:?}"));
            }
        }
        Ok(())
    }

    /// A feed is about to be told how its person stands: `outbid_since` is how far the log had come
    /// when it was told last that he is outbid, unless something else was told since.
    pub(in super::super) fn check_you(
        &mut self,
        feed: FeedId,
        you: &You,
        outbid_since: Option<i64>,
    ) -> Option<i64> {
        let feed = &self.feeds[feed.0];
        let (product_id, person) = (feed.product_id, feed.person?);
        let ledger = &self.ledgers[&product_id];
        let position = ledger.event(you.seq).map_or(0, |entry| entry.position);
        let is_so = (position..=ledger.position())
            .any(|position| self.stands_so(ledger, product_id, person, position, you));
        let is_outbid = you.status == Some(YourStatus::Outbid);
        let is_news = outbid_since
            .filter(|_| is_outbid)
            .is_none_or(|since| self.has_moved(ledger, person, since));
        let name = self.people[person].user_name.clone();
        self.promised(is_so, || format!("{name} never stood so in {product_id}: {you:?}"));
        self.promised(is_news, || format!("{name} is told twice to be outbid: {you:?}"));
        is_outbid.then_some(position)
    }

    /// Whether a person stood so after an entry.
    fn stands_so(
        &self,
        ledger: &Ledger,
        product_id: ProductId,
        person: usize,
        position: i64,
        you: &You,
    ) -> bool {
        let view = ledger.version(position).view(0);
        let user = translated::user(self.people[person].user_id);
        let bidder = view.bidders.iter().find(|bidder| bidder.user == user);
        let word = bidder.and_then(|bidder| bidder.status).unwrap_or("none");
        let offer = bidder.and_then(|bidder| Some((bidder.offer?, bidder.is_maximum)));
        let firm = offer.filter(|(_, is_maximum)| !is_maximum).map(|(offer, _)| offer);
        let maximum = offer.filter(|(_, is_maximum)| *is_maximum).map(|(offer, _)| offer);
        let is_told = !self.is_secret(product_id, &view);
        let alias = self.name_of(product_id, user, &view).filter(|_| is_told);
        status_word(you.status) == word
            && you.amount == decimal(firm)
            && you.max_amount == decimal(maximum)
            && you.alias == alias
    }

    /// Whether a person has bid, led or lost a bid since.
    fn has_moved(&self, ledger: &Ledger, person: usize, since: i64) -> bool {
        let user_id = Some(self.people[person].user_id);
        let mut later = ledger.entries.iter().filter(|entry| entry.position > since);
        later.any(|entry| {
            let struck = entry.private.as_ref().and_then(|private| private.bidder);
            entry.actor_id == user_id || entry.leader == user_id || struck == user_id
        })
    }
}

/// In a sealed auction nobody is told how he stands, and who has not bid need not be.
const fn status_word(status: Option<YourStatus>) -> &'static str {
    match status {
        Some(YourStatus::Leading) => "leading",
        Some(YourStatus::Outbid) => "outbid",
        Some(YourStatus::Won) => "won",
        Some(YourStatus::Lost) => "lost",
        Some(YourStatus::None) | None => "none",
    }
}
