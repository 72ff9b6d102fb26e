//! Bidders: a socket each, and bids in flight.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use serde::Serialize;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

use super::socket::{self, Answer, Kind, Socket};
use super::stage::{self, Stand};
use crate::clock;

/// How long a bidder who leads waits to be outbid, before he tries all the same.
const LEADING: Duration = Duration::from_millis(20);
/// Bids that have no answer for this long end the race of their bidder.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// Of how many accepted bids of a bidder the whole answer is kept, at most.
const MOST_SAMPLES: usize = 16;

/// An odd number without a pattern.
const SCATTER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Somebody who bids on one product.
pub(super) struct Bidder {
    pub(super) socket: Socket,
    pub(super) stand: Arc<Stand>,
    pub(super) kind: Kind,
    /// How many bids were accepted so far, of all bidders.
    pub(super) accepted: Arc<AtomicUsize>,
}

/// What a bidder saw.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) accepted: Vec<Accepted>,
    pub(super) refused: usize,
    /// Of those, how many because their bidder led.
    pub(super) already_leading: usize,
    /// Bids that the server had no time for; they are not recorded.
    pub(super) unavailable: usize,
    /// Bids without an answer, or with one that says nothing final.
    pub(super) open: usize,
    /// Some of the bids with their answers, to be repeated: each so many is kept.
    pub(super) samples: Vec<(i64, Box<str>)>,
    sampled_of: u64,
}

/// How many bids came to which end.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Ends {
    pub(super) accepted: usize,
    pub(super) refused: usize,
    /// Of those, how many because their bidder led; the others were too low when they came.
    pub(super) already_leading: usize,
    /// Bids that the server had no time for.
    pub(super) unavailable: usize,
    /// Bids whose answer said nothing final, or never came.
    pub(super) open: usize,
}

impl Ends {
    pub(super) fn of<'a>(tallies: impl IntoIterator<Item = &'a Tally>) -> Self {
        tallies.into_iter().fold(Self::default(), |ends, tally| Self {
            accepted: ends.accepted + tally.accepted.len(),
            refused: ends.refused + tally.refused,
            already_leading: ends.already_leading + tally.already_leading,
            unavailable: ends.unavailable + tally.unavailable,
            open: ends.open + tally.open,
        })
    }
}

/// An accepted bid.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accepted {
    pub(super) bid_id: Uuid,
    pub(super) seq: i64,
    pub(super) sent: Instant,
    /// From when it counts, which of a bid on a schedule is when it was due.
    pub(super) took: Duration,
}

/// Bids that have no answer yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// Amount, when it was sent, and from when it counts; the oldest first.
    bids: VecDeque<(i64, Instant, Instant)>,
}

impl Bidder {
    /// Bids until it is told to stop, one firm bid in flight.
    pub(super) async fn one_at_a_time(mut self, stop: Arc<AtomicBool>) -> Tally {
        let (mut tally, mut pending) = (Tally::default(), Pending::default());
        while !stop.load(Relaxed) {
            let cents = self.stand.next(self.kind);
            pending.add(cents, clock::now(), None);
            if self.socket.send(socket::bid(self.kind, cents)).await.is_err() {
                break;
            }
            let answer = socket::next(&mut self.socket, r#"{"type":"bid_"#);
            let Ok(Some(text)) = timeout(PATIENCE, answer).await else { break };
            if tally.take(&mut pending, &text, &self.accepted) == Taken::Leading {
                let you = socket::next(&mut self.socket, r#"{"type":"you""#);
                let _ = timeout(LEADING, you).await;
            }
        }
        tally.open += pending.len();
        tally
    }

    /// Keeps so many bids in flight, until there is no next one.
    pub(super) async fn many_in_flight(
        &mut self,
        in_flight: usize,
        mut next: impl FnMut() -> Option<i64>,
    ) -> Tally {
        let (mut tally, mut pending) = (Tally::default(), Pending::default());
        loop {
            while pending.len() < in_flight
                && let Some(cents) = next()
            {
                pending.add(cents, clock::now(), None);
                if self.socket.feed(socket::bid(self.kind, cents)).await.is_err() {
                    break;
                }
            }
            let Some(longest) = pending.longest() else { return tally };
            // What has come already is taken before anything is written.
            let message = match self.socket.next().now_or_never() {
                Some(message) => message,
                None => match self.flush_and_wait(PATIENCE.saturating_sub(longest)).await {
                    Some(message) => Some(message),
                    None => break,
                },
            };
            match message {
                Some(Ok(Message::Text(text))) if socket::is_answer(&text) => {
                    tally.take(&mut pending, &text, &self.accepted);
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            }
        }
        tally.open += pending.len();
        tally
    }

    async fn flush_and_wait(
        &mut self,
        patience: Duration,
    ) -> Option<Result<Message, tokio_tungstenite::tungstenite::Error>> {
        self.socket.flush().await.ok()?;
        timeout(patience, self.socket.next()).await.ok()?
    }
}

/// What became of a bid, as far as its bidder acts on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// He leads, and must be outbid before he bids again.
    Leading,
    /// Everything else.
    Other,
}

impl Pending {
    pub(super) fn add(&mut self, cents: i64, sent: Instant, due: Option<Instant>) {
        self.bids.push_back((cents, sent, due.unwrap_or(sent)));
    }

    pub(super) fn len(&self) -> usize {
        self.bids.len()
    }

    /// For how long the oldest has had no answer.
    fn longest(&self) -> Option<Duration> {
        self.bids.front().map(|(_, sent, _)| clock::now().saturating_duration_since(*sent))
    }

    fn remove(&mut self, cents: i64) -> Option<(Instant, Instant)> {
        let place = self.bids.iter().position(|(of, ..)| *of == cents)?;
        self.bids.remove(place).map(|(_, sent, due)| (sent, due))
    }
}

impl Tally {
    /// Takes an answer in.
    pub(super) fn take(
        &mut self,
        pending: &mut Pending,
        text: &str,
        accepted: &AtomicUsize,
    ) -> Taken {
        let Ok(answer) = serde_json::from_str::<Answer<'_>>(text) else { return Taken::Other };
        let cents = stage::cents_of(answer.request_id);
        let Some((sent, due)) = pending.remove(cents) else { return Taken::Other };
        match answer {
            Answer { r#type: "bid_accepted", bid_id: Some(bid_id), seq: Some(seq), .. } => {
                let took = clock::now().saturating_duration_since(due);
                self.sample(cents, text);
                self.accepted.push(Accepted { bid_id, seq, sent, took });
                accepted.fetch_add(1, Relaxed);
            }
            Answer { r#type: "bid_rejected", code, .. } => {
                self.refused += 1;
                if code == Some("already_leading") {
                    self.already_leading += 1;
                    return Taken::Leading;
                }
            }
            Answer { r#type: "bid_unavailable", .. } if text.contains(r#""not_recorded""#) => {
                self.unavailable += 1;
            }
            _ => self.open += 1,
        }
        Taken::Other
    }

    /// Keeps an answer now and then, over the whole run: whenever there are too many, half of them
    /// are thrown away, and half as many are kept from then on.
    fn sample(&mut self, cents: i64, text: &str) {
        let every = self.sampled_of.max(1);
        if !is_sampled(cents, every) {
            return;
        }
        self.samples.push((cents, text.into()));
        if self.samples.len() > MOST_SAMPLES {
            self.sampled_of = 2 * every;
            self.samples.retain(|(cents, _)| is_sampled(*cents, 2 * every));
        }
    }
}

/// Whether the bid of an amount is one of so many. They are scattered: bids in flight come in
/// groups, in which the first leads and the others raise.
fn is_sampled(cents: i64, every: u64) -> bool {
    (cents.unsigned_abs().wrapping_mul(SCATTER) >> 32).is_multiple_of(every)
}
