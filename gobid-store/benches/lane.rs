//! The transaction of a lane: lock, record, commit, for batches of bids on one product. On SQLite,
//! and on the PostgreSQL whose empty database `GOBID_BENCH_DATABASE_URL` names.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]

use std::cell::RefCell;
use std::time::Duration;

use divan::Bencher;
use gobid_auction::{
    Amount, Auction, Format, Increment, Offered, ProductId, State, Status, Terms, Timestamp, UserId,
};
use gobid_store::{
    Batch, BidderChange, Database, LaneConnection, LockMode, LogEntry, NewProductRow, NewUser,
    Opening, Private, ProductChange,
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

const SIZES: [i64; 4] = [1, 10, 100, 256];
const BIDDERS: i64 = 64;
const NOW: Timestamp = Timestamp::from_micros(1_893_369_601_123_000);
const END: Timestamp = Timestamp::from_micros(1_893_456_000_000_000);

fn main() {
    divan::main();
}

/// On a file in a temporary folder.
#[divan::bench(args = SIZES, max_time = 1)]
fn sqlite(bencher: Bencher, size: i64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lane.db");
    write(bencher, &format!("sqlite:{}", file.display()), size);
}

/// On a server, where one is named.
#[divan::bench(args = SIZES, max_time = 1, ignore = server().is_none())]
fn postgres(bencher: Bencher, size: i64) {
    write(bencher, &server().unwrap(), size);
}

/// A benchmark is no program, and has no configuration but this.
fn server() -> Option<String> {
    std::env::var_os("GOBID_BENCH_DATABASE_URL")?.into_string().ok()
}

fn write(bencher: Bencher, url: &str, size: i64) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let lane = RefCell::new(Lane::open(&runtime, url));
    let position = RefCell::new(0);
    bencher
        .with_inputs(|| {
            let batch = batch(lane.borrow().state.clone(), lane.borrow().product, &position, size);
            position.replace(batch.1);
            batch.0
        })
        .bench_local_values(|batch| lane.borrow_mut().write(&runtime, &batch));
}

/// A lane's connection, and the product that is bid on.
struct Lane {
    connection: LaneConnection,
    product: ProductId,
    state: State,
}

impl Lane {
    fn open(runtime: &Runtime, url: &str) -> Self {
        runtime.block_on(async {
            let database = Database::connect(url, Opening::MayCreate).await.unwrap();
            database.migrate().await.unwrap();
            let seller_id = Uuid::now_v7();
            let name = seller_id.simple().to_string();
            let seller = NewUser {
                user_id: seller_id,
                email: format!("{name}@bench.example"),
                user_name: name,
                password_hash: String::new(),
                bio: String::new(),
                is_admin: false,
                created_at: NOW,
            };
            assert_eq!(database.create_user(&seller).await.unwrap(), []);
            let product = product(seller_id);
            database.create_product(&product, None).await.unwrap();
            let connection = LaneConnection::open(&database).await.unwrap();
            let Auction { terms, state } = product.auction;
            Self { connection, product: terms.product_id, state }
        })
    }

    fn write(&mut self, runtime: &Runtime, batch: &Batch) {
        runtime.block_on(async {
            self.connection.lock(&[self.product], LockMode::Wait).await.unwrap();
            assert!(self.connection.record(batch).await.unwrap());
            self.connection.commit().await.unwrap();
        });
    }
}

fn product(seller_id: UserId) -> NewProductRow {
    let terms = Terms {
        product_id: Uuid::now_v7(),
        seller_id,
        format: Format::English,
        currency: "USD".parse().unwrap(),
        baseprice: amount(100),
        increment: Increment::flat(amount(1)),
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: NOW,
        starts_later: false,
    };
    let mut auction = Auction::new(terms, None, END, NOW);
    auction.state.status = Status::Open;
    NewProductRow {
        auction,
        product_name: "what is bid on".to_owned(),
        description: "A product of a benchmark.".to_owned(),
        reference: None,
        anonymous_bidders: false,
        created_at: NOW,
    }
}

/// So many bids above a position, and the position after them.
fn batch(
    mut state: State,
    product_id: ProductId,
    position: &RefCell<i64>,
    size: i64,
) -> (Batch, i64) {
    let position_read = *position.borrow();
    let last = position_read + size;
    let entries = (position_read + 1..=last).map(|at| entry(product_id, at)).collect();
    let latest = (position_read.max(last - BIDDERS) + 1)..=last;
    let bidders = latest.map(|at| BidderChange {
        product_id,
        user_id: bidder(at),
        number: at % BIDDERS + 1,
        offer: Some(Offered::Firm(amount(100 + at))),
        is_sealed: false,
        last_position: at,
    });
    (state.position, state.seq, state.bid_count) = (last, last, last);
    (state.leader, state.bidder_count) = (Some(bidder(last)), BIDDERS.min(last));
    (state.price, state.maximum) = (Some(amount(100 + last)), Some(amount(100 + last)));
    let minimum = Some(101 + last);
    let change = ProductChange {
        product_id,
        position_read,
        state,
        minimum,
        due_at: Some(END),
        is_rescheduled: false,
    };
    let bidders = bidders.collect();
    (Batch { entries, bidders, products: vec![change], ..Batch::default() }, last)
}

fn entry(product_id: ProductId, position: i64) -> LogEntry {
    let (entry_id, price) = (Uuid::now_v7(), 100 + position);
    let public = format!(
        r#"{{"seq":{position},"at":"{NOW}","type":"bid_placed","bids":[{{"bid_id":"{entry_id}","seq":{position},"at":"{NOW}","bidder":"bidder_12","amount":"{price}.00","automatic":false,"voided":false}}],"leader":"bidder_12","current_price":"{price}.00","extended":false,"auction_end":"{END}"}}"#
    );
    LogEntry {
        product_id,
        position,
        seq: Some(position),
        entry_id,
        kind: "bid_placed",
        actor_id: Some(bidder(position)),
        request_id: Some(Uuid::new_v4()),
        request_digest: Some(vec![1; 17]),
        offer: Some(price),
        seq_after: position,
        leader: Some(bidder(position)),
        price: Some(price),
        minimum: Some(price + 1),
        auction_end: END.as_micros(),
        received_at: NOW.as_micros(),
        at: NOW.as_micros(),
        public: Some(public),
        private: Some(Private {
            maximum: Amount::new(price),
            bidder_number: Some(position % BIDDERS + 1),
            ..Private::default()
        }),
    }
}

fn bidder(position: i64) -> UserId {
    Uuid::from_u128(0xB << 100 | u128::try_from(position % BIDDERS).unwrap())
}

fn amount(minor_units: i64) -> Amount {
    Amount::new(minor_units).unwrap()
}
