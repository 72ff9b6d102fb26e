//! Requests over HTTP on a schedule: each is sent when it is due, whatever became of those before.

use std::time::Duration;

use gobid_api::client::ClientError;
use serde::Serialize;
use tokio::task::JoinSet;

use super::figures::Spread;
use crate::clock;

/// How many may have no answer; what is due while there are more is not sent, and counts as failed.
const MOST_UNANSWERED: usize = 1_000;

/// What became of requests of one kind.
#[derive(Debug, Default, Serialize)]
pub(super) struct Requests {
    offered: usize,
    done: usize,
    /// Refused by the server: too many, or no time for it.
    refused: usize,
    failed: usize,
    /// Of those that were done, from when each was due.
    #[serde(flatten)]
    times: Spread,
}

/// What became of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Done,
    Refused,
    Failed,
}

/// Sends so many a second for a while, and waits for the answers.
pub(super) async fn on_schedule<F, Asked>(
    per_second: u32,
    duration: Duration,
    mut request: F,
) -> Requests
where
    F: FnMut(usize) -> Asked,
    Asked: Future<Output = Result<(), ClientError>> + Send + 'static,
{
    let mut requests = Requests::default();
    if per_second == 0 {
        return requests;
    }
    let begin = clock::now();
    let (mut times, mut asked) = (Vec::new(), JoinSet::new());
    for number in 0.. {
        let after = Duration::from_secs(1) * number / per_second;
        if after >= duration {
            break;
        }
        let due = begin + after;
        tokio::time::sleep_until(due.into()).await;
        while let Some(done) = asked.try_join_next() {
            requests.take(done.ok(), &mut times);
        }
        requests.offered += 1;
        if asked.len() >= MOST_UNANSWERED {
            requests.failed += 1;
            continue;
        }
        let asking = request(requests.offered);
        asked.spawn(async move {
            let ended = match asking.await {
                Ok(()) => Ended::Done,
                Err(ClientError::Problem(_)) => Ended::Refused,
                Err(_) => Ended::Failed,
            };
            (ended, clock::now().saturating_duration_since(due))
        });
    }
    while let Some(done) = asked.join_next().await {
        requests.take(done.ok(), &mut times);
    }
    requests.times = Spread::of(times);
    requests
}

impl Requests {
    fn take(&mut self, done: Option<(Ended, Duration)>, times: &mut Vec<Duration>) {
        match done {
            Some((Ended::Done, took)) => {
                self.done += 1;
                times.push(took);
            }
            Some((Ended::Refused, _)) => self.refused += 1,
            Some((Ended::Failed, _)) | None => self.failed += 1,
        }
    }
}
