-- The schema of GoBid, the same text for SQLite and PostgreSQL (README.md here has the rules).
-- Money is in minor units, times are microseconds since 1970, both bigint.

-- What the installation is: its epoch, the key of its CSRF tokens, the oldest program that may run.
create table settings (
    name  text not null primary key,
    value text not null
);
insert into settings (name, value) values ('oldest_program', '0.1.0');

create table users (
    user_id       uuid    not null primary key,
    user_name     text    not null,
    user_name_key text    not null unique, -- the name in lower case: unique without regard to case
    email         text    not null unique, -- trimmed and in lower case
    password_hash text    not null,
    bio           text    not null,
    is_admin      boolean not null,
    suspended_at  bigint,
    created_at    bigint  not null
);

create table sessions (
    session_key  bytea   not null primary key, -- SHA-256 of the cookie's value
    user_id      uuid    not null references users (user_id),
    data         text    not null,
    remember     boolean not null, -- no limit on idleness
    created_at   bigint  not null,
    last_seen_at bigint  not null,
    expires_at   bigint  not null
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_at);

-- What was created, and how the auction stands after the last entry of its log. After its creation
-- nothing but a lane of the hub locks or writes a row.
create table products (
    product_id         uuid    not null primary key,
    seller_id          uuid    not null references users (user_id),
    product_name       text    not null,
    description        text    not null,
    reference          text,  -- the seller's own
    reference_digest   bytea, -- of the body it was created with
    format             text    not null,
    currency           text    not null,
    baseprice          bigint  not null,
    increment          text    not null, -- the rungs in force, as JSON
    anonymous_bidders  boolean not null,
    reserve_price      bigint,
    buy_now_price      bigint,
    soft_close_seconds bigint  not null default 0,
    hard_end           bigint,
    dutch              text,
    auction_start      bigint  not null,
    original_end       bigint  not null,
    created_at         bigint  not null,
    -- the state
    status             text    not null,
    revision           bigint  not null default 1,
    position           bigint  not null, -- of the last entry
    seq                bigint  not null, -- of the last event
    leader_id          uuid,
    price              bigint,
    maximum            bigint, -- secret while above the price
    minimum            bigint,
    bid_count          bigint  not null,
    bidder_count       bigint  not null,
    auction_end        bigint  not null,
    due_at             bigint, -- of the next opening or closing
    last_at            bigint  not null,
    annulled           boolean not null default false,
    cancel_reason      text
);
create unique index products_by_reference on products (seller_id, reference) where reference is not null;
create index products_by_due on products (due_at, product_id) where due_at is not null;
create index products_by_end on products (auction_end, product_id);
create index products_by_status on products (status, auction_end, product_id);

-- Everything that happened in the auctions, append-only. No foreign keys: the lane has checked.
create table auction_log (
    product_id     uuid   not null,
    position       bigint not null, -- 1, 2, 3, … over all entries
    seq            bigint,          -- 1, 2, 3, … over the entries that the public sees
    entry_id       uuid   not null,
    kind           text   not null, -- opened, bid_placed, closed
    actor_id       uuid,
    request_id     uuid,
    request_digest bytea,
    offer          bigint,
    seq_after      bigint not null,
    leader         uuid,
    price          bigint,
    minimum        bigint,
    auction_end    bigint not null,
    received_at    bigint not null, -- decides whether a command came in time
    at             bigint not null, -- never goes back
    public         text,            -- the event, as the wire has it
    private        text,            -- what the public does not see and a replay needs
    primary key (product_id, position)
);
create unique index auction_log_by_seq on auction_log (product_id, seq);
create unique index auction_log_by_request on auction_log (product_id, actor_id, request_id)
    where request_id is not null;

-- Who has bid: the number behind an alias, and the most that was offered. Whether a bidder leads
-- is what the product says.
create table auction_bidders (
    product_id    uuid   not null,
    user_id       uuid   not null,
    number        bigint not null, -- in order of the first bid
    maximum       bigint,
    sealed_amount bigint,
    last_position bigint not null,
    primary key (product_id, user_id)
);
create unique index auction_bidders_by_number on auction_bidders (product_id, number);
create index auction_bidders_by_user on auction_bidders (user_id, product_id);

create view bids as
select product_id, seq, entry_id as bid_id, actor_id as bidder_id, offer, price, received_at, at
from auction_log
where kind = 'bid_placed';
