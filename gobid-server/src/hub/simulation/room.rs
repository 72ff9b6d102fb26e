//! Rooms at work: what `hub/room/task.rs`, `hub/rooms.rs` and the sockets do in the server.

use gobid_auction::{ProductId, Timestamp};
use tokio::sync::mpsc;

use super::event::{Event, Process, Task};
use super::read::{Progress, Query, Reader, Reading, RoomGot};
use super::world::World;
use crate::clock::Moment;
use crate::hub::lane::Announcement;
use crate::hub::room::{Next, Note, Room};

/// A room that is open.
pub(super) struct OpenRoom {
    room: Room,
    pub(super) notes_in: mpsc::Sender<Note>,
    notes: mpsc::Receiver<Note>,
    is_behind: bool,
    reading: Option<Reading>,
    /// How far the log has come by what it was announced, and by the comparison with the store.
    announced: i64,
    compared: i64,
    wakes_at: Option<Timestamp>,
    /// Until when its notes gather.
    gathers_until: Option<Moment>,
}

impl OpenRoom {
    pub(super) fn new(product_id: ProductId, epoch: String, places: usize, now: Moment) -> Self {
        let (notes_in, notes) = mpsc::channel(places);
        let room = Room::new(product_id, epoch, notes_in.clone().downgrade(), now);
        Self {
            room,
            notes_in,
            notes,
            is_behind: false,
            reading: None,
            announced: 0,
            compared: 0,
            wakes_at: None,
            gathers_until: None,
        }
    }
}

impl World {
    /// A lane of this server has committed something: its room is told, if there is one.
    pub(super) fn announce(&mut self, process: Process, announcement: Box<Announcement>) {
        let product_id = announcement.product_id;
        let Some(running) = self.running(process) else { return };
        let Some(room) = running.rooms.get_mut(&product_id) else { return };
        room.announced = room.announced.max(announcement.auction.state.position);
        if room.notes_in.try_send(Note::Announced(announcement)).is_err() {
            room.is_behind = true;
            self.reached.room_overrun += 1;
        }
        self.wake_room(process, product_id);
    }

    pub(super) fn hint(&mut self, process: Process, product_id: ProductId, position: i64) {
        let Some(running) = self.running(process) else { return };
        if let Some(room) = running.rooms.get_mut(&product_id) {
            let is_older = position < room.compared.max(room.announced);
            room.compared = room.compared.max(position);
            let _ = room.notes_in.try_send(Note::StoreIsAt(position));
            self.reached.check_reordered += usize::from(is_older);
            self.run_room(process, product_id);
        }
    }

    /// The room's task runs as soon as it has its turn.
    pub(super) fn wake_room(&mut self, process: Process, product_id: ProductId) {
        let soon = self.random.mostly((0, 200), (500, 20_000));
        self.later(soon, Event::Server(process, Task::WakeRoom(product_id)));
    }

    /// Lets a room go on, until it waits for something.
    pub(super) fn run_room(&mut self, process: Process, product_id: ProductId) {
        let (moment, time) = (self.moment(process), self.server_time(process));
        // Where many watch, it looks at what has come before an update is due.
        let looks_early = self.random.one_in(2).then(|| self.random.millis(1, 20));
        let Some(running) = self.running(process) else { return };
        let Some(at) = running.rooms.get_mut(&product_id) else { return };
        if let Some(until) = at.gathers_until.filter(|until| *until > moment) {
            return self.wake_room_at(process, product_id, Some(until));
        }
        if at.gathers_until.take().is_some() {
            while let Ok(note) = at.notes.try_recv() {
                at.room.take(note, moment);
            }
        }
        let (mut wake, mut begins_to_read) = (None, false);
        while at.reading.is_none() {
            if std::mem::take(&mut at.is_behind) {
                at.room.is_behind(moment);
            }
            match at.room.step(moment, time) {
                Next::Read(wanted) => {
                    at.reading = Some(Reading::new(wanted));
                    begins_to_read = true;
                }
                Next::Gather(until) => {
                    let early = looks_early.map_or(until, |span| moment.plus(span));
                    let until = until.min(early);
                    (at.gathers_until, wake) = (Some(until), Some(until));
                    break;
                }
                Next::Wait(until) => {
                    let Ok(note) = at.notes.try_recv() else {
                        wake = Some(until);
                        break;
                    };
                    at.room.take(note, moment);
                }
                Next::End if at.notes.is_empty() => {
                    running.rooms.remove(&product_id);
                    self.reached.room_closed += 1;
                    return self.drain_all(process, product_id);
                }
                Next::End => {
                    if let Ok(note) = at.notes.try_recv() {
                        at.room.take(note, moment);
                    }
                }
            }
        }
        if begins_to_read {
            self.read_on(process, product_id);
        }
        self.wake_room_at(process, product_id, wake);
        self.drain_all(process, product_id);
    }

    fn wake_room_at(&mut self, process: Process, product_id: ProductId, wake: Option<Moment>) {
        let Some(at) = wake.map(|wake| self.servers[process.server].time_of(wake)) else { return };
        let now = self.now;
        let Some(running) = self.running(process) else { return };
        let Some(room) = running.rooms.get_mut(&product_id) else { return };
        if room.wakes_at.is_none_or(|other| at < other || other <= now) {
            room.wakes_at = Some(at);
            self.at(at, Event::Server(process, Task::WakeRoom(product_id)));
        }
    }

    /// Goes on with a room's reading.
    fn read_on(&mut self, process: Process, product_id: ProductId) {
        let moment = self.moment(process);
        let Some(running) = self.running(process) else { return };
        let Some(at) = running.rooms.get_mut(&product_id) else { return };
        let Some(reading) = &mut at.reading else { return };
        match reading.go_on() {
            Progress::Asks(query) => {
                self.ask(process, Query::Room(product_id, query), Reader::Room(product_id));
            }
            Progress::Through(fetched) => {
                let product = fetched.as_ref().and_then(|fetched| fetched.product.as_ref());
                let found = product.map(|product| product.auction.state.position);
                let has_caught_up = reading.known.is_some() && found > reading.known;
                let has_events = fetched.as_ref().is_some_and(|it| !it.events.is_empty());
                let is_tail = has_caught_up
                    && has_events
                    && found == Some(at.compared)
                    && found > Some(at.announced);
                at.reading = None;
                at.room.was_read(fetched.map(|fetched| *fetched), moment);
                self.reached.room_caught_up += usize::from(has_caught_up);
                self.reached.tail_found_by_check += usize::from(is_tail);
                self.run_room(process, product_id);
            }
        }
    }

    pub(super) fn room_got(
        &mut self,
        process: Process,
        product_id: ProductId,
        got: Option<RoomGot>,
    ) {
        let Some(running) = self.running(process) else { return };
        let Some(at) = running.rooms.get_mut(&product_id) else { return };
        if let Some(reading) = &at.reading {
            reading.tell(got);
            self.read_on(process, product_id);
        }
    }
}
