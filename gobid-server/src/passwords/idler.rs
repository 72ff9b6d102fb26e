//! A thread that has only what all others leave of the processors, and somebody who waits for it no
//! longer than he has patience.
//!
//! The system takes the processor from such a thread at any moment, and where others keep it busy does
//! not give it back for seconds. So it shares nothing that is locked with anybody but the one who waits.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread;
use std::time::Duration;

/// Something to find out. Two may do so at the same time.
pub(super) type Find = Arc<dyn Fn() + Send + Sync>;

/// The thread, for the one who waits for it.
#[derive(Debug)]
pub(super) struct Idler {
    given: SyncSender<Find>,
    found: Receiver<()>,
    /// It is still at something that was not waited for.
    is_busy: bool,
}

impl Idler {
    /// Starts the thread; it ends with this, or at once where there is no such thing.
    pub(super) fn start() -> std::io::Result<Self> {
        let (given, to_find) = sync_channel(1);
        let (has_found, found) = sync_channel(1);
        let named = thread::Builder::new().name("gobid-idler".to_owned());
        named.spawn(move || find_all(&to_find, &has_found))?;
        Ok(Self { given, found, is_busy: false })
    }

    /// Has something found out; `false` when it was not within so long.
    pub(super) fn finds(&mut self, find: &Find, patience: Duration) -> bool {
        if self.is_busy && self.found.try_recv() == Err(TryRecvError::Empty) {
            return false;
        }
        let is_given = self.given.send(Arc::clone(find)).is_ok();
        self.is_busy = is_given && self.found.recv_timeout(patience).is_err();
        is_given && !self.is_busy
    }
}

/// The life of the thread.
fn find_all(to_find: &Receiver<Find>, has_found: &SyncSender<()>) {
    if !becomes_idle() {
        return;
    }
    for find in to_find {
        find();
        drop(find);
        if has_found.send(()).is_err() {
            return;
        }
    }
}

#[cfg(target_os = "linux")]
fn becomes_idle() -> bool {
    use thread_priority::unix::{NormalThreadSchedulePolicy, ThreadSchedulePolicy};
    use thread_priority::{ThreadPriority, set_thread_priority_and_policy, thread_native_id};

    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    let asked = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle);
    asked.inspect_err(|why| tracing::debug!(?why, "no thread may be idle")).is_ok()
}

#[cfg(not(target_os = "linux"))]
const fn becomes_idle() -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    #[test]
    fn what_takes_too_long_is_left_to_whoever_waits_and_then_it_goes_on() {
        let mut idler = Idler::start().unwrap();
        let (go_on, waits) = sync_channel::<()>(0);
        let (waits, count) = (Mutex::new(waits), Arc::new(AtomicUsize::new(0)));
        let slow: Find = Arc::new(move || waits.lock().unwrap().recv().unwrap());
        let counted = Arc::clone(&count);
        let quick: Find = Arc::new(move || {
            counted.fetch_add(1, SeqCst);
        });

        assert!(idler.finds(&quick, LONG));
        assert!(!idler.finds(&slow, Duration::ZERO));
        assert!(!idler.finds(&quick, LONG), "it is at something else");
        assert_eq!(count.load(SeqCst), 1);
        go_on.send(()).unwrap();
        assert_eq!(idler.found.recv_timeout(LONG), Ok(()));
        idler.is_busy = false;
        assert!(idler.finds(&quick, LONG));
        assert_eq!(count.load(SeqCst), 2);
    }

    #[test]
    fn one_that_has_ended_finds_nothing() {
        let mut idler = Idler::start().unwrap();
        let panics: Find = Arc::new(|| panic!("on purpose"));
        let quick: Find = Arc::new(|| {});
        assert!(!idler.finds(&panics, LONG));
        assert!(!idler.finds(&quick, LONG));
        assert!(!idler.finds(&quick, LONG));
    }
}
