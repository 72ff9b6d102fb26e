//! Threads with a runtime of their own, for what must not wait behind everything else: a task there
//! is woken as soon as the system lets its thread run, however many others wait for their turn.

use std::convert::Infallible;
use std::sync::Arc;
use std::{io, thread};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

/// A thread for tasks that come and go; it ends with the last clone, and its tasks with it.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    handle: Handle,
    _alive: Arc<oneshot::Sender<Infallible>>,
}

impl Thread {
    /// Starts it.
    pub(crate) fn start(name: &str) -> io::Result<Self> {
        let (alive, ended) = oneshot::channel();
        // Nothing is ever sent: it resolves when there is nobody left who could.
        let handle =
            run(name, Waits::ForSockets, async { ended.await.is_ok_and(|never| match never {}) })?;
        Ok(Self { handle, _alive: Arc::new(alive) })
    }

    /// Where its tasks are started.
    pub(crate) const fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// What a thread waits for beside its tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waits {
    /// For sockets and for time.
    ForSockets,
    /// For time alone: it is woken with less work.
    ForTime,
}

/// Starts a thread for one task; it ends with the task.
pub(crate) fn run<F>(name: &str, waits: Waits, task: F) -> io::Result<Handle>
where
    F: Future + Send + 'static,
{
    let mut builder = Builder::new_current_thread();
    let runtime: Runtime = match waits {
        Waits::ForSockets => builder.enable_all().build()?,
        Waits::ForTime => builder.enable_time().build()?,
    };
    let handle = runtime.handle().clone();
    thread::Builder::new().name(name.to_owned()).spawn(move || drop(runtime.block_on(task)))?;
    Ok(handle)
}
