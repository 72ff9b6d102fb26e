//! A line to a server that loses what is sent on it, and breaks.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::server::Server;

/// A line. It breaks when this value goes.
pub(crate) struct Relay {
    url: String,
    line: watch::Sender<Line>,
    _listening: JoinSet<()>,
}

#[derive(Clone, Copy, Default)]
struct Line {
    /// What the client sends is lost, what the server sends.
    loses_forth: bool,
    loses_back: bool,
    is_cut: bool,
}

impl Relay {
    pub(crate) async fn to(server: &Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (line, server) =
            (watch::Sender::new(Line::default()), server.address().parse().unwrap());
        let mut listening = JoinSet::new();
        listening.spawn(listen(listener, server, line.clone()));
        Self { url, line, _listening: listening }
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Nothing that clients send arrives any more, and nobody is told.
    pub(crate) fn lose_what_is_sent(&self) {
        self.line.send_modify(|line| line.loses_forth = true);
    }

    /// Nothing that the server sends arrives any more, and nobody is told.
    pub(crate) fn lose_answers(&self) {
        self.line.send_modify(|line| line.loses_back = true);
    }

    /// Cuts the connections there are, and new ones too.
    pub(crate) fn cut(&self) {
        self.line.send_modify(|line| line.is_cut = true);
    }

    /// Connections come about again, and lose nothing.
    pub(crate) fn mend(&self) {
        self.line.send_replace(Line::default());
    }
}

async fn listen(listener: TcpListener, server: SocketAddr, line: watch::Sender<Line>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _address)) = listener.accept().await {
        connections.spawn(carry(client, server, line.subscribe()));
        while connections.try_join_next().is_some() {}
    }
}

async fn carry(client: TcpStream, server: SocketAddr, mut line: watch::Receiver<Line>) {
    if line.borrow().is_cut {
        return;
    }
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pass_on(from_client, to_server, line.clone(), |line| line.loses_forth) => {}
        () = pass_on(from_server, to_client, line.clone(), |line| line.loses_back) => {}
        _cut = line.wait_for(|line| line.is_cut) => {}
    }
}

/// Passes on what is not lost, until one end closes.
async fn pass_on(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    line: watch::Receiver<Line>,
    loses: fn(&Line) -> bool,
) {
    let mut bytes = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if !loses(&line.borrow()) && to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
