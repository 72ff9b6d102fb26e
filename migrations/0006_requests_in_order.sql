-- Request ids in an order that is cheap to write.

-- Behind the bidder, the ids of a batch from so many bidders fell on as many pages of the index. Those
-- that GoBid's own clients make rise with time (UUIDv7), so that before the bidder they fall on the
-- last one.
create unique index auction_log_by_request_id on auction_log (product_id, request_id, actor_id)
    where request_id is not null;
drop index auction_log_by_request;

update settings set value = '0.1.0' where name = 'oldest_program';
