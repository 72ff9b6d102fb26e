//! The tasks of the server, and how they are told to end.

use std::io;

use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFuture};
use tokio_util::task::TaskTracker;

use crate::thread::{self, Waits};

/// The tasks of the server; every clone means the same ones. A stop waits for all of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tasks {
    tracker: TaskTracker,
    stopping: CancellationToken,
}

impl Tasks {
    /// Starts a task. Nothing cancels it: one that does not end by itself asks
    /// [`stopping`](Self::stopping).
    pub(crate) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.tracker.spawn(task)
    }

    /// Starts a task on another runtime.
    pub(crate) fn spawn_on<F>(&self, task: F, runtime: &Handle) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        self.tracker.spawn_on(task, runtime)
    }

    /// Starts a task on a thread of its own.
    pub(crate) fn spawn_thread<F>(&self, name: &str, waits: Waits, task: F) -> io::Result<()>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        thread::run(name, waits, self.tracker.track_future(task)).map(drop)
    }

    /// Resolves when the server begins to stop.
    pub(crate) fn stopping(&self) -> WaitForCancellationFuture<'_> {
        self.stopping.cancelled()
    }

    /// Whether the server has begun to stop.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// The token behind [`stopping`](Self::stopping).
    pub(crate) fn token(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Tells all tasks to end, and waits until they have.
    pub(crate) async fn stop(&self) {
        self.stopping.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tracker.len()
    }
}

/// The signals that stop the program.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// Where the end of the terminal is the end of the program, too.
    hangup: Option<Signal>,
}

impl Signals {
    /// From now on these signals do not end the process by themselves.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: None,
        })
    }

    /// The same, and the signal that the terminal has gone.
    pub(crate) fn listen_with_hangup() -> io::Result<Self> {
        Ok(Self { hangup: Some(signal(SignalKind::hangup())?), ..Self::listen()? })
    }

    /// Waits for the next one, and gives the exit code of a program that it ends.
    pub(crate) async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
            Some(()) = received(self.hangup.as_mut()) => 129,
        }
    }
}

/// The next signal of a kind that is listened to; never comes where none is.
async fn received(signal: Option<&mut Signal>) -> Option<()> {
    match signal {
        Some(signal) => signal.recv().await,
        None => std::future::pending().await,
    }
}
