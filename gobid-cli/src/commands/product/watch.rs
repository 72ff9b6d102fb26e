//! `product watch`: what happens in an auction, one line an event, each once and in order.

mod hook;
mod until;

use std::time::Duration;

use gobid_api::ProductId;
use gobid_api::client::{Client, ClientError, FeedEnd, FeedEvent};
use gobid_api::live::{AuctionEvent, ServerFrame, Snapshot, Update, You};
use gobid_api::problem::ErrorCode;
use gobid_api::products::{ProductView, YourStatus};

use super::at_price;
use super::happening::Happening;
use crate::credentials::Context;
use crate::error::CliError;
use crate::exit;
use crate::output::Stream;
use hook::Hook;
use until::Until;

pub(super) const HELP: &str = "\
With --until outbid or won it ends as soon as that has come, and fails when the auction ends without
it. With --exit-status the exit code says how the auction ended: 0 when you won, or did not bid, 20
when you bid and somebody else won, 21 when nobody won, 22 when it was cancelled.

The command of --exec is run by the shell, once for each event, one after the other. It finds the
event as JSON on its standard input, and GOBID_EVENT (its type), GOBID_PRODUCT_ID and GOBID_SEQ
among its variables. What it prints goes to standard error.

Examples:
  gobid-cli product watch ID
  gobid-cli product watch ID -o ndjson | jq -r 'select(.type == \"bid_placed\") .current_price'
  gobid-cli product watch ID --until outbid && gobid-cli bid max ID 1_400 -y
  gobid-cli product watch ID --exit-status --exec 'notify-send \"$GOBID_EVENT\"'";

/// Between two tries to ask the server while it is away.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The product
    #[arg(value_name = "ID", value_parser = crate::commands::id)]
    product_id: ProductId,

    /// Until when: ended, outbid (somebody else leads) or won
    #[arg(long, value_name = "WHAT", default_value = "ended", hide_possible_values = true)]
    until: Until,

    /// Say by the exit code how the auction ended
    #[arg(long)]
    exit_status: bool,

    /// A command that is run for each event
    #[arg(long, value_name = "CMD")]
    exec: Option<String>,
}

impl Args {
    /// Prints events until what is waited for has come, and says how the program ends.
    pub(super) async fn run(self, context: &Context) -> Result<u8, CliError> {
        let Self { product_id, until, exit_status, exec } = self;
        let client = context.client()?;
        // A feed would wait for a server that is not there; whoever has just begun wants to know.
        let product = client.product(product_id).await?;
        let needs_login = until != Until::Ended;
        if needs_login && product.you.is_none() {
            return Err(ClientError::NotLoggedIn { server: client.server().to_owned() }.into());
        }
        context.output.note(&format!("{}: {}", product.product_name, at_price(&product)));
        if until == Until::Outbid && status(&product) == Some(YourStatus::Outbid) {
            return Ok(exit::OK);
        }
        let mut watch = Watch {
            needs_login: product.you.is_some() && (needs_login || exit_status),
            hook: exec.map(|command| Hook::new(command, product_id)),
            product_id,
            context,
            lines: context.output.stream(),
            // Of an auction that is over, the last event says how it ended.
            seq: product.seq.saturating_sub(i64::from(is_over(&product.status))),
            epoch: None,
            currency: product.currency,
            until,
            client,
        };
        if watch.follow().await? == Seen::Outbid {
            return Ok(exit::OK);
        }
        if !exit_status && until == Until::Ended {
            return Ok(exit::OK);
        }
        until::end(&watch.read().await?, until, exit_status)
    }
}

/// What a watch came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// The auction is over.
    End,
    /// Somebody else leads, and that was waited for.
    Outbid,
}

struct Watch<'a> {
    client: Client,
    product_id: ProductId,
    context: &'a Context,
    lines: Stream<'a>,
    currency: String,
    /// The last event that was printed, or that was there before.
    seq: i64,
    /// The epoch of the database that it was read from, once that is known.
    epoch: Option<String>,
    until: Until,
    /// Whether what is waited for cannot be told to a visitor.
    needs_login: bool,
    hook: Option<Hook>,
}

impl Watch<'_> {
    async fn follow(&mut self) -> Result<Seen, CliError> {
        let mut feed = self.client.feed(self.product_id);
        loop {
            let is_over = match feed.next().await {
                FeedEvent::Frame(ServerFrame::Snapshot(snapshot)) => self.begin(&snapshot).await?,
                FeedEvent::Frame(ServerFrame::Update(update)) => self.go_on(update).await?,
                FeedEvent::Frame(ServerFrame::You(you)) if self.is_waited_for(&you) => {
                    self.catch_up(you.seq).await?;
                    return Ok(Seen::Outbid);
                }
                FeedEvent::Ended(FeedEnd::Over) => true,
                FeedEvent::Ended(end) => return Err(CliError::Feed(end)),
                FeedEvent::SignedOut if self.needs_login => return Err(self.not_logged_in()),
                other => {
                    self.tell(&other);
                    false
                }
            };
            if is_over {
                return Ok(Seen::End);
            }
        }
    }

    fn is_waited_for(&self, you: &You) -> bool {
        self.until == Until::Outbid && you.status == Some(YourStatus::Outbid)
    }

    /// How the auction ended, for the one who is logged in.
    async fn read(&self) -> Result<ProductView, CliError> {
        loop {
            match self.client.product(self.product_id).await {
                Err(error) if may_come_back(&error) => self.pause(&error).await,
                Ok(product) if self.needs_login && product.you.is_none() => {
                    return Err(self.not_logged_in());
                }
                product => return Ok(product?),
            }
        }
    }

    fn not_logged_in(&self) -> CliError {
        ClientError::NotLoggedIn { server: self.client.server().to_owned() }.into()
    }

    async fn pause(&self, error: &ClientError) {
        self.context.output.note(&format!("{error}; trying again"));
        tokio::time::sleep(PAUSE).await;
    }

    /// A snapshot, at the start or after a gap too wide for the feed; says whether it is the end.
    async fn begin(&mut self, snapshot: &Snapshot) -> Result<bool, CliError> {
        let before = self.epoch.replace(snapshot.epoch.clone());
        if before.is_some_and(|before| before != snapshot.epoch) {
            // Which of the events that were printed are in this log, nobody can say.
            let text =
                format!("the database was restored: its log ends with event {}", snapshot.seq);
            self.context.output.warn(&text);
            self.seq = snapshot.seq;
        }
        self.catch_up(snapshot.seq).await?;
        Ok(is_over(&snapshot.product.status))
    }

    async fn go_on(&mut self, update: Update) -> Result<bool, CliError> {
        if let Some(first) = update.events.first() {
            self.catch_up(first.seq.saturating_sub(1)).await?;
        }
        for event in update.events {
            self.print(event).await?;
        }
        // What the feed left out behind the last event it brought.
        self.catch_up(update.seq).await?;
        Ok(is_over(&update.product.status))
    }

    /// Reads from the log what the feed has left out, up to an event.
    async fn catch_up(&mut self, to: i64) -> Result<(), CliError> {
        while self.seq < to {
            let page = match self.client.events(self.product_id, self.seq, None).await {
                Err(error) if may_come_back(&error) => {
                    self.pause(&error).await;
                    continue;
                }
                page => page?,
            };
            if page.items.is_empty() {
                let why = format!("the log of the auction ends before its event {to}");
                return Err(ClientError::Protocol(why).into());
            }
            for event in page.items.into_iter().take_while(|event| event.seq <= to) {
                self.print(event).await?;
            }
        }
        Ok(())
    }

    async fn print(&mut self, event: AuctionEvent) -> Result<(), CliError> {
        if event.seq <= self.seq {
            return Ok(());
        }
        self.seq = event.seq;
        let currency = self.currency.clone();
        let happening = Happening { event, currency };
        self.lines.next(&happening)?;
        match &self.hook {
            Some(hook) => hook.run(&self.context.output, &happening).await,
            None => Ok(()),
        }
    }

    /// Says how the connection is, to those who want to know.
    fn tell(&self, event: &FeedEvent) {
        let output = &self.context.output;
        match event {
            FeedEvent::Connected => output.detail("connected"),
            FeedEvent::Slow { silent_for } => {
                output.detail(&format!("nothing heard for {} s", silent_for.as_secs()));
            }
            FeedEvent::Disconnected { why, retry_in } => {
                let wait = retry_in.as_millis();
                output.note(&format!("connection lost: {why}; trying again in {wait} ms"));
            }
            FeedEvent::SignedOut => output.note("the session has ended; watching as a visitor"),
            FeedEvent::Connecting { .. }
            | FeedEvent::RoundTrip(_)
            | FeedEvent::Frame(_)
            | FeedEvent::Ended(_) => {}
        }
    }
}

fn status(product: &ProductView) -> Option<YourStatus> {
    product.you.as_ref().and_then(|you| you.status)
}

fn is_over(status: &str) -> bool {
    !matches!(status, "scheduled" | "open")
}

/// Whether asking again later may help.
fn may_come_back(error: &ClientError) -> bool {
    match error {
        ClientError::Unreachable { .. }
        | ClientError::TimedOut { .. }
        | ClientError::AnswerLost { .. } => true,
        error => matches!(error.code(), Some(ErrorCode::RateLimited | ErrorCode::Unavailable)),
    }
}
