//! `product watch`: what happens in an auction, one line an event, each once and in order.

use std::time::Duration;

use gobid_api::ProductId;
use gobid_api::client::{Client, ClientError, FeedEnd, FeedEvent};
use gobid_api::live::{AuctionEvent, ServerFrame, Snapshot, Update};
use gobid_api::problem::ErrorCode;

use super::at_price;
use super::happening::Happening;
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::Stream;

/// Between two tries to read from the log while the server is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Prints events until the auction is over.
pub(super) async fn run(context: &Context, product_id: ProductId) -> Result<(), CliError> {
    let client = context.client()?;
    // A feed would wait for a server that is not there; whoever has just begun wants to know.
    let product = client.product(product_id).await?;
    context.output.note(&format!("{}: {}", product.product_name, at_price(&product)));
    let mut feed = client.feed(product_id);
    // Of an auction that is over, the last event says how it ended.
    let seq = product.seq.saturating_sub(i64::from(is_over(&product.status)));
    let mut watch = Watch {
        client,
        product_id,
        context,
        lines: context.output.stream(),
        currency: product.currency,
        seq,
    };
    loop {
        let is_over = match feed.next().await {
            FeedEvent::Frame(ServerFrame::Snapshot(snapshot)) => watch.begin(&snapshot).await?,
            FeedEvent::Frame(ServerFrame::Update(update)) => watch.go_on(update).await?,
            FeedEvent::Ended(FeedEnd::Over) => return Ok(()),
            FeedEvent::Ended(end) => return Err(CliError::Feed(end)),
            other => {
                watch.tell(&other);
                false
            }
        };
        if is_over {
            return Ok(());
        }
    }
}

struct Watch<'a> {
    client: Client,
    product_id: ProductId,
    context: &'a Context,
    lines: Stream<'a>,
    currency: String,
    /// The last event that was printed, or that was there before.
    seq: i64,
}

impl Watch<'_> {
    /// A snapshot, at the start or after a gap too wide for the feed; says whether it is the end.
    async fn begin(&mut self, snapshot: &Snapshot) -> Result<bool, CliError> {
        self.catch_up(snapshot.seq).await?;
        Ok(is_over(&snapshot.product.status))
    }

    async fn go_on(&mut self, update: Update) -> Result<bool, CliError> {
        if let Some(first) = update.events.first() {
            self.catch_up(first.seq.saturating_sub(1)).await?;
        }
        for event in update.events {
            self.print(event)?;
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
                    self.context.output.note(&format!("{error}; trying again"));
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
                page => page?,
            };
            if page.items.is_empty() {
                let why = format!("the log of the auction ends before its event {to}");
                return Err(ClientError::Protocol(why).into());
            }
            for event in page.items.into_iter().take_while(|event| event.seq <= to) {
                self.print(event)?;
            }
        }
        Ok(())
    }

    fn print(&mut self, event: AuctionEvent) -> Result<(), CliError> {
        if event.seq <= self.seq {
            return Ok(());
        }
        self.seq = event.seq;
        let currency = self.currency.clone();
        Ok(self.lines.next(&Happening { event, currency })?)
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
