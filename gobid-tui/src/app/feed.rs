//! What the feed tells.

use std::time::Duration;

use gobid_api::client::{FeedEnd, FeedEvent, safe_text};
use gobid_api::live::ServerFrame;

use super::events::Onlooker;
use super::identity::Identity;
use super::line::{End, LineState};
use super::log::Tone;
use super::product::Unreadable;
use super::{App, Effect};

impl App {
    /// Something came from the feed.
    pub(super) fn feed(&mut self, event: FeedEvent) -> Vec<Effect> {
        let since_start = self.now.since_start;
        let line = &mut self.watch.line;
        match event {
            FeedEvent::Connecting { .. } => line.connecting(),
            FeedEvent::Connected => {
                line.connected();
                self.watch.attempts.line_lost(since_start);
                if self.identity == Identity::Asking {
                    return vec![Effect::Identify];
                }
            }
            FeedEvent::RoundTrip(round_trip) => line.measured(round_trip, since_start),
            FeedEvent::Slow { silent_for } => line.slow(silent_for, since_start),
            FeedEvent::Disconnected { why, retry_in } => {
                let is_restart = why.contains("restarting");
                line.lost(safe_text(&why), is_restart, since_start + retry_in);
                self.watch.attempts.line_lost(since_start);
            }
            FeedEvent::Frame(frame) => return self.frame(frame),
            FeedEvent::SignedOut => return self.signed_out(),
            FeedEvent::Ended(end) => self.feed_ended(end),
        }
        Vec::new()
    }

    fn frame(&mut self, frame: ServerFrame) -> Vec<Effect> {
        self.watch.line.heard(self.now.since_start);
        let told = match &frame {
            ServerFrame::Snapshot(snapshot) => Some(snapshot.server_time),
            ServerFrame::Update(update) => Some(update.server_time),
            ServerFrame::Heartbeat { server_time, .. } => Some(*server_time),
            _ => None,
        };
        if let Some(told) = told {
            self.watch.hear_time(told, self.now.since_start);
            self.now = self.watch.reckon(self.now);
        }
        let read = match frame {
            ServerFrame::Snapshot(snapshot) => {
                self.catch_up(None);
                self.watch.take_snapshot(&snapshot)
            }
            ServerFrame::Update(update) => {
                self.catch_up(Some(update.events.len()));
                let onlooker = Onlooker {
                    identity: &self.identity,
                    zone: &self.look.zone,
                    means: self.look.means,
                    keys: &self.keys,
                };
                self.watch.take_update(&update, onlooker)
            }
            ServerFrame::Heartbeat { watchers, .. } => {
                self.catch_up(Some(0));
                self.watch.watchers = watchers;
                Ok(())
            }
            ServerFrame::You(you) => {
                self.watch.take_you(&you, self.now.server_time);
                Ok(())
            }
            ServerFrame::BidAccepted { request_id, result } => {
                return self.accepted(request_id, &result);
            }
            ServerFrame::BidRejected(refusal) => return self.rejected(&refusal),
            ServerFrame::BidUnavailable { request_id, outcome, retry_after_ms } => {
                let retry_after = Duration::from_millis(retry_after_ms);
                return self.unavailable(request_id, outcome, retry_after);
            }
            ServerFrame::Error { detail, .. } => {
                let text = format!("the server did not understand: {}", safe_text(&detail));
                self.tell(Tone::Warning, text);
                Ok(())
            }
            ServerFrame::Pong { .. } | ServerFrame::Unknown => Ok(()),
        };
        self.take_fault(read);
        if let Some((tone, text)) = self.watch.news.take().filter(|_| !self.quit_is_armed) {
            self.tell(tone, text);
        }
        Vec::new()
    }

    /// News of the auction came; after a reconnect it is told how many events had been missed.
    fn catch_up(&mut self, events: Option<usize>) {
        let is_back =
            self.watch.line.state == LineState::CatchingUp && self.watch.product.is_some();
        self.watch.line.caught_up();
        if is_back && let Some(events) = events {
            let text = match events {
                0 => format!("connected again at event {}, nothing missed", self.watch.seq),
                1 => "connected again, 1 event caught up on".to_owned(),
                _ => format!("connected again, {events} events caught up on"),
            };
            self.watch.log.add(self.now.server_time, Tone::Plain, text);
        }
    }

    fn take_fault(&mut self, read: Result<(), Unreadable>) {
        match read {
            Ok(()) => self.watch.fault = None,
            Err(fault) => {
                let is_old = self.watch.fault.replace(fault) == Some(fault);
                if !is_old || self.note().is_none() {
                    self.tell(Tone::Bad, fault.to_string());
                }
            }
        }
    }

    fn feed_ended(&mut self, end: FeedEnd) {
        self.watch.attempts.line_lost(self.now.since_start);
        self.watch.line.ended(match end {
            FeedEnd::Over => End::Over,
            FeedEnd::LoginNeeded => End::LoginNeeded,
            FeedEnd::Forbidden => End::Forbidden,
            FeedEnd::NotFound => End::NotFound,
            FeedEnd::Refused(why) => End::Refused(safe_text(&why)),
        });
    }
}
