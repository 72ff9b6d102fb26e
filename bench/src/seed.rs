//! Rows of a migrated database, written by a statement for all of them.

use crate::clock;
use crate::place::Fresh;

/// The range of the ids of products, and of users.
pub(crate) const PRODUCTS: char = '1';
const USERS: char = '2';
/// How long the auctions go on, in microseconds: a day.
const DAY: i64 = 86_400_000_000;

/// A seller, and so many open auctions of his, each with the entry of its opening. The id of the
/// first ends in 1.
pub(crate) async fn products(fresh: &Fresh, count: u64) -> anyhow::Result<()> {
    let now = clock::unix_micros();
    let (seller, product) = (fresh.id(USERS, "1"), fresh.id(PRODUCTS, "i"));
    let entry = fresh.id('3', "i");
    fresh
        .seed(
            &format!(
                "insert into users (user_id, user_name, user_name_key, email, password_hash, bio, \
                    is_admin, created_at) \
                 values ({seller}, 'seller', 'seller', 'seller@bench.example', '', '', false, {now})"
            ),
            1,
        )
        .await?;
    let end = now + DAY;
    fresh
        .seed(
            &format!(
                "{{numbers}} insert into products (product_id, seller_id, product_name, \
                    description, format, currency, baseprice, increment, anonymous_bidders, \
                    auction_start, original_end, created_at, status, position, seq, bid_count, \
                    bidder_count, auction_end, due_at, last_at, minimum) \
                 select {product}, {seller}, 'bench ' || i, 'what the bidders race for', \
                    'english', 'USD', 100, '[{{\"from\":0,\"step\":1}}]', false, {now}, {end} + i, \
                    {now}, 'open', 1, 1, 0, 0, {end} + i, {end} + i, {now}, 100 from n"
            ),
            count,
        )
        .await?;
    fresh
        .seed(
            &format!(
                "{{numbers}} insert into auction_log (product_id, position, seq, entry_id, kind, \
                    seq_after, minimum, auction_end, received_at, at, public) \
                 select {product}, 1, 1, {entry}, 'opened', 1, 100, {end} + i, {now}, {now}, \
                    '{{\"seq\":1,\"at\":\"2030-01-31T18:00:00.000Z\",\"type\":\"auction_opened\"}}' \
                 from n"
            ),
            count,
        )
        .await?;
    lists(fresh, count).await
}

/// What lists of products are read by, as a server writes it with each product.
async fn lists(fresh: &Fresh, count: u64) -> anyhow::Result<()> {
    let product = fresh.id(PRODUCTS, "i");
    fresh
        .seed(
            "insert into product_prices (product_id, position, seller_id, format, currency, status, \
                auction_end, price) \
             select product_id, position, seller_id, format, currency, status, auction_end, \
                baseprice from products",
            0,
        )
        .await?;
    for word in ["'bench'", "'' || i"] {
        let word = fresh.bytes(word);
        let words = "insert into product_words (word, product_id)";
        fresh.seed(&format!("{{numbers}} {words} select {word}, {product} from n"), count).await?;
    }
    Ok(())
}
