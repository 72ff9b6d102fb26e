//! Rows of many users, bids and bidders, written by one statement each.

use gobid_auction::Timestamp;

use crate::support::database::{Backend, Database};

/// How many users, and how many bids.
pub(super) const COUNT: i64 = 100_000;

/// The amount of a user's bid, as the wire has it.
pub(super) fn amount(number: i64) -> String {
    let minor = 10_000 + number;
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// The id of a user's bid.
pub(super) fn bid_id(number: i64) -> String {
    format!("20000000-0000-7000-8000-{number:012x}")
}

/// The rows of one product.
pub(super) struct Rows<'a> {
    database: &'a Database,
    product_id: &'a str,
}

impl<'a> Rows<'a> {
    pub(super) fn of(database: &'a Database, product_id: &'a str) -> Self {
        Self { database, product_id }
    }

    /// Users 1 to [`COUNT`].
    pub(super) async fn users(&self) {
        let id = self.id('1', "i");
        self.insert(&format!(
            "insert into users (user_id, user_name, user_name_key, email, password_hash, bio, \
                is_admin, created_at) {{numbers}} \
             select {id}, 'user-' || i, 'user-' || i, i || '@example.com', '', '', false, 0 from n"
        ))
        .await;
    }

    /// A sealed amount of every user, each a cent above the one before.
    pub(super) async fn sealed_bids(&self) {
        let (user, bid, product) = (self.id('1', "i"), self.id('2', "i"), self.product());
        self.insert(&format!(
            "insert into auction_bidders (product_id, user_id, number, sealed_amount, \
                sealed_position, last_position) {{numbers}} \
             select {product}, {user}, i, 10000 + i, i + 1, i + 1 from n"
        ))
        .await;
        self.insert(&format!(
            "insert into auction_log (product_id, position, entry_id, kind, actor_id, offer, \
                seq_after, auction_end, received_at, at, private) {{numbers}} \
             select {product}, i + 1, {bid}, 'sealed_bid_placed', {user}, 10000 + i, 1, 0, 0, 0, \
                '{{\"bidder_number\":' || i || '}}' from n"
        ))
        .await;
        self.set(&format!(
            "position = {last}, bid_count = {COUNT}, bidder_count = {COUNT}",
            last = COUNT + 1
        ))
        .await;
    }

    /// A firm bid of every user, each a cent above the one before.
    pub(super) async fn firm_bids(&self) {
        let (user, bid, product) = (self.id('1', "i"), self.id('2', "i"), self.product());
        let (bid_text, at) = (self.id_text('2', "i"), "2026-01-01T00:00:00.000Z");
        let amount = self.amount_text("10000 + i");
        self.insert(&format!(
            "insert into auction_bidders (product_id, user_id, number, maximum, last_position) \
             {{numbers}} select {product}, {user}, i, 10000 + i, i + 1 from n"
        ))
        .await;
        self.insert(&format!(
            "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, offer, \
                seq_after, leader, price, minimum, auction_end, received_at, at, private, public) \
             {{numbers}} select {product}, i + 1, i + 1, {bid}, 'bid_placed', {user}, 10000 + i, \
                i + 1, {user}, 10000 + i, 10100 + i, 0, 0, 0, \
                '{{\"maximum\":' || (10000 + i) || ',\"bidder_number\":' || i || '}}', \
                '{{\"seq\":' || (i + 1) || ',\"at\":\"{at}\",\"type\":\"bid_placed\",\"bids\":[{{\
                \"bid_id\":\"' || {bid_text} || '\",\"seq\":' || (i + 1) || ',\"at\":\"{at}\",\
                \"bidder\":\"user-' || i || '\",\"amount\":\"' || {amount} || '\",\
                \"automatic\":false,\"voided\":false}}],\"leader\":\"user-' || i || '\",\
                \"current_price\":\"' || {amount} || '\",\"extended\":false,\
                \"auction_end\":\"{at}\"}}' from n"
        ))
        .await;
        let (last, price) = (COUNT + 1, 10_000 + COUNT);
        let leader = self.id('1', &COUNT.to_string());
        self.set(&format!(
            "position = {last}, seq = {last}, bid_count = {COUNT}, bidder_count = {COUNT}, \
             price = {price}, maximum = {price}, minimum = {price} + 100, leader_id = {leader}"
        ))
        .await;
    }

    /// Lets the auction end then.
    pub(super) async fn end_at(&self, end: Timestamp) {
        let end = end.as_micros();
        self.set(&format!("auction_end = {end}, due_at = {end}")).await;
    }

    /// Something that changes when a bidder's row does.
    pub(super) async fn bidders_checksum(&self) -> i64 {
        let product = self.product();
        self.database
            .number(&format!(
                "select cast(sum(number * 3 + sealed_amount * 5 + last_position * 7) as bigint) \
                 from auction_bidders where product_id = {product}"
            ))
            .await
    }

    /// How many entries the log has.
    pub(super) async fn entries(&self) -> i64 {
        let product = self.product();
        let text = format!("select count(*) from auction_log where product_id = {product}");
        self.database.number(&text).await
    }

    async fn set(&self, columns: &str) {
        let product = self.product();
        let text = format!("update products set {columns} where product_id = {product}");
        assert_eq!(self.database.execute(&text).await, 1);
    }

    async fn insert(&self, text: &str) {
        let numbers = format!(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < {COUNT})"
        );
        let count = self.database.execute(&text.replace("{numbers}", &numbers)).await;
        assert_eq!(i64::try_from(count), Ok(COUNT));
    }

    fn product(&self) -> String {
        self.database.id(self.product_id)
    }

    /// The id of a kind of thing with a number, as a value.
    fn id(&self, kind: char, number: &str) -> String {
        let text = self.id_text(kind, number);
        match self.database.backend() {
            Backend::Postgres => format!("({text})::uuid"),
            Backend::Sqlite => format!("unhex(replace({text}, '-', ''))"),
        }
    }

    /// The same as text.
    fn id_text(&self, kind: char, number: &str) -> String {
        let hex = match self.database.backend() {
            Backend::Postgres => format!("lpad(to_hex({number}), 12, '0')"),
            Backend::Sqlite => format!("printf('%012x', {number})"),
        };
        format!("'{kind}0000000-0000-7000-8000-' || {hex}")
    }

    /// An amount of minor units as the wire has it.
    fn amount_text(&self, minor: &str) -> String {
        match self.database.backend() {
            Backend::Postgres => {
                format!("(({minor}) / 100 || '.' || lpad(mod({minor}, 100)::text, 2, '0'))")
            }
            Backend::Sqlite => format!("printf('%d.%02d', ({minor}) / 100, ({minor}) % 100)"),
        }
    }
}
