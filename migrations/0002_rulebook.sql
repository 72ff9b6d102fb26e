-- What the whole rulebook needs beyond English auctions with firm bids.

-- Whether the seller has changed the reserve after the first bid, and may not do so again.
alter table products add column reserve_fixed boolean not null default false;
-- Whether a purchase, a Dutch acceptance or a cancel brought the end forward.
alter table products add column ended_early boolean not null default false;

-- Whether the most that a bidder has offered was a firm bid: a maximum only its owner sees.
alter table auction_bidders add column firm boolean not null default true;
-- The best amounts of a sealed auction; of equal ones the earlier is the better.
create index auction_bidders_by_amount on auction_bidders (product_id, sealed_amount desc, last_position)
    where sealed_amount is not null;

-- Public rows of bids that an admin struck, automatic answers included: the log keeps them.
create table voided_bids (
    product_id uuid not null,
    bid_id     uuid not null,
    primary key (product_id, bid_id)
);

-- What admins did, and read.
create table audit_log (
    audit_id   uuid   not null primary key, -- UUIDv7: in the order of time
    at         bigint not null,
    admin_id   uuid   not null references users (user_id),
    action     text   not null, -- cancel, extend, annul, void_bid, void_bidder, read_log
    product_id uuid,
    detail     text
);

update settings set value = '0.1.0' where name = 'oldest_program';
