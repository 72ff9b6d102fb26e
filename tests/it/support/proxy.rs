//! A line to PostgreSQL that can fail in the ways that matter: at a COMMIT, by a cut, by silence.
//!
//! Orders count for the connections that name themselves as the proxy was told, such as those of
//! the server's lanes; all others pass.

mod connection;
mod frames;
mod orders;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::wait::{PATIENCE, soon};
use orders::{Ambush, Fate, Orders};

/// The name that the connections of a server's lanes give themselves.
pub(crate) const LANES: &str = "gobid-lane";

/// A proxy. It is closed, with all its connections, when this value goes.
pub(crate) struct Proxy {
    port: u16,
    orders: Arc<Orders>,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// One before the PostgreSQL on the port, whose orders count for connections of that name; for
    /// all, without one.
    pub(crate) async fn start(database: u16, application_name: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let orders = Arc::new(Orders::new(application_name));
        let database = SocketAddr::from(([127, 0, 0, 1], database));
        let listening = tokio::spawn(listen(listener, database, Arc::clone(&orders)));
        Self { port, orders, listening }
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The next COMMIT is carried out, but its answer is lost and the connection is cut.
    pub(crate) fn swallow_next_commit_reply(&self) -> Trap {
        self.trap(Fate::AnswerSwallowed)
    }

    /// The next COMMIT is lost and the connection is cut: nothing is committed.
    pub(crate) fn drop_next_commit(&self) -> Trap {
        self.trap(Fate::Dropped)
    }

    /// The next COMMIT's connection is cut on the client's side alone; the COMMIT is carried out
    /// when the trap lets it go, and the transaction holds its locks until then. A trap that goes
    /// without letting it go has the effect of `drop_next_commit`.
    pub(crate) fn hold_next_commit(&self) -> Trap {
        self.trap(Fate::Held)
    }

    /// With the next COMMIT the line is stalled: on its way there.
    pub(crate) fn stall_at_next_commit(&self) -> Trap {
        self.trap(Fate::Stalled)
    }

    /// With the next COMMIT the line is stalled: its answer, on its way back.
    pub(crate) fn stall_at_next_commit_reply(&self) -> Trap {
        self.trap(Fate::AnswerStalled)
    }

    /// Cuts the connections there are; new ones come about.
    pub(crate) fn cut_all(&self) {
        self.orders.change_line(|line| line.cuts += 1);
    }

    /// Cuts the connections there are, and new ones too, until `mend`.
    pub(crate) fn cut_line(&self) {
        self.orders.change_line(|line| {
            line.down = true;
            line.cuts += 1;
        });
    }

    /// Lets no connection come about until `mend`; those there are stay.
    pub(crate) fn let_nobody_in(&self) {
        self.orders.change_line(|line| line.down = true);
    }

    /// Lets connections come about again.
    pub(crate) fn mend(&self) {
        self.orders.change_line(|line| line.down = false);
    }

    /// No byte moves any more on the connections there are, and nobody is told; new ones come about.
    pub(crate) fn let_die(&self) {
        self.orders.change_line(|line| line.deaths += 1);
    }

    /// From now on no byte moves in either direction, and nobody is told.
    pub(crate) fn stall(&self) {
        self.orders.change_line(|line| line.stalled = true);
    }

    /// What was stalled moves on.
    pub(crate) fn resume(&self) {
        self.orders.change_line(|line| line.stalled = false);
    }

    fn trap(&self, fate: Fate) -> Trap {
        let (sprung, on_sprung) = oneshot::channel();
        let (on_let_go, let_go) = oneshot::channel();
        let (answered, on_answered) = oneshot::channel();
        self.orders.set_ambush(Ambush { fate, sprung, let_go, answered });
        Trap { sprung: on_sprung, let_go: on_let_go, answered: on_answered }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.orders.close();
    }
}

/// What was laid for one COMMIT. Several are sprung in the order in which they were laid.
pub(crate) struct Trap {
    sprung: oneshot::Receiver<()>,
    let_go: oneshot::Sender<()>,
    answered: oneshot::Receiver<String>,
}

impl Trap {
    /// Waits until a COMMIT has met its fate: the database has carried it out, it is lost, it is
    /// held, the line is stalled.
    pub(crate) async fn sprung(&mut self) {
        let sprung = soon("a COMMIT through the proxy", PATIENCE, &mut self.sprung).await;
        sprung.expect("the line was not cut meanwhile");
    }

    /// Lets a held COMMIT go, and waits until the database has answered: `COMMIT`, or `ROLLBACK`
    /// when the transaction had failed; nothing when the database had given it up.
    pub(crate) async fn let_go(self) -> Option<String> {
        let Self { let_go, answered, .. } = self;
        let_go.send(()).ok()?;
        soon("the answer to a COMMIT", PATIENCE, answered).await.ok()
    }
}

async fn listen(listener: TcpListener, database: SocketAddr, orders: Arc<Orders>) {
    while let Ok((client, _address)) = listener.accept().await {
        tokio::spawn(connection::carry(client, database, Arc::clone(&orders)));
    }
}
