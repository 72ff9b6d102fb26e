//! Those who write to one socket, at the same time.

use super::*;

/// A connection that takes now more, now less.
#[derive(Debug, Default)]
struct Unsteady {
    calls: AtomicUsize,
    written: Mutex<Vec<u8>>,
}

impl Wire for Unsteady {
    fn write_at_once(&self, bytes: &[u8]) -> usize {
        let count = self.calls.fetch_add(1, Relaxed) % (bytes.len() + 3);
        let count = count.min(bytes.len());
        self.written.lock().unwrap().extend_from_slice(&bytes[..count]);
        count
    }
}

#[test]
fn what_room_lane_and_task_write_at_the_same_time_comes_whole_and_once() {
    const EACH: usize = 20_000;
    const ANSWER: &[u8] = b"answer";
    let line = Arc::new(Unsteady::default());
    let outbox = Outbox::new();
    outbox.set_wire(Arc::<Unsteady>::clone(&line));
    let (room, reader) = (outbox.room_end(), outbox.reader_end());
    let bytes_of = |next| match next {
        Outgoing::Delivery(Delivery::Frame(frame)) => frame.frame.bytes(),
        Outgoing::Reply(bytes) => bytes,
        other => panic!("{other:?}"),
    };
    thread::scope(|scope| {
        let room = scope.spawn(|| {
            for _ in 0..EACH {
                while room.0.locked().frames.len() + 2 >= FRAMES {
                    thread::yield_now();
                }
                assert_eq!(room.send(&frame()), Sent::Whole);
            }
        });
        let lane = scope.spawn(|| {
            for _ in 0..EACH {
                while reader.poll_place(&Context::from_waker(Waker::noop())).is_pending() {
                    thread::yield_now();
                }
                reader.place().write(Bytes::from_static(ANSWER));
            }
        });
        loop {
            let is_last = room.is_finished() && lane.is_finished();
            while let Some(next) = outbox.next() {
                line.written.lock().unwrap().extend(bytes_of(next));
            }
            if !is_ready(&outbox) && is_last {
                break;
            }
        }
    });
    let (written, whole) = (line.written.lock().unwrap(), frame().frame.bytes());
    let (mut left, mut counts) = (written.as_slice(), [0; 2]);
    while !left.is_empty() {
        let kinds = [&*whole, ANSWER];
        let kind = kinds.iter().position(|it| left.starts_with(it)).unwrap();
        left = &left[kinds[kind].len()..];
        counts[kind] += 1;
    }
    assert_eq!(counts, [EACH; 2]);
    assert!(line.calls.load(Relaxed) > 0, "the task has rested");
}
