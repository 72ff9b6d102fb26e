//! The glass of the terminal: what the program wrote, and what a person sees of it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Mutex};

use tokio::sync::watch;
use vt100::{Callbacks, Parser, Screen};

use super::Size;

/// Begins what the leader of the session tells the test.
const TOLD: &[u8] = b"\x1b]7777;";
const END_OF_TOLD: u8 = 0x07;
const FOCUS_REPORTS: u16 = 1004;
const CURSOR_POSITION: u16 = 6;

/// How the program in the terminal fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Program {
    #[default]
    Starting,
    Running,
    Stopped,
    Ended(i32),
}

/// What the screen itself does not keep.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) program: Program,
    pub(super) process: u32,
    pub(super) focus_reports: bool,
    pub(super) bells: usize,
    /// What the program has asked the terminal, answered.
    answers: Vec<u8>,
}

impl Events {
    /// The program's process, unless it has ended.
    pub(super) fn running(&self) -> Option<u32> {
        matches!(self.program, Program::Running | Program::Stopped).then_some(self.process)
    }
}

pub(super) struct Display {
    shown: Mutex<Shown>,
    keyboard: Mutex<Box<dyn Write + Send>>,
    changed: watch::Sender<()>,
}

struct Shown {
    parser: Parser<Events>,
    bytes: Vec<u8>,
}

impl Display {
    /// Shows what comes until the terminal is closed.
    pub(super) fn start(
        size: Size,
        mut output: impl Read + Send + 'static,
        keyboard: Box<dyn Write + Send>,
    ) -> Arc<Self> {
        let (rows, cols) = rows_and_cols(size);
        let parser = Parser::new_with_callbacks(rows, cols, 0, Events::default());
        let shown = Mutex::new(Shown { parser, bytes: Vec::new() });
        let keyboard = Mutex::new(keyboard);
        let display = Arc::new(Self { shown, keyboard, changed: watch::Sender::new(()) });
        let showing = Arc::clone(&display);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                showing.show(&buffer[..length]);
            }
        });
        display
    }

    fn show(&self, bytes: &[u8]) {
        let mut shown = self.shown.lock().unwrap();
        shown.bytes.extend_from_slice(bytes);
        shown.parser.process(bytes);
        let answers = std::mem::take(&mut shown.parser.callbacks_mut().answers);
        drop(shown);
        if !answers.is_empty() {
            self.type_in(&answers);
        }
        self.changed.send_replace(());
    }

    pub(super) fn type_in(&self, keys: &[u8]) {
        let mut keyboard = self.keyboard.lock().unwrap();
        keyboard.write_all(keys).unwrap();
        keyboard.flush().unwrap();
    }

    pub(super) fn resize(&self, size: Size) {
        let (rows, cols) = rows_and_cols(size);
        self.shown.lock().unwrap().parser.screen_mut().set_size(rows, cols);
    }

    pub(super) fn look<T>(&self, at: impl FnOnce(&Screen, &Events) -> T) -> T {
        let shown = self.shown.lock().unwrap();
        at(shown.parser.screen(), shown.parser.callbacks())
    }

    /// What the program wrote, and nothing of what the leader told.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let bytes = &self.shown.lock().unwrap().bytes;
        let mut written = Vec::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Some(start) = rest.windows(TOLD.len()).position(|window| window == TOLD) {
            written.extend_from_slice(&rest[..start]);
            let end = rest[start..].iter().position(|byte| *byte == END_OF_TOLD);
            rest = end.map_or(&[], |end| &rest[start + end + 1..]);
        }
        written.extend_from_slice(rest);
        written
    }

    /// Waits until there is something to see.
    pub(super) async fn see<T>(&self, mut look: impl FnMut(&Screen, &Events) -> Option<T>) -> T {
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            if let Some(seen) = self.look(&mut look) {
                return seen;
            }
            changed.changed().await.expect("the display is alive");
        }
    }
}

impl Callbacks for Events {
    fn audible_bell(&mut self, _screen: &mut Screen) {
        self.bells += 1;
    }

    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        mark: Option<u8>,
        _second: Option<u8>,
        params: &[&[u16]],
        letter: char,
    ) {
        let is_about = |what: u16| params.iter().any(|param| param.first() == Some(&what));
        match (mark, letter) {
            (Some(b'?'), 'h' | 'l') if is_about(FOCUS_REPORTS) => {
                self.focus_reports = letter == 'h';
            }
            (None, 'n') if is_about(CURSOR_POSITION) => {
                let (row, col) = screen.cursor_position();
                self.answers.extend(format!("\x1b[{};{}R", row + 1, col + 1).bytes());
            }
            _ => {}
        }
    }

    fn unhandled_osc(&mut self, _screen: &mut Screen, params: &[&[u8]]) {
        let number = |text: &[u8]| String::from_utf8_lossy(text).parse::<u32>().unwrap();
        match params {
            [b"7777", b"started", process] => {
                self.process = number(process);
                self.program = Program::Running;
            }
            [b"7777", b"stopped", _] => self.program = Program::Stopped,
            [b"7777", b"ended", code] => {
                self.program = Program::Ended(i32::try_from(number(code)).unwrap());
            }
            _ => {}
        }
    }
}

fn rows_and_cols((cols, rows): Size) -> (NonZeroU16, NonZeroU16) {
    let side = |length| NonZeroU16::new(length).expect("a terminal has a size");
    (side(rows), side(cols))
}
