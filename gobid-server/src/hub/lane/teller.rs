//! What a lane tells others: the answers to commands, and what has happened.
//!
//! It takes a while for a whole batch, and is done while the database is at work on the next one, a
//! few at a time; when there is no next one, all at once. That a command is over is known at once: a
//! close waits for those before it, and must not wait for their answers to be told.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use gobid_auction::Auction;
use tracing::{info, warn};

use super::step::Output;
use super::{AnsweredBy, Reply};
use crate::clock::Clock;
use crate::hub::answer::Answer;
use crate::hub::closer::Closer;
use crate::hub::counters::Counters;
use crate::hub::prices::Prices;
use crate::hub::rooms::Rooms;
use crate::hub::tickets::Ticket;

/// How much is told at once: one answer takes some microseconds, also when it is written here.
const FEW: usize = 16;

/// Who is told what a lane has to tell, and what is still to be told.
pub(super) struct Teller {
    clock: Clock,
    rooms: Arc<Rooms>,
    closer: Closer,
    counters: Arc<Counters>,
    prices: Arc<Prices>,
    /// Who waits for the answer to a command, by the id of its stamp.
    waiting: HashMap<u64, (Ticket, Reply)>,
    untold: VecDeque<Untold>,
}

/// Something that is still to be told.
enum Untold {
    Answer(Reply, Answer),
    Other(Output),
}

impl Teller {
    pub(super) fn new(
        clock: Clock,
        rooms: Arc<Rooms>,
        closer: Closer,
        counters: Arc<Counters>,
        prices: Arc<Prices>,
    ) -> Self {
        let (waiting, untold) = (HashMap::new(), VecDeque::new());
        Self { clock, rooms, closer, counters, prices, waiting, untold }
    }

    /// Somebody waits for the answer to a command; its ticket ends with it.
    pub(super) fn expect(&mut self, ticket: Ticket, reply: Reply) {
        self.waiting.insert(ticket.stamp.id, (ticket, reply));
    }

    /// Takes what is to be told. The commands that it answers are over.
    pub(super) fn take(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Answer(id, answer) => {
                    if let Some((ticket, reply)) = self.waiting.remove(&id) {
                        // Whoever gets his answer finds the place free.
                        drop(ticket);
                        self.untold.push_back(Untold::Answer(reply, answer));
                    }
                }
                Output::Finished(id) => drop(self.waiting.remove(&id)),
                other => self.untold.push_back(Untold::Other(other)),
            }
        }
    }

    /// Whether something is still to be told.
    pub(super) fn has_untold(&self) -> bool {
        !self.untold.is_empty()
    }

    /// Tells a few things, in their order.
    pub(super) fn tell_few(&mut self) {
        for _ in 0..FEW {
            let Some(untold) = self.untold.pop_front() else { return };
            self.tell(untold, AnsweredBy::Socket);
        }
    }

    /// Tells all there is to tell.
    pub(super) fn tell_all(&mut self) {
        while self.has_untold() {
            self.tell_few();
        }
    }

    /// Tells all there is to tell, when there is nothing else to do. A few answers are written to their
    /// sockets; many would keep those waiting that come meanwhile.
    pub(super) fn tell_all_at_leisure(&mut self) {
        let by = if self.untold.len() <= FEW { AnsweredBy::Teller } else { AnsweredBy::Socket };
        while let Some(untold) = self.untold.pop_front() {
            self.tell(untold, by);
        }
    }

    fn tell(&self, untold: Untold, by: AnsweredBy) {
        let output = match untold {
            Untold::Answer(reply, answer) => return reply.send(answer, by),
            Untold::Other(output) => output,
        };
        match output {
            // These are never left: they were taken apart when they came.
            Output::Answer(..) | Output::Finished(_) => {}
            Output::Announce(announcement) => {
                let product_id = announcement.product_id;
                self.closer.changed(product_id, &announcement.auction);
                self.prices.changed(product_id);
                self.rooms.announce(announcement);
            }
            Output::Touched(product_id, end) => {
                self.closer.submit_at(product_id, end.plus(Auction::SETTLE));
            }
            Output::ClockDisagrees => {
                warn!("the clock under the lock disagrees with a stamp: measuring anew");
                self.clock.distrust();
            }
            Output::Batch(size) => self.counters.batch(size),
            Output::SetAside(products) => {
                info!(products, "set aside: their rows are locked, or they failed");
                self.counters.set_aside.fetch_add(products, Relaxed);
            }
            Output::Resolved(there) => {
                warn!(?there, "the result of a COMMIT was not known and was looked for");
                self.counters.resolved(there);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use gobid_store::{Database, Opening};
    use tokio::sync::mpsc;
    use uuid::Uuid;

    use super::AnsweredBy::Socket;
    use super::*;
    use crate::hub::tickets::Tickets;
    use crate::shutdown::Tasks;

    /// A teller, commands that it expects, and what answers them.
    struct Telling {
        teller: Teller,
        tickets: Arc<Tickets>,
        outputs: Vec<Output>,
        ids: Vec<u64>,
        /// The ids of those that were answered, and who writes the answers.
        answered: Arc<Mutex<Vec<(u64, AnsweredBy)>>>,
        _folder: tempfile::TempDir,
    }

    impl Telling {
        async fn of(commands: usize) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite:{}", folder.path().join("gobid.db").display());
            let database = Database::connect(&url, Opening::MayCreate).await.unwrap();
            let clock = Clock::system();
            let rooms = Rooms::new(database, clock.clone(), "epoch".to_owned(), Tasks::default());
            let (closer, _notes) = Closer::new();
            let mut teller =
                Teller::new(clock.clone(), rooms, closer, Arc::default(), Arc::default());

            let (released, _told) = mpsc::channel(64);
            let tickets = Tickets::new(clock, 64, released);
            let answered = Arc::new(Mutex::new(Vec::new()));
            let (mut outputs, mut ids) = (Vec::new(), Vec::new());
            for _ in 0..commands {
                let ticket = tickets.stamp(Uuid::now_v7()).unwrap();
                let (id, answered) = (ticket.stamp.id, Arc::clone(&answered));
                let answer = Answer::not_recorded(ticket.stamp.received_at);
                outputs.push(Output::Answer(id, answer));
                ids.push(id);
                let told = move |_, by| answered.lock().unwrap().push((id, by));
                teller.expect(ticket, Reply::Socket(Box::new(told)));
            }
            Self { teller, tickets, outputs, ids, answered, _folder: folder }
        }

        fn take(&mut self) {
            self.teller.take(std::mem::take(&mut self.outputs));
        }

        /// The ids of those that were answered since the last time, by one and the same.
        fn answered(&self, by: AnsweredBy) -> Vec<u64> {
            let answered = std::mem::take(&mut *self.answered.lock().unwrap());
            assert!(answered.iter().all(|(_, it)| *it == by), "{answered:?}");
            answered.into_iter().map(|(id, _)| id).collect()
        }
    }

    #[tokio::test]
    async fn a_command_is_over_before_it_is_told_and_all_are_told_in_their_order() {
        let mut telling = Telling::of(2 * FEW + 1).await;
        telling.take();
        assert!(telling.tickets.none_out() && telling.answered(Socket).is_empty());
        telling.teller.tell_few();
        assert_eq!(telling.answered(Socket), telling.ids[..FEW]);
        assert!(telling.teller.has_untold());
        telling.teller.tell_all();
        assert_eq!(telling.answered(Socket), telling.ids[FEW..]);
        assert!(!telling.teller.has_untold());
    }

    #[tokio::test]
    async fn few_answers_are_written_at_leisure_and_many_left_to_the_tasks_of_their_sockets() {
        for (commands, by) in [(FEW, AnsweredBy::Teller), (FEW + 1, Socket)] {
            let mut telling = Telling::of(commands).await;
            telling.take();
            telling.teller.tell_all_at_leisure();
            assert_eq!(telling.answered(by), telling.ids);
            assert!(!telling.teller.has_untold());
        }
    }
}
