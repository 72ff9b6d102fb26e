//! The statement that writes a batch on PostgreSQL.

/// The log, the bidders and the products in one statement; its count is that of the products whose
/// position was the one read. Products are found row by row, whatever the planner knew of their table
/// (`lookup.rs`), and written where they were found: the lane has locked them.
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
cross join lateral (
    select ctid, product_id from products where product_id >= n.product_id
    order by product_id limit 1
) found
where found.product_id = n.product_id and p.ctid = found.ctid and p.position = n.position_read";
