//! A server whose every frame is the test's: it speaks the wire of the feed, and nothing else.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use super::actors::now;
use super::wait::{PATIENCE, soon};

/// Where a client is waited for.
pub(crate) struct Puppet {
    listener: TcpListener,
    url: String,
}

/// A client's feed, from the server's end.
pub(crate) struct Stage {
    stream: WebSocketStream<TcpStream>,
}

impl Puppet {
    pub(crate) async fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, url }
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The feed of the next client.
    pub(crate) async fn feed(&self) -> Stage {
        let coming = async {
            let (stream, _client) = self.listener.accept().await.unwrap();
            stream.set_nodelay(true).unwrap();
            accept_hdr_async(stream, agree).await.unwrap()
        };
        Stage { stream: soon("a client", PATIENCE, coming).await }
    }
}

/// Takes the client's protocol.
#[allow(clippy::result_large_err, clippy::unnecessary_wraps, reason = "the crate wants it so")]
fn agree(
    request: &Request,
    mut response: Response,
) -> Result<Response, tokio_tungstenite::tungstenite::handshake::server::ErrorResponse> {
    let name = "Sec-WebSocket-Protocol";
    if let Some(protocol) = request.headers().get(name) {
        response.headers_mut().insert(name, protocol.clone());
    }
    Ok(response)
}

impl Stage {
    /// Sends frames at once, as soon as the client takes them; its pings are answered meanwhile.
    pub(crate) async fn send(&mut self, frames: &[Value]) {
        for frame in frames {
            self.feed(frame).await;
        }
        self.stream.flush().await.unwrap();
    }

    /// Answers pings for as long as nothing else is done with this feed.
    pub(crate) async fn answer_pings(&mut self) -> ! {
        loop {
            let frame = self.stream.next().await.expect("the client stays").unwrap();
            let Ok(text) = frame.to_text() else { continue };
            let Ok(ping) = serde_json::from_str::<Value>(text) else { continue };
            if ping["type"] == "ping" {
                let pong =
                    json!({"type": "pong", "n": ping["n"], "server_time": now().to_string()});
                self.send(&[pong]).await;
            }
        }
    }

    async fn feed(&mut self, frame: &Value) {
        self.stream.feed(Message::text(frame.to_string())).await.unwrap();
    }
}
