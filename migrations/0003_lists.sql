-- What lists of products are read by: for each filter and order together an index.

-- By what never changes, by the status and by the end. The newest are those with the highest ids,
-- which are of version 7.
create index products_by_status_newest on products (status, product_id);
create index products_by_seller_newest on products (seller_id, product_id);
create index products_by_seller on products (seller_id, auction_end, product_id);
create index products_by_format_newest on products (format, product_id);
create index products_by_format on products (format, auction_end, product_id);
create index products_by_currency_newest on products (currency, product_id);
create index products_by_currency on products (currency, auction_end, product_id);

-- The prices that lists sort and filter by. An index on a price would be written with every bid,
-- so that they stand in a table of their own, which follows `products` within a second: written
-- with the product, then by a sweep of each server, and by one that compares all. Nothing is judged
-- by it, and lists look again at `products`. No foreign key: it would lock the product's row.
create table product_prices (
    product_id  uuid   not null primary key,
    position    bigint not null, -- of the product's entry that is followed; never goes back
    seller_id   uuid   not null,
    format      text   not null,
    currency    text   not null,
    status      text   not null,
    auction_end bigint not null,
    price       bigint not null  -- the public price, or the baseprice where there is none
);
create index product_prices_by_price on product_prices (currency, price, product_id, auction_end);
create index product_prices_by_status on product_prices (currency, status, price, product_id);
create index product_prices_by_format on product_prices (currency, format, price, product_id);
create index product_prices_by_seller on product_prices (seller_id, currency, price, product_id);
create index product_prices_by_end on product_prices (currency, auction_end, product_id, price);
create index product_prices_by_newest on product_prices (currency, product_id, price);

-- The words of the names of products, in lower case, as bytes: a range of them is a prefix, and in
-- the same order on both databases. Names never change. The second index asks whether one product
-- has a word.
create table product_words (
    word       bytea not null,
    product_id uuid  not null,
    primary key (word, product_id)
);
create unique index product_words_by_product on product_words (product_id, word);

-- Rows of older products are filled in small batches while the server runs, and not here.
update settings set value = '0.1.0' where name = 'oldest_program';
