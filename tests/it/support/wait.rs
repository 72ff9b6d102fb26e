//! Waiting for a condition, never for a span alone.

use std::time::Duration;

/// How long anything that should happen soon may take on a machine that is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks at what cannot announce itself.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until there is something to see. For what nothing announces: a row, a file, a process;
/// where something can be awaited, await it.
pub(crate) async fn eventually<T>(
    what: &str,
    deadline: Duration,
    mut look: impl AsyncFnMut() -> Option<T>,
) -> T {
    let looking = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    soon(what, deadline, looking).await
}

/// Awaits what should come within the deadline.
pub(crate) async fn soon<T>(what: &str, deadline: Duration, coming: impl Future<Output = T>) -> T {
    let awaited = tokio::time::timeout(deadline, coming).await;
    awaited.unwrap_or_else(|_elapsed| panic!("waited {deadline:?} in vain for {what}"))
}
