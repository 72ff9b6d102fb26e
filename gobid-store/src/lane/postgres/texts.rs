//! What the statements of a lane say on PostgreSQL.

use std::fmt::{self, Write as _};

use gobid_auction::ProductId;
use gobid_auction::planted::{self, Bug};

use crate::lane::lookup::{People, people_sql, requests, requests_sql};
use crate::product::auction_columns;
use crate::{LockMode, Lookup};

/// A statement that locks some products' rows and, above it, reads the clock: beside it, it would be
/// read before the wait. `for update` would make foreign-key checks elsewhere wait. It is prepared by
/// words, so that one message can begin a transaction and run it.
macro_rules! prepare_lock {
    ($name:literal, $order:literal, $skip:literal, $beside:literal) => {
        concat!(
            "prepare ",
            $name,
            " (uuid[]) as select s.*, \
                (extract(epoch from clock_timestamp()) * 1000000)::bigint as clock",
            $beside,
            " from (select ",
            auction_columns!(),
            " from products p where p.product_id = any($1) order by ",
            $order,
            " for no key update",
            $skip,
            ") s"
        )
    };
}

/// What a connection prepares: a lock that waits, one that skips what is locked, and the look-up.
pub(super) fn prepared() -> [&'static str; 3] {
    let wait = if planted::is(Bug::LocksInAnyOrder) {
        prepare_lock!("lock", "random()", "", "")
    } else if planted::is(Bug::LookUpWithLock) {
        prepare_lock!(
            "lock",
            "p.product_id",
            "",
            ", array(select l.request_id from auction_log l \
               where l.product_id = s.product_id and l.request_id is not null) as known"
        )
    } else {
        prepare_lock!("lock", "p.product_id", "", "")
    };
    [wait, prepare_lock!("lock_free", "p.product_id", " skip locked", ""), PREPARE_FIND]
}

const PREPARE_FIND: &str = concat!(
    "prepare find as ",
    people_sql!(
        "unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bytea[]) \
         as c(n, product_id, user_id, session_key)"
    ),
    " union all ",
    requests_sql!(
        "unnest($5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[]) \
         as c(n, product_id, user_id, request_id)"
    )
);

/// The beginning of a transaction, the lock in it, and what is read under the lock, as one message.
pub(super) fn begin(products: &[ProductId], mode: LockMode, ahead: &[Lookup]) -> String {
    let ids = list(products, |id, out| write!(out, "{id}"));
    let lock = match mode {
        LockMode::Wait => format!("execute lock({ids})"),
        LockMode::SkipLocked => format!("execute lock_free({ids})"),
        LockMode::Briefly(wait) => {
            let millis = wait.as_millis().max(1);
            format!("set local lock_timeout = {millis}; execute lock({ids})")
        }
    };
    match ahead {
        [] => format!("begin; {lock}"),
        ahead => format!("begin; {lock}; {}", find(ahead)),
    }
}

/// The look-up of people, and of what they have asked for.
pub(super) fn find(lookups: &[Lookup]) -> String {
    let (people, requests) = (People::of(lookups).each, requests(lookups));
    let places: Vec<_> = (0..people.len()).collect();
    let arguments = [
        list(&places, |n, out| write!(out, "{n}")),
        list(&people, |l, out| write!(out, "{}", l.product_id)),
        list(&people, |l, out| write!(out, "{}", l.user_id)),
        list(&people, |l, out| match &l.session {
            Some(key) => {
                out.push_str("\\\\x");
                key.as_bytes().iter().try_for_each(|byte| write!(out, "{byte:02x}"))
            }
            None => write!(out, "null"),
        }),
        list(&requests, |r, out| write!(out, "{}", r.0)),
        list(&requests, |r, out| write!(out, "{}", r.1.product_id)),
        list(&requests, |r, out| write!(out, "{}", r.1.user_id)),
        list(&requests, |r, out| write!(out, "{}", r.1.request_id.unwrap_or_default())),
    ];
    format!("execute find({})", arguments.join(","))
}

/// An array, as a statement has it: of numbers, ids and bytes, which need no quotes.
fn list<T>(rows: &[T], write: impl Fn(&T, &mut String) -> fmt::Result) -> String {
    let mut list = String::from("'{");
    for (n, row) in rows.iter().enumerate() {
        if n > 0 {
            list.push(',');
        }
        // Writing to a string does not fail.
        let _ = write(row, &mut list);
    }
    list.push_str("}'");
    list
}

/// The log, the bidders and the products in one statement; its count is that of the products whose
/// position was the one read.
pub(super) const RECORD: &str = "
with entries as (
    insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id,
        request_digest, offer, seq_after, leader, price, minimum, auction_end, received_at, at,
        public, private)
    select * from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::text[],
        $6::uuid[], $7::uuid[], $8::bytea[], $9::bigint[], $10::bigint[], $11::uuid[],
        $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::text[],
        $18::text[])
), bidders as (
    insert into auction_bidders (product_id, user_id, number, maximum, firm, sealed_amount,
        sealed_position, last_position)
    select * from unnest($19::uuid[], $20::uuid[], $21::bigint[], $22::bigint[], $23::boolean[],
        $24::bigint[], $40::bigint[], $25::bigint[])
    on conflict (product_id, user_id) do update
    set maximum = excluded.maximum, firm = excluded.firm,
        sealed_amount = excluded.sealed_amount, sealed_position = excluded.sealed_position,
        last_position = excluded.last_position
)
update products p
set status = n.status, position = n.position, seq = n.seq, leader_id = n.leader_id,
    price = n.price, maximum = n.maximum, minimum = n.minimum, bid_count = n.bid_count,
    bidder_count = n.bidder_count, auction_end = n.auction_end, due_at = n.due_at,
    last_at = n.last_at
from unnest($26::uuid[], $27::bigint[], $28::text[], $29::bigint[], $30::bigint[], $31::uuid[],
    $32::bigint[], $33::bigint[], $34::bigint[], $35::bigint[], $36::bigint[], $37::bigint[],
    $38::bigint[], $39::bigint[])
    as n(product_id, position_read, status, position, seq, leader_id, price, maximum, minimum,
        bid_count, bidder_count, auction_end, due_at, last_at)
where p.product_id = n.product_id and p.position = n.position_read";
