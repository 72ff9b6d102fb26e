//! The deputy of a driver whose database works in the driver's own thread, which stands still
//! meanwhile: he tells what is still to be told, and looks after what comes in and what lapses while a
//! step takes long.

use std::sync::Arc;

use super::desk::Desk;
use super::driver::at;
use crate::clock::Clock;

/// Who stands in at a desk.
pub(super) struct Deputy {
    pub(super) desk: Arc<Desk>,
    pub(super) clock: Clock,
}

impl Deputy {
    /// Works until the desk is closed.
    pub(super) async fn run(self) {
        let Self { desk, clock } = &self;
        let mut look_at = None;
        while !desk.is_closed() {
            tokio::select! {
                () = desk.called() => {
                    while desk.tell_few() {}
                    look_at = Some(desk.papers_for_deputy().next_look(clock.moment()));
                }
                () = at(clock, look_at) => {
                    look_at = desk.papers_for_deputy().look_for_driver();
                    while desk.tell_few() {}
                }
            }
        }
    }
}

/// However it ends: without a deputy the driver must not go on.
impl Drop for Deputy {
    fn drop(&mut self) {
        self.desk.close();
    }
}
