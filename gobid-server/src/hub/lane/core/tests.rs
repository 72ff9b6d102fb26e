//! The decisions of a lane, played against a table of auctions in memory.

pub(in crate::hub::lane) mod fake;
mod lapses;

use std::collections::BTreeMap;

use gobid_auction::{EntryIds, Offer, Timestamp};
use gobid_store::SessionKey;
use uuid::Uuid;

use super::*;
use crate::hub::answer::{Caller, PlaceBid};
use crate::hub::rights::Rights;
use crate::hub::tickets::Stamp;
use fake::Fake;

const MINUTE: i64 = 60_000_000;

/// What goes wrong with a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    Refused,
    Lost,
    /// The step is done, and its answer lost.
    AnswerLost,
}

pub(in crate::hub::lane) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// A bid, stamped at a moment whose database time is the same number of milliseconds.
pub(in crate::hub::lane) fn bid(number: u64, product: u128, user: u128, amount: &str) -> Queued {
    let caller = Caller { user_id: id(user), session: SessionKey([0; 32]), rights: Rights::ALL };
    let place = PlaceBid {
        request_id: id(u128::from(number)),
        offer: Offer::Firm(amount.parse().unwrap()),
        expected_price: None,
        not_after: None,
    };
    queued(number, product, Task::Bid(caller, place), 0)
}

fn queued(number: u64, product: u128, task: Task, millis: u64) -> Queued {
    let received_at = Timestamp::from_micros(i64::try_from(millis).unwrap() * 1000);
    let moment = Moment::from_millis(millis);
    let stamp = Stamp { id: number, received_at, moment, entered: moment };
    let ids = EntryIds { opening: Uuid::now_v7(), own: Uuid::now_v7(), second: Uuid::now_v7() };
    Queued { product_id: id(product), stamp, ids, task }
}

/// The answers, in short: `+` accepted, `=` accepted before, `!` done, `-` refused, `0` not
/// recorded, `?` unknown.
fn answers(outputs: &[Output]) -> BTreeMap<u64, char> {
    use gobid_api::problem::Outcome;
    let short = |answer: &Answer| match answer {
        Answer::Accepted { repeated: false, .. } => '+',
        Answer::Accepted { repeated: true, .. } => '=',
        Answer::Done => '!',
        Answer::Refused(_) => '-',
        Answer::Unavailable { outcome: Outcome::NotRecorded, .. } => '0',
        Answer::Unavailable { outcome: Outcome::Unknown, .. } => '?',
    };
    let answers = outputs.iter().filter_map(|output| match output {
        Output::Answer(id, answer) => Some((*id, short(answer))),
        _ => None,
    });
    let mut all = BTreeMap::new();
    for (id, answer) in answers {
        assert!(all.insert(id, answer).is_none(), "{id} was answered twice");
    }
    all
}

fn core_with(commands: impl IntoIterator<Item = Queued>) -> Core {
    let mut core = Core::default();
    for command in commands {
        core.submit(command);
    }
    core
}

fn first(at: impl Fn(&Step) -> bool, fault: Fault) -> impl Fn(&Step) -> Fault {
    let left = std::cell::Cell::new(1);
    move |step| if at(step) && left.replace(0) == 1 { fault } else { Fault::None }
}

#[test]
fn a_batch_is_judged_in_order_and_told_after_its_commit() {
    let mut core = core_with([
        bid(1, 7, 0xA, "1.00"),
        bid(2, 7, 0xB, "1.05"),
        bid(3, 7, 0xB, "1.10"),
        bid(1, 7, 0xA, "1.00").with_stamp(4),
        bid(1, 7, 0xA, "1.20").with_stamp(5),
        bid(6, 8, 0xA, "1.00"),
    ]);
    let mut fake = Fake::with(&[7]);
    let told = fake.play(&mut core, |_| Fault::None);
    let expected = [(1, '+'), (2, '-'), (3, '+'), (4, '='), (5, '-'), (6, '-')];
    assert_eq!(answers(&told), expected.into());
    assert_eq!(fake.entries.len(), 2);
    let announced = told.iter().filter(|output| matches!(output, Output::Announce(_)));
    assert_eq!(announced.count(), 1);
}

#[test]
fn nothing_is_told_before_the_commit_is_known() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7]);
    loop {
        let step = core.step(fake.now);
        let was_commit = matches!(step, Step::Commit);
        let done = fake.perform(step);
        assert!(answers(&core.outputs()).is_empty());
        core.done(done, fake.now, &|_, _, _| true);
        if was_commit {
            break;
        }
    }
    assert_eq!(answers(&core.outputs()), [(1, '+')].into());
}

#[test]
fn a_fault_before_the_commit_is_tried_again_and_is_one_bid() {
    let steps: [fn(&Step) -> bool; 4] = [
        |step| matches!(step, Step::Lock(..)),
        |step| matches!(step, Step::Read(..)),
        |step| matches!(step, Step::Record(..)),
        |step| matches!(step, Step::Open),
    ];
    for at in steps {
        for fault in [Fault::Refused, Fault::Lost] {
            let mut core = core_with([bid(1, 7, 0xA, "1.00"), bid(2, 8, 0xA, "1.00")]);
            let mut fake = Fake::with(&[7, 8]);
            let told = fake.play(&mut core, first(at, fault));
            assert_eq!(answers(&told), [(1, '+'), (2, '+')].into());
            assert_eq!(fake.entries.len(), 2);
        }
    }
}

#[test]
fn a_commit_without_an_answer_is_looked_for_and_is_one_bid() {
    let commit = |step: &Step| matches!(step, Step::Commit);
    for fault in [Fault::AnswerLost, Fault::Lost, Fault::Refused] {
        let mut core = core_with([bid(1, 7, 0xA, "1.00"), bid(2, 7, 0xB, "1.05")]);
        let mut fake = Fake::with(&[7]);
        let told = fake.play(&mut core, first(commit, fault));
        assert_eq!(answers(&told), [(1, '+'), (2, '-')].into());
        assert_eq!(fake.entries.len(), 1);
        let there = told.iter().find_map(|output| match output {
            Output::Resolved(there) => Some(*there),
            _ => None,
        });
        assert_eq!(there, Some(Some(fault == Fault::AnswerLost)));
    }
}

#[test]
fn a_commit_that_stays_unknown_is_answered_so_and_never_judged_again() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00"), bid(2, 7, 0xB, "1.05")]);
    let mut fake = Fake::with(&[7]);
    let committed = std::cell::Cell::new(false);
    let told = fake.play(&mut core, |step| {
        committed.set(committed.get() || matches!(step, Step::Commit));
        if committed.get() { Fault::Lost } else { Fault::None }
    });
    assert_eq!(answers(&told), [(1, '?'), (2, '0')].into());
    assert!(fake.entries.is_empty());
}

#[test]
fn a_row_that_is_held_does_not_stop_the_others() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00"), bid(2, 8, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7, 8]);
    fake.held.insert(id(7));
    let told = fake.play(&mut core, |_| Fault::None);
    assert_eq!(answers(&told), [(1, '0'), (2, '+')].into());
    assert!(fake.now >= Moment::from_millis(5_000), "it was tried until it lapsed");

    fake.held.clear();
    core.submit(queued(3, 7, bid(3, 7, 0xA, "1.00").task, fake.now.as_millis()));
    assert_eq!(answers(&fake.play(&mut core, |_| Fault::None)), [(3, '+')].into());
}

#[test]
fn without_a_connection_the_lane_waits_for_it_and_for_nothing_else() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7]);
    fake.held.insert(id(7));
    let mut waits = 0;
    while !core.is_idle() {
        match core.step(fake.now) {
            Step::Wait(None) => break,
            Step::Wait(Some(until)) => {
                assert!(until > fake.now, "a wait that is over at once");
                fake.now = until;
                waits += 1;
            }
            Step::Open if waits > 0 => core.done(Done::Lost, fake.now, &|_, _, _| true),
            Step::Lock(..) if waits > 0 => core.done(Done::Lost, fake.now, &|_, _, _| true),
            step => core.done(fake.perform(step), fake.now, &|_, _, _| true),
        }
    }
    assert_eq!(answers(&core.outputs()), [(1, '0')].into());
    assert!(waits < 30, "{waits} waits in five seconds");
}

#[test]
fn a_close_that_is_held_back_leaves_the_batch() {
    let late = u64::try_from(MINUTE / 1000).unwrap() + 300;
    for may_close in [false, true] {
        let mut core = core_with([queued(1, 7, Task::Due, late)]);
        let mut fake = Fake::with(&[7]);
        fake.now = Moment::from_millis(late);
        while !core.is_idle() || core.outputs.is_empty() {
            let step = core.step(fake.now);
            let done = fake.perform(step);
            core.done(done, fake.now, &|_, _, _| may_close);
        }
        assert!(matches!(core.outputs().last(), Some(Output::Finished(1))));
        assert_eq!(fake.auctions[&id(7)].auction.state.status.is_over(), may_close);
    }
}

#[test]
fn a_clock_that_disagrees_with_the_stamp_judges_nothing() {
    let mut core = core_with([queued(1, 7, bid(1, 7, 0xA, "1.00").task, 0)]);
    let mut fake = Fake::with(&[7]);
    let step = core.step(fake.now);
    core.done(fake.perform(step), fake.now, &|_, _, _| true);
    let Step::Lock(products, mode) = core.step(fake.now) else { panic!("no lock") };
    let Done::Locked { locked, asked, had, .. } = fake.lock(&products, mode) else {
        panic!("not locked")
    };
    let now = Timestamp::from_micros(60_000);
    core.done(Done::Locked { locked, now, asked, had }, fake.now, &|_, _, _| true);
    let told = core.outputs();
    assert_eq!(answers(&told), [(1, '0')].into());
    assert!(matches!(told.last(), Some(Output::ClockDisagrees)));
}

#[test]
fn one_product_takes_at_most_half_of_a_batch_while_others_wait() {
    let hot = (0..300).map(|number| bid(number, 7, 0xA, "1.00"));
    let mut core = core_with(hot.chain([bid(300, 8, 0xA, "1.00")]));
    core.connected = true;
    core.step(Moment::default());
    let Phase::Locking(attempt) = &core.phase else { panic!("not locking") };
    assert_eq!(attempt.commands.len(), 129);
    assert_eq!(attempt.products(), [id(7), id(8)]);
}

impl Queued {
    fn with_stamp(mut self, id: u64) -> Self {
        self.stamp.id = id;
        self
    }
}
