-- Request ids in one order for all products.

-- Behind the product, the ids of a batch for so many products fell on as many pages of the index.
-- The strongest lock comes first: a lane that has read the log waits for it, and not half-way for the
-- second one.
drop index auction_log_by_request_id;
create unique index auction_log_by_request on auction_log (request_id, product_id, actor_id)
    where request_id is not null;

update settings set value = '0.1.0' where name = 'oldest_program';
