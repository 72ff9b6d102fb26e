//! When something on the screen changes without a message.

use std::time::Duration;

use super::standing::Phase;
use super::{App, Replay, Watch};
use crate::countdown;

impl App {
    /// How long until something on the screen changes without a message.
    pub fn wake_in(&self) -> Duration {
        const IDLE: Duration = Duration::from_secs(1);
        let now = self.now.since_start;
        let all = std::iter::once(&self.watch).chain(&self.beside);
        let waits = all.filter_map(|watch| self.until_change_of(watch));
        let replay = self.replay.as_ref().and_then(Replay::wake_in);
        let reading = self.next_reading().map(|at| at.saturating_sub(now));
        let shortest = waits.chain(replay).chain(reading).chain([IDLE]).min().unwrap_or(IDLE);
        shortest.max(Duration::from_millis(10))
    }

    /// How long until something of an auction changes by itself.
    fn until_change_of(&self, watch: &Watch) -> Option<Duration> {
        let now = self.now.since_start;
        let countdown = watch.product.as_ref().map(|product| {
            let end = match product.standing.phase {
                Phase::Scheduled => product.start,
                _ => product.standing.end,
            };
            end.since(self.now.server_time)
        });
        let countdown = countdown.filter(|left| !left.is_zero());
        let countdown = countdown.map(countdown::until_next_change);
        let fall = watch.product.as_ref().and_then(|it| it.next_fall(self.now.server_time));
        let fall = fall.map(|fall| fall.at.since(self.now.server_time));
        let fall = fall.map(countdown::until_next_second);
        let moments = [
            watch.attempts.next_change(),
            watch.note.as_ref().map(|note| note.until),
            watch.dialog.as_ref().and_then(|dialog| Some(now + dialog.locked_for(now)?)),
        ];
        let ahead = moments.into_iter().flatten().filter(|at| *at > now);
        let spans = ahead.map(|at| at.saturating_sub(now));
        spans.chain(countdown).chain(fall).min()
    }
}
