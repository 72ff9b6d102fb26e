//! The statements by which the look-ups of a batch read on PostgreSQL.
//!
//! A lane keeps its plans until a table is analyzed, and a table may grow a thousandfold before. Joined in
//! any way, a table that was all but empty is read by an index from end to end, for each batch, however
//! large it has become. A lateral subquery with a limit can only be looked up row by row; and where
//! several indexes have the column, which are all the same to a planner that expects one row, the
//! order that is asked for is that of the right one.

/// The people, and behind them the bids that were accepted already: few were, and of those there is
/// only the position. The comparison of rows fits the index that begins with the request id, and
/// none of the log's others; a bidder's two keys are those of two indexes, either of which will do.
pub(super) const LOOK_UP: &str = "
select c.n, u.user_name, u.suspended_at is not null, u.is_admin, s.expires_at, s.idle_since, b.number,
    b.sealed_amount, null::bigint
from unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bytea[])
    as c(n, product_id, user_id, session_key)
left join lateral (
    select user_name, suspended_at, is_admin from users where user_id = c.user_id limit 1
) u on true
left join lateral (
    select user_id, expires_at, case when not remember then last_seen_at end as idle_since
    from sessions where session_key = c.session_key limit 1
) s on s.user_id = c.user_id
left join lateral (
    select number, sealed_amount from auction_bidders
    where product_id = c.product_id and user_id = c.user_id limit 1
) b on true
union all
select c.n, null, false, null, null, null, null, null, l.position
from unnest($5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[])
    as c(n, product_id, user_id, request_id)
cross join lateral (
    select position from auction_log
    where (request_id, product_id, actor_id) >= (c.request_id, c.product_id, c.user_id)
        and (request_id, product_id, actor_id) <= (c.request_id, c.product_id, c.user_id)
        and request_id is not null
    limit 1
) l";

/// What else the log has of bids that were accepted.
pub(super) const ACCEPTED: &str = "
select l.product_id, l.position, l.entry_id, l.request_digest, l.offer, l.seq_after, l.leader,
    l.price, l.minimum, l.auction_end, l.received_at
from unnest($1::uuid[], $2::bigint[]) as c(product_id, position)
cross join lateral (
    select * from auction_log where product_id = c.product_id and position >= c.position
    order by position limit 1
) l
where l.position = c.position";
