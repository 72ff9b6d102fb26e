//! A clock that a test sets, for the programs that it starts with it.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

const SOURCE: &str = include_str!("clock.c");
/// Where the orders stand in the file.
const TIME_OF_DAY: u64 = 0;
const MONOTONIC: u64 = 8;
const BREAKS: u64 = 16;

/// A clock. It is right until it is told otherwise.
pub(crate) struct Clock {
    orders: File,
    file: PathBuf,
    library: PathBuf,
    _folder: TempDir,
}

impl Clock {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("gobid-clock-").tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (source, library, file) = (at("clock.c"), at("clock.so"), at("orders"));
        std::fs::write(&source, SOURCE).unwrap();
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]);
        assert!(compiler.status().expect("there is a C compiler, as Rust wants one").success());
        std::fs::write(&file, [0; 24]).unwrap();
        let orders = File::options().write(true).open(&file).unwrap();
        Self { orders, file, library, _folder: folder }
    }

    /// What the environment of a program has to say, for it to ask this clock.
    pub(crate) fn env(&self) -> [(&str, &str); 2] {
        [
            ("LD_PRELOAD", self.library.to_str().unwrap()),
            ("GOBID_TEST_CLOCK", self.file.to_str().unwrap()),
        ]
    }

    /// The time of day is wrong by so many seconds; spans are measured as before.
    pub(crate) fn set_wrong_by(&self, seconds: i64) {
        self.order(TIME_OF_DAY, seconds);
    }

    /// All of this time has passed.
    pub(crate) fn pass(&self, span: Duration) {
        let seconds = i64::try_from(span.as_secs()).unwrap();
        // As time that passes while nobody looks, and not as a sleep of the machine.
        self.order(MONOTONIC, seconds);
        self.order(TIME_OF_DAY, seconds);
    }

    /// Whoever asks next for the time of day, in a thread but the first, gets no answer and panics.
    /// Runtimes do not ask for it: it is a task.
    pub(crate) fn break_once(&self) {
        self.order(BREAKS, 1);
    }

    fn order(&self, place: u64, number: i64) {
        self.orders.write_all_at(&number.to_ne_bytes(), place).unwrap();
    }
}
