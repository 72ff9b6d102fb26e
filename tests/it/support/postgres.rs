//! Real clusters of PostgreSQL: one that all test processes share, and private ones to be killed.
//!
//! A missing PostgreSQL fails the tests, it never skips them.

mod janitor;
mod tools;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use tokio::task::spawn_blocking;

use super::ports::Port;
use super::process::send_signal;
use super::wait::{PATIENCE, eventually};

/// How long the shared cluster stays without a test that uses it: longer than one that needs none.
const GRACE: Duration = Duration::from_secs(10);

/// A running cluster, reached as its superuser `postgres` on 127.0.0.1 without a password.
pub(crate) struct Cluster {
    folder: PathBuf,
    port: u16,
    /// The janitor removes the cluster when nobody holds this lock.
    _user: File,
    _reservation: Option<Port>,
}

impl Cluster {
    /// The one that all tests share. It may not be stopped, and a backend of it not be killed.
    pub(crate) async fn shared() -> Self {
        spawn_blocking(shared).await.unwrap()
    }

    /// One of one's own. It is gone soon after this value.
    pub(crate) async fn private() -> Self {
        spawn_blocking(private).await.unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        url(self.port, database)
    }

    /// Kills the postmaster as a power cut would; its children notice and go by themselves.
    pub(crate) async fn kill_postmaster(&self) {
        let postmaster = self.postmaster();
        send_signal(postmaster, "KILL");
        let process = PathBuf::from(format!("/proc/{postmaster}"));
        eventually("the end of the postmaster", PATIENCE, async || {
            (!process.exists()).then_some(())
        })
        .await;
    }

    /// Stops it in good order: what is in progress is rolled back, connections end.
    pub(crate) async fn stop(&self) {
        let folder = self.folder.clone();
        spawn_blocking(move || tools::pg_ctl(&folder, &["stop", "--mode=fast"]).unwrap())
            .await
            .unwrap();
    }

    /// Starts it again on the same port, when the memory that a killed postmaster's children still
    /// share is free.
    pub(crate) async fn start(&self) {
        eventually("PostgreSQL to start", 2 * PATIENCE, async || {
            let folder = self.folder.clone();
            spawn_blocking(move || tools::pg_ctl(&folder, &["start"]).ok()).await.unwrap()
        })
        .await;
    }

    /// Stops it in good order and starts it again.
    pub(crate) async fn restart(&self) {
        self.stop().await;
        self.start().await;
    }

    /// The process ids of the connections that name themselves so.
    pub(crate) async fn backends(&self, application_name: &str) -> Vec<u32> {
        let mut connection = self.connect().await;
        let text = "select pid from pg_stat_activity where application_name = $1 order by pid";
        let pids: Vec<i32> = sqlx::query_scalar(text)
            .bind(application_name)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        pids.into_iter().map(|pid| u32::try_from(pid).unwrap()).collect()
    }

    /// Kills one backend of that name, as the kernel does when memory is short: PostgreSQL then
    /// ends all others too, and recovers. Waits until there is one.
    pub(crate) async fn kill_backend(&self, application_name: &str) {
        let what = format!("a backend {application_name}");
        let backend = eventually(&what, PATIENCE, async || {
            self.backends(application_name).await.first().copied()
        });
        send_signal(backend.await, "KILL");
    }

    /// Ends all connections of that name, and nothing else; says how many.
    pub(crate) async fn terminate_backends(&self, application_name: &str) -> usize {
        let mut connection = self.connect().await;
        let text = "select pg_terminate_backend(pid) from pg_stat_activity \
                    where application_name = $1";
        let ended: Vec<bool> = sqlx::query_scalar(text)
            .bind(application_name)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        ended.len()
    }

    /// A connection to its maintenance database.
    pub(crate) async fn connect(&self) -> PgConnection {
        let options: PgConnectOptions = self.url("postgres").parse().unwrap();
        let options = options.application_name("gobid-tests").disable_statement_logging();
        eventually("a connection to PostgreSQL", PATIENCE, async || {
            PgConnection::connect_with(&options).await.ok()
        })
        .await
    }

    /// Drops a database, whoever is connected to it.
    pub(crate) fn drop_database(&self, database: &str) {
        tools::drop_database(self.port, database);
    }

    /// Where its data and its log are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The number of the postmaster's process.
    pub(crate) fn postmaster(&self) -> u32 {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        file.lines().next().unwrap().trim().parse().unwrap()
    }

    /// Starts a new one in the folder; `users` is the file of the lock that `user` holds.
    fn create(folder: PathBuf, users: &Path, user: File, grace: Duration) -> Self {
        janitor::hire(&folder, users, grace);
        let reservation = Port::reserve();
        let port = reservation.number();
        tools::create_cluster(&folder, port);
        tools::pg_ctl(&folder, &["start"]).unwrap_or_else(|error| panic!("{error}"));
        Self { folder, port, _user: user, _reservation: Some(reservation) }
    }
}

/// The address of a database, also through a proxy on another port.
pub(crate) fn url(port: u16, database: &str) -> String {
    format!("postgres://postgres@127.0.0.1:{port}/{database}?sslmode=disable")
}

fn private() -> Cluster {
    let folder = tools::create_folder();
    let users = folder.join("users");
    let user = user_of(&users);
    Cluster::create(folder, &users, user, Duration::ZERO)
}

/// Whoever comes first starts it; a file tells the others where it is.
fn shared() -> Cluster {
    let locks = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    fs::create_dir_all(&locks).unwrap();
    let users = locks.join("users");
    let user = user_of(&users);
    let start = File::create(locks.join("start")).unwrap();
    start.lock().unwrap();
    let address = locks.join("cluster");
    let known = fs::read_to_string(&address).ok().map(PathBuf::from);
    if let Some(folder) = known.filter(|folder| folder.exists()) {
        // Its janitor may have been killed, and a cluster that is dead wants one too.
        janitor::hire(&folder, &users, GRACE);
        if let Some(port) = tools::port_of_running(&folder) {
            return Cluster { folder, port, _user: user, _reservation: None };
        }
    }
    let cluster = Cluster::create(tools::create_folder(), &users, user, GRACE);
    fs::write(&address, cluster.folder.to_str().unwrap()).unwrap();
    cluster
}

/// Waits while a janitor is at work, and keeps others from it.
fn user_of(users: &Path) -> File {
    let user = File::options().create(true).append(true).open(users).unwrap();
    user.lock_shared().unwrap();
    user
}
