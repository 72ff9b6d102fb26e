//! A bot at an auction: what happens goes to it, what it bids is sent.

use std::pin::Pin;
use std::time::{Duration, Instant};

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
use crate::commands::bid::{Placed, Sent, latest};
use crate::credentials::Context;
use crate::error::{BrokenOff, CliError, standing};
use crate::output::Stream;
use crate::{clock, exit};

/// How long a bot may take to end after the auction has.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a bid on its way is waited for when the bot is broken off.
const A_MOMENT: Duration = Duration::from_secs(1);

/// What a bid is named by, and what became of it.
type Answer = (RequestId, Result<BidAnswer, ClientError>);

/// A bid on its way.
struct Underway {
    request_id: RequestId,
    /// The command that asks for the same bid, without the options that name it.
    command: String,
    answer: Pin<Box<dyn Future<Output = Answer>>>,
}

/// A bot at an auction.
pub(super) struct Play<'a> {
    context: &'a Context,
    client: Client,
    product_id: ProductId,
    currency: String,
    budget: Budget,
    accepted: Stream<'a>,
    accepted_count: usize,
    underway: Option<Underway>,
    /// Since when the auction is over.
    over_since: Option<Instant>,
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
            accepted_count: 0,
            underway: None,
            over_since: None,
        }
    }

    /// Goes on until the bot has ended, and with it every bid that it has begun; or until the
    /// program is told to end.
    pub(super) async fn run(
        mut self,
        mut bot: Bot,
        told: impl Future<Output = u8>,
    ) -> Result<u8, CliError> {
        let (lines, write) = bot.lines();
        tokio::pin!(told, write);
        let played = {
            let play = self.play(&mut bot, lines);
            tokio::pin!(play);
            let mut is_written = false;
            loop {
                tokio::select! {
                    played = &mut play => break Ok(played),
                    code = &mut told => break Err(code),
                    // A bot that does not read must not keep what else there is to do.
                    () = &mut write, if !is_written => is_written = true,
                }
            }
        };
        match played {
            Ok(Ok(())) => self.end(bot, told).await,
            Ok(Err(error @ CliError::Output(_))) => {
                let stands = standing(self.accepted_count);
                let is_unread = error.is_closed_pipe();
                let why = if is_unread {
                    "nobody reads what it bids"
                } else {
                    "its bids cannot be written"
                };
                self.context.output.warn(&format!("{why}: {stands}; the bot was ended"));
                bot.kill().await?;
                if is_unread { Ok(exit::OK) } else { Err(error) }
            }
            Ok(Err(error)) => Err(error),
            Err(code) => self.break_off(bot, code).await,
        }
    }

    /// Waits for the end of a bot that bids no more.
    async fn end(
        self,
        mut bot: Bot,
        told: Pin<&mut impl Future<Output = u8>>,
    ) -> Result<u8, CliError> {
        let patience = self.over_since.map_or(PATIENCE, |since| {
            PATIENCE.saturating_sub(clock::now().saturating_duration_since(since))
        });
        let status = tokio::select! {
            ended = tokio::time::timeout(patience, bot.ended()) => match ended {
                Ok(status) => status?,
                Err(_elapsed) => {
                    self.context.output.warn("the bot does not end: it was ended");
                    bot.kill().await?;
                    return Ok(exit::OK);
                }
            },
            code = told => return self.break_off(bot, code).await,
        };
        if status.success() || self.over_since.is_some() {
            return Ok(exit::OK);
        }
        Err(CliError::Bot(format!("the bot failed: {status}")))
    }

    /// Ends the bot, and says what it has bid. A bid on its way is given a moment.
    async fn break_off(mut self, mut bot: Bot, code: u8) -> Result<u8, CliError> {
        bot.kill().await?;
        if let Some(bid) = &mut self.underway
            && let Ok((request_id, answer)) = tokio::time::timeout(A_MOMENT, &mut bid.answer).await
        {
            self.underway = None;
            match self.settle(request_id, answer, None) {
                // With its terminal went whoever would read it; what stands is told all the same.
                Ok(()) | Err(CliError::Output(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let unknown = self.underway.map(|bid| (bid.command, bid.request_id, latest(&self.client)));
        let accepted = Some(self.accepted_count);
        Err(CliError::BrokenOff(Box::new(BrokenOff { accepted, unknown, exit: code })))
    }

    /// Goes on until the bot writes no more, or the time it has after the auction is over. May be
    /// broken off at any moment.
    async fn play(&mut self, bot: &mut Bot, lines: Lines) -> Result<(), CliError> {
        let mut feed = self.client.feed(self.product_id);
        let mut lines = Some(lines);
        let mut has_ended = false;
        let deadline = tokio::time::sleep(Duration::ZERO);
        tokio::pin!(deadline);
        loop {
            tokio::select! {
                event = feed.next(), if lines.is_some() => {
                    if self.pass_on(event, lines.as_ref())? {
                        // That its input ends tells the bot that it is over.
                        lines = None;
                        self.over_since = Some(clock::now());
                        deadline.set(tokio::time::sleep(PATIENCE));
                    }
                }
                line = bot.next_line(), if self.underway.is_none() && !has_ended => match line? {
                    Some(line) if line.is_empty() => {}
                    Some(line) => self.underway = self.begin(&line, lines.as_ref())?,
                    None => has_ended = true,
                },
                (request_id, answer) = finished(&mut self.underway) => {
                    self.underway = None;
                    self.settle(request_id, answer, lines.as_ref())?;
                }
                () = &mut deadline, if lines.is_none() && self.underway.is_none() => {
                    has_ended = true;
                }
            }
            if has_ended && self.underway.is_none() {
                return Ok(());
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
        let command = self.context.bid_command(&client, product_id, sent);
        let send = async move { (request_id, sent.send(&client, product_id, request_id).await) };
        Ok(Some(Underway { request_id, command, answer: Box::pin(send) }))
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
                self.accepted_count += 1;
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
async fn finished(underway: &mut Option<Underway>) -> Answer {
    match underway {
        Some(bid) => bid.answer.as_mut().await,
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
