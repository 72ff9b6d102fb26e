//! Whom a room tells what, and when.

use std::collections::HashSet;

use gobid_auction::{Amount, Auction, EntryId, Format, Increment, Offered, Status, Terms, UserId};
use gobid_store::{BidderRow, Product, StoredEvent};
use tokio::sync::oneshot;

use super::*;
use crate::hub::outbox::{Delivery, Outbox, Outgoing};

const NOW: Timestamp = Timestamp::from_micros(0);

fn user() -> Member {
    Member { user_id: UserId::from_u128(7), user_name: "ann".to_owned() }
}

/// A product whose log has come so far, without an event.
fn product(position: i64) -> Product {
    let terms = Terms {
        product_id: ProductId::from_u128(1),
        seller_id: UserId::from_u128(2),
        format: Format::SealedFirstPrice,
        currency: "USD".parse().unwrap(),
        baseprice: Amount::new(1_00).unwrap(),
        increment: Increment::DEFAULT,
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: NOW,
        starts_later: false,
    };
    let mut auction = Auction::new(terms, None, NOW.plus(Duration::from_mins(1)), NOW);
    auction.state.status = Status::Open;
    auction.state.position = position;
    Product {
        auction,
        product_name: "a chair".to_owned(),
        description: String::new(),
        reference: None,
        seller_name: "bob".to_owned(),
        leader: None,
        anonymous_bidders: false,
        original_end: NOW,
        created_at: NOW,
        cancel_reason: None,
    }
}

fn read(position: i64) -> Fetched {
    Fetched {
        product: Some(product(position)),
        events: Vec::new(),
        bid_events: Vec::new(),
        voided: HashSet::new(),
        parts: Vec::new(),
    }
}

fn part(minor_units: i64, last_position: i64) -> BidderRow {
    let offer = Some(Offered::Firm(Amount::new(minor_units).unwrap()));
    BidderRow { number: 1, offer, last_position }
}

/// The same product with one event for everybody, of so many bytes.
fn read_event(position: i64, bytes: usize) -> Fetched {
    let mut fetched = read(position);
    fetched.product.as_mut().unwrap().auction.state.seq = position;
    let public = format!("{{\"text\":\"{}\"}}", "x".repeat(bytes));
    fetched.events.push(StoredEvent {
        entry_id: EntryId::from_u128(3),
        position,
        seq: position,
        kind: "description_changed".to_owned(),
        actor_id: None,
        at: NOW,
        public,
    });
    fetched
}

/// So many milliseconds after the start.
fn at(millis: u64) -> Moment {
    Moment::default().plus(Duration::from_millis(millis))
}

/// A room, and the notes that its watchers send it.
struct Played {
    room: Room,
    _notes_in: mpsc::Sender<Note>,
    notes: mpsc::Receiver<Note>,
}

impl Played {
    fn new() -> Self {
        let (notes_in, notes) = mpsc::channel(8);
        let epoch = "epoch".to_owned();
        let product_id = ProductId::from_u128(1);
        let room = Room::new(product_id, epoch, notes_in.clone().downgrade(), Moment::default());
        Self { room, _notes_in: notes_in, notes }
    }

    /// Lets the room go on, with a store whose log has come so far; gives what it wanted to know.
    fn play(&mut self, position: i64) -> Vec<Wanted> {
        let mut all = Vec::new();
        loop {
            while let Ok(note) = self.notes.try_recv() {
                self.room.take(note, Moment::default());
            }
            match self.room.step(Moment::default(), NOW) {
                Next::Read(wanted) => {
                    all.push(wanted);
                    self.room.was_read(Some(read(position)), Moment::default());
                }
                _ if self.notes.is_empty() => return all,
                _ => {}
            }
        }
    }

    fn join(&mut self, position: i64) -> Watching {
        self.join_as(Some(user()), position)
    }

    fn join_as(&mut self, member: Option<Member>, position: i64) -> Watching {
        let (reply, mut answer) = oneshot::channel();
        let outbox = Outbox::new();
        let (resume, room_end) = (None, outbox.room_end());
        let note = Note::Join { member, resume, outbox: room_end, reply };
        self.room.take(note, Moment::default());
        self.play(position);
        Watching { joined: answer.try_recv().unwrap().unwrap(), outbox }
    }
}

/// A watcher of it.
struct Watching {
    joined: Joined,
    outbox: Outbox,
}

impl Watching {
    /// How he has taken part, by the store.
    fn introduced(&self, part: Option<BidderRow>) -> Note {
        Note::Introduced(self.joined.id, part)
    }

    /// The frames that he was sent.
    fn frames(&self) -> Vec<String> {
        let mut frames = Vec::new();
        while let Some(Outgoing::Delivery(Delivery::Frame(frame))) = self.outbox.next() {
            frames.push(frame.frame.text().to_owned());
        }
        frames
    }

    /// The last of them.
    fn last_frame(&self) -> String {
        self.frames().pop().unwrap_or_default()
    }
}

#[test]
fn who_comes_back_is_told_how_he_stands_now() {
    let mut played = Played::new();
    let first = played.join(3);
    played.room.take(first.introduced(Some(part(2_00, 3))), Moment::default());
    assert!(first.last_frame().contains("\"amount\":\"2.00\""));
    drop(first);

    // While he was not here, another server has recorded more of his, and then something else.
    played.room.take(Note::StoreIsAt(6), Moment::default());
    played.play(6);
    let second = played.join(6);
    played.room.take(second.introduced(Some(part(5_00, 5))), Moment::default());
    assert!(second.last_frame().contains("\"amount\":\"5.00\""));
}

#[test]
fn the_part_of_one_who_was_not_introduced_yet_is_read_too() {
    let mut played = Played::new();
    let joined = played.join(3);
    played.room.take(Note::StoreIsAt(4), Moment::default());
    let wanted = played.play(4);
    let known = wanted.first().and_then(|wanted| wanted.known.as_ref()).unwrap();
    assert_eq!(known.members, [user().user_id]);

    // What he is introduced with was read before.
    let fetched = Fetched { parts: vec![(user().user_id, part(5_00, 5))], ..read(5) };
    played.room.was_read(Some(fetched), Moment::default());
    played.room.take(joined.introduced(Some(part(2_00, 3))), Moment::default());
    assert!(joined.last_frame().contains("\"amount\":\"5.00\""));
}

#[test]
fn nobody_is_judged_by_a_state_from_before_what_he_did() {
    let mut played = Played::new();
    let joined = played.join(3);
    joined.frames();
    played.room.take(joined.introduced(Some(part(2_00, 4))), Moment::default());
    assert_eq!(joined.frames(), [""; 0], "the room has not come to it");

    assert_eq!(played.play(4).len(), 1, "the store is read at once");
    let told = joined.frames();
    assert!(matches!(told.as_slice(), [you] if you.contains("\"amount\":\"2.00\"")), "{told:?}");
    played.room.take(joined.introduced(Some(part(2_00, 4))), Moment::default());
    assert_eq!(joined.frames(), [""; 0], "he knows it");
}

#[test]
fn a_part_that_is_ahead_of_the_product_waits_for_it() {
    let mut played = Played::new();
    let joined = played.join(3);
    played.room.take(joined.introduced(None), Moment::default());
    joined.frames();
    // More was recorded between the two statements.
    let fetched = Fetched { parts: vec![(user().user_id, part(5_00, 5))], ..read(4) };
    played.room.was_read(Some(fetched), Moment::default());
    assert_eq!(played.play(5), [], "not at once again");
    assert_eq!(joined.frames(), [""; 0]);

    let later = Moment::default().plus(READ_ON_AFTER);
    assert!(matches!(played.room.step(later, NOW), Next::Read(_)));
    played.room.was_read(Some(read(5)), later);
    played.room.step(later, NOW);
    let told = joined.frames();
    assert!(matches!(told.as_slice(), [you] if you.contains("\"amount\":\"5.00\"")), "{told:?}");
}

/// The room comes to a few of them at a time.
#[test]
fn each_watcher_is_sent_what_goes_to_all_and_who_has_gone_is_forgotten() {
    for count in [1, 8, 9, 16, 20] {
        let mut played = Played::new();
        let member = |n| Some(user()).filter(|_| n % 2 == 0);
        let watching: Vec<_> = (0..count).map(|n| played.join_as(member(n), 3)).collect();
        let (gone, watching): (Vec<_>, Vec<_>) =
            watching.into_iter().partition(|it| it.joined.id % 3 == 0);
        assert!(watching.iter().all(|it| it.frames().len() == 1));
        let _without_a_word: Vec<_> = gone.into_iter().map(|it| it.joined).collect();

        for (nth, watchers) in [(1, count), (2, watching.len())] {
            played.room.step(Moment::default().plus(HEARTBEAT_EVERY * nth), NOW);
            let heartbeat = format!("\"watchers\":{watchers}");
            for watching in &watching {
                let told = watching.frames();
                assert!(matches!(&*told, [one] if one.contains(&heartbeat)), "{count}: {told:?}");
            }
        }
        drop(watching);
        played.room.step(Moment::default().plus(HEARTBEAT_EVERY * 3), NOW);
        let watchers = &played.room.watchers;
        assert!(watchers.is_empty() && watchers.users().is_empty());
    }
}

#[test]
fn after_every_snapshot_a_watcher_is_told_how_he_stands_though_he_was_told_before() {
    let mut played = Played::new();
    let joined = played.join(3);
    played.room.take(joined.introduced(Some(part(2_00, 3))), Moment::default());
    assert!(joined.last_frame().contains("\"amount\":\"2.00\""));

    let is_told_anew = || {
        let told = joined.frames();
        matches!(&*told, [snapshot, you] if snapshot.contains("\"type\":\"snapshot\"")
            && you.contains("\"amount\":\"2.00\""))
    };
    played.room.take(Note::CaughtUp(joined.joined.id), Moment::default());
    played.play(3);
    assert!(is_told_anew(), "he was too slow");
    let too_large = read_event(4, ring::BYTES);
    played.room.was_read(Some(too_large), Moment::default());
    played.play(4);
    assert!(is_told_anew(), "no update can carry what has happened");
}

#[test]
fn notes_gather_while_updates_are_joined_and_are_taken_before_too_many_wait() {
    for (watchers, gathers) in [(1, [20, 20]), (2_000, [25, 30])] {
        let mut played = Played::new();
        let watching: Vec<_> = (0..watchers).map(|_| played.join_as(None, 3)).collect();
        let told = || watching.iter().map(Watching::frames).map(|told| told.len()).max();
        told();
        assert!(matches!(played.room.step(at(0), NOW), Next::Wait(_)), "there is no news");

        played.room.was_read(Some(read_event(4, 1)), at(0));
        assert!(matches!(played.room.step(at(0), NOW), Next::Wait(_)));
        assert_eq!(told(), Some(1), "the first update need not wait");
        played.room.was_read(Some(read_event(5, 1)), at(5));
        for (now, until) in [5, gathers[0] - 1].into_iter().zip(gathers) {
            let next = played.room.step(at(now), NOW);
            assert!(matches!(next, Next::Gather(moment) if moment == at(until)), "{next:?}");
        }
        assert_eq!(told(), Some(0));
        assert!(matches!(played.room.step(at(gathers[1]), NOW), Next::Wait(_)));
        assert_eq!(told(), Some(1));
    }
}
