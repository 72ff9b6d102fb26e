//! A line between the command line and a server that loses what it is told to lose, or holds it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::server::Server;

/// What becomes of requests on the line: of bids, unless it is told which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// They arrive, and their answers are lost.
    Answers,
    /// They never arrive.
    Bids,
    /// They arrive, and their answers never come, on a connection that stays.
    Held,
}

/// What a request that is lost begins with, and has in its first line: `("POST", "/bids ")`.
pub(super) type Words = (&'static str, &'static str);

const BIDS: &[Words] = &[("POST ", "/bids "), ("POST ", "/buy ")];

/// A relay before a server. Whenever something is lost the connection is cut.
pub(super) struct Relay {
    url: String,
    orders: Arc<Orders>,
}

struct Orders {
    server: String,
    loss: Loss,
    of: &'static [Words],
    /// How many more are lost so.
    left: AtomicUsize,
    /// How many were lost so.
    lost: AtomicUsize,
}

impl Relay {
    /// One that loses so many bids.
    pub(super) async fn start(server: &Server, loss: Loss, count: usize) -> Self {
        Self::of(server, loss, count, BIDS).await
    }

    /// One that loses so many of other requests.
    pub(super) async fn of(
        server: &Server,
        loss: Loss,
        count: usize,
        of: &'static [Words],
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let orders = Arc::new(Orders {
            server: server.address().to_owned(),
            loss,
            of,
            left: AtomicUsize::new(count),
            lost: AtomicUsize::new(0),
        });
        let carried = Arc::clone(&orders);
        tokio::spawn(async move {
            while let Ok((client, _address)) = listener.accept().await {
                tokio::spawn(carry(client, Arc::clone(&carried)));
            }
        });
        Self { url, orders }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Loses nothing any more.
    pub(super) fn mend(&self) {
        self.orders.left.store(0, SeqCst);
    }

    /// How many were lost, each copy counted.
    pub(super) fn lost(&self) -> usize {
        self.orders.lost.load(SeqCst)
    }
}

impl Orders {
    /// Whether this one is to be lost.
    fn lose(&self) -> bool {
        let one_less = |left: usize| left.checked_sub(1);
        let lose = self.left.fetch_update(SeqCst, SeqCst, one_less).is_ok();
        self.lost.fetch_add(usize::from(lose), SeqCst);
        lose
    }
}

/// Carries bytes both ways until one side closes, or something is to be lost.
async fn carry(mut client: TcpStream, orders: Arc<Orders>) {
    let Ok(mut server) = TcpStream::connect(&orders.server).await else { return };
    let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    let mut is_meant = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                // The client writes a head at once.
                let text = String::from_utf8_lossy(&asked[..length]);
                let head = text.lines().next().unwrap_or_default();
                if head.ends_with(" HTTP/1.1") {
                    let is_it = |(verb, path): &Words| head.starts_with(verb) && head.contains(path);
                    is_meant = orders.of.iter().any(is_it);
                }
                if is_meant && orders.loss == Loss::Bids && orders.lose() {
                    return;
                }
                if server.write_all(&asked[..length]).await.is_err() {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if is_meant && orders.loss == Loss::Answers && orders.lose() {
                    return;
                }
                if is_meant && orders.loss == Loss::Held && orders.lose() {
                    return std::future::pending().await;
                }
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
