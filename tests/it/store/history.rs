//! What is read of a log afterwards.

use gobid_auction::{EntryId, ProductId, UserId};
use gobid_store::{Database as Store, OfferKind, StoreError};
use uuid::Uuid;

use super::{amount, at, sign_up, store};
use crate::support::database::{Database, on_both};

on_both! {
    a_log_is_read_whole,
    a_private_part_that_is_none_is_a_fault,
    what_was_struck_is_told,
    sealed_amounts_are_told_best_first_after_the_closing,
}

/// An entry that is written behind the store's back.
struct Entry<'a> {
    position: i64,
    seq: Option<i64>,
    kind: &'a str,
    actor: Option<UserId>,
    offer: Option<i64>,
    private: Option<&'a str>,
}

const OPENED: Entry<'_> =
    Entry { position: 1, seq: Some(1), kind: "opened", actor: None, offer: None, private: None };

async fn write(database: &Database, product_id: ProductId, entry: &Entry<'_>) -> EntryId {
    let entry_id = Uuid::now_v7();
    let id = |id: &Uuid| database.id(&id.to_string());
    let number = |number: Option<i64>| number.map_or("null".to_owned(), |it| it.to_string());
    let text = |text: Option<&str>| text.map_or("null".to_owned(), |it| format!("'{it}'"));
    let actor = entry.actor.as_ref().map_or("null".to_owned(), id);
    let public = entry.seq.map(|seq| format!("{{\"seq\":{seq}}}"));
    let statement = format!(
        "insert into auction_log (product_id, position, seq, entry_id, kind, actor_id, \
            request_id, offer, seq_after, leader, price, auction_end, received_at, at, public, \
            private) \
         values ({product}, {position}, {seq}, {entry_id}, '{kind}', {actor}, {actor}, {offer}, 0, \
            {actor}, {offer}, {end}, {position}, {position} + 10, {public}, {private})",
        product = id(&product_id),
        position = entry.position,
        seq = number(entry.seq),
        entry_id = id(&entry_id),
        kind = entry.kind,
        offer = number(entry.offer),
        end = at(1_000).as_micros(),
        public = text(public.as_deref()),
        private = text(entry.private),
    );
    assert_eq!(database.execute(&statement).await, 1);
    entry_id
}

async fn a_log_is_read_whole(database: Database) {
    let store = store(&database).await;
    let (ada, ben) = (sign_up(&store, "Ada").await, sign_up(&store, "Ben").await);
    let product_id = Uuid::now_v7();
    let raised = r#"{"maximum":30000,"bidder_number":2,"offer":"maximum","extra":1}"#;
    let entries = [
        OPENED,
        Entry {
            position: 2,
            kind: "bid_placed",
            actor: Some(ada),
            offer: Some(10_000),
            seq: Some(2),
            ..OPENED
        },
        Entry {
            position: 3,
            kind: "raised",
            actor: Some(ben),
            offer: Some(30_000),
            seq: None,
            private: Some(raised),
        },
        Entry {
            position: 4,
            kind: "reserve_changed",
            seq: Some(3),
            private: Some(r#"{"reserve":500}"#),
            ..OPENED
        },
    ];
    let mut ids = Vec::new();
    for entry in &entries {
        ids.push(write(&database, product_id, entry).await);
    }
    write(&database, Uuid::now_v7(), &OPENED).await;

    let all = store.log_lines(product_id, 0, 100).await.unwrap();
    assert_eq!(all.iter().map(|line| line.entry_id).collect::<Vec<_>>(), ids);
    let [opened, bid, raised, reserve] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((opened.position, opened.seq, opened.kind.as_str()), (1, Some(1), "opened"));
    assert_eq!((&opened.actor, opened.request_id, opened.price), (&None, None, None));
    assert_eq!((opened.received_at.as_micros(), opened.at.as_micros()), (1, 11));
    assert_eq!(opened.auction_end, at(1_000));
    assert_eq!(bid.actor, Some((ada, "Ada".to_owned())));
    assert_eq!((bid.request_id, bid.leader), (Some(ada), Some(ada)));
    assert_eq!((bid.offer, bid.price), (Some(amount(10_000)), Some(amount(10_000))));
    assert_eq!((bid.public.as_deref(), bid.private.offer), (Some(r#"{"seq":2}"#), OfferKind::Firm));
    assert_eq!((raised.seq, &raised.public), (None, &None));
    assert_eq!(
        (raised.private.maximum, raised.private.offer),
        (Some(amount(30_000)), OfferKind::Maximum)
    );
    assert_eq!(reserve.private.reserve, Some(amount(500)));
    assert_eq!(format!("{raised:?}"), "LogLine(3 raised)", "no log may hold what is secret");

    for (after, limit, expected) in [(0, 2, 0..2), (2, 9, 2..4), (4, 9, 4..4)] {
        let page = store.log_lines(product_id, after, limit).await.unwrap();
        assert_eq!(Some(page.as_slice()), all.get(expected), "after {after}");
    }
}

async fn a_private_part_that_is_none_is_a_fault(database: Database) {
    let store = store(&database).await;
    for entry in [Entry { private: Some("x"), ..OPENED }, Entry { offer: Some(0), ..OPENED }] {
        let product_id = Uuid::now_v7();
        write(&database, product_id, &entry).await;
        let fault = store.log_lines(product_id, 0, 100).await.unwrap_err();
        assert!(matches!(fault, StoreError::Corrupt { table: "auction_log", .. }), "{fault}");
    }
}

async fn what_was_struck_is_told(database: Database) {
    let store = store(&database).await;
    let [product_id, other, one, two, three] = [(); 5].map(|()| Uuid::now_v7());
    for (product_id, bid_id) in [(product_id, one), (product_id, two), (other, three)] {
        let id = |id: Uuid| database.id(&id.to_string());
        let (product_id, bid_id) = (id(product_id), id(bid_id));
        let text =
            format!("insert into voided_bids (product_id, bid_id) values ({product_id}, {bid_id})");
        assert_eq!(database.execute(&text).await, 1);
    }
    let voided = async |product_id, asked: &[Uuid]| {
        let mut voided: Vec<_> =
            store.voided_among(product_id, asked).await.unwrap().into_iter().collect();
        voided.sort();
        voided
    };
    assert_eq!(voided(product_id, &[three, two, one, Uuid::now_v7()]).await, [one, two]);
    assert_eq!(voided(product_id, &[two]).await, [two]);
    assert_eq!(voided(other, &[one, three]).await, [three]);
    assert!(voided(product_id, &[]).await.is_empty());
}

/// The amount of a bidder, and the entry that set it.
async fn give(
    database: &Database,
    product_id: ProductId,
    (user_id, number, position): (UserId, i64, i64),
    minor_units: &str,
) -> EntryId {
    let entry = Entry { position, kind: "sealed_bid_placed", seq: None, ..OPENED };
    let entry_id = write(database, product_id, &entry).await;
    let (product, user) = (database.id(&product_id.to_string()), database.id(&user_id.to_string()));
    let text = format!(
        "insert into auction_bidders (product_id, user_id, number, sealed_amount, \
            sealed_position, last_position) \
         values ({product}, {user}, {number}, {minor_units}, {position}, {position})"
    );
    assert_eq!(database.execute(&text).await, 1);
    entry_id
}

async fn sealed_amounts_are_told_best_first_after_the_closing(database: Database) {
    let store = store(&database).await;
    let product_id = Uuid::now_v7();
    let mut users = Vec::new();
    for name in ["Ada", "Ben", "Cem", "Dan"] {
        users.push(sign_up(&store, name).await);
    }
    let give = async |who: usize, position, minor_units| {
        let bidder = (users[who], i64::try_from(who).unwrap() + 1, position);
        give(&database, product_id, bidder, minor_units).await
    };
    let ada = give(0, 5, "200").await;
    let ben = give(1, 3, "200").await;
    let cem = give(2, 4, "300").await;
    give(3, 2, "null").await;
    let told = async |store: &Store, from_rank, limit| {
        let amounts = store.sealed_amounts(product_id, from_rank, limit).await.unwrap();
        amounts.iter().map(|sealed| sealed.bid_id).collect::<Vec<_>>()
    };
    let public = told(&store, 0, 100).await;
    assert!(public.is_empty(), "before the closing nothing is public");

    let closed = Entry { position: 6, seq: Some(2), kind: "closed", ..OPENED };
    write(&database, product_id, &closed).await;
    let annulled = Entry { position: 7, seq: Some(3), kind: "annulled", ..OPENED };
    write(&database, product_id, &annulled).await;
    assert_eq!(told(&store, 0, 100).await, [cem, ben, ada]);
    assert_eq!(told(&store, 0, 2).await, [cem, ben]);
    assert_eq!(told(&store, 1, 1).await, [ben]);
    assert_eq!(told(&store, 2, 9).await, [ada]);
    assert!(told(&store, 3, 9).await.is_empty());
    let best = store.sealed_amounts(product_id, 0, 1).await.unwrap().remove(0);
    assert_eq!((best.seq, best.at.as_micros()), (2, 16));
    assert_eq!((best.user_name.as_str(), best.number, best.amount), ("Cem", 3, amount(300)));
    assert_eq!(store.sealed_amounts(Uuid::now_v7(), 0, 9).await.unwrap(), []);
}
