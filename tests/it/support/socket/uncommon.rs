//! Sockets that are opened in an uncommon way, or used against their rules.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{ANSWER, Answer, Closed, Refused, Socket, cut, soon};

/// An upgrade before it is asked for: no subprotocol, no cookies, no origin.
#[derive(Clone)]
pub(crate) struct Upgrade {
    address: String,
    path: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    receive_buffer_bytes: Option<u32>,
}

impl Upgrade {
    /// One at `HOST:PORT`.
    pub(crate) fn at(address: &str, path: &str) -> Self {
        let (address, path) = (address.to_owned(), path.to_owned());
        Self { address, path, headers: Vec::new(), receive_buffer_bytes: None }
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.parse().unwrap(), value.parse().unwrap()));
        self
    }

    /// With a line that holds little of what is not read.
    pub(crate) fn receive_buffer(mut self, bytes: u32) -> Self {
        self.receive_buffer_bytes = Some(bytes);
        self
    }

    /// Asks for it. The socket, and the subprotocol that the server chose.
    pub(crate) async fn ask(self) -> Result<(Socket, Option<String>), Refused> {
        let Self { address, path, headers, receive_buffer_bytes } = self;
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(name, value);
        }
        let opening = async {
            let line = TcpSocket::new_v4()?;
            if let Some(bytes) = receive_buffer_bytes {
                line.set_recv_buffer_size(bytes)?;
            }
            line.set_nodelay(true)?;
            let address: SocketAddr = address.parse().unwrap();
            client_async(request, line.connect(address).await?).await
        };
        match soon("the answer to an upgrade", ANSWER, opening).await {
            Ok((stream, response)) => {
                let protocol = response.headers().get("Sec-WebSocket-Protocol");
                let protocol = protocol.map(|name| name.to_str().unwrap().to_owned());
                Ok((Socket { stream, inbox: VecDeque::new() }, protocol))
            }
            Err(Error::Http(response)) => Err(Refused::Answer(Answer::of_upgrade(&response))),
            Err(error) => Err(Refused::Line(error.to_string())),
        }
    }

    /// The document with which it is refused.
    pub(crate) async fn refused(self) -> Answer {
        match self.ask().await {
            Err(Refused::Answer(answer)) => answer,
            Err(refused) => panic!("no answer: {refused:?}"),
            Ok(_) => panic!("a socket was opened"),
        }
    }
}

impl Socket {
    /// Waits until the server has taken in all that was sent so far.
    pub(crate) async fn taken_in(&mut self) {
        self.send(&json!({"type": "ping", "n": 0})).await.unwrap();
        self.next_of("pong").await;
    }

    /// Sends any message, a control frame too.
    pub(crate) async fn send_message(&mut self, message: Message) -> Result<(), Closed> {
        self.stream.send(message).await.map_err(|error| cut(&error))
    }

    /// The next message, a control frame too.
    pub(crate) async fn next_message(&mut self) -> Result<Message, Closed> {
        match soon("a message", ANSWER, self.stream.next()).await {
            Some(Ok(Message::Close(Some(close)))) => {
                Err(Closed { code: Some(close.code.into()), reason: close.reason.to_string() })
            }
            Some(message) => message.map_err(|error| cut(&error)),
            None => Err(Closed { code: None, reason: "it ended".to_owned() }),
        }
    }

    /// The next frame as it came.
    pub(crate) async fn next_text(&mut self) -> Result<String, Closed> {
        assert!(self.inbox.is_empty(), "older frames wait to be read");
        loop {
            if let Message::Text(text) = self.next_message().await? {
                return Ok(text.to_string());
            }
        }
    }

    /// The line below, to write on it what no client writes.
    pub(crate) fn line(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }
}

/// A short text as the bytes of a frame from a client.
pub(crate) fn masked(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length < 126).unwrap();
    [&[0x81, 0x80 | length, 0, 0, 0, 0], text.as_bytes()].concat()
}
