-- The place of sealed amounts among equal ones, apart from what changes with every bid.

-- Of a sealed amount, `last_position`; null for every other offer. An index on `last_position`
-- itself would be written anew with every bid of an English auction, and all others of the row with
-- it: PostgreSQL changes a row in place only where no column of any index changes.
alter table auction_bidders add column sealed_position bigint;
update auction_bidders set sealed_position = last_position where sealed_amount is not null;
drop index auction_bidders_by_amount;
create index auction_bidders_by_amount on auction_bidders (product_id, sealed_amount desc, sealed_position)
    where sealed_amount is not null;

update settings set value = '0.1.0' where name = 'oldest_program';
