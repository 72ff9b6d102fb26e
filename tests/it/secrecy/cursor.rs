//! What is in a cursor: every byte of it.

use gobid_auction::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The bytes that bind a cursor to its list and filter: the first of a digest of its name.
const TAG_BYTES: usize = 4;

/// What a cursor says, given its list and the last item of the page that it came with. Where it says
/// anything but the place of a row, that stands here in all its digits.
pub(super) fn decoded(list: &str, cursor: &str, last: &Value) -> String {
    let bytes = bytes_of(cursor).unwrap_or_else(|| panic!("a cursor of other letters: {cursor}"));
    let (tag, place) = bytes.split_at(TAG_BYTES);
    if tag != &Sha256::digest(list)[..TAG_BYTES] {
        return format!("a tag that is not of {list}: {cursor}");
    }
    let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let kind = list.split(' ').next().unwrap_or_default();
    match (kind, place.len()) {
        ("bids", 12) => format!("seq {}, row {}", number(&place[..8]), number(&place[8..])),
        ("events" | "log", 8) => format!("number {}", number(place)),
        ("products", 24) if is_place_of(list, last, number(&place[..8]), &place[8..]) => {
            "what the list is sorted by, and the id, of the last product".to_owned()
        }
        ("audit", 16) if Uuid::from_slice(place).unwrap().to_string() == last["audit_id"] => {
            "the id of the last row".to_owned()
        }
        _ => format!("something else: {cursor}"),
    }
}

fn is_place_of(list: &str, product: &Value, key: u64, id: &[u8]) -> bool {
    let is_key = if list.ends_with("sort=newest") {
        key == 0
    } else if list.ends_with("price") {
        let price = product["current_price"].as_str().or(product["baseprice"].as_str());
        price.is_some_and(|price| price.replace('.', "") == key.to_string())
    } else {
        let end = Timestamp::from_micros(key.try_into().unwrap());
        product["auction_end"] == end.to_string()
    };
    is_key && product["product_id"] == Uuid::from_slice(id).unwrap().to_string()
}

fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let pairs = (0..hex.len()).step_by(2).map(|at| hex.get(at..at + 2));
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
