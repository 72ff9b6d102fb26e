//! What goes to a socket: whatever waits is written at once, from the bytes that all share.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use rustix::net::{SendFlags, send};
use tokio::net::TcpStream;

use crate::hub::Wire;

/// How many frames one call of the system takes.
const AT_ONCE: usize = 16;

/// A socket that is closed is found by its task, not by a signal.
#[cfg(not(target_vendor = "apple"))]
const FLAGS: SendFlags = SendFlags::DONTWAIT.union(SendFlags::NOSIGNAL);
/// There the program has no such signal.
#[cfg(target_vendor = "apple")]
const FLAGS: SendFlags = SendFlags::DONTWAIT;

/// What is written to a socket.
#[derive(Debug)]
pub(super) struct Outbound {
    stream: Arc<TcpStream>,
    /// What is being written; of the first one, the rest.
    frames: VecDeque<Bytes>,
}

impl Outbound {
    pub(super) fn new(stream: Arc<TcpStream>) -> Self {
        Self { stream, frames: VecDeque::new() }
    }

    /// The same socket, for others to write to in their turn.
    pub(super) fn wire(&self) -> Arc<dyn Wire> {
        Arc::<TcpStream>::clone(&self.stream)
    }

    /// Whether everything was written.
    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether one more frame can be written at once with the others.
    pub(super) fn has_room(&self) -> bool {
        self.frames.len() < AT_ONCE
    }

    /// Puts a frame behind the others.
    pub(super) fn push(&mut self, frame: Bytes) {
        self.frames.push_back(frame);
    }

    /// Writes as much as the socket takes.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut slices = [IoSlice::new(&[]); AT_ONCE];
        let frames = self.frames.iter().map(|frame| IoSlice::new(frame));
        let count = slices.iter_mut().zip(frames).map(|(slice, frame)| *slice = frame).count();
        let slices = slices.get(..count).unwrap_or_default();
        let written = loop {
            let written = match slices {
                [frame] => self.stream.try_write(frame),
                slices => self.stream.try_write_vectored(slices),
            };
            match written {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    ready!(self.stream.poll_write_ready(context))?;
                }
                written => break written?,
            }
        };
        if written == 0 {
            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
        }
        self.advance(written);
        Poll::Ready(Ok(()))
    }

    /// Writes everything, to its end.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        while !self.is_empty() {
            std::future::poll_fn(|context| self.poll(context)).await?;
        }
        Ok(())
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(first) = self.frames.front_mut() {
            let of_first = written.min(first.len());
            first.advance(of_first);
            written -= of_first;
            if !first.is_empty() {
                return;
            }
            self.frames.pop_front();
        }
    }
}

impl Wire for TcpStream {
    /// Past what the runtime knows of the socket, which is in another place for each of thousands.
    fn write_at_once(&self, bytes: &[u8]) -> usize {
        send(self, bytes, FLAGS).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use super::*;

    /// More than a line takes at once, whatever the system sets its buffers to.
    const MUCH: usize = 32 << 20;

    #[tokio::test]
    async fn what_was_begun_by_another_is_written_to_its_end_and_then_what_follows() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let mut outbound = Outbound::new(Arc::new(server));
        let much: Bytes = (0..MUCH).map(|n| n.to_le_bytes()[n % 3]).collect();
        outbound.stream.writable().await.unwrap();
        let written = outbound.wire().write_at_once(&much);
        assert!(0 < written && written < MUCH, "{written}");
        outbound.push(much.slice(written..));
        outbound.push(Bytes::from_static(b"behind it"));
        let mut read = vec![0; MUCH + 9];
        let (flushed, reading) = tokio::join!(outbound.flush(), client.read_exact(&mut read));
        assert!(flushed.is_ok() && reading.is_ok());
        let (first, behind) = read.split_at(MUCH);
        assert!(first == much && behind == b"behind it");
        drop(client);
        // Whatever is wrong is found by whoever writes on.
        while outbound.wire().write_at_once(b"to nobody") > 0 {}
        outbound.push(Bytes::from_static(b"to nobody"));
        assert!(outbound.flush().await.is_err());
    }
}
