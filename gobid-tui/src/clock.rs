//! The only file that reads the time, or anything else that is different each time it is read.

use std::time::{Duration, Instant};

use gobid_api::RequestId;
use gobid_api::client::ServerClock;

use crate::app::Moment;

/// The program's clock: monotonic since the start, and the server's time reckoned from it.
#[derive(Clone, Debug)]
pub struct Clock {
    start: Instant,
    server: ServerClock,
}

impl Clock {
    /// A clock that starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others ask")]
    pub fn start(server: ServerClock) -> Self {
        Self { start: Instant::now(), server }
    }

    /// This moment, and an id that nothing else has.
    pub fn moment(&self) -> Moment {
        Moment {
            since_start: self.since_start(),
            server_time: self.server.now(),
            uncertainty: self.server.uncertainty(),
            fresh_id: RequestId::now_v7(),
        }
    }

    /// How long the program has run.
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others ask")]
    pub fn since_start(&self) -> Duration {
        Instant::now().saturating_duration_since(self.start)
    }
}
