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
            let mut read = None;
            let asked = self.0.try_io(Interest::READABLE, || {
                let (count, _) = recv(&*self.0, &mut *unfilled, RecvFlags::empty())?;
                read = Some(count);
                // Less than there is room for is all that has come. Nobody need ask for more to be told
                // so: the runtime hears it now, as it does when it reads by itself.
                let is_all = 0 < count && count < unfilled.len();
                if is_all { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match (read, asked) {
                (Some(count), _) => {
                    buffer.advance(count);
                    return Poll::Ready(Ok(()));
                }
                (None, Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                (None, asked) => return Poll::Ready(asked),
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// Both ends of a connection.
    async fn connected() -> (TcpStream, ReadOnly) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        (client, ReadOnly(Arc::new(server)))
    }

    /// What comes next, of no more than four bytes.
    async fn next(server: &mut ReadOnly) -> Vec<u8> {
        let mut buffer = [0; 4];
        let count = server.read(&mut buffer).await.unwrap();
        buffer[..count].to_vec()
    }

    #[tokio::test]
    async fn everything_is_read_whether_it_fills_the_buffer_or_not() {
        let (mut client, mut server) = connected().await;
        for sent in ["ab", "abcd", "abcde", "abcdefgh", "a", "abcd", "abc"] {
            assert_eq!(next(&mut server).now_or_never(), None, "there is nothing yet");
            client.write_all(sent.as_bytes()).await.unwrap();
            let mut read = Vec::new();
            while read.len() < sent.len() {
                read.extend(next(&mut server).await);
            }
            assert_eq!(read, sent.as_bytes());
        }
    }

    #[tokio::test]
    async fn the_end_is_read_after_what_came_with_it() {
        for last in ["", "abc", "abcd", "abcde"] {
            let (mut client, mut server) = connected().await;
            client.write_all(b"ab").await.unwrap();
            assert_eq!(next(&mut server).await, b"ab");
            client.write_all(last.as_bytes()).await.unwrap();
            client.shutdown().await.unwrap();
            let mut read = Vec::new();
            server.read_to_end(&mut read).await.unwrap();
            assert_eq!(read, last.as_bytes());
            assert_eq!(next(&mut server).await, b"", "it stays so");
        }
    }
}
