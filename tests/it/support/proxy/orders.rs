//! What the test has ordered, as the connections see it.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::sync::{oneshot, watch};

/// What is to become of a COMMIT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It reaches the database, its answer nobody, and the connection is cut.
    AnswerSwallowed,
    /// It does not reach the database, and the connection is cut.
    Dropped,
    /// The connection to the client is cut, the COMMIT reaches the database when it is let go.
    Held,
    /// The line is stalled, with the COMMIT on its way.
    Stalled,
    /// It reaches the database, and the line is stalled, with the answer on its way.
    AnswerStalled,
}

/// What lies in wait for one COMMIT, and tells the test of it.
pub(super) struct Ambush {
    pub(super) fate: Fate,
    /// That it has met its fate.
    pub(super) sprung: oneshot::Sender<()>,
    /// That a held one may go.
    pub(super) let_go: oneshot::Receiver<()>,
    /// How the database answered one that was held.
    pub(super) answered: oneshot::Sender<String>,
}

/// The state of the line.
#[derive(Clone, Copy, Default)]
pub(super) struct Line {
    /// No byte moves.
    pub(super) stalled: bool,
    /// No connection comes about.
    pub(super) down: bool,
    /// How often all connections were cut.
    pub(super) cuts: u64,
    /// How often all connections died without a word.
    pub(super) deaths: u64,
}

pub(super) struct Orders {
    application_name: Option<String>,
    line: watch::Sender<Line>,
    ambushes: Mutex<VecDeque<Ambush>>,
}

impl Orders {
    pub(super) fn new(application_name: Option<&str>) -> Self {
        Self {
            application_name: application_name.map(str::to_owned),
            line: watch::Sender::new(Line::default()),
            ambushes: Mutex::default(),
        }
    }

    /// Whether the orders are for connections of that name.
    pub(super) fn are_for(&self, application_name: &str) -> bool {
        self.application_name.as_deref().is_none_or(|wanted| wanted == application_name)
    }

    pub(super) fn change_line(&self, change: impl FnOnce(&mut Line)) {
        self.line.send_modify(change);
    }

    pub(super) fn line(&self) -> Line {
        *self.line.borrow()
    }

    /// Cuts everything for good, and forgets what was laid.
    pub(super) fn close(&self) {
        self.ambushes.lock().unwrap().clear();
        self.change_line(|line| {
            line.down = true;
            line.cuts += 1;
        });
    }

    pub(super) fn set_ambush(&self, ambush: Ambush) {
        self.ambushes.lock().unwrap().push_back(ambush);
    }

    /// The oldest ambush, which then is over.
    pub(super) fn spring_ambush(&self) -> Option<Ambush> {
        self.ambushes.lock().unwrap().pop_front()
    }

    /// Waits while the line is stalled, for ever when it has died since so many deaths.
    pub(super) async fn moving(&self, deaths: u64) {
        let mut line = self.line.subscribe();
        let moves = |line: &Line| !line.stalled && line.deaths == deaths;
        line.wait_for(moves).await.expect("the orders are alive");
    }

    /// Waits for the cut after those that have been.
    pub(super) async fn cut_after(&self, cuts: u64) {
        let mut line = self.line.subscribe();
        line.wait_for(|line| line.cuts > cuts).await.expect("the orders are alive");
    }
}
