//! How a bid or a purchase is judged: §4.0, in the order of its sentence.

use super::{
    Model, Stamp,
    answer::{Accepted, Answer, Judged, Refused, refuse_when},
    input::{Bid, Decimal, Format, Offer},
    log::Kind,
};

/// A bid that was accepted, and its answer for whoever sends its request id again.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    bidder: u64,
    request: u64,
    content: Content,
    answer: Accepted,
}

/// What makes two bids with one request id the same bid: kind, minor units, expected price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) kind: Kind,
    /// None in a purchase.
    pub(super) amount: Option<i64>,
    pub(super) expected: Option<i64>,
}

impl Model {
    pub(super) fn bid(&mut self, bid: &Bid, stamp: Stamp) -> Answer {
        let same_request =
            |known: &&Remembered| known.bidder == bid.bidder && known.request == bid.request;
        if let Some(known) = self.remembered.iter().find(same_request) {
            // A request id that was accepted answers with its result, before every rule.
            return if self.content(bid).is_ok_and(|content| content == known.content) {
                Answer::Accepted(Accepted { new: false, ..known.answer.clone() })
            } else {
                Answer::Refused(Refused::of("request_id_reused"))
            };
        }
        let content = match self.judge_bid(bid, stamp) {
            Ok(content) => content,
            Err(refused) => return Answer::Refused(*refused),
        };
        self.open_if_due(stamp);
        let answer = self.accept(bid.bidder, &content, stamp);
        if !self.bidders.contains(&bid.bidder) {
            self.bidders.push(bid.bidder);
        }
        let Bid { bidder, request, .. } = *bid;
        self.remembered.push(Remembered { bidder, request, content, answer: answer.clone() });
        Answer::Accepted(answer)
    }

    fn accept(&mut self, bidder: u64, content: &Content, stamp: Stamp) -> Accepted {
        match (self.terms.format, content.kind) {
            (Format::English, Kind::Purchase) => {
                let price = self.terms.buy_now.unwrap_or_default();
                self.sell_at_once(bidder, price, price, content.kind, stamp)
            }
            (Format::English, _) => self.place(bidder, content, stamp),
            (Format::SealedFirst | Format::SealedSecond, _) => self.seal(bidder, content, stamp),
            (Format::Dutch, kind) => {
                let price = self.dutch_price(stamp.received_at);
                let offer = content.amount.unwrap_or_default();
                self.sell_at_once(bidder, offer, price, kind, stamp)
            }
        }
    }

    /// The checks after the one of the request id; the first that fails is the code.
    fn judge_bid(&self, bid: &Bid, stamp: Stamp) -> Judged<Content> {
        refuse_when(bid.not_after.is_some_and(|limit| stamp.received_at > limit), "expired")?;
        let content = self.content(bid)?;
        self.refuse_ended(stamp)?;
        self.refuse_early(stamp)?;
        self.refuse_late(stamp)?;
        refuse_when(bid.bidder == self.terms.seller, "own_product")?;
        self.refuse_wrong_format(&content)?;
        let offer = content.amount.or(self.terms.buy_now);
        if let (Some((largest, is_same_currency)), Some(offer)) = (bid.cap, offer) {
            refuse_when(!is_same_currency || offer > largest, "spending_cap")?;
        }
        match self.terms.format {
            Format::English => self.judge_english(bid.bidder, &content)?,
            Format::SealedFirst | Format::SealedSecond => {
                self.judge_sealed(bid.bidder, &content)?;
            }
            Format::Dutch => self.judge_dutch(&content, stamp)?,
        }
        Ok(content)
    }

    /// The bid in minor units, or the first field that has too many digits for the currency.
    fn content(&self, bid: &Bid) -> Judged<Content> {
        let minor_units = |amount: Decimal, field| {
            amount.minor_units(self.terms.digits).ok_or_else(|| Box::new(Refused::invalid(field)))
        };
        let (kind, amount) = match bid.offer {
            Offer::Firm(amount) => (Kind::Firm, Some(minor_units(amount, "amount")?)),
            Offer::Maximum(amount) => (Kind::Maximum, Some(minor_units(amount, "max_amount")?)),
            Offer::BuyNow => {
                return Ok(Content { kind: Kind::Purchase, amount: None, expected: None });
            }
        };
        let expected =
            bid.expected.map(|price| minor_units(price, "expected_price")).transpose()?;
        Ok(Content { kind, amount, expected })
    }

    /// Ended means closed or cancelled, whatever the stamp.
    pub(super) fn refuse_ended(&self, stamp: Stamp) -> Judged<()> {
        if self.is_over() { Err(Box::new(self.closed(stamp))) } else { Ok(()) }
    }

    /// Early is `received_at < auction_start`, of an auction that was created with a later start.
    fn refuse_early(&self, stamp: Stamp) -> Judged<()> {
        let is_early = self.terms.starts_later && stamp.received_at < self.terms.start;
        if is_early { Err(Box::new(self.not_open())) } else { Ok(()) }
    }

    /// Late is `received_at >= auction_end`, also while the close has not been judged yet.
    pub(super) fn refuse_late(&self, stamp: Stamp) -> Judged<()> {
        if stamp.received_at >= self.end { Err(Box::new(self.closed(stamp))) } else { Ok(()) }
    }

    /// After an end that was brought forward nothing counts as received in time (§3).
    fn closed(&self, stamp: Stamp) -> Refused {
        let in_time = !self.ended_early && stamp.received_at < self.end;
        Refused {
            received_in_time: Some(in_time),
            end: Some(self.end),
            ..Refused::of("auction_closed")
        }
    }

    pub(super) fn not_open(&self) -> Refused {
        Refused { start: Some(self.terms.start), ..Refused::of("auction_not_open") }
    }

    /// Sealed and Dutch auctions know neither a maximum nor a purchase nor an expected price.
    fn refuse_wrong_format(&self, content: &Content) -> Judged<()> {
        let is_plain = content.kind == Kind::Firm && content.expected.is_none();
        refuse_when(self.terms.format != Format::English && !is_plain, "wrong_format")
    }

    fn judge_english(&self, bidder: u64, content: &Content) -> Judged<()> {
        let Some(m) = content.amount else {
            return refuse_when(!self.is_buy_now_available(), "buy_now_unavailable");
        };
        let lead = self.lead;
        // `expected_price` is compared with the baseprice while there is no current price.
        let current = lead.map_or(self.terms.baseprice, |lead| lead.price);
        if content.expected.is_some_and(|price| price != current) {
            let price = lead.map(|lead| lead.price);
            return Err(Box::new(Refused { price, ..Refused::of("price_moved") }));
        }

        let minimum = self.english_minimum(lead);
        let is_enough = match lead.filter(|lead| lead.leader == bidder) {
            // 2. A firm bid of the leader is refused; a maximum is accepted when m > M.
            Some(_) if content.kind == Kind::Firm => {
                return refuse_when(true, "already_leading");
            }
            Some(lead) => m > lead.maximum,
            // 3. m < minimum next bid is refused. No legal amount is left: nothing is enough.
            None => minimum.is_some_and(|minimum| m >= minimum),
        };
        if is_enough {
            return Ok(());
        }
        Err(Box::new(Refused {
            minimum,
            next: self.steps_above(minimum),
            price: lead.map(|lead| lead.price),
            ..Refused::of("bid_too_low")
        }))
    }
}
