//! A bot at an auction: what happens goes to it, what it bids is sent.

use std::pin::Pin;
use std::time::Duration;

use gobid_api::bids::BidAnswer;
use gobid_api::client::{Client, ClientError, FeedEnd, FeedEvent};
use gobid_api::live::{BidRejected, FrameErrorCode, ServerFrame};
use gobid_api::problem::{ErrorCode, Facts, Outcome};
use gobid_api::products::ProductView;
use gobid_api::{ProductId, RequestId};
use uuid::Uuid;

use super::budget::{Budget, Refusal};
use super::order::Order;
use super::process::{Bot, Lines};
use crate::commands::bid::{Placed, Sent};
use crate::credentials::Context;
use crate::error::CliError;
use crate::output::Stream;

/// How long a bot may take to end after the auction has.
const PATIENCE: Duration = Duration::from_secs(10);

/// A bid on its way, and what became of it.
type Underway = Pin<Box<dyn Future<Output = (RequestId, Result<BidAnswer, ClientError>)>>>;

/// A bot at an auction.
pub(super) struct Play<'a> {
    context: &'a Context,
    client: Client,
    product_id: ProductId,
    currency: String,
    budget: Budget,
    accepted: Stream<'a>,
}

impl<'a> Play<'a> {
    pub(super) fn new(
        context: &'a Context,
        client: Client,
        product: &ProductView,
        budget: Budget,
    ) -> Self {
        Self {
            context,
            client,
            product_id: product.product_id,
            currency: product.currency.clone(),
            budget,
            accepted: context.output.stream(),
        }
    }

    /// Goes on until the bot has ended, and with it every bid that it has begun.
    pub(super) async fn run(mut self, mut bot: Bot) -> Result<(), CliError> {
        let (lines, write) = bot.lines();
        let is_over = {
            let play = self.play(&mut bot, lines);
            tokio::pin!(write, play);
            let mut is_written = false;
            loop {
                tokio::select! {
                    played = &mut play => break played?,
                    // A bot that does not read must not keep what else there is to do.
                    () = &mut write, if !is_written => is_written = true,
                }
            }
        };
        let status = match tokio::time::timeout(PATIENCE, bot.ended()).await {
            Ok(status) => status?,
            Err(_elapsed) => {
                self.context.output.warn("the bot does not end: it was ended");
                return bot.kill().await;
            }
        };
        if status.success() || is_over {
            return Ok(());
        }
        Err(CliError::Bot(format!("the bot failed: {status}")))
    }

    /// Says whether the auction was over before the bot.
    async fn play(&mut self, bot: &mut Bot, lines: Lines) -> Result<bool, CliError> {
        let mut feed = self.client.feed(self.product_id);
        let mut lines = Some(lines);
        let mut underway: Option<Underway> = None;
        let mut has_ended = false;
        let deadline = tokio::time::sleep(Duration::ZERO);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                event = feed.next(), if lines.is_some() => {
                    if self.pass_on(event, lines.as_ref())? {
                        // That its input ends tells the bot that it is over.
                        lines = None;
                        deadline.set(tokio::time::sleep(PATIENCE));
                    }
                }
                line = bot.next_line(), if underway.is_none() && !has_ended => match line? {
                    Some(line) if line.is_empty() => {}
                    Some(line) => underway = self.begin(&line, lines.as_ref())?,
                    None => has_ended = true,
                },
                (request_id, answer) = finished(&mut underway) => {
                    underway = None;
                    self.settle(request_id, answer, lines.as_ref())?;
                }
                () = &mut deadline, if lines.is_none() && underway.is_none() => has_ended = true,
            }
            if has_ended && underway.is_none() {
                return Ok(lines.is_none());
            }
        }
    }

    /// Tells the bot what happens; says whether the auction is over.
    fn pass_on(&self, event: FeedEvent, lines: Option<&Lines>) -> Result<bool, CliError> {
        let output = &self.context.output;
        match event {
            FeedEvent::Frame(frame) => {
                let is_over = match &frame {
                    ServerFrame::Snapshot(snapshot) => is_over(&snapshot.product.status),
                    ServerFrame::Update(update) => is_over(&update.product.status),
                    _ => false,
                };
                tell(lines, &frame)?;
                return Ok(is_over);
            }
            FeedEvent::Ended(FeedEnd::Over) => return Ok(true),
            FeedEvent::Ended(end) => return Err(CliError::Feed(end)),
            FeedEvent::SignedOut => {
                let server = self.client.server().to_owned();
                return Err(ClientError::NotLoggedIn { server }.into());
            }
            FeedEvent::Disconnected { why, .. } => {
                output.note(&format!("connection lost: {why}; trying again"));
            }
            _ => {}
        }
        Ok(false)
    }

    /// Sends what the bot bids, if it is a bid and within the budget.
    fn begin(&self, line: &str, lines: Option<&Lines>) -> Result<Option<Underway>, CliError> {
        let order = match Order::parse(line) {
            Ok(order) => order,
            Err(detail) => {
                self.context.output.warn(&format!("the bot writes what is no bid: {detail}"));
                let code = FrameErrorCode::MalformedJson;
                tell(lines, &ServerFrame::Error { code, detail })?;
                return Ok(None);
            }
        };
        let request_id = order.request_id.unwrap_or_else(Uuid::new_v4);
        let offer = match self.budget.checked(order.offer) {
            Ok(offer) => offer,
            Err(refusal) => {
                let (code, detail) = match refusal {
                    Refusal::AboveBudget(why) => (ErrorCode::SpendingCap, why),
                    Refusal::Wrong(why) => (ErrorCode::ValidationFailed, why),
                };
                self.context.output.warn(&format!("not sent: {detail}"));
                let facts = Facts { judged: Some(false), ..Facts::default() };
                let rejected = BidRejected { request_id, code, detail, facts };
                tell(lines, &ServerFrame::BidRejected(Box::new(rejected)))?;
                return Ok(None);
            }
        };
        let sent = Sent { offer, expected_price: order.expected_price, not_after: None };
        let (client, product_id) = (self.client.clone(), self.product_id);
        let send = async move { (request_id, sent.send(&client, product_id, request_id).await) };
        Ok(Some(Box::pin(send)))
    }

    /// Tells the bot what became of its bid, and prints it if it was accepted.
    fn settle(
        &mut self,
        request_id: RequestId,
        answer: Result<BidAnswer, ClientError>,
        lines: Option<&Lines>,
    ) -> Result<(), CliError> {
        let error = match answer {
            Ok(answer) => {
                let result = answer.result.clone();
                tell(lines, &ServerFrame::BidAccepted { request_id, result })?;
                let placed = Placed { answer, currency: self.currency.clone() };
                return Ok(self.accepted.next(&placed)?);
            }
            Err(error) => error,
        };
        self.context.output.note(&format!("{error} (request {request_id})"));
        let outcome = match error {
            ClientError::Problem(problem) => {
                let (code, detail) = (problem.code, problem.detail);
                let rejected = BidRejected { request_id, code, detail, facts: problem.facts };
                return tell(lines, &ServerFrame::BidRejected(Box::new(rejected)));
            }
            ClientError::UnknownOutcome { .. } => Outcome::Unknown,
            error @ ClientError::NotLoggedIn { .. } => return Err(error.into()),
            // Every other error says for certain that the bid was not recorded.
            _ => Outcome::NotRecorded,
        };
        let retry_after_ms = 0;
        tell(lines, &ServerFrame::BidUnavailable { request_id, outcome, retry_after_ms })
    }
}

/// Waits for the bid on its way; for ever when there is none.
async fn finished(underway: &mut Option<Underway>) -> (RequestId, Result<BidAnswer, ClientError>) {
    match underway {
        Some(bid) => bid.await,
        None => std::future::pending().await,
    }
}

/// Writes a line for the bot, unless it is told no more.
fn tell(lines: Option<&Lines>, frame: &ServerFrame) -> Result<(), CliError> {
    let Some(lines) = lines else { return Ok(()) };
    let line = serde_json::to_string(frame).map_err(std::io::Error::from)? + "\n";
    let full = "the bot does not read what it is told: it was ended";
    lines.try_send(line).map_err(|_full| CliError::Bot(full.to_owned()))
}

fn is_over(status: &str) -> bool {
    !matches!(status, "scheduled" | "open")
}
