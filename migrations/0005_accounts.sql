-- What users have beside a name and a password, and what admins do about users.

-- A session's name to its user, a UUIDv7, and where it began. Null of one that a server of the
-- release before has made: a sweep names it, and where it began stays unknown.
alter table sessions add column session_id uuid;
alter table sessions add column device text;
alter table sessions add column address text;
create unique index sessions_by_id on sessions (user_id, session_id);
create index sessions_without_id on sessions (session_key) where session_id is null;

-- An API token is a session that begins with a key instead of a login: its row in `sessions` has the
-- SHA-256 of the token as its key, and lives as long as the token does, so that whatever asks
-- whether a session is alive asks for tokens, too. What a token may do never changes.
create table api_tokens (
    session_key bytea not null primary key references sessions (session_key) on delete cascade,
    name        text  not null, -- its owner's own
    scopes      text  not null, -- some of admin, bid, read, sell, with a space between
    max_offer   bigint, -- the most that one offer may be, in minor units of the currency
    currency    text
);

create table watchlist (
    user_id    uuid   not null references users (user_id),
    product_id uuid   not null,
    created_at bigint not null,
    primary key (user_id, product_id)
);

-- Whether the password is good for one login alone, and whether that has been.
alter table users add column one_time boolean not null default false;
alter table users add column one_time_used boolean not null default false;

-- Of which user, when it was about one: create_user, suspend, reinstate, make_admin, remove_admin,
-- reset_password, create_token, read_sessions, read_bids.
alter table audit_log add column user_id uuid;

update settings set value = '0.1.0' where name = 'oldest_program';
