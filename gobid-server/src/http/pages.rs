//! Lists, a page at a time: limits and cursors.

use gobid_api::page::Page;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::hex::{bytes, hex};
use crate::http::extract::Parameters;

/// How many items a page has when nobody says.
const DEFAULT_LIMIT: i64 = 20;
/// How many items a page has at most.
const MOST: i64 = 100;
/// How many bytes of a cursor name the list it belongs to.
const TAG_BYTES: usize = 4;

/// The limit of a page.
pub(crate) fn limit(text: &str) -> Result<i64, String> {
    let limit = text.parse().ok().filter(|limit| (1..=MOST).contains(limit));
    limit.ok_or_else(|| format!("must be a whole number from 1 to {MOST}"))
}

/// The limit, or the one that nobody said.
pub(crate) fn limit_or_default(limit: Option<i64>) -> i64 {
    limit.unwrap_or(DEFAULT_LIMIT)
}

/// Which page is asked for, of a list by ids.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// How many items at most.
    pub(crate) limit: i64,
    /// Before which id.
    pub(crate) before: Option<Uuid>,
}

/// Which page of a list a query asks for.
pub(crate) fn asked(query: &mut Parameters, list: &str) -> Asked {
    let limit = limit_or_default(query.take("limit", limit));
    let before = query.take("cursor", |text| place(list, text).map(Uuid::from_bytes));
    Asked { limit, before }
}

/// Where a list goes on, as an opaque text that is bound to the list and its filter.
pub(crate) fn cursor(list: &str, place: &[u8]) -> String {
    hex(&[tag(list).as_slice(), place].concat())
}

/// The place that a cursor of this list stands for.
pub(crate) fn place<const N: usize>(list: &str, cursor: &str) -> Result<[u8; N], String> {
    let why = || {
        "belongs to another list or filter, or was changed: begin again without a cursor".to_owned()
    };
    let cursor = bytes(cursor).ok_or_else(why)?;
    let (found, place) = cursor.split_at_checked(TAG_BYTES).ok_or_else(why)?;
    if found == tag(list) { place.try_into().map_err(|_length| why()) } else { Err(why()) }
}

fn tag(list: &str) -> Vec<u8> {
    Sha256::digest(list).iter().copied().take(TAG_BYTES).collect()
}

/// A page of at most `limit` items, out of one more than that when there are more.
pub(crate) fn page<T>(mut items: Vec<T>, limit: i64, cursor: impl FnOnce(&T) -> String) -> Page<T> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| has_more).map(cursor);
    Page { items, next_cursor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_of_its_list_alone() {
        let text = cursor("products open", &[1, 2]);
        assert_eq!(place("products open", &text), Ok([1, 2]));
        assert!(place::<2>("products sold", &text).is_err());
        for text in ["", "00", &text[2..], "zz", &format!("{text}00")] {
            assert!(place::<2>("products open", text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_last_page_has_no_cursor() {
        let name = |item: &i32| item.to_string();
        assert_eq!(page(vec![1, 2, 3], 2, name).next_cursor, Some("2".to_owned()));
        assert_eq!(page(vec![1, 2], 2, name).next_cursor, None);
        assert_eq!(page(Vec::new(), 2, name).next_cursor, None);
    }
}
