//! Sockets that watch and do nothing.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde::Serialize;

use super::report::Run;
use super::server::{Server, ServerArgs};
use super::stage::Stage;
use super::verdict::Verdict;
use super::{figures, preload, process, watcher};
use crate::clock;
use crate::credentials::Context;
use crate::error::CliError;

/// How many sockets are opened at once.
const OPENINGS: usize = 64;

/// How many sockets are idle.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How many sockets
    #[arg(long, default_value_t = 5_000)]
    sockets: usize,
    /// How many bids were placed before: a snapshot shows up to 50
    #[arg(long, default_value_t = 0)]
    bids: usize,
    #[command(flatten)]
    server: ServerArgs,
}

/// What idle sockets cost; memory in KiB, all of the server's.
#[derive(Debug, Serialize)]
struct Figures {
    sockets: usize,
    bids: usize,
    /// What the server held before the first of them, and with all of them (RSS).
    before_kib: u64,
    after_kib: u64,
    /// The difference for each.
    each_kib: f64,
    /// The same of memory that is in no file.
    anonymous_before_kib: Option<u64>,
    anonymous_after_kib: Option<u64>,
    anonymous_each_kib: Option<f64>,
}

impl Args {
    /// Opens sockets, each of which has had its snapshot, and looks at the server's memory.
    pub(super) async fn run(self, context: &Context) -> Result<(), CliError> {
        let server = Server::start(&self.server, context).await?;
        if server.process_id().is_none() {
            let why = "idle looks at the memory of a server that it starts: leave --server out";
            return Err(CliError::Usage(why.to_owned()));
        }
        let stage = Stage::new(&server, context).await?;
        let stands = stage.stands(1).await?;
        let Some(stand) = stands.first() else { return Ok(()) };
        if self.bids > 0 {
            let clients = stage.bidders(2).await?;
            if let [leader, rival] = &*clients {
                preload::bids([leader, rival], stand, self.bids).await?;
            }
        }
        let visitor = server.client()?;
        let kib = |name| process::kib(server.process_id()?, "status", name);
        let memory =
            || kib("VmRSS:").ok_or_else(|| CliError::Bench("its memory cannot be read".to_owned()));
        drop(watcher::begin(&visitor, stand.product_id).await?);
        let (before_kib, anonymous_before_kib) = (memory()?, kib("RssAnon:"));
        stage.note(&format!("{} sockets are opened", self.sockets));
        let begun = clock::now();
        let open: Vec<_> = stream::iter(0..self.sockets)
            .map(async |_| watcher::begin(&visitor, stand.product_id).await)
            .buffer_unordered(OPENINGS)
            .try_collect()
            .await?;
        let took = clock::now().saturating_duration_since(begun);
        let (after_kib, anonymous_after_kib) = (memory()?, kib("RssAnon:"));
        let each = |after: u64, before| {
            figures::ratio(after.saturating_sub(before), u64::try_from(open.len()).unwrap_or(1))
        };
        let anonymous = anonymous_after_kib.zip(anonymous_before_kib);
        let figures = Figures {
            sockets: open.len(),
            bids: self.bids,
            before_kib,
            after_kib,
            each_kib: each(after_kib, before_kib),
            anonymous_before_kib,
            anonymous_after_kib,
            anonymous_each_kib: anonymous.map(|(after, before)| each(after, before)),
        };
        let run = Run { scenario: "idle", took, cost: server.cost(), verdict: Verdict::default() };
        run.report(&server, context, figures)
    }
}
