//! What a deputy does while the driver's thread stands still in a step.

use futures_util::FutureExt as _;
use gobid_api::problem::Outcome;
use gobid_auction::Timestamp;
use gobid_store::{Database, Opening};
use tempfile::TempDir;
use tokio::sync::oneshot;

use super::*;
use crate::clock::simulated::Ticks;
use crate::hub::closer::Closer;
use crate::hub::lane::Reply;
use crate::hub::lane::core::tests::fake::Fake;
use crate::hub::lane::core::tests::{bid, id};
use crate::hub::lane::deputy::Deputy;
use crate::hub::rooms::Rooms;
use crate::shutdown::Tasks;

/// The product that is bid on.
const PRODUCT: u128 = 7;

/// A desk at a time that a test sets, and the answers that were told from it.
struct Scene {
    desk: Arc<Desk>,
    ticks: Arc<Ticks>,
    clock: Clock,
    tickets: Arc<Tickets>,
    bids: mpsc::Sender<Submission>,
    answers: Arc<Mutex<Vec<(u64, Answer, AnsweredBy)>>>,
    fake: Fake,
    _house: mpsc::Sender<Submission>,
    _released: mpsc::Receiver<gobid_auction::ProductId>,
    _folder: TempDir,
}

impl Scene {
    async fn new() -> Self {
        let ticks = Ticks::new(Arc::default());
        let clock = Clock::of_simulated_database(&ticks);
        let mut scene = Self::with(ticks, clock).await;
        scene.is(0);
        scene
    }

    async fn with(ticks: Arc<Ticks>, clock: Clock) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("gobid.db").display());
        let database = Database::connect(&url, Opening::MayCreate).await.unwrap();
        let rooms = Rooms::new(database, Clock::system(), "epoch".to_owned(), Tasks::default());
        let (closer, _notes) = Closer::new();
        let (bids, bids_taken) = mpsc::channel(64);
        let (house, house_taken) = mpsc::channel(64);
        let (released_to, released) = mpsc::channel(64);
        let tickets = Tickets::new(clock.clone(), 64, released_to);
        let desk = Arc::new(Desk::new(Papers {
            core: Core::default(),
            bids: bids_taken,
            house: house_taken,
            clock: clock.clone(),
            tickets: Arc::clone(&tickets),
            teller: Teller::new(clock.clone(), rooms, closer, Arc::default(), Arc::default()),
            counters: Arc::default(),
            admission: Admission::new(Arc::default()),
            stop: CancellationToken::new(),
            steps: Steps::default(),
        }));
        Self {
            desk,
            ticks,
            clock,
            tickets,
            bids,
            answers: Arc::default(),
            fake: Fake::with(&[PRODUCT]),
            _house: house,
            _released: released,
            _folder: folder,
        }
    }

    /// It is so many milliseconds after the start.
    fn is(&mut self, millis: u64) {
        let span = Duration::from_millis(millis);
        let time = Timestamp::from_micros(0).plus(span);
        self.ticks.set(span, time);
        self.fake.now = self.clock.moment();
        self.clock.sample(self.fake.now, self.fake.now, time);
    }

    /// Somebody bids; the id of his answer.
    fn bid(&self, user: u128, amount: &str) -> u64 {
        let ticket = self.tickets.stamp(id(PRODUCT)).unwrap();
        let (number, answers) = (ticket.stamp.id, Arc::clone(&self.answers));
        let told = move |answer, by| answers.lock().unwrap().push((number, answer, by));
        let task = bid(number, PRODUCT, user, amount).task;
        let reply = Reply::Socket(Box::new(told));
        self.bids.try_send(Submission { ticket, task, reply }).unwrap();
        number
    }

    /// The step that the driver does next, and never comes back from.
    fn begin(&self) -> Step {
        match self.desk.next() {
            Next::Step(step) => step,
            Next::Wait(_) | Next::End => panic!("no step"),
        }
    }

    /// Does steps until one of a kind has begun.
    fn begin_with(&mut self, kind: impl Fn(&Step) -> bool) -> Step {
        loop {
            let step = self.begin();
            if kind(&step) {
                return step;
            }
            assert!(self.desk.papers().done(self.fake.perform(step)));
        }
    }

    /// Does steps until there are none.
    fn finish(&mut self) {
        while let Next::Step(step) = self.desk.next() {
            assert!(self.desk.papers().done(self.fake.perform(step)));
        }
    }

    /// The deputy looks, and tells what there is to tell; whether he looks again by himself.
    fn looks(&self) -> bool {
        let looks_again = self.desk.papers_for_deputy().look_for_driver().is_some();
        while self.desk.tell_few() {}
        looks_again
    }

    /// What was told: `+` accepted, `0` not recorded, `?` unknown.
    fn told(&self) -> Vec<(u64, char)> {
        let short = |answer: &Answer| match answer {
            Answer::Accepted { .. } => '+',
            Answer::Unavailable { outcome: Outcome::NotRecorded, .. } => '0',
            Answer::Unavailable { outcome: Outcome::Unknown, .. } => '?',
            Answer::Done | Answer::Refused(_) => panic!("{answer:?}"),
        };
        self.answers.lock().unwrap().iter().map(|(id, answer, _)| (*id, short(answer))).collect()
    }

    /// Who has written the answers.
    fn answered_by(&self) -> Vec<AnsweredBy> {
        self.answers.lock().unwrap().iter().map(|(.., by)| *by).collect()
    }
}

#[tokio::test]
async fn what_comes_and_lapses_while_a_step_takes_long_is_told_so() {
    let mut scene = Scene::new().await;
    let first = scene.bid(0xA, "1.00");
    scene.begin_with(|step| matches!(step, Step::Lock(..)));
    scene.is(99);
    let second = scene.bid(0xB, "1.10");
    assert!(scene.looks());
    assert_eq!(scene.bids.capacity(), 63, "a step that does not take long is not disturbed");
    scene.is(100);
    assert!(scene.looks());
    assert_eq!(scene.bids.capacity(), 64);
    scene.is(4_999);
    assert!(scene.looks() && scene.told().is_empty());
    scene.is(5_000);
    assert_eq!(scene.desk.papers().next_look(scene.clock.moment()), scene.clock.moment());
    assert!(scene.looks());
    assert_eq!(scene.told(), [(first, '0')]);
    scene.is(5_099);
    assert!(scene.looks());
    assert_eq!(scene.told(), [(first, '0'), (second, '0')]);
}

#[tokio::test]
async fn an_answer_is_written_where_it_is_told_when_there_is_nothing_else_to_do() {
    let mut scene = Scene::new().await;
    scene.bid(0xA, "1.00");
    scene.finish();
    assert_eq!(scene.answered_by(), [AnsweredBy::Teller]);

    scene.bid(0xB, "1.10");
    let commit = scene.begin_with(|step| matches!(step, Step::Commit));
    scene.bid(0xA, "1.20");
    assert!(scene.desk.papers().done(scene.fake.perform(commit)));
    scene.begin_with(|step| matches!(step, Step::Commit));
    assert!(scene.looks());
    assert_eq!(scene.answered_by(), [AnsweredBy::Teller, AnsweredBy::Socket]);
}

#[tokio::test]
async fn a_step_that_takes_too_long_is_given_up_and_its_connection_with_it() {
    let mut scene = Scene::new().await;
    scene.bid(0xA, "1.00");
    let lock = scene.begin_with(|step| matches!(step, Step::Lock(..)));
    scene.is(9_999);
    assert!(scene.looks());
    scene.is(10_000);
    assert!(scene.looks());
    let late = scene.fake.perform(lock);
    assert!(!scene.desk.papers().done(late), "its connection is not used any more");
    scene.is(11_000);
    let bid = scene.bid(0xA, "1.00");
    assert!(matches!(scene.begin(), Step::Open), "a new connection");
    assert!(scene.desk.papers().done(Done::Opened));
    scene.finish();
    assert_eq!(scene.told().last(), Some(&(bid, '+')));
}

#[tokio::test]
async fn a_commit_that_never_ends_is_answered_as_unknown() {
    let mut scene = Scene::new().await;
    let bid = scene.bid(0xA, "1.00");
    let commit = scene.begin_with(|step| matches!(step, Step::Commit));
    let mut now = 0;
    while scene.told().is_empty() {
        now += 100;
        scene.is(now);
        assert!(scene.looks());
    }
    assert_eq!(scene.told(), [(bid, '?')]);
    // 10 s for the step, and 10 s to look for its result, with a try in each second.
    assert!((20_000..=21_000).contains(&now), "{now}");

    // It did end.
    let late = scene.fake.perform(commit);
    assert!(!scene.desk.papers().done(late));
    let again = scene.bid(0xB, "1.10");
    scene.is(now + 1_000);
    assert!(matches!(scene.begin(), Step::Open), "a new connection");
    assert!(scene.desk.papers().done(Done::Opened));
    scene.finish();
    assert_eq!(scene.told(), [(bid, '?'), (again, '+')]);
}

#[tokio::test]
async fn a_commit_that_ends_after_it_was_given_up_is_found() {
    let mut scene = Scene::new().await;
    let bid = scene.bid(0xA, "1.00");
    let commit = scene.begin_with(|step| matches!(step, Step::Commit));
    scene.is(10_000);
    assert!(scene.looks());
    let late = scene.fake.perform(commit);
    assert!(!scene.desk.papers().done(late));
    scene.is(11_000);
    scene.finish();
    assert_eq!(scene.told(), [(bid, '+')]);
    assert_eq!(scene.fake.entries.len(), 1);
}

#[tokio::test]
async fn the_deputy_looks_while_there_are_steps_and_waits_for_a_call_while_there_are_none() {
    let scene = Scene::new().await;
    let is_called = |scene: &Scene| scene.desk.called().now_or_never().is_some();
    scene.bid(0xA, "1.00");
    scene.begin();
    assert!(is_called(&scene), "for the first step of all");
    assert!(scene.desk.papers().done(Done::Opened));
    scene.begin();
    assert!(!is_called(&scene) && scene.looks(), "within a step");
    assert!(scene.desk.papers().done(Done::Refused));
    assert!(scene.looks(), "there was a step");
    assert!(!scene.looks(), "there was none since");
    scene.begin();
    assert!(is_called(&scene), "for the first step after a pause");
}

#[tokio::test]
async fn whoever_waits_for_a_driver_who_never_comes_back_is_answered_by_the_deputy() {
    let clock = Clock::system();
    let scene = Scene::with(Arc::default(), clock.clone()).await;
    let ticket = scene.tickets.stamp(id(PRODUCT)).unwrap();
    let (answer, told) = oneshot::channel();
    let (task, reply) = (bid(1, PRODUCT, 0xA, "1.00").task, Reply::Request(answer));
    scene.bids.try_send(Submission { ticket, task, reply }).unwrap();
    assert!(matches!(scene.begin(), Step::Open));
    let mut deputy = Box::pin(Deputy { desk: Arc::clone(&scene.desk), clock }.run());
    let answer = tokio::select! {
        answer = told => answer.unwrap(),
        () = &mut deputy => panic!("nobody has closed the desk"),
    };
    let not_recorded = Outcome::NotRecorded;
    assert!(matches!(answer, Answer::Unavailable { outcome, .. } if outcome == not_recorded));

    assert!(!scene.bids.is_closed());
    drop(deputy);
    assert!(scene.bids.is_closed() && scene.desk.is_closed(), "the driver ends with the deputy");
}
