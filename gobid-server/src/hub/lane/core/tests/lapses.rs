//! What may not be judged any more is told so, whatever the lane is doing.

use super::fake::Fake;
use super::*;

#[test]
fn what_lapses_in_the_middle_of_an_attempt_is_told_and_leaves_nothing_behind() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7]);
    fake.held.insert(id(7));
    let is_alone = |core: &Core| matches!(&core.phase, Phase::Locking(attempt) if matches!(attempt.manner, Manner::Alone(_)));
    while !is_alone(&core) {
        let step = core.step(fake.now);
        match step {
            Step::Wait(until) => fake.now = until.unwrap(),
            step => core.done(fake.perform(step), fake.now, &|_, _, _| true),
        }
        core.step(fake.now);
    }
    assert!(answers(&core.outputs()).is_empty());
    fake.now = core.next_lapse().unwrap();
    core.lapse(fake.now);
    assert_eq!(answers(&core.outputs()), [(1, '0')].into());

    fake.held.clear();
    assert!(answers(&fake.play(&mut core, |_| Fault::None)).is_empty());
    assert!(core.is_idle());
    assert_eq!(core.queue.next_retry(), None);
    core.submit(queued(2, 7, bid(2, 7, 0xA, "1.00").task, fake.now.as_millis()));
    let Step::Lock(_, mode) = core.step(fake.now) else { panic!("no lock") };
    assert_eq!(mode, LockMode::Briefly(Duration::from_millis(200)), "it is not set aside any more");
}

#[test]
fn what_lapses_while_the_rest_is_read_is_not_judged_after_the_close() {
    let end = u64::try_from(MINUTE / 1000).unwrap();
    let bid = queued(1, 7, bid(1, 7, 0xA, "1.00").task, end - 4_000);
    // The close stands before the bid, as it may where a product was set aside.
    let mut core = core_with([queued(2, 7, Task::Due, end + 300), bid]);
    let mut fake = Fake::with(&[7]);
    fake.now = Moment::from_millis(end + 900);
    while !core.is_idle() {
        let step = core.step(fake.now);
        if matches!(step, Step::Read(..)) {
            fake.now = Moment::from_millis(end + 1_000);
        }
        // The ticket of the bid holds the close back no more: it has lapsed.
        core.done(fake.perform(step), fake.now, &|_, _, _| true);
    }
    assert_eq!(answers(&core.outputs()), [(1, '0')].into());
    assert!(fake.auctions[&id(7)].auction.state.status.is_over());
}

#[test]
fn what_lapses_during_a_rollback_is_told() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7]);
    fake.held.insert(id(7));
    loop {
        match core.step(fake.now) {
            Step::Rollback => break,
            step => core.done(fake.perform(step), fake.now, &|_, _, _| true),
        }
    }
    fake.now = core.next_lapse().unwrap();
    core.lapse(fake.now);
    assert_eq!(answers(&core.outputs()), [(1, '0')].into());

    core.done(Done::RolledBack, fake.now, &|_, _, _| true);
    assert!(answers(&fake.play(&mut core, |_| Fault::None)).is_empty());
    assert!(core.is_idle());
}

#[test]
fn what_lapses_while_a_commit_cannot_be_looked_for_is_told() {
    let mut core = core_with([bid(1, 7, 0xA, "1.00")]);
    let mut fake = Fake::with(&[7]);
    loop {
        match core.step(fake.now) {
            Step::Commit => break core.done(Done::Lost, fake.now, &|_, _, _| true),
            step => core.done(fake.perform(step), fake.now, &|_, _, _| true),
        }
    }
    core.submit(queued(2, 7, bid(2, 7, 0xB, "2.00").task, fake.now.as_millis()));
    let lapses_at = fake.now.plus(Duration::from_secs(5));
    while fake.now < lapses_at {
        match core.step(fake.now) {
            Step::Wait(until) => fake.now = until.unwrap(),
            Step::Open => core.done(Done::Lost, fake.now, &|_, _, _| true),
            step => panic!("without a connection: {step:?}"),
        }
        assert!(answers(&core.outputs()).is_empty(), "told before it lapsed");
    }
    assert_eq!(fake.now, lapses_at);
    core.step(fake.now);
    assert_eq!(answers(&core.outputs()), [(2, '0')].into());
}
