//! When a person or the system wants the program to end: Ctrl-C, the signal of a stop, and a terminal
//! that is closed.

use tokio::signal::unix::{SignalKind, signal};

use crate::exit;

/// Waits until the program is told to end by a signal that comes from now on, awaited already or
/// not, and says how it ends then. For ever when the system does not deliver it here: then it acts
/// by itself.
pub(crate) fn told_to_end() -> impl Future<Output = u8> {
    let interrupted = comes(SignalKind::interrupt());
    let terminated = comes(SignalKind::terminate());
    let hang_up = may_hang_up().then(|| comes(SignalKind::hangup()));
    let hung_up = async {
        match hang_up {
            Some(comes) => comes.await,
            None => std::future::pending().await,
        }
    };
    async {
        tokio::select! {
            () = interrupted => exit::INTERRUPTED,
            () = terminated => exit::TERMINATED,
            () = hung_up => exit::HUNG_UP,
        }
    }
}

/// Whether a terminal that is closed means this program: `nohup` has it go on. Where that cannot be
/// read, the system acts by itself.
fn may_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The first bit is that of the first signal, which is this one.
    ignored.and_then(|bits| u64::from_str_radix(bits.trim(), 16).ok()).is_some_and(|it| it & 1 == 0)
}

fn comes(kind: SignalKind) -> impl Future<Output = ()> {
    let signals = signal(kind);
    async {
        match signals {
            Ok(mut signals) => drop(signals.recv().await),
            Err(_undeliverable) => std::future::pending().await,
        }
    }
}
