//! The rows that bids lead to, of the real shape, without anybody having judged them.

use uuid::Uuid;

use crate::clock;

/// How many bid in turns.
const BIDDERS: i64 = 64;
/// The end of the auction, in microseconds since 1970.
pub(super) const END: i64 = 1_893_456_000_000_000;
/// The first product that was seeded.
pub(super) const PRODUCT: Uuid = Uuid::from_u128(0x1000_0000_0000_7000_8000_0000_0000_0001);
const FIRST_BIDDER: u128 = 0x2000_0000_0000_7000_8000_0000_0000_0001;

/// An entry of the log.
#[expect(clippy::struct_field_names, reason = "the columns are named so")]
pub(super) struct Entry {
    pub(super) position: i64,
    pub(super) entry_id: Uuid,
    pub(super) actor_id: Uuid,
    pub(super) request_id: Uuid,
    pub(super) request_digest: Vec<u8>,
    pub(super) price: i64,
    pub(super) at: i64,
    pub(super) public: String,
    pub(super) private: String,
}

/// A row of a bidder.
pub(super) struct Bidder {
    pub(super) user_id: Uuid,
    pub(super) number: i64,
    pub(super) maximum: i64,
    pub(super) last_position: i64,
}

/// What one transaction writes: entries, each bidder once, and the product as the last entry leaves
/// it.
pub(super) struct Rows {
    pub(super) position_read: i64,
    pub(super) entries: Vec<Entry>,
    pub(super) bidders: Vec<Bidder>,
}

impl Rows {
    /// As many firm bids as that, after the entry at a position.
    pub(super) fn after(position_read: i64, count: i64) -> Self {
        let entries: Vec<Entry> = (1..=count).map(|n| Entry::at(position_read + n)).collect();
        let latest = entries.iter().rev().take(usize::try_from(BIDDERS).unwrap_or_default());
        let bidders = latest.map(Bidder::of).collect();
        Self { position_read, entries, bidders }
    }

    /// The last entry.
    pub(super) fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }
}

impl Entry {
    fn at(position: i64) -> Self {
        let number = number(position);
        let (entry_id, price) = (Uuid::now_v7(), 100 + position);
        let amount = format!("{}.{:02}", price / 100, price % 100);
        let at = "2030-01-31T18:00:01.123Z";
        let public = format!(
            "{{\"seq\":{position},\"at\":\"{at}\",\"type\":\"bid_placed\",\"bids\":[{{\"bid_id\":\
             \"{entry_id}\",\"seq\":{position},\"at\":\"{at}\",\"bidder\":\"bidder_{number}\",\
             \"amount\":\"{amount}\",\"automatic\":false,\"voided\":false}}],\"leader\":\
             \"bidder_{number}\",\"current_price\":\"{amount}\",\"extended\":false,\
             \"auction_end\":\"2030-02-01T18:00:00.000Z\"}}"
        );
        let mut request_digest = vec![1];
        request_digest.extend(price.to_be_bytes());
        request_digest.extend([0; 8]);
        Self {
            position,
            entry_id,
            actor_id: bidder(number),
            request_id: Uuid::now_v7(),
            request_digest,
            price,
            at: clock::unix_micros(),
            public,
            private: format!("{{\"maximum\":{price},\"bidder_number\":{number}}}"),
        }
    }
}

impl Bidder {
    fn of(entry: &Entry) -> Self {
        Self {
            user_id: entry.actor_id,
            number: number(entry.position),
            maximum: entry.price,
            last_position: entry.position,
        }
    }
}

const fn number(position: i64) -> i64 {
    position % BIDDERS + 1
}

fn bidder(number: i64) -> Uuid {
    Uuid::from_u128(FIRST_BIDDER + u128::try_from(number).unwrap_or_default())
}
