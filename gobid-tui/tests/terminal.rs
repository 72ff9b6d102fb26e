//! The program on a real terminal: what it leaves behind on every way out, and what it writes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::io::Write as _;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

const ENTER: &str = "\u{1b}[?1049h";
const LEAVE: &str = "\u{1b}[?1049l";
const PASTE_ON: &str = "\u{1b}[?2004h";
const PASTE_OFF: &str = "\u{1b}[?2004l";
const CURSOR_ON: &str = "\u{1b}[?25h";
/// Nobody listens there.
const SERVER: &str = "http://127.0.0.1:9";
const PRODUCT: &str = "0190b0a0-0000-7000-8000-000091c27f3a";
const PATIENCE: Duration = Duration::from_secs(20);
/// A program that draws on and on is waited for no longer than this many pieces of its output.
const MOST_PIECES: usize = 200;

/// A program on a terminal of its own.
struct Seat {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: String,
    modes: String,
    _home: tempfile::TempDir,
}

impl Seat {
    fn take(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let home = tempfile::tempdir().unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", "/usr/bin:/bin");
        for folder in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"] {
            command.env(folder, home.path());
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        let modes = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut piece = [0; 4_096];
            while let Ok(length @ 1..) = reader.read(&mut piece) {
                if sender.send(piece[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let seen = String::new();
        Self { master: pair.master, child, keys, output, seen, modes, _home: home }
    }

    fn watch(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let program = env!("CARGO_BIN_EXE_gobid-tui");
        let all = [&["watch", PRODUCT, "--server", SERVER], arguments].concat();
        Self::take(program, &all, variables)
    }

    /// Waits until this has been written.
    fn see(&mut self, text: &str) {
        for _ in 0..MOST_PIECES {
            if self.seen.contains(text) {
                return;
            }
            match self.output.recv_timeout(PATIENCE) {
                Ok(piece) => self.seen.push_str(&String::from_utf8_lossy(&piece)),
                Err(error) => panic!("{error}: no {text:?} in {:?}", self.seen),
            }
        }
        panic!("no {text:?} in {:?}", self.seen);
    }

    fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end; all that was written is then in `seen`.
    fn end(&mut self) -> ExitStatus {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(piece) => self.seen.push_str(&String::from_utf8_lossy(&piece)),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it goes on: {:?}", self.seen),
            }
        }
        self.child.wait().unwrap()
    }

    /// The terminal is as it was before.
    fn assert_restored(&self) {
        let last = |text: &str| self.seen.rfind(text);
        assert!(last(ENTER).is_some() && last(LEAVE) > last(ENTER), "{:?}", self.seen);
        assert!(last(PASTE_ON).is_some() && last(PASTE_OFF) > last(PASTE_ON), "{:?}", self.seen);
        assert!(last(CURSOR_ON) > last("\u{1b}[?25l"), "{:?}", self.seen);
        for mode in ["1000", "1002", "1003", "1006", "1004"] {
            let [on, off] = ["h", "l"].map(|end| last(&format!("\u{1b}[?{mode}{end}")));
            assert!(on.is_some() && off > on, "{mode}: {:?}", self.seen);
        }
        assert_eq!(format!("{:?}", self.master.get_termios()), self.modes);
    }
}

#[test]
fn every_way_out_restores_the_terminal() {
    let table: [(&str, u32); 6] =
        [("q", 0), ("\u{3}", 130), ("TERM", 143), ("HUP", 129), ("INT", 130), ("?\u{3}", 130)];
    for (how, code) in table {
        let mut seat = Seat::watch(&[], &[]);
        seat.see("NO CONNECTION");
        if how.chars().all(|letter| letter.is_ascii_uppercase()) {
            seat.signal(how);
        } else {
            seat.press(how);
        }
        assert_eq!(seat.end().exit_code(), code, "{how:?}");
        seat.assert_restored();
    }
}

#[test]
fn a_stop_restores_the_terminal_and_going_on_takes_it_again() {
    let script = format!(
        "{} watch {PRODUCT} --server {SERVER}; echo stopped $?; fg; echo ended $?",
        env!("CARGO_BIN_EXE_gobid-tui")
    );
    let mut seat = Seat::take("bash", &["--norc", "-m", "-c", &script], &[]);
    seat.see("NO CONNECTION");
    seat.press("\u{1a}");
    seat.see("stopped 148");
    let stopped = seat.seen.find("stopped").unwrap();
    assert!(seat.seen.find(LEAVE).is_some_and(|left| left < stopped), "{:?}", seat.seen);
    // What came after it may have come with it.
    seat.seen.drain(..stopped);
    seat.see(ENTER);
    seat.see("NO CONNECTION");
    seat.press("q");
    seat.see("ended 0");
    seat.end();
    seat.assert_restored();
}

#[test]
fn no_colour_is_no_colour_and_reverse_video_stays() {
    for (arguments, variables) in
        [(&[][..], &[("NO_COLOR", "1")][..]), (&["--color", "never"][..], &[][..])]
    {
        let mut seat = Seat::watch(arguments, variables);
        seat.see("NO CONNECTION");
        seat.press("q");
        seat.end();
        let before = &seat.seen[..seat.seen.find("NO CONNECTION").unwrap()];
        assert_eq!(looks(before).last().as_deref(), Some("7"), "{before:?}");
        let strange = looks(&seat.seen).find(|look| !ATTRIBUTES.contains(&look.as_str()));
        assert_eq!(strange, None, "neither a colour nor `ESC[;m`, which ends reverse video");
    }
}

/// Bold, dim, underlined, reversed, struck out, on and off; and off altogether.
const ATTRIBUTES: [&str; 11] = ["1", "2", "4", "7", "9", "22", "24", "27", "29", "0", ""];

/// The parameters of each sequence that sets colours or attributes.
fn looks(written: &str) -> impl Iterator<Item = String> {
    let sequences = written.split("\u{1b}[").skip(1);
    let looks = sequences.filter_map(|rest| {
        let (parameters, _) = rest.split_once('m')?;
        parameters.chars().all(|next| next.is_ascii_digit() || next == ';').then_some(parameters)
    });
    looks.map(str::to_owned)
}

#[test]
fn colours_can_be_had_in_spite_of_the_variable() {
    let mut seat = Seat::watch(&["--color", "always"], &[("NO_COLOR", "1")]);
    seat.see("NO CONNECTION");
    seat.press("q");
    seat.end();
    assert!(seat.seen.contains("\u{1b}[38;5;"));
}

#[test]
fn a_terminal_that_cannot_be_drawn_on_gets_lines() {
    for (arguments, variables) in [
        (&["--plain"][..], &[][..]),
        (&[][..], &[("TERM", "dumb")][..]),
        (&[][..], &[("ACCESSIBLE", "1")][..]),
    ] {
        let mut seat = Seat::watch(arguments, variables);
        seat.see("NO CONNECTION");
        seat.press("help\n");
        seat.see("reconnect");
        seat.press("login\n");
        seat.see("e-mail:");
        seat.press("eva@example\n");
        seat.see("password:");

        seat.press("top-secret\n");
        seat.see("cannot reach");
        seat.press("\nquit\n");
        assert_eq!(seat.end().exit_code(), 0);
        assert!(!seat.seen.contains('\u{1b}'), "{:?}", seat.seen);
        assert!(!seat.seen.contains("top-secret"), "{:?}", seat.seen);
        assert_eq!(format!("{:?}", seat.master.get_termios()), seat.modes);
    }
}

#[test]
fn a_wrong_setting_is_said_before_the_terminal_is_taken() {
    let table = [("localhost:3080", 2), ("ftp://a", 2)];
    for (server, code) in table {
        let program = env!("CARGO_BIN_EXE_gobid-tui");
        let mut seat = Seat::take(program, &["watch", PRODUCT, "--server", server], &[]);
        assert_eq!(seat.end().exit_code(), code);
        assert!(seat.seen.contains("is not the address of a server"), "{:?}", seat.seen);
        assert!(!seat.seen.contains(ENTER));
    }
}
