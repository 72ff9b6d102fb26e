//! Products and their auctions.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use crate::text::{self, AmountText};
use crate::{Decimal, ProductId, Timestamp, UserId};

/// A product to be created. A missing text counts as an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewProduct {
    /// 1 to 100 characters.
    #[serde(default)]
    pub product_name: String,
    /// 10 to 2,000 characters.
    #[serde(default, alias = "product_description")]
    pub description: String,
    /// The lowest first bid.
    #[serde(default, alias = "base_price")]
    pub baseprice: AmountText,
    /// When the auction ends, RFC 3339.
    #[serde(default)]
    pub auction_end: String,
    /// ISO 4217; the server's default when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// When bidding begins, RFC 3339; at once when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction_start: Option<String>,
    /// By which rules: `english`, which is also meant when it is missing, `sealed_first_price`,
    /// `sealed_second_price` or `dutch`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The steps between bids; the house's ladder when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<NewIncrement>,
    /// A secret minimum, below which nothing is sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_price: Option<AmountText>,
    /// What ends the auction at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buy_now_price: Option<AmountText>,
    /// A bid this close to the end moves it; 0, which is also meant when it is missing: none does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soft_close_seconds: Option<u32>,
    /// Beyond which nothing moves the end, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard_end: Option<String>,
    /// How the price of a Dutch auction falls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dutch: Option<NewDutch>,
    /// Whether bidders appear as `Bidder 1, 2, …`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anonymous_bidders: Option<bool>,
    /// The seller's own, up to 100 characters: the same body with it again is the same product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// The steps between bids: the same at every price, or a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum NewIncrement {
    /// One amount, the step at every price.
    Flat(AmountText),
    /// Rungs: from each price on, its step; the first from 0.
    Ladder(Vec<NewRung>),
}

/// One rung of a ladder to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRung {
    /// The lowest price at which the step holds; 0 for the first rung.
    pub from: AmountText,
    /// The step.
    pub step: AmountText,
}

/// How the price of a Dutch auction is to fall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDutch {
    /// The lowest price.
    pub floor: AmountText,
    /// By how much it falls each time.
    pub step: AmountText,
    /// How many seconds lie between one fall and the next.
    pub tick_seconds: u32,
}

/// What a seller changes of a product. What is missing stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductEdit {
    /// 10 to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Another reserve, or `null` for none.
    #[serde(
        default,
        deserialize_with = "text::null_or_value",
        skip_serializing_if = "Option::is_none"
    )]
    pub reserve_price: Option<Option<AmountText>>,
    /// The revision that the edit is meant for; of another one it changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<i64>,
}

/// Why a seller or an admin does something; everybody sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// 1 to 500 characters.
    #[serde(default)]
    pub reason: String,
}

/// A product was created, or had been.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCreated {
    /// The product's id.
    pub product_id: ProductId,
}

/// A product and how its auction stands, as everybody may see it.
#[expect(clippy::struct_excessive_bools, reason = "the wire names each of them")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductView {
    /// The product's id.
    pub product_id: ProductId,
    /// Its name.
    pub product_name: String,
    /// What it is.
    pub description: String,
    /// Who sells it.
    pub seller: Seller,
    /// By which rules.
    pub format: String,
    /// ISO 4217, of every amount here.
    pub currency: String,
    /// The lowest first bid.
    pub baseprice: Decimal,
    /// What the leader would pay now; null while nobody leads. Of an open Dutch auction the price at
    /// `server_time`.
    pub current_price: Option<Decimal>,
    /// The lowest next bid; null where no legal amount is left.
    pub minimum_next_bid: Option<Decimal>,
    /// The ladder in force, lowest rung first; empty for auctions that are not English.
    pub increment: Vec<RungView>,
    /// How the price of a Dutch auction falls; null for others.
    pub dutch: Option<DutchView>,
    /// The price that ends the auction at once; null without one.
    pub buy_now_price: Option<Decimal>,
    /// Whether it can be paid now.
    pub buy_now_available: bool,
    /// Whether the reserve is met; null without a reserve, and before the close of a sealed auction.
    pub reserve_met: Option<bool>,
    /// Whether bidders appear as `Bidder 1, 2, …`.
    pub anonymous_bidders: bool,
    /// Accepted bids, neither automatic nor voided ones; null before the close of a sealed auction.
    pub bid_count: Option<i64>,
    /// How many users have bid; null before the close of a sealed auction.
    pub bidder_count: Option<i64>,
    /// Who leads, by the name the public sees; null while nobody does.
    pub leader: Option<String>,
    /// `scheduled`, `open`, `sold`, `unsold` or `cancelled`.
    pub status: String,
    /// Whether it was sold.
    pub is_sold: bool,
    /// Whether the sale was annulled.
    pub annulled: bool,
    /// Who won, by the name the public sees.
    pub winner: Option<String>,
    /// What the winner pays.
    pub hammer_price: Option<Decimal>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// When bidding begins.
    pub auction_start: Timestamp,
    /// The effective end.
    pub auction_end: Timestamp,
    /// The end it was created with, for display only.
    pub original_end: Timestamp,
    /// Beyond which no late bid moves the end; null without a limit.
    pub hard_end: Option<Timestamp>,
    /// How close to the end a bid moves it; 0 when none does.
    pub soft_close_seconds: i64,
    /// The number of the last event.
    pub seq: i64,
    /// Raised by every edit of the seller's.
    pub revision: i64,
    /// When this was read, by the server's clock.
    pub server_time: Timestamp,
    /// When the product was created.
    pub created_at: Timestamp,
    /// How the caller stands; only over REST, for one who is logged in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub you: Option<YourView>,
}

/// Who sells a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seller {
    /// The seller's id.
    pub user_id: UserId,
    /// The seller's name.
    pub user_name: String,
}

/// One rung of the ladder: from this price on, this step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RungView {
    /// The lowest price at which the step holds.
    pub from: Decimal,
    /// The step.
    pub step: Decimal,
}

/// How the price of a Dutch auction falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutchView {
    /// The lowest price.
    pub floor: Decimal,
    /// By how much it falls each time.
    pub step: Decimal,
    /// How many seconds lie between one fall and the next.
    pub tick_seconds: u32,
}

/// How the caller stands in an auction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct YourView {
    /// `leading`, `outbid`, `won`, `lost` or `none`; null in a sealed auction that is open.
    pub status: Option<YourStatus>,
    /// The most the caller has offered, when that was firm or sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Decimal>,
    /// The most the caller has offered, when that was a maximum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_amount: Option<Decimal>,
    /// The name the public sees, once the caller has bid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// Whether the caller is the seller.
    pub is_seller: bool,
    /// The reserve; shown to the seller alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reserve_price: Option<Decimal>,
    /// The seller's own reference; shown to the seller alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// After a sale the other side's e-mail, for seller and winner alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
}

/// How a user stands in an auction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum YourStatus {
    /// Would win now.
    Leading,
    /// Has bid, and another leads.
    Outbid,
    /// Won.
    Won,
    /// Has bid and did not win.
    Lost,
    /// Has not bid, or nothing of it stands, or the auction was cancelled.
    None,
}

impl ProductView {
    /// The price of an open Dutch auction at a time of the server's clock: what `current_price` will
    /// be then, as long as nobody accepts it. `None` for every other auction.
    pub fn dutch_price_at(&self, time: Timestamp) -> Option<Decimal> {
        let view = self.dutch.filter(|_| self.status == "open")?;
        let currency: gobid_auction::Currency = self.currency.parse().ok()?;
        let amount = |value| gobid_auction::Amount::from_decimal(value, currency).ok();
        let dutch = gobid_auction::Dutch {
            floor: amount(view.floor)?,
            step: amount(view.step)?,
            tick_seconds: view.tick_seconds,
        };
        let price = dutch.price_at(amount(self.baseprice)?, self.auction_start, time);
        Some(price.to_decimal(currency))
    }
}

impl<'de> Deserialize<'de> for NewIncrement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let read = if raw.get().starts_with('[') {
            serde_json::from_str(raw.get()).map(Self::Ladder)
        } else {
            serde_json::from_str(raw.get()).map(Self::Flat)
        };
        read.map_err(de::Error::custom)
    }
}

impl From<gobid_auction::Standing> for YourStatus {
    fn from(standing: gobid_auction::Standing) -> Self {
        use gobid_auction::Standing;
        match standing {
            Standing::Leading => Self::Leading,
            Standing::Outbid => Self::Outbid,
            Standing::Won => Self::Won,
            Standing::Lost => Self::Lost,
            Standing::None => Self::None,
        }
    }
}
