//! A thread that has only what all others leave of the processors, and somebody who waits for it no
//! longer than his patience lasts.
//!
//! The system takes the processor from such a thread wherever it is, and while others keep the processors
//! busy gives it back late. So until its end it holds nothing that anybody must wait for: it allocates and
//! frees nothing, uses no memory for the first time (which locks the memory map of the whole program),
//! logs nothing, and wakes by `unpark` alone. Its desk is locked while it works, and whoever asks only
//! tries that lock. What is left is memory that the system itself takes away meanwhile (swap, moved
//! pages): its return may lock the memory map, above all before Linux 6.4.

use std::cell::Cell;
use std::io;
use std::marker::PhantomData;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, TryLockError};
use std::thread::{self, Thread};

use crate::clock::{Clock, Moment};

/// The thread, for the one who asks it for an `A` with its answer.
#[derive(Debug)]
pub(super) struct Idler<A> {
    shared: Arc<Shared<A>>,
    thread: Thread,
    clock: Clock,
    /// One asks at a time: the other would take the answer of the first.
    one_asks: PhantomData<Cell<()>>,
}

#[derive(Debug)]
struct Shared<A> {
    desk: Mutex<Desk<A>>,
    /// Something lies on the desk for the thread, which otherwise leaves it alone.
    is_called: AtomicBool,
    /// The thread ends, or has.
    is_over: AtomicBool,
}

/// What lies between the two.
#[derive(Debug, Default)]
enum Desk<A> {
    #[default]
    Empty,
    Given(A, Thread),
    Done(A),
}

impl<A: Send + 'static> Idler<A> {
    /// Starts the thread; it ends with this. The first thing asked it does like any thread: then all
    /// memory is there that `answer` needs. Where it may not become idle after that, it ends.
    pub(super) fn start(
        answer: impl FnMut(&mut A) + Send + 'static,
        becomes_idle: fn() -> bool,
        clock: Clock,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let its = Arc::clone(&shared);
        let thread = thread::Builder::new().name("gobid-idler".to_owned());
        let thread = thread.spawn(move || its.answer_all(answer, becomes_idle))?;
        let thread = thread.thread().clone();
        Ok(Self { shared, thread, clock, one_asks: PhantomData })
    }

    /// What was asked, with its answer; `None` when there was none by then, or the thread has ended or is
    /// still at something for which nobody waits any more.
    pub(super) fn answers(&self, ask: A, by: Moment) -> Option<A> {
        let shared = &*self.shared;
        if shared.is_over.load(Ordering::Acquire) || self.clock.moment() >= by {
            return None;
        }
        let mut desk = shared.desk.try_lock().ok()?;
        *desk = Desk::Given(ask, thread::current());
        shared.is_called.store(true, Ordering::Release);
        drop(desk);
        self.thread.unpark();
        loop {
            thread::park_timeout(by.since(self.clock.moment()));
            let is_late = self.clock.moment() >= by;
            match shared.desk.try_lock() {
                Ok(desk) if !is_late && matches!(*desk, Desk::Given(..)) => {}
                Ok(mut desk) => {
                    shared.is_called.store(false, Ordering::Release);
                    return match mem::take(&mut *desk) {
                        Desk::Done(answered) => Some(answered),
                        Desk::Empty | Desk::Given(..) => None,
                    };
                }
                Err(TryLockError::WouldBlock) if !is_late => {}
                Err(_) => return None,
            }
        }
    }
}

impl<A> Drop for Idler<A> {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

impl<A> Default for Shared<A> {
    fn default() -> Self {
        Self {
            desk: Mutex::default(),
            is_called: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
        }
    }
}

impl<A> Shared<A> {
    /// The life of the thread.
    fn answer_all(&self, mut answer: impl FnMut(&mut A), becomes_idle: fn() -> bool) {
        let mut is_idle = false;
        while !self.is_over.load(Ordering::Acquire) {
            if !self.is_called.load(Ordering::Acquire) {
                thread::park();
                continue;
            }
            let Ok(mut desk) = self.desk.lock() else { return };
            self.is_called.store(false, Ordering::Release);
            // Otherwise it was taken back meanwhile.
            if let Desk::Given(mut ask, asker) = mem::take(&mut *desk) {
                answer(&mut ask);
                is_idle = is_idle || becomes_idle();
                self.is_over.fetch_or(!is_idle, Ordering::AcqRel);
                *desk = Desk::Done(ask);
                drop(desk);
                asker.unpark();
            }
        }
    }
}

/// Makes this thread one that has only what all others leave, as far as the system weighs them against
/// each other: within one control group.
#[cfg(target_os = "linux")]
pub(super) fn becomes_idle() -> bool {
    use thread_priority::unix::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};
    use thread_priority::{
        ThreadPriority, set_thread_priority_and_policy, thread_native_id, thread_schedule_policy,
    };

    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let asked = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    // It also asks for a niceness, which an idle thread does not need and not every one may have.
    let is_idle = thread_schedule_policy().is_ok_and(|policy| policy == idle);
    if !is_idle {
        let why = asked.err();
        tracing::debug!(?why, "no thread may be idle");
    }
    is_idle
}

/// Other systems have no such threads.
#[cfg(not(target_os = "linux"))]
pub(super) const fn becomes_idle() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
    use std::time::Duration;

    use super::*;

    /// Longer than any test takes.
    const LONG: Duration = Duration::from_mins(10);

    /// What the threads of these tests are asked.
    #[derive(Debug, PartialEq, Eq)]
    enum Ask {
        /// Answered with the one after it.
        Count(u32),
        /// Says that it has begun, and goes on when it is told to.
        Wait,
        Panic,
    }

    /// A thread that answers this, what says that it has begun to wait, and what lets it go on.
    fn start(becomes_idle: fn() -> bool) -> (Idler<Ask>, Receiver<()>, Sender<()>) {
        let (has_begun, begun) = channel();
        let (go_on, goes_on) = channel();
        let answer = move |ask: &mut Ask| match ask {
            Ask::Count(count) => *count += 1,
            Ask::Wait => {
                has_begun.send(()).unwrap();
                goes_on.recv().unwrap();
            }
            Ask::Panic => panic!("on purpose"),
        };
        (Idler::start(answer, becomes_idle, Clock::system()).unwrap(), begun, go_on)
    }

    impl Idler<Ask> {
        fn answers_within(&self, patience: Duration, ask: Ask) -> Option<Ask> {
            self.answers(ask, self.clock.moment().plus(patience))
        }

        /// Has the thread begin to wait, with nobody who waits for it.
        fn leave_waiting(&self, begun: &Receiver<()>) {
            while begun.try_recv().is_err() {
                assert_eq!(self.answers_within(Duration::from_micros(100), Ask::Wait), None);
            }
        }
    }

    #[test]
    fn what_is_asked_is_answered_one_after_the_other() {
        let (idler, ..) = start(|| true);
        for count in 0..1_000 {
            let answered = idler.answers_within(LONG, Ask::Count(count));
            assert_eq!(answered, Some(Ask::Count(count + 1)));
        }
    }

    #[test]
    fn while_it_is_at_something_old_there_is_no_waiting_for_it() {
        let (idler, begun, _go_on) = start(|| true);
        idler.leave_waiting(&begun);
        assert_eq!(idler.answers_within(LONG, Ask::Count(1)), None);
        assert_eq!(idler.answers_within(LONG, Ask::Count(2)), None);
    }

    #[test]
    fn an_answer_that_came_too_late_is_nobody_elses() {
        let (idler, begun, go_on) = start(|| true);
        idler.leave_waiting(&begun);
        go_on.send(()).unwrap();
        let mut answers = (0..).map(|_| idler.answers_within(LONG, Ask::Count(1)));
        assert_eq!(answers.find(Option::is_some), Some(Some(Ask::Count(2))));
    }

    #[test]
    fn what_nobody_has_begun_in_time_is_taken_back() {
        let shared = Arc::new(Shared::default());
        let its = Arc::clone(&shared);
        let does_nothing = move || {
            while !its.is_over.load(Ordering::Acquire) {
                thread::park();
            }
        };
        let thread = thread::spawn(does_nothing).thread().clone();
        let idler = Idler { shared, thread, clock: Clock::system(), one_asks: PhantomData };
        assert_eq!(idler.answers_within(Duration::from_millis(100), Ask::Count(1)), None);
        assert!(matches!(*idler.shared.desk.lock().unwrap(), Desk::Empty));
        assert!(!idler.shared.is_called.load(Ordering::Acquire));
    }

    #[test]
    fn what_is_late_already_is_not_given() {
        let (idler, ..) = start(|| true);
        assert_eq!(idler.answers_within(Duration::ZERO, Ask::Count(1)), None);
        assert!(!idler.shared.is_called.load(Ordering::Acquire));
    }

    #[test]
    fn where_no_thread_may_be_idle_it_answers_once() {
        let (idler, ..) = start(|| false);
        assert_eq!(idler.answers_within(LONG, Ask::Count(1)), Some(Ask::Count(2)));
        assert_eq!(idler.answers_within(LONG, Ask::Count(1)), None);
    }

    #[test]
    fn one_that_has_panicked_answers_nothing() {
        let (idler, ..) = start(|| true);
        while !idler.shared.desk.is_poisoned() {
            assert_eq!(idler.answers_within(Duration::from_millis(1), Ask::Panic), None);
        }
        assert_eq!(idler.answers_within(LONG, Ask::Count(1)), None);
    }

    #[test]
    fn it_ends_with_whoever_asks() {
        let (idler, begun, _go_on) = start(|| true);
        assert_eq!(idler.answers_within(LONG, Ask::Count(1)), Some(Ask::Count(2)));
        drop(idler);
        let end = begun.recv_timeout(Duration::from_mins(1));
        assert_eq!(end, Err(RecvTimeoutError::Disconnected), "what it answers with is gone");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn after_the_first_answer_it_is_idle_also_where_the_program_is_nice() {
        use thread_priority::thread_schedule_policy;
        use thread_priority::unix::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};

        rustix::process::nice(5).unwrap();
        let before = thread_schedule_policy().ok();
        let policy = |policy: &mut _| *policy = thread_schedule_policy().ok();
        let idler = Idler::start(policy, becomes_idle, Clock::system()).unwrap();
        let policy = || idler.answers(None, idler.clock.moment().plus(LONG));
        assert_eq!(policy(), Some(before));
        let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        assert_eq!(policy(), Some(Some(idle)));
    }
}
