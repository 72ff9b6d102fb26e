//! Ports that can be bound again after a kill.
//!
//! A port that the system hands out (port 0) is one of those it also hands out to connections that
//! go out. While the program that listened is down, a client that tries again and again may be
//! given that very port, even connect to itself on it, and the program cannot come back. So the
//! ports of what is restarted lie below that range, and each belongs to one test process.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::Path;

use uuid::Uuid;

const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port that no other test process takes while this value lives.
pub(crate) struct Port {
    number: u16,
    _reservation: File,
}

impl Port {
    /// One that nothing listens on.
    pub(crate) fn reserve() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ports");
        fs::create_dir_all(&folder).unwrap();
        let start = u16::try_from(Uuid::new_v4().as_u128() % u128::from(COUNT)).unwrap();
        let mut numbers = (0..COUNT).map(|step| FIRST + (start + step) % COUNT);
        numbers.find_map(|number| Self::take(&folder, number)).expect("no port is free")
    }

    fn take(folder: &Path, number: u16) -> Option<Self> {
        let reservation = File::create(folder.join(number.to_string())).unwrap();
        reservation.try_lock().ok()?;
        TcpListener::bind(("127.0.0.1", number)).ok()?;
        Some(Self { number, _reservation: reservation })
    }

    pub(crate) fn number(&self) -> u16 {
        self.number
    }
}
