//! Connections: accepted, served, limited in number and in patience.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::http::address::Peer;
use crate::http::stall::Stall;
use crate::shutdown::Tasks;

/// How many connections may be served at once. A WebSocket is none of them once it is upgraded.
const MOST_CONNECTIONS: usize = 8192;
/// How long the header of a request may take, from the first moment that it could be sent.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);
/// How long to wait when no connection can be accepted, for want of file descriptors, say.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections and serves them until the stop of `connections`, which waits for all.
pub(super) async fn serve(listener: TcpListener, router: Router, connections: Tasks) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    while let Some(accepted) = connections.token().run_until_cancelled(listener.accept()).await {
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(why) if is_of_connection(&why) => continue,
            Err(why) => {
                tracing::warn!(error = ?why, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Without a place the connection is closed: whoever called knows at once.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (router, stopping) = (router.clone(), connections.clone());
        connections.spawn(async move {
            if let Err(why) = serve_one(stream, peer, router, &stopping).await {
                tracing::debug!(error = ?why, %peer, "a connection broke off");
            }
            drop(place);
        });
    }
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    connections: &Tasks,
) -> hyper::Result<()> {
    if let Err(why) = stream.set_nodelay(true) {
        tracing::debug!(error = ?why, "a connection stays slow");
    }
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(Stall::new(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    tokio::select! {
        served = connection.as_mut() => return served,
        () = connections.stopping() => {}
    }
    connection.as_mut().graceful_shutdown();
    connection.await
}

/// Whether an error is about one connection that came to nothing.
fn is_of_connection(why: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(why.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
