//! A line between the bench and a server, on which the server's words are changed.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::server::Server;

/// Words of the server, and what is heard in their place; both are of one length.
pub(super) type Lie = (&'static str, &'static str);

/// A line on which a lie is told.
pub(super) struct Liar {
    url: String,
}

impl Liar {
    pub(super) async fn start(server: &Server, lie: Lie) -> Self {
        assert_eq!(lie.0.len(), lie.1.len());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let address = server.address().to_owned();
        tokio::spawn(async move {
            while let Ok((client, _address)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(&address).await else { return };
                tokio::spawn(carry(client, server, lie));
            }
        });
        Self { url }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

/// Carries bytes both ways until one side closes.
async fn carry(client: TcpStream, server: TcpStream, (truth, lie): Lie) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asked = tokio::io::copy(&mut from_client, &mut to_server);
    let answered = async {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
            let said = &mut bytes[..length];
            let places = said.windows(truth.len()).enumerate();
            let places = places.filter(|(_, window)| *window == truth.as_bytes());
            for at in places.map(|(at, _)| at).collect::<Vec<_>>() {
                said[at..at + lie.len()].copy_from_slice(lie.as_bytes());
            }
            if to_client.write_all(said).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = asked => {}
        () = answered => {}
    }
}
