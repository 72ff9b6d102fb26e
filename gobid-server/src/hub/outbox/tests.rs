//! What waits for a socket, in which order, and who writes it.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc;
use std::task::Wake;
use std::thread;

use super::*;

mod together;

fn frame() -> Frame {
    Frame { frame: crate::frame::TextFrame::json(&1), is_last: false }
}

fn is_ready(outbox: &Outbox) -> bool {
    outbox.poll(&Context::from_waker(Waker::noop())).is_ready()
}

#[test]
fn nothing_comes_before_the_first_frame_and_answers_before_the_others() {
    let outbox = Outbox::new();
    let room = outbox.room_end();
    outbox.reader_end().place().reply(Bytes::from_static(b"answer"));
    assert!(!is_ready(&outbox) && outbox.next().is_none());
    assert_eq!([room.send(&frame()), room.send(&frame())], [Sent::Whole; 2]);
    assert!(is_ready(&outbox));
    assert!(matches!(outbox.next(), Some(Outgoing::Delivery(_))));
    assert!(!outbox.is_answered());
    assert!(matches!(outbox.next(), Some(Outgoing::Reply(_))));
    assert!(outbox.is_answered());
    assert!(matches!(outbox.next(), Some(Outgoing::Delivery(_))));
    assert!(!is_ready(&outbox) && outbox.next().is_none());
}

#[test]
fn there_are_so_many_places() {
    let outbox = Outbox::new();
    let reader = outbox.reader_end();
    let context = Context::from_waker(Waker::noop());
    let next = || reader.poll_place(&context).is_ready().then(|| reader.place());
    let places: Vec<_> = std::iter::from_fn(next).collect();
    assert_eq!(places.len(), ANSWERS);
    for place in places {
        place.reply(Bytes::new());
    }
    assert_eq!(reader.poll_place(&context), Poll::Pending, "what was not taken has its place");
    assert!(outbox.next_answer().is_some());
    assert_eq!(reader.poll_place(&context), Poll::Ready(Ok(())));
    drop(reader.place());
    assert_eq!(reader.poll_place(&context), Poll::Ready(Ok(())), "it was given back");
    reader.end(Ending::TooBig);
    assert_eq!(reader.poll_place(&context), Poll::Ready(Err(Ending::TooBig)));

    let room = outbox.room_end();
    let sent: Vec<_> = (0..FRAMES).map(|_| room.send(&frame())).collect();
    assert_eq!(sent.iter().position(|sent| *sent == Sent::LeftOut), Some(FRAMES - 1));
}

/// A frame that was read for a place must find it: it would get no answer.
#[test]
fn a_place_stays_free_until_it_is_taken_whoever_answers_meanwhile() {
    let outbox = Outbox::new();
    let reader = outbox.reader_end();
    let context = Context::from_waker(Waker::noop());
    let (kept, lane) = mpsc::channel::<AnswerPlace>();
    let answering = thread::spawn(move || lane.iter().for_each(|it| it.reply(Bytes::new())));
    for _ in 0..100_000 {
        while reader.poll_place(&context).is_pending() {
            while outbox.next_answer().is_some() {}
        }
        kept.send(reader.place()).unwrap();
        assert!(outbox.0.locked().kept() <= ANSWERS);
    }
    drop(kept);
    answering.join().unwrap();
}

#[test]
fn each_end_learns_that_the_other_has_gone() {
    let (first, second) = (Outbox::new(), Outbox::new());
    drop(first.room_end());
    assert_eq!(first.ending(), Some(Ending::ServerStops));
    first.ender().end(Ending::SessionEnded);
    assert_eq!(first.ending(), Some(Ending::ServerStops), "the first reason counts");
    let (room, place) = (second.room_end(), second.reader_end().place());
    assert!(!room.is_closed());
    drop(second);
    assert!(room.is_closed() && room.send(&frame()) == Sent::ToNobody);
    place.reply(Bytes::new());
}

/// A connection that takes so many bytes at once.
#[derive(Debug)]
struct Line {
    takes: AtomicUsize,
    written: Mutex<Vec<u8>>,
}

impl Line {
    fn that_takes(bytes: usize) -> Arc<Self> {
        Arc::new(Self { takes: AtomicUsize::new(bytes), written: Mutex::default() })
    }

    /// What was written since the last time.
    fn written(&self) -> Vec<u8> {
        std::mem::take(&mut self.written.lock().unwrap())
    }
}

impl Wire for Line {
    fn write_at_once(&self, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.takes.load(Relaxed));
        self.written.lock().unwrap().extend_from_slice(&bytes[..count]);
        count
    }
}

/// Whether a task was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

/// The outbox of a socket whose task has written its first frame and rests.
fn resting(line: &Arc<Line>) -> (Outbox, RoomEnd) {
    let outbox = Outbox::new();
    let room = outbox.room_end();
    outbox.set_wire(Arc::<Line>::clone(line));
    assert!(!is_ready(&outbox));
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(line.written().is_empty(), "the task writes the first frame");
    assert!(outbox.next().is_some() && !is_ready(&outbox));
    (outbox, room)
}

fn next_bytes(outbox: &Outbox) -> Option<Bytes> {
    match outbox.next()? {
        Outgoing::Delivery(Delivery::Frame(frame)) => Some(frame.frame.bytes()),
        Outgoing::Reply(bytes) => Some(bytes),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_room_writes_itself_while_the_task_rests() {
    let line = Line::that_takes(usize::MAX);
    let (outbox, room) = resting(&line);
    let whole = frame().frame.bytes();
    for _ in 0..2 * FRAMES {
        assert_eq!(room.send(&frame()), Sent::Whole);
        assert_eq!(line.written(), whole);
    }
    assert!(!is_ready(&outbox) && outbox.next().is_none());
    assert_eq!(outbox.take_over(), None);
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(line.written().is_empty(), "the task writes");
    assert_eq!(next_bytes(&outbox), Some(whole));
    drop(outbox);
    assert_eq!((room.send(&frame()), line.written()), (Sent::ToNobody, Vec::new()));
}

/// The outboxes of sockets on each of whose lines a frame was begun, and the rest of it.
fn begun() -> impl Iterator<Item = (Arc<Line>, Outbox, RoomEnd, Bytes)> {
    let whole = frame().frame.bytes();
    (1..whole.len()).map(move |takes| {
        let line = Line::that_takes(takes);
        let (outbox, room) = resting(&line);
        assert_eq!(room.send(&frame()), Sent::Whole);
        assert_eq!(line.written(), whole[..takes]);
        line.takes.store(usize::MAX, Relaxed);
        (line, outbox, room, whole.slice(takes..))
    })
}

#[test]
fn nothing_comes_before_the_rest_of_a_frame() {
    let whole = frame().frame.bytes();
    for (line, outbox, room, rest) in begun() {
        outbox.reader_end().place().reply(Bytes::from_static(b"answer"));
        assert_eq!(room.send(&frame()), Sent::Whole);
        assert!(is_ready(&outbox) && line.written().is_empty());
        let next: Vec<_> = std::iter::from_fn(|| next_bytes(&outbox)).collect();
        assert_eq!(next, [rest, Bytes::from_static(b"answer"), whole.clone()]);
        assert!(!is_ready(&outbox));
        assert_eq!(room.send(&frame()), Sent::Whole);
        assert_eq!(line.written(), whole);
    }
}

/// What is told last, or a ping, would come into the middle of it.
#[test]
fn the_rest_of_a_frame_is_written_before_the_socket_ends_and_before_what_its_task_says() {
    for (_line, outbox, _room, rest) in begun() {
        outbox.ender().end(Ending::ServerStops);
        assert!(is_ready(&outbox) && !outbox.is_answered());
        assert!(matches!(outbox.next_answer(), Some(Outgoing::Reply(bytes)) if bytes == rest));
        assert!(outbox.is_answered() && outbox.take_over().is_none());
    }
    for (_line, outbox, _room, rest) in begun() {
        assert_eq!(outbox.take_over(), Some(rest));
        assert!(outbox.take_over().is_none() && outbox.next().is_none());
    }
}

#[test]
fn an_answer_is_written_while_the_task_rests_and_its_place_is_free() {
    let line = Line::that_takes(usize::MAX);
    let (outbox, room) = resting(&line);
    let reader = outbox.reader_end();
    for _ in 0..2 * ANSWERS {
        reader.place().write(Bytes::from_static(b"answer"));
        assert_eq!(line.written(), b"answer");
    }
    assert!(!is_ready(&outbox) && outbox.is_answered());

    // Whoever waits for a place is woken.
    let mut places: Vec<_> = (0..ANSWERS).map(|_| reader.place()).collect();
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(Arc::clone(&woken));
    assert!(reader.poll_place(&Context::from_waker(&waker)).is_pending());
    places.remove(0).write(Bytes::from_static(b"answer"));
    assert!(woken.0.load(Relaxed) && line.written() == b"answer");
    assert!(reader.poll_place(&Context::from_waker(&waker)).is_ready());

    // What goes to a place keeps its turn.
    places.remove(0).reply(Bytes::from_static(b"first"));
    places.remove(0).write(Bytes::from_static(b"second"));
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(line.written().is_empty() && is_ready(&outbox));
    assert_eq!([next_bytes(&outbox).unwrap(), next_bytes(&outbox).unwrap()], ["first", "second"]);
    assert!(next_bytes(&outbox).is_some());

    // A place that is given back says nothing.
    assert!(!is_ready(&outbox));
    drop(places);
    assert!(line.written().is_empty() && outbox.next().is_none() && outbox.is_answered());
}

#[test]
fn of_an_answer_the_task_writes_what_the_line_does_not_take() {
    for takes in 0..b"answer".len() {
        let line = Line::that_takes(takes);
        let (outbox, room) = resting(&line);
        outbox.reader_end().place().write(Bytes::from_static(b"answer"));
        assert_eq!(line.written(), b"answer"[..takes]);
        assert_eq!(room.send(&frame()), Sent::Whole);
        assert!(line.written().is_empty() && is_ready(&outbox) && !outbox.is_answered());
        assert_eq!(next_bytes(&outbox).unwrap(), b"answer"[takes..]);
        assert!(outbox.is_answered() && next_bytes(&outbox).is_some());
    }
}

#[test]
fn an_answer_to_a_socket_that_is_gone_goes_nowhere() {
    let line = Line::that_takes(usize::MAX);
    let (outbox, _room) = resting(&line);
    let place = outbox.reader_end().place();
    drop(outbox);
    place.write(Bytes::from_static(b"answer"));
    assert!(line.written().is_empty());
}

#[test]
fn a_line_that_takes_nothing_is_left_to_the_task() {
    let line = Line::that_takes(0);
    let (outbox, room) = resting(&line);
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(is_ready(&outbox));
    assert_eq!(next_bytes(&outbox), Some(frame().frame.bytes()));
}

#[test]
fn nothing_overtakes_an_answer() {
    let line = Line::that_takes(usize::MAX);
    let (outbox, room) = resting(&line);
    outbox.reader_end().place().reply(Bytes::from_static(b"answer"));
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(line.written().is_empty());
    assert_eq!(next_bytes(&outbox).unwrap(), "answer");
    assert!(next_bytes(&outbox).is_some());
}

/// It closes the socket some time after.
#[test]
fn the_task_learns_that_the_auction_is_over_and_that_it_is_not() {
    let line = Line::that_takes(usize::MAX);
    let (outbox, room) = resting(&line);
    for is_last in [true, true, false] {
        assert_eq!(room.send(&Frame { is_last, ..frame() }), Sent::Whole);
        assert!(is_ready(&outbox) && line.written().is_empty());
        assert!(next_bytes(&outbox).is_some() && !is_ready(&outbox));
    }
    assert_eq!(room.send(&frame()), Sent::Whole);
    assert!(!line.written().is_empty());
}
