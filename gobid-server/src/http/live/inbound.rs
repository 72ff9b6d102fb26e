//! What comes from a socket, message by message.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_util::StreamExt;
use gobid_api::live::MAX_FRAME_BYTES;
use rustix::net::{RecvFlags, recv};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// The buffer of a socket, which an idle one keeps; a larger frame makes it grow for itself. The
/// library's own takes 128 KiB.
const BUFFER_BYTES: usize = 1024;
/// A larger frame is not even read to its end.
const MAX_READ_BYTES: usize = 16 * MAX_FRAME_BYTES;

/// What is read of a socket. What the library would write by itself goes nowhere: pongs
/// and closes are written in their turn by whoever writes everything else.
#[derive(Debug)]
pub(super) struct Inbound(WebSocketStream<ReadOnly>);

/// A socket that is written to elsewhere.
#[derive(Debug)]
struct ReadOnly(Arc<TcpStream>);

impl Inbound {
    /// Reads on, after what came with the request already.
    pub(super) async fn new(stream: Arc<TcpStream>, read: Vec<u8>) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .max_message_size(Some(MAX_READ_BYTES))
            .max_frame_size(Some(MAX_READ_BYTES));
        let stream = ReadOnly(stream);
        Self(WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await)
    }

    /// The next message; `None` when nothing can come any more.
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, Error>>> {
        self.0.poll_next_unpin(context)
    }

    /// Reads and forgets, until nothing can come any more.
    pub(super) async fn exhaust(&mut self) {
        while let Some(Ok(_)) = self.0.next().await {}
    }
}

impl AsyncRead for ReadOnly {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(context))?;
            let unfilled = buffer.initialize_unfilled();
            let mut some = None;
            // Less than there is room for is all that has come: as if it had said so when asked again,
            // the socket is not ready until more comes.
            let read = self.0.try_io(Interest::READABLE, || {
                let read = recv(&*self.0, &mut *unfilled, RecvFlags::empty())?.0;
                some = (0 < read && read < unfilled.len()).then_some(read);
                if some.is_some() { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(read) }
            });
            match (some, read) {
                (Some(read), _) | (None, Ok(read)) => {
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, Err(error)) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for ReadOnly {
    fn poll_write(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
