//! The server from its start to its stop.

mod accept;
mod bootstrap;
mod open;
mod sweep;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use gobid_store::{SchemaState, Setting, StoreError};
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::app::{self, App, AppState};
use crate::config::Config;
use crate::http::health::DatabaseHealth;
use crate::http::limits::Limits;
use crate::http::live::Readers;
use crate::hub::{Hub, HubConfig};
use crate::output::Ready;
use crate::passwords::{PasswordError, Passwords};
use crate::shutdown::Tasks;

/// How long the last answers may take, once all work is done.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// A server that listens, and answers as soon as it runs.
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: AppState,
    router: Router,
    schema: SchemaState,
    durability: Vec<Setting>,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// It cannot listen there.
    #[error("cannot listen on {address}: {why}")]
    Listen {
        /// Where.
        address: String,
        /// Why not.
        why: std::io::Error,
    },
    /// The database cannot be used.
    #[error("{database}: {why}")]
    Store {
        /// Its address, without a password.
        database: String,
        /// Why not.
        why: StoreError,
    },
    /// The admin that was asked for cannot be made.
    #[error("the admin of GOBID_ADMIN_EMAIL cannot be made: {0}")]
    Admin(String),
    /// No socket can be read, or no bid judged.
    #[error("a thread cannot be started: {0}")]
    Thread(std::io::Error),
    /// No password can be checked.
    #[error(transparent)]
    Passwords(#[from] PasswordError),
}

/// How a server stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// All work was done.
    Drained,
    /// Something was left when the time was over.
    TimedOut,
    /// It was told not to wait.
    AtOnce,
}

impl Server {
    /// Listens, opens the database and starts the hub.
    pub(crate) async fn build(config: Config) -> Result<Self, StartError> {
        allow_many_files();
        let listen = |why| StartError::Listen { address: config.listen.clone(), why };
        let listener = TcpListener::bind(&config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let opened = open::open(&config).await?;
        let (database, clock, tasks) = (opened.database, opened.clock, Tasks::default());
        let hub_config = HubConfig {
            epoch: opened.installation.epoch.clone(),
            max_sockets: config.max_sockets,
            max_sockets_per_user: config.max_sockets_per_user,
        };
        let passwords = Passwords::new(&clock)?;
        bootstrap::admin(&config, &database, &clock, &passwords).await?;
        let app = Arc::new(App {
            hub: Hub::start(&hub_config, database.clone(), clock.clone(), &tasks)
                .map_err(StartError::Thread)?,
            limits: Limits::new(&config, clock.clone()),
            installation: opened.installation,
            database_health: DatabaseHealth::default(),
            database,
            clock,
            config,
            tasks,
            passwords,
            readers: Readers::start().map_err(StartError::Thread)?,
        });
        sweep::start(&app);
        let router = app::router(&app);
        let (schema, durability) = (opened.schema, opened.durability);
        Ok(Self { listener, address, app, router, schema, durability })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its handlers share.
    pub(crate) const fn app(&self) -> &AppState {
        &self.app
    }

    /// What it says of itself when it is ready.
    pub(crate) fn ready(&self) -> Ready {
        let config = &self.app.config;
        let schema = self.schema.applied.last().map_or(0, |migration| migration.version);
        let durability = self.durability.iter().map(|it| (it.name, it.value.clone()));
        Ready {
            event: "ready",
            url: format!("http://{}", reachable(self.address())),
            base_url: config.base_url.as_ref().map(ToString::to_string),
            database: self.app.database.name(),
            database_url: config.database_url.to_string(),
            schema: format!("{schema:04}"),
            durability: durability.collect(),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// Answers until `stop` resolves, then drains: everything under way is finished, no socket and
    /// no write is taken any more. `at_once` ends the waiting.
    pub(crate) async fn run(
        self,
        stop: impl Future<Output = ()>,
        at_once: impl Future<Output = ()>,
    ) -> Stopped {
        let Self { listener, app, router, .. } = self;
        let connections = Tasks::default();
        connections.spawn(accept::serve(listener, router, connections.clone()));
        stop.await;
        tracing::info!("the server stops");
        let drained = async {
            // Whoever asks meanwhile whether the server is ready is told that it is not.
            if timeout(app.config.shutdown_timeout, app.tasks.stop()).await.is_err() {
                return Stopped::TimedOut;
            }
            let rest = async {
                connections.stop().await;
                app.database.close().await;
            };
            // Who reads an answer slowly is not waited for.
            let _ = timeout(LAST_ANSWERS, rest).await;
            Stopped::Drained
        };
        let stopped = tokio::select! {
            stopped = drained => stopped,
            () = at_once => Stopped::AtOnce,
        };
        app.hub.log_counters();
        if stopped == Stopped::TimedOut {
            tracing::error!(tasks = app.tasks.len(), "some work was not done in time");
        }
        stopped
    }
}

/// Every socket is a file, and by default a process may have fewer than there may be sockets.
fn allow_many_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return;
    }
    if let Err(why) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!(error = ?why, "the server may not have more open files, and so sockets");
    }
}

/// An address as others on this machine reach it: one that means all addresses is none of them.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}
