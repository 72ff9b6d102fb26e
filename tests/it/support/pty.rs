//! A terminal of given size with a program in it, as a person sees it.

mod display;
mod film;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;
use vt100::MouseProtocolMode;

use super::process::{own_folders, send_signal, try_signal};
use super::wait::{PATIENCE, soon};
use display::{Display, Program};
pub(crate) use film::Film;

pub(crate) const ENTER: &str = "\r";
pub(crate) const ESCAPE: &str = "\x1b";
pub(crate) const TAB: &str = "\t";
pub(crate) const BACKSPACE: &str = "\x7f";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_Z: &str = "\x1a";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const DOWN: &str = "\x1b[B";

/// Columns and rows.
pub(crate) type Size = (u16, u16);

/// The size in which everything must be perfect.
pub(crate) const STANDARD: Size = (80, 24);

const LEADER: &str = include_str!("pty/leader.sh");

/// A terminal. It is closed, and its program killed, when this value goes.
pub(crate) struct Pty {
    master: Box<dyn MasterPty + Send>,
    leader: Mutex<Box<dyn Child + Send + Sync>>,
    display: Arc<Display>,
    _folder: TempDir,
}

/// What a program has to leave as it found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    /// The kernel's settings of the line: echo, signals, canonical input …
    pub(crate) line: String,
    /// What is on that a terminal has off by itself.
    pub(crate) on: BTreeSet<&'static str>,
}

impl Pty {
    /// Starts a program in a terminal, with the given environment, a `TERM` that has colours, and
    /// folders of its own.
    pub(crate) async fn start(
        size: Size,
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Self {
        let pair = native_pty_system().openpty(pty_size(size)).unwrap();
        let folder = tempfile::Builder::new().prefix("gobid-pty-").tempdir().unwrap();
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", LEADER, "leader"]);
        command.arg(program);
        command.args(args);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in own_folders(folder.path()) {
            command.env(name, value);
        }
        for (name, value) in env {
            command.env(name, value);
        }
        command.cwd(folder.path());
        let leader = Mutex::new(pair.slave.spawn_command(command).unwrap());
        let (output, keyboard) = (pair.master.try_clone_reader(), pair.master.take_writer());
        let display = Display::start(size, output.unwrap(), keyboard.unwrap());
        let pty = Self { master: pair.master, leader, display, _folder: folder };
        pty.program("start", |program| (program != Program::Starting).then_some(())).await;
        pty
    }

    /// Types.
    pub(crate) fn send(&self, keys: &str) {
        self.display.type_in(keys.as_bytes());
    }

    /// What is on the screen, without colours, a line for each row.
    pub(crate) fn screen(&self) -> String {
        self.look(vt100::Screen::contents)
    }

    /// Anything about the screen: a cell, a colour, the place of the cursor.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        self.display.look(|screen, _events| at(screen))
    }

    /// Waits until the text is on the screen, and gives the screen.
    pub(crate) async fn wait_for(&self, text: &str) -> String {
        self.wait_until(text, |screen| screen.contains(text)).await
    }

    /// Waits until the text is no longer on the screen, and gives the screen.
    pub(crate) async fn wait_gone(&self, text: &str) -> String {
        self.wait_until(&format!("no {text}"), |screen| !screen.contains(text)).await
    }

    /// Waits for a screen that pleases.
    pub(crate) async fn wait_until(&self, what: &str, pleases: impl Fn(&str) -> bool) -> String {
        self.wait_until_within(what, PATIENCE, pleases).await
    }

    /// Waits for a screen that pleases, no longer than the deadline.
    pub(crate) async fn wait_until_within(
        &self,
        what: &str,
        deadline: Duration,
        pleases: impl Fn(&str) -> bool,
    ) -> String {
        let seeing = self.display.see(|screen, _events| {
            let screen = screen.contents();
            pleases(&screen).then_some(screen)
        });
        soon(&format!("{what} on the screen"), deadline, seeing).await
    }

    /// All that the program has written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.display.bytes()
    }

    /// How often the program has drawn: each frame is between two sequences of its own.
    pub(crate) fn frames(&self) -> u32 {
        const BEGIN: &[u8] = b"\x1b[?2026h";
        let bytes = self.bytes();
        let frames = bytes.windows(BEGIN.len()).filter(|window| *window == BEGIN).count();
        u32::try_from(frames).unwrap()
    }

    /// The number of the program's process.
    pub(crate) fn process_id(&self) -> u32 {
        self.display.look(|_screen, events| events.process)
    }

    /// How often the bell rang.
    pub(crate) fn bells(&self) -> usize {
        self.display.look(|_screen, events| events.bells)
    }

    /// Changes the size of the terminal, which its program is told.
    pub(crate) fn resize(&self, size: Size) {
        self.display.resize(size);
        self.master.resize(pty_size(size)).unwrap();
    }

    /// How the terminal is set now.
    pub(crate) fn modes(&self) -> Modes {
        let line = format!("{:?}", self.master.get_termios().unwrap());
        let modes = self.display.look(|screen, events| {
            [
                ("alternate screen", screen.alternate_screen()),
                ("hidden cursor", screen.hide_cursor()),
                ("bracketed paste", screen.bracketed_paste()),
                ("focus reports", events.focus_reports),
                ("mouse", screen.mouse_protocol_mode() != MouseProtocolMode::None),
                ("application keypad", screen.application_keypad()),
                ("application cursor", screen.application_cursor()),
            ]
        });
        let on = modes.into_iter().filter(|(_mode, is_on)| *is_on).map(|(mode, _is_on)| mode);
        Modes { line, on: on.collect() }
    }

    /// Sends the program a signal by name.
    pub(crate) fn signal(&self, signal: &str) {
        send_signal(self.process_id(), signal);
    }

    /// Waits until the program was suspended, as by Ctrl-Z, and the terminal is the shell's.
    pub(crate) async fn stopped(&self) {
        self.program("suspension", |program| (program == Program::Stopped).then_some(())).await;
    }

    /// Takes a suspended program into the foreground again, as `fg` does.
    pub(crate) fn foreground(&self) {
        self.send("\n");
    }

    /// Waits for the program's end, and gives its exit code as a shell has it: 128 and the number
    /// of the signal that killed it. The terminal stays to be looked at.
    pub(crate) async fn ended(&self) -> i32 {
        self.program("end", |program| match program {
            Program::Ended(code) => Some(code),
            _ => None,
        })
        .await
    }

    async fn program<T>(&self, what: &str, look: impl Fn(Program) -> Option<T>) -> T {
        let what = format!("the {what} of the program in the terminal");
        soon(&what, PATIENCE, self.display.see(|_screen, events| look(events.program))).await
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("== the terminal\n{}", self.screen());
        }
        let process = self.display.look(|_screen, events| events.running());
        process.map(|process| try_signal(process, "KILL"));
        if let Ok(leader) = self.leader.get_mut() {
            leader.process_id().map(|leader| try_signal(leader, "KILL"));
            let _it_has_ended = leader.wait();
        }
    }
}

fn pty_size((cols, rows): Size) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}
