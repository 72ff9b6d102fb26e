//! The life of a socket: a task that reads, on the thread of all those, and one that writes.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use gobid_api::live::close;
use tokio::time::{Sleep, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::inbound::Inbound;
use super::outbound::Outbound;
use super::reader::Reader;
use super::upgrade::Upgraded;
use super::{End, Line, commands};
use crate::clock::Moment;
use crate::frame;
use crate::hub::{Delivery, Ending, Frame, Joined, Outbox, Outgoing, Place};

/// How often the other end is pinged, and after how long without a sign of life it is gone.
const PING_EVERY: Duration = Duration::from_secs(20);
const GONE_AFTER: Duration = Duration::from_secs(40);
/// A socket that takes no byte for this long is cut.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// A socket of an auction that is over is closed when no command came for this long.
const OVER_FOR: Duration = Duration::from_secs(5);
/// How often it is looked at whether something is over.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How soon a room is told again that was too busy.
const TELL_AGAIN: Duration = Duration::from_millis(50);
/// How long a socket that has to end waits for answers.
const DRAIN: Duration = Duration::from_secs(10);
/// How long the other end has to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The task that writes to a socket what others have not written themselves: answers first, then what
/// the room sends.
struct Writer {
    line: Arc<Line>,
    outbox: Outbox,
    joined: Joined,
    outbound: Outbound,
    timer: Pin<Box<Sleep>>,
    next_ping: Moment,
    /// Since when the other end has taken nothing of what is being written.
    stalled_since: Option<Moment>,
    /// Since when the auction is over, and everything about it was sent.
    over_since: Option<Moment>,
    /// Something was left out: the room is told once everything before it was written.
    owes_catching_up: bool,
}

/// What has come to pass, beside what was written.
enum Event {
    /// The socket has to end.
    Ending(Ending),
    /// Nothing can be written any more.
    Unwritable,
    /// It is time to look at the clock.
    Timer,
}

/// How a socket comes to its end.
enum Over {
    /// The server ends it.
    Ends(End),
    /// The other end has closed it, with this code.
    Closed(u16),
    /// The line is dead.
    Gone,
}

/// Reads and writes until the socket has to end. Then nothing more is read, what was read gets its
/// answer, and the close says why.
pub(super) async fn run(
    line: Arc<Line>,
    upgraded: Upgraded,
    (outbox, joined, _place): (Outbox, Joined, Place),
) {
    let Ok(stream) = line.app.readers.adopt(upgraded.stream) else { return };
    let stream = Arc::new(stream);
    let reader = Reader::new(Arc::clone(&line), outbox.reader_end());
    let inbound = Inbound::new(Arc::clone(&stream), upgraded.read).await;
    let reading = line.app.readers.spawn(&line.app.tasks, reader.run(inbound));
    let reading = AbortOnDropHandle::new(reading);
    let mut writer = Writer::new(line, outbox, joined, Outbound::new(stream));
    let Err(over) = writer.live().await;
    let is_closed = match over {
        // Whoever does not take his answers, or the close, is gone all the same.
        Over::Ends(end) => {
            matches!(timeout(DRAIN, writer.drain()).await, Ok(Ok(())))
                && writer.close(end.code, end.reason).await
        }
        Over::Closed(code) => writer.close(code, "").await,
        Over::Gone => false,
    };
    if is_closed {
        // Whoever does not answer the close is gone all the same.
        let _ = timeout(CLOSE_TIMEOUT, reading).await;
    }
}

impl Writer {
    fn new(line: Arc<Line>, outbox: Outbox, joined: Joined, outbound: Outbound) -> Self {
        let next_ping = line.app.clock.moment().plus(PING_EVERY);
        outbox.set_wire(outbound.wire());
        Self {
            line,
            outbox,
            joined,
            outbound,
            timer: Box::pin(sleep(PING_EVERY)),
            next_ping,
            stalled_since: None,
            over_since: None,
            owes_catching_up: false,
        }
    }

    async fn live(&mut self) -> Result<std::convert::Infallible, Over> {
        loop {
            match poll_fn(|context| self.poll(context)).await {
                Event::Ending(ending) => return Err(over_by(ending)),
                Event::Unwritable => return Err(Over::Gone),
                Event::Timer => self.look()?,
            }
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        if let Poll::Ready(event) = self.poll_write(context) {
            return Poll::Ready(event);
        }
        self.timer.as_mut().poll(context).map(|()| Event::Timer)
    }

    /// Writes what there is, until the socket takes no more or nothing is left. While something is
    /// being written, nothing is taken out of the outbox.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<Event> {
        loop {
            if self.outbound.is_empty() {
                if self.owes_catching_up {
                    self.catch_up();
                }
                if let Some(ending) = ready!(self.outbox.poll(context)) {
                    return Poll::Ready(Event::Ending(ending));
                }
                self.fill();
            } else {
                match self.outbound.poll(context) {
                    Poll::Ready(Ok(())) => self.stalled_since = None,
                    Poll::Ready(Err(_)) => return Poll::Ready(Event::Unwritable),
                    Poll::Pending => {
                        self.stalled_since = self.stalled_since.or_else(|| Some(self.moment()));
                        return self.outbox.poll_ending(context).map(Event::Ending);
                    }
                }
            }
        }
    }

    /// Tells the room that everything before what was left out is written.
    fn catch_up(&mut self) {
        self.owes_catching_up = !self.joined.catch_up();
        self.set_timer();
    }

    /// Takes out of the outbox what can be written at once.
    fn fill(&mut self) {
        while self.outbound.has_room()
            && let Some(next) = self.next()
        {
            match next {
                Outgoing::Delivery(Delivery::LeftOut) => self.owes_catching_up = true,
                Outgoing::Delivery(Delivery::Frame(Frame { frame, is_last })) => {
                    self.outbound.push(frame.bytes());
                    if is_last != self.over_since.is_some() {
                        self.over_since = is_last.then(|| self.moment());
                        self.set_timer();
                    }
                }
                answer => self.push_answer(answer),
            }
        }
    }

    /// What comes next. Of the room nothing does while it is to be told that something was left out.
    fn next(&self) -> Option<Outgoing> {
        if self.owes_catching_up { self.outbox.next_answer() } else { self.outbox.next() }
    }

    fn push_answer(&mut self, answer: Outgoing) {
        match answer {
            Outgoing::Answer(id, answer) => {
                self.outbound.push(commands::frame(id, answer).bytes());
            }
            Outgoing::Reply(frame) => self.outbound.push(frame),
            Outgoing::Delivery(_) => {}
        }
    }

    /// Looks at what the clock says.
    fn look(&mut self) -> Result<(), Over> {
        self.take_over();
        let now = self.moment();
        let for_long = |since: Option<Moment>, span| since.is_some_and(|it| now.since(it) >= span);
        if for_long(self.stalled_since, WRITE_TIMEOUT) {
            return Err(Over::Gone);
        }
        if now >= self.next_ping {
            if self.line.since(&self.line.last_heard) >= GONE_AFTER {
                return Err(Over::Gone);
            }
            if self.outbound.has_room() {
                self.outbound.push(frame::ping());
            }
            self.next_ping = now.plus(PING_EVERY);
        }
        let is_quiet = self.line.since(&self.line.last_command) >= OVER_FOR;
        let is_answered = self.outbox.is_answered() && self.outbound.is_empty();
        if for_long(self.over_since, OVER_FOR) && is_quiet && is_answered {
            self.outbox.ender().end(Ending::Over);
        }
        self.set_timer();
        Ok(())
    }

    /// From here on this task writes, beginning with the rest of what another has begun.
    fn take_over(&mut self) {
        if let Some(rest) = self.outbox.take_over() {
            self.outbound.push(rest);
        }
    }

    /// Sets the timer to when the clock has to be looked at next.
    fn set_timer(&mut self) {
        let now = self.moment();
        let stall = self.stalled_since.map(|since| since.plus(WRITE_TIMEOUT));
        let over = self.over_since.map(|_since| now.plus(LOOK_EVERY));
        let tell = self.owes_catching_up.then(|| now.plus(TELL_AGAIN));
        let next = [stall, over, tell].into_iter().flatten().fold(self.next_ping, Moment::min);
        self.timer.as_mut().reset(self.line.app.clock.instant(next));
    }

    fn moment(&self) -> Moment {
        self.line.app.clock.moment()
    }

    /// Writes the answers to all that was read.
    async fn drain(&mut self) -> io::Result<()> {
        loop {
            self.outbound.flush().await?;
            while self.outbound.has_room()
                && let Some(answer) = self.outbox.next_answer()
            {
                self.push_answer(answer);
            }
            if self.outbound.is_empty() {
                if self.outbox.is_answered() {
                    return Ok(());
                }
                poll_fn(|context| self.outbox.poll_answers(context)).await;
            }
        }
    }

    /// Writes the close; whether it was written.
    async fn close(&mut self, code: u16, reason: &str) -> bool {
        self.take_over();
        self.outbound.push(frame::close(code, reason));
        matches!(timeout(CLOSE_TIMEOUT, self.outbound.flush()).await, Ok(Ok(())))
    }
}

fn over_by(ending: Ending) -> Over {
    let (code, reason) = match ending {
        Ending::Over => (close::OVER, "the auction is over"),
        Ending::ServerStops => (close::GOING_AWAY, "the server stops: reconnect"),
        Ending::SessionEnded => (close::SESSION_ENDED, "the session has ended"),
        Ending::Violations => (close::VIOLATIONS, "too many violations"),
        Ending::TooBig => (close::TOO_BIG, "a frame has at most 4096 bytes"),
        Ending::Closed(code) => return Over::Closed(code),
        Ending::Gone => return Over::Gone,
    };
    Over::Ends(End { code, reason })
}

/// Closes a socket that was never let into a room.
pub(super) async fn close_at_once(upgraded: Upgraded, end: End) {
    let stream = Arc::new(upgraded.stream);
    let mut inbound = Inbound::new(Arc::clone(&stream), upgraded.read).await;
    let mut outbound = Outbound::new(stream);
    outbound.push(frame::close(end.code, end.reason));
    let closing = async {
        if outbound.flush().await.is_ok() {
            inbound.exhaust().await;
        }
    };
    // Whoever does not answer the close is gone all the same.
    let _ = timeout(CLOSE_TIMEOUT, closing).await;
}
