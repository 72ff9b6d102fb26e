//! Placing a bid so that its answer is the truth: a copy whose answer was lost is repeated under
//! the same request id until the server says what became of it.

#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::Serialize;

use super::backoff::Backoff;
use super::clock::monotonic;
use super::http::Call;
use super::{Client, ClientError};
use crate::bids::{BidAnswer, NewBid, NewPurchase};
use crate::problem::{ErrorCode, Outcome, Problem};
use crate::{ProductId, RequestId, Timestamp, paths};

/// How long after it was first sent a bid may still be judged.
const LIFETIME: Duration = Duration::from_secs(5);

/// How long a copy may wait at the server for its judgement.
const WAIT_AT_SERVER: Duration = Duration::from_secs(5);

/// How long one copy has for its answer: a little more than it may wait at the server.
const COPY_TIMEOUT: Duration = Duration::from_secs(6);

/// And at least so long, when patience is about to end.
const LAST_COPY_TIMEOUT: Duration = Duration::from_secs(1);

/// How long to go on asking. A refusal of a repeated bid is final 10 s after it was first sent;
/// this leaves room for one more copy after that.
const PATIENCE: Duration = Duration::from_secs(20);

impl Client {
    /// Places a bid: an amount or a maximum.
    ///
    /// A bid without `not_after` is a new one and gets it: 5 s of the server's time from now. One
    /// that has it is a repetition of a bid sent earlier, under the same request id.
    ///
    /// While the answer is lost or the server cannot say, the same copy is sent again, for some
    /// 20 s. So [`ClientError::UnknownOutcome`] is rare, and every other error says for certain
    /// that the bid was not recorded.
    ///
    /// A repetition that cannot even be sent leaves the outcome as unknown as it was.
    pub async fn place_bid(
        &self,
        id: ProductId,
        request_id: RequestId,
        bid: &NewBid,
    ) -> Result<BidAnswer, ClientError> {
        let body = |not_after| NewBid { not_after: Some(not_after), ..bid.clone() };
        let post = Post { path: paths::PRODUCT_BIDS, id, request_id };
        self.post_until_known(post, bid.not_after.as_deref(), body).await
    }

    /// Buys a product at its buy-now price: a purchase is a bid like any other, repeated like any
    /// other (see [`place_bid`](Self::place_bid)).
    pub async fn buy(
        &self,
        id: ProductId,
        request_id: RequestId,
        purchase: &NewPurchase,
    ) -> Result<BidAnswer, ClientError> {
        let body = |not_after| NewPurchase { not_after: Some(not_after) };
        let post = Post { path: paths::PRODUCT_BUY, id, request_id };
        self.post_until_known(post, purchase.not_after.as_deref(), body).await
    }

    /// Sends the same copy until its answer is the truth. `body` makes it of the moment after which
    /// it must not be judged: the one that is given, else a new one.
    async fn post_until_known<B: Serialize>(
        &self,
        post: Post,
        not_after: Option<&str>,
        body: impl FnOnce(String) -> B,
    ) -> Result<BidAnswer, ClientError> {
        let given = not_after.map(str::parse).transpose();
        let given =
            given.map_err(|error| ClientError::InvalidRequest(format!("not_after {error}")))?;
        let unknown = |not_after, why| {
            let why = Box::new(why);
            ClientError::UnknownOutcome { request_id: post.request_id, not_after, why }
        };
        let ready = self.ready_to_bid(post.id).await;
        let not_after = match given {
            None => ready?,
            Some(not_after) => ready.map(|_| not_after).map_err(|why| unknown(not_after, why))?,
        };
        let body = body(not_after.to_string());
        let mut attempts = Attempts::new(not_after, given.is_some());
        let first_sent = monotonic();
        loop {
            let patience = PATIENCE.saturating_sub(monotonic() - first_sent);
            let timeout = patience.clamp(LAST_COPY_TIMEOUT, COPY_TIMEOUT);
            let answer = self.send_copy(post, &body, timeout).await;
            match attempts.step(answer, monotonic() - first_sent) {
                Step::Done(outcome) => return outcome,
                Step::RepeatAfter(wait) => tokio::time::sleep(wait).await,
                Step::GiveUp(why) => return Err(unknown(not_after, why)),
            }
        }
    }

    /// Sees to all that a bid needs before it is sent, and says when one that is sent now must not
    /// be judged any more. What is not known of the server's clock is left out, so that it is never
    /// later than the server allows.
    async fn ready_to_bid(&self, id: ProductId) -> Result<Timestamp, ClientError> {
        self.require_login()?;
        self.http.prepare_write().await?;
        let clock = &self.http.clock;
        if clock.uncertainty().is_none() {
            self.product(id).await?;
        }
        let uncertainty = clock.uncertainty().unwrap_or_default();
        Ok(clock.now().minus(uncertainty).plus(LIFETIME))
    }

    async fn send_copy(
        &self,
        post: Post,
        body: &impl Serialize,
        timeout: Duration,
    ) -> Result<BidAnswer, ClientError> {
        let call = Call::post(&paths::of_product(post.path, post.id))
            .json(body)?
            .header(paths::IDEMPOTENCY_HEADER, &post.request_id.to_string())?
            .timeout(timeout);
        self.http.call(call).await
    }
}

/// Where a bid goes, and what it is named by.
#[derive(Clone, Copy, Debug)]
struct Post {
    path: &'static str,
    id: ProductId,
    request_id: RequestId,
}

/// What to do after the answer to a copy, or the lack of one.
#[derive(Debug)]
enum Step {
    /// This is what became of the bid.
    Done(Result<BidAnswer, ClientError>),
    /// Send another copy after so long.
    RepeatAfter(Duration),
    /// Nobody has said what became of it, and there is no use in asking on.
    GiveUp(ClientError),
}

/// What the failure of one copy means.
enum Fate {
    /// It was judged and refused.
    Refused { received_at: Option<Timestamp> },
    /// It was turned away without a judgement.
    TurnedAway {
        /// Whether the reason passes by itself.
        for_now: bool,
    },
    /// It was not recorded and never will be; another copy may fare better.
    NotRecorded,
    /// It may be recorded.
    InDoubt,
}

/// A bid on its way: what is known of the copies sent so far.
struct Attempts {
    not_after: Timestamp,
    /// Whether a copy was sent of which nobody knows what became.
    in_doubt: bool,
    /// Why a copy was refused, while that does not speak for all.
    refusal: Option<ClientError>,
    backoff: Backoff,
}

impl Attempts {
    /// `is_repetition` says that copies were sent before, so that no refusal speaks for all.
    fn new(not_after: Timestamp, is_repetition: bool) -> Self {
        Self {
            not_after,
            in_doubt: is_repetition,
            refusal: None,
            backoff: Backoff::new(Duration::from_millis(250), Duration::from_secs(2)),
        }
    }

    /// What to do after a copy; `elapsed` is the time since the first one was sent.
    fn step(&mut self, answer: Result<BidAnswer, ClientError>, elapsed: Duration) -> Step {
        let error = match answer {
            Ok(accepted) => return Step::Done(Ok(accepted)),
            Err(error) => error,
        };
        let fate = Fate::of(&error);
        let is_reason =
            matches!(fate, Fate::Refused { .. }) && error.code() != Some(ErrorCode::Expired);
        match fate {
            Fate::Refused { received_at } if self.is_final(received_at) => {
                // That it has expired is certain now; why it was refused before says more.
                let earlier = self.refusal.take().filter(|_| !is_reason);
                return Step::Done(Err(earlier.unwrap_or(error)));
            }
            Fate::TurnedAway { for_now } if !(for_now && self.in_doubt) => return self.end(error),
            Fate::InDoubt => self.in_doubt = true,
            Fate::Refused { .. } | Fate::TurnedAway { .. } | Fate::NotRecorded => {}
        }
        let asked_to_wait = error.problem().and_then(|problem| problem.facts.retry_after_ms);
        let wait = self.backoff.next().max(Duration::from_millis(asked_to_wait.unwrap_or(0)));
        // A bid of which no copy can count any more has no use for copies that are never judged.
        let patience = if self.in_doubt { PATIENCE } else { LIFETIME };
        if elapsed + wait > patience {
            return self.end(error);
        }
        if is_reason {
            self.refusal = Some(error);
        }
        Step::RepeatAfter(wait)
    }

    fn end(&self, error: ClientError) -> Step {
        if self.in_doubt { Step::GiveUp(error) } else { Step::Done(Err(error)) }
    }

    /// A refusal speaks for the bid when no other copy can still be accepted.
    fn is_final(&self, received_at: Option<Timestamp>) -> bool {
        let nothing_counts_after = self.not_after.plus(WAIT_AT_SERVER);
        !self.in_doubt || received_at.is_some_and(|moment| moment >= nothing_counts_after)
    }
}

impl Fate {
    fn of(error: &ClientError) -> Self {
        match error {
            ClientError::Problem(problem) => Self::of_problem(problem),
            ClientError::Unreachable { .. } => Self::NotRecorded,
            ClientError::TimedOut { .. }
            | ClientError::AnswerLost { .. }
            | ClientError::Protocol(_)
            | ClientError::UnknownOutcome { .. } => Self::InDoubt,
            ClientError::NotLoggedIn { .. }
            | ClientError::InvalidServer { .. }
            | ClientError::InvalidRequest(_)
            | ClientError::Setup(_) => Self::TurnedAway { for_now: false },
        }
    }

    fn of_problem(problem: &Problem) -> Self {
        let facts = &problem.facts;
        match problem.code {
            ErrorCode::Unavailable if facts.outcome == Some(Outcome::NotRecorded) => {
                Self::NotRecorded
            }
            ErrorCode::Unavailable => Self::InDoubt,
            // Looked up, though not judged.
            ErrorCode::Expired => Self::Refused { received_at: facts.received_at },
            _ if facts.judged == Some(true) => Self::Refused { received_at: facts.received_at },
            _ if problem.status >= 500 => Self::InDoubt,
            code => Self::TurnedAway {
                for_now: matches!(code, ErrorCode::RateLimited | ErrorCode::RequestTimeout),
            },
        }
    }
}
