-- One bid as most programs write it: lock the product's row, append the entry, change the row.
-- pgbench runs it with -D products=N; the tables are GoBid's own. It takes a colon and a word for a
-- variable even in a literal: that is why times and flags look as they do.
\set product random(1, :products)
\set bidder random(1, 64)
begin;
select position, coalesce(price, 100) as price from products
where product_id = ('10000000-0000-7000-8000-' || lpad(to_hex(:product::bigint), 12, '0'))::uuid
for no key update \gset
insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, request_id,
    request_digest, offer, seq_after, leader, price, minimum, auction_end, received_at, at, public,
    private)
values (('10000000-0000-7000-8000-' || lpad(to_hex(:product::bigint), 12, '0'))::uuid,
    :position::bigint + 1, :position::bigint + 1, gen_random_uuid(), 'bid_placed',
    ('20000000-0000-7000-8000-' || lpad(to_hex(:bidder::bigint), 12, '0'))::uuid,
    gen_random_uuid(), '\x0100000000000000640000000000000000', :price::bigint + 1,
    :position::bigint + 1,
    ('20000000-0000-7000-8000-' || lpad(to_hex(:bidder::bigint), 12, '0'))::uuid,
    :price::bigint + 1, :price::bigint + 2, 1893456000000000, 1893369600000000, 1893369600000000,
    format('{"seq":%s,"at":"2030-01-31T18.00.01.123Z","type":"bid_placed","bids":[{"bid_id":"30000000-0000-7000-8000-000000000001","seq":%s,"at":"2030-01-31T18.00.01.123Z","bidder":"bidder_%s","amount":"%s.00","automatic": false,"voided": false}],"leader":"bidder_%s","current_price":"%s.00","extended": false,"auction_end":"2030-02-01T18.00.00.000Z"}',
        :position::bigint + 1, :position::bigint + 1, :bidder::bigint, :price::bigint + 1,
        :bidder::bigint, :price::bigint + 1),
    format('{"maximum":%s,"bidder_number":%s}', :price::bigint + 1, :bidder::bigint));
update products
set position = :position::bigint + 1, seq = :position::bigint + 1, price = :price::bigint + 1,
    maximum = :price::bigint + 1, minimum = :price::bigint + 2, bid_count = bid_count + 1,
    leader_id = ('20000000-0000-7000-8000-' || lpad(to_hex(:bidder::bigint), 12, '0'))::uuid,
    last_at = 1893369600000000
where product_id = ('10000000-0000-7000-8000-' || lpad(to_hex(:product::bigint), 12, '0'))::uuid;
commit;
