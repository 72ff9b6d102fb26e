-- Request ids in one order for all products.

-- Behind the product, the ids of a batch for so many products fell on as many pages of the index.
create unique index auction_log_by_request on auction_log (request_id, product_id, actor_id)
    where request_id is not null;
drop index auction_log_by_request_id;

update settings set value = '0.1.0' where name = 'oldest_program';
