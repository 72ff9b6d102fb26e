//! One connection through the proxy.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::frames::{Commits, Frame, Opening, Reader};
use super::orders::{Ambush, Fate, Line, Orders};

/// What was sent and waits for its fate.
struct Caught {
    commit: Vec<u8>,
    ambush: Ambush,
}

/// Carries it until it ends, or until it is cut.
pub(super) async fn carry(client: TcpStream, database: SocketAddr, orders: Arc<Orders>) {
    // An error here is a cut line, which is what proxies of this kind are for.
    let _cut = open(client, database, &orders).await;
}

async fn open(client: TcpStream, database: SocketAddr, orders: &Orders) -> io::Result<()> {
    client.set_nodelay(true)?;
    let born = orders.line();
    let (reader, mut to_client) = client.into_split();
    let mut client = Reader::new(reader);
    let (startup, application_name) = loop {
        match client.opening().await? {
            None => return Ok(()),
            Some(Opening::Encryption) => to_client.write_all(b"N").await?,
            Some(Opening::Cancel { bytes }) => {
                return TcpStream::connect(database).await?.write_all(&bytes).await;
            }
            Some(Opening::Startup { bytes, application_name }) => break (bytes, application_name),
        }
    };
    let orders = orders.are_for(&application_name).then_some(orders);
    let orders = OrdersFor { orders, born };
    let carried = async {
        if orders.is_down() {
            return Ok(());
        }
        orders.moving().await;
        let stream = TcpStream::connect(database).await?;
        stream.set_nodelay(true)?;
        let (reader, mut to_database) = stream.into_split();
        to_database.write_all(&startup).await?;
        Sides { client, to_client, database: Reader::new(reader), to_database }.carry(orders).await
    };
    tokio::select! {
        ended = carried => ended,
        () = orders.cut() => Ok(()),
    }
}

/// The orders that count for a connection, if any do.
#[derive(Clone, Copy)]
struct OrdersFor<'a> {
    orders: Option<&'a Orders>,
    /// The line as it was when the connection came about.
    born: Line,
}

impl OrdersFor<'_> {
    fn is_down(self) -> bool {
        self.orders.is_some_and(|orders| orders.line().down)
    }

    fn stall(self) {
        if let Some(orders) = self.orders {
            orders.change_line(|line| line.stalled = true);
        }
    }

    fn spring_ambush(self) -> Option<Ambush> {
        self.orders.and_then(Orders::spring_ambush)
    }

    /// Waits while the line is stalled, for ever when it is dead.
    async fn moving(self) {
        if let Some(orders) = self.orders {
            orders.moving(self.born.deaths).await;
        }
    }

    /// Waits for a cut that is not among those that have been.
    async fn cut(self) {
        match self.orders {
            Some(orders) => orders.cut_after(self.born.cuts).await,
            None => std::future::pending().await,
        }
    }
}

struct Sides {
    client: Reader<OwnedReadHalf>,
    to_client: OwnedWriteHalf,
    database: Reader<OwnedReadHalf>,
    to_database: OwnedWriteHalf,
}

impl Sides {
    async fn carry(mut self, orders: OrdersFor<'_>) -> io::Result<()> {
        let caught = tokio::select! {
            caught = forth(&mut self.client, &mut self.to_database, orders) => caught?,
            ended = back(&mut self.database, &mut self.to_client, orders) => return ended,
        };
        match caught {
            Some(caught) => self.meet_fate(caught).await,
            None => Ok(()),
        }
    }

    async fn meet_fate(self, Caught { commit, ambush }: Caught) -> io::Result<()> {
        let Self { client, to_client, mut database, mut to_database } = self;
        match ambush.fate {
            Fate::Stalled | Fate::AnswerStalled => panic!("these carry on"),
            Fate::AnswerSwallowed => {
                to_database.write_all(&commit).await?;
                answer(&mut database).await?;
                drop((client, to_client));
                let _test_is_over = ambush.sprung.send(());
            }
            Fate::Dropped => {
                drop((client, to_client, database, to_database));
                let _test_is_over = ambush.sprung.send(());
            }
            Fate::Held => {
                drop((client, to_client));
                let _test_is_over = ambush.sprung.send(());
                if ambush.let_go.await.is_ok() {
                    to_database.write_all(&commit).await?;
                    let _test_is_over = ambush.answered.send(answer(&mut database).await?);
                }
            }
        }
        Ok(())
    }
}

/// Client to database, until the end or until a COMMIT is caught.
async fn forth(
    client: &mut Reader<OwnedReadHalf>,
    to_database: &mut OwnedWriteHalf,
    orders: OrdersFor<'_>,
) -> io::Result<Option<Caught>> {
    let mut commits = Commits::default();
    let mut is_within = false;
    while let Some(frame) = client.frame().await? {
        // A statement is one packet, which arrives or does not: cut in the middle, it would hold its
        // locks for as long as this proxy keeps the connection to the database.
        if !is_within {
            orders.moving().await;
        }
        is_within = frame.is_followed();
        if commits.is_commit(&frame)
            && let Some(ambush) = orders.spring_ambush()
        {
            let commit = whole(frame, client).await?;
            if !matches!(ambush.fate, Fate::Stalled | Fate::AnswerStalled) {
                return Ok(Some(Caught { commit, ambush }));
            }
            orders.stall();
            let _test_is_over = ambush.sprung.send(());
            if ambush.fate == Fate::Stalled {
                orders.moving().await;
            }
            to_database.write_all(&commit).await?;
        } else {
            to_database.write_all(&frame.bytes).await?;
        }
    }
    Ok(None)
}

/// A statement as it is sent: one frame, or those from its binding to the sync.
async fn whole(first: Frame, client: &mut Reader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let mut ended = first.ends_statement();
    let mut bytes = first.bytes;
    while !ended && let Some(frame) = client.frame().await? {
        ended = frame.ends_statement();
        bytes.extend(frame.bytes);
    }
    Ok(bytes)
}

/// Database to client.
async fn back(
    database: &mut Reader<OwnedReadHalf>,
    to_client: &mut OwnedWriteHalf,
    orders: OrdersFor<'_>,
) -> io::Result<()> {
    while let Some(frame) = database.frame().await? {
        orders.moving().await;
        to_client.write_all(&frame.bytes).await?;
    }
    Ok(())
}

/// The tag of the database's answer to a COMMIT: `ROLLBACK` when the transaction had failed.
async fn answer(database: &mut Reader<OwnedReadHalf>) -> io::Result<String> {
    while let Some(frame) = database.frame().await? {
        if let Some(tag) = frame.completed() {
            return Ok(tag);
        }
    }
    Err(io::ErrorKind::UnexpectedEof.into())
}
