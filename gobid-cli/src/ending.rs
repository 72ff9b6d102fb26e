//! When a person or the system wants the program to end: Ctrl-C, and the signal of a stop.

use tokio::signal::unix::{SignalKind, signal};

use crate::exit;

/// Waits until the program is told to end by a signal that comes from now on, awaited already or
/// not, and says how it ends then. For ever when the system does not deliver it here: then it acts
/// by itself.
pub(crate) fn told_to_end() -> impl Future<Output = u8> {
    let interrupted = comes(SignalKind::interrupt());
    let terminated = comes(SignalKind::terminate());
    async {
        tokio::select! {
            () = interrupted => exit::INTERRUPTED,
            () = terminated => exit::TERMINATED,
        }
    }
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
