//! The end: once nothing goes wrong any more, everything comes to its end (promises 3 and 4), and
//! everybody knows it.

use gobid_api::live::You;
use gobid_api::products::YourStatus;
use gobid_auction::Auction;

use crate::hub::simulation::client::{Of, Request, Wish};
use crate::hub::simulation::feed::Pace;
use crate::hub::simulation::lane::Lane;
use crate::hub::simulation::trace::note;
use crate::hub::simulation::world::World;
use crate::view::{YourPart, your_part};

impl World {
    /// What is not done yet.
    pub(in super::super) fn undone(&self) -> Option<String> {
        self.open_auction()
            .or_else(|| self.open_request())
            .or_else(|| self.busy_server())
            .or_else(|| (0..self.feeds.len()).find_map(|feed| self.feed_behind(feed)))
    }

    fn open_auction(&self) -> Option<String> {
        self.ledgers.iter().find_map(|(product_id, ledger)| {
            let is_open = !["sold", "unsold", "cancelled"].contains(&ledger.model().view(0).status);
            is_open.then(|| format!("{product_id} is not closed"))
        })
    }

    fn open_request(&self) -> Option<String> {
        let open = |request: &Request| !self.is_through(request);
        let place = self.requests.iter().position(open)?;
        Some(format!("request {place}: {:?}", self.requests[place]))
    }

    fn busy_server(&self) -> Option<String> {
        let number = self.servers.iter().position(|server| {
            let running = server.running.as_ref();
            running.is_none_or(|it| {
                let idle = it.lanes.iter().all(Lane::is_idle);
                !idle || !it.tickets.none_out()
            })
        })?;
        Some(format!("server {number} has something to do"))
    }

    /// What a feed has not been told.
    fn feed_behind(&self, place: usize) -> Option<String> {
        let feed = &self.feeds[place];
        let ledger = &self.ledgers[&feed.product_id];
        if feed.process.is_none() || feed.seq < ledger.seq() {
            return Some(format!("feed {place} is at {} of {}", feed.seq, ledger.seq()));
        }
        let person = &self.people[feed.person?];
        let product = self.database.product(feed.product_id)?;
        let bidder = self.database.bidder(feed.product_id, person.user_id);
        let part = your_part(&product, person.user_id, &person.user_name, bidder);
        let YourPart { status, amount, max_amount, alias } = part;
        // Who has not bid is not told when that is no secret any more.
        let word = |status: Option<YourStatus>| status.unwrap_or(YourStatus::None);
        let told = feed.you.as_ref().map(|you| {
            let You { status, amount, max_amount, alias, .. } = you.clone();
            (word(status), amount, max_amount, alias)
        });
        let stands = Some((word(status), amount, max_amount, alias));
        (told != stands).then(|| format!("feed {place} stands {stands:?}, and is told {told:?}"))
    }

    /// Everything is done: what was promised before still holds.
    pub(in super::super) fn check_at_the_end(&mut self) {
        note!(self, "everything is done");
        for (product_id, ledger) in std::mem::take(&mut self.ledgers) {
            let log: Vec<_> = self.database.log(product_id).cloned().collect();
            self.promised(log == ledger.entries, || format!("the log of {product_id} changed"));
            let closed = log.iter().filter(|entry| entry.kind == "closed").count();
            let cancelled = log.iter().filter(|entry| entry.kind == "cancelled").count();
            self.promised(closed + cancelled == 1, || {
                format!("{product_id} closed {closed} times")
            });
            self.ledgers.insert(product_id, ledger);
        }
        self.answers_stay_true();
        self.count_at_the_end();
    }

    fn count_at_the_end(&mut self) {
        for feed in &self.feeds {
            self.reached.slow_feeds += usize::from(feed.pace == Pace::Slow);
        }
        for copy in &self.copies {
            let Of::Request(request) = copy.of else { continue };
            let is_bid = matches!(self.requests[request].wish, Wish::Bid(_));
            self.reached.copies += usize::from(is_bid);
        }
        self.reached.requests += self.requests.len();
        let at_end = |(id, position): &(_, i64)| self.ledgers[id].position() == *position;
        self.reached.check_of_last_lost += self.lost_checks.iter().filter(|it| at_end(it)).count();
        let settle = Auction::SETTLE;
        for ledger in self.ledgers.values() {
            let closing = ledger.entries.iter().find(|entry| entry.kind == "closed");
            self.reached.closed_late += usize::from(closing.is_some_and(|entry| {
                let late = i64::try_from(settle.as_micros()).unwrap() + 1_500_000;
                entry.at > entry.auction_end + late
            }));
        }
    }
}
