//! An auction twice: the engine's, with what a server keeps beside it, and the model's.

use std::collections::BTreeMap;

use gobid_auction::{
    Action, Amount, Bid, Change, EntryId, Event, Offer, Outcome, Standing, Unsold, UserId,
};

use super::translated;
use crate::reference::{self, Accepted, Answer, Bidder, Model, Row, View};
use crate::support::Sale;
use crate::support::told::Told;

/// The same auction, judged by both.
pub(crate) struct Pair {
    pub(crate) sale: Sale,
    model: Model,
    /// The model's ids of bids: they are its own.
    ids: BTreeMap<EntryId, u64>,
    /// What was accepted, by bidder and request id.
    remembered: BTreeMap<(UserId, u64), (Option<Content>, Accepted)>,
}

/// What makes two bids with one request id the same: the kind, the amount, the expected price.
type Content = (&'static str, Option<Amount>, Option<Amount>);

impl Pair {
    pub(crate) fn of(sale: Sale) -> Self {
        let model = Model::new(translated::terms(&sale), sale.description.clone());
        Self { sale, model, ids: BTreeMap::new(), remembered: BTreeMap::new() }
    }

    /// What the engine answers, and what the model does.
    pub(crate) fn answers(&mut self, told: &Told) -> (Answer, Answer) {
        let order = translated::order(told, &self.ids, self.sale.auction.terms.currency);
        let expected = self.model.apply(&order, told.received_at, told.now);
        let answer = match &told.action {
            Action::Bid(bid) => self.bid(bid, told, &expected),
            action => match self.sale.ask(action.clone(), told.received_at, told.now) {
                Ok(_events) => Answer::Done,
                Err(rejection) => translated::refused(&rejection),
            },
        };
        (answer, expected)
    }

    /// What there is to see of the engine's auction, and of the model's.
    pub(crate) fn views(&mut self, time: i64) -> (View, View) {
        let expected = self.model.view(time);
        // An automatic answer is known by its place alone.
        for (row, other) in self.sale.rows().iter().zip(&expected.bids) {
            if row.automatic && other.automatic {
                self.ids.entry(row.bid_id).or_insert(other.id);
            }
        }
        (self.view(time), expected)
    }

    fn bid(&mut self, bid: &Bid, told: &Told, expected: &Answer) -> Answer {
        let content = self.content(bid);
        if let Some((known, accepted)) = self.remembered.get(&(bid.bidder, told.request)) {
            return if content.is_some() && content == *known {
                Answer::Accepted(Accepted { new: false, ..accepted.clone() })
            } else {
                Answer::Refused(reference::Refused {
                    code: "request_id_reused",
                    ..reference::Refused::default()
                })
            };
        }
        let events = match self.sale.ask(told.action.clone(), told.received_at, told.now) {
            Ok(events) => events,
            Err(rejection) => return translated::refused(&rejection),
        };
        let accepted = self.accepted(bid, &events, expected);
        self.remembered.insert((bid.bidder, told.request), (content, accepted.clone()));
        Answer::Accepted(accepted)
    }

    /// The result of a bid, from the entry it led to.
    fn accepted(&mut self, bid: &Bid, events: &[Event], expected: &Answer) -> Accepted {
        let is_own = |event: &&Event| event.actor == Some(bid.bidder);
        let own = events.iter().find(is_own).unwrap();
        if let Answer::Accepted(accepted) = expected
            && !self.ids.values().any(|id| *id == accepted.bid)
        {
            self.ids.insert(own.entry_id, accepted.bid);
        }
        let minor = |amount: Option<Amount>| amount.map(Amount::minor_units);
        let offered = self.content(bid).and_then(|(_kind, amount, _expected)| minor(amount));
        let (amount, max_amount) = match bid.offer {
            Offer::Maximum(_) => (None, offered),
            Offer::Firm(_) => (offered, None),
            Offer::BuyNow => (minor(self.sale.auction.terms.buy_now_price), None),
        };
        let leads = own.after.leader == Some(bid.bidder);
        Accepted {
            new: true,
            bid: self.id(own.entry_id),
            seq: own.seq.unwrap_or(self.sale.auction.state.seq),
            amount,
            max_amount,
            leading: (!self.sale.auction.terms.format.is_sealed()).then_some(leads),
            price: minor(own.after.price),
            minimum: minor(own.after.minimum),
            end: own.after.auction_end.as_micros(),
            received_at: own.received_at.as_micros(),
        }
    }

    /// `None` where the currency has no such amount.
    fn content(&self, bid: &Bid) -> Option<Content> {
        let currency = self.sale.auction.terms.currency;
        let amount = |value| Amount::from_decimal(value, currency);
        let offered = bid.offer.decimal().map(amount).transpose().ok()?;
        let expected = bid.expected_price.map(amount).transpose().ok()?;
        let kind = match bid.offer {
            Offer::BuyNow => "purchase",
            Offer::Firm(_) | Offer::Maximum(_) => bid.offer.field(),
        };
        Some((kind, offered, expected))
    }

    /// The model's id of a bid; 0, which it gives to none, where it has no such bid.
    fn id(&self, bid_id: EntryId) -> u64 {
        self.ids.get(&bid_id).copied().unwrap_or_default()
    }

    fn view(&self, time: i64) -> View {
        let public = self.sale.public(time);
        let state = &self.sale.auction.state;
        let minor = |amount: Option<Amount>| amount.map(Amount::minor_units);
        let (winner, hammer, unsold_reason) = match public.outcome {
            Some(Outcome::Sold { winner, hammer_price }) => {
                (Some(translated::user(winner)), Some(hammer_price.minor_units()), None)
            }
            Some(Outcome::Unsold(why)) => (None, None, Some(Unsold::as_str(why))),
            None => (None, None, None),
        };
        View {
            status: public.status.as_str(),
            price: minor(public.price),
            leader: public.leader.map(translated::user),
            maximum: minor(state.maximum),
            minimum: minor(public.minimum),
            bid_count: state.bid_count,
            bidder_count: state.bidder_count,
            end: public.auction_end.as_micros(),
            seq: public.seq,
            position: state.position,
            reserve: minor(state.reserve),
            reserve_met: public.reserve_met,
            buy_now_available: public.buy_now_available,
            winner,
            hammer,
            unsold_reason,
            description: public.description,
            revision: public.revision,
            annulled: public.annulled,
            bids: public
                .rows
                .iter()
                .map(|row| Row {
                    id: self.id(row.bid_id),
                    seq: row.seq,
                    bidder: translated::user(row.bidder),
                    amount: row.amount.minor_units(),
                    automatic: row.automatic,
                    voided: row.voided,
                })
                .collect(),
            bidders: self.sale.bidders().into_iter().map(|seen| self.bidder(seen)).collect(),
            events: self.sale.log.iter().filter_map(|event| self.event(event)).collect(),
        }
    }

    fn bidder(&self, (number, user): (i64, UserId)) -> Bidder {
        let offer = self.sale.offer_of(user);
        Bidder {
            user: translated::user(user),
            number,
            offer: offer.map(|offer| offer.amount().minor_units()),
            is_maximum: offer.is_some_and(gobid_auction::Offered::is_maximum),
            status: self.sale.standing_of(user).map(|standing| match standing {
                Standing::Leading => "leading",
                Standing::Outbid => "outbid",
                Standing::Won => "won",
                Standing::Lost => "lost",
                Standing::None => "none",
            }),
        }
    }

    fn event(&self, event: &Event) -> Option<reference::Event> {
        let (rows, extended) = match &event.change {
            Change::BidPlaced { bids, extended, .. } => {
                (bids.iter().map(|bid| self.id(bid.bid_id)).collect(), *extended)
            }
            Change::BidsVoided(voided) => {
                (voided.bids.iter().map(|bid_id| self.id(*bid_id)).collect(), false)
            }
            _ => (Vec::new(), false),
        };
        Some(reference::Event {
            seq: event.seq?,
            position: event.position,
            at: event.at.as_micros(),
            kind: translated::kind(&event.change),
            rows,
            extended,
        })
    }
}
