//! The thread on which all sockets are read.
//!
//! A frame is stamped when it has been read. On the threads that do everything else it would wait
//! behind whatever is being written to thousands of others, and what came at about the same time
//! would be read in any order: they take work from each other. Here it is read in the order in
//! which it came. Reading a frame takes some microseconds, so one thread is enough.

use std::io;

use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::shutdown::Tasks;
use crate::thread::Thread;

/// The thread; it ends with the last clone.
#[derive(Clone, Debug)]
pub(crate) struct Readers(Thread);

impl Readers {
    /// Starts it.
    pub(crate) fn start() -> io::Result<Self> {
        Thread::start("gobid-readers").map(Self)
    }

    /// The same connection, which from here on is watched by this thread.
    pub(super) fn adopt(&self, stream: TcpStream) -> io::Result<TcpStream> {
        let stream = stream.into_std()?;
        let _here = self.0.handle().enter();
        TcpStream::from_std(stream)
    }

    /// Starts a task on it, one of the server's.
    pub(super) fn spawn<F>(&self, tasks: &Tasks, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send + 'static> + Send + 'static,
    {
        tasks.spawn_on(task, self.0.handle())
    }
}
