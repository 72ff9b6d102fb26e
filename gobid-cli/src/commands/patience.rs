//! Asking again where that helps: work of thousands of requests must not end at one that came at a
//! bad moment.

use std::time::Duration;

use gobid_api::client::ClientError;
use gobid_api::problem::{ErrorCode, Outcome};

use crate::credentials::Context;

/// How often a request is repeated for another reason than that there were too many.
const REPEATS: u32 = 5;
/// How long the first of these waits; each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How long to wait at least when there were too many.
const LEAST_WAIT: Duration = Duration::from_millis(50);

/// Asks until there is an answer. Too many requests are waited out however long it takes; what else
/// passes is asked for again some times. `may_repeat` says that the same request twice is as good
/// as once; else it is repeated only when it is certain that nothing came of it.
pub(super) async fn patient<T>(
    context: &Context,
    may_repeat: bool,
    mut ask: impl AsyncFnMut() -> Result<T, ClientError>,
) -> Result<T, ClientError> {
    let mut repeats = 0;
    loop {
        let error = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let Some(wait) = wait_after(&error, may_repeat, repeats) else { return Err(error) };
        if error.code() != Some(ErrorCode::RateLimited) {
            repeats += 1;
        }
        context.output.detail(&format!("{error}; trying again in {} ms", wait.as_millis()));
        tokio::time::sleep(wait).await;
    }
}

/// How long to wait before the same again; `None` where that would not help.
fn wait_after(error: &ClientError, may_repeat: bool, repeats: u32) -> Option<Duration> {
    let facts = error.problem().map(|problem| &problem.facts);
    let asked = facts.and_then(|facts| facts.retry_after_ms).map(Duration::from_millis);
    let did_nothing = facts.and_then(|facts| facts.outcome) == Some(Outcome::NotRecorded);
    let passes = match error {
        ClientError::Problem(problem) => match problem.code {
            ErrorCode::RateLimited => return Some(asked.unwrap_or(FIRST_WAIT).max(LEAST_WAIT)),
            ErrorCode::Unavailable => may_repeat || did_nothing,
            _ => false,
        },
        ClientError::Unreachable { .. } => true,
        ClientError::TimedOut { .. } | ClientError::AnswerLost { .. } => may_repeat,
        _ => false,
    };
    let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(repeats));
    (passes && repeats < REPEATS).then(|| wait.max(asked.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use gobid_api::problem::{Facts, Problem};

    use super::*;

    fn problem(code: ErrorCode, facts: Facts) -> ClientError {
        ClientError::Problem(Box::new(Problem::new(code, "no", "t".to_owned(), facts)))
    }

    #[test]
    fn only_what_passes_is_waited_for() {
        let server = || "http://a".to_owned();
        let unreachable = || ClientError::Unreachable { server: server(), why: String::new() };
        let lost = || ClientError::AnswerLost { server: server(), why: String::new() };
        let slow = Facts { retry_after_ms: Some(7000), ..Facts::default() };
        let nothing = Facts { outcome: Some(Outcome::NotRecorded), ..Facts::default() };
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        let table = [
            (problem(ErrorCode::RateLimited, slow.clone()), false, 99, seconds(7)),
            (problem(ErrorCode::RateLimited, Facts::default()), false, 99, seconds(1)),
            (problem(ErrorCode::Unavailable, slow.clone()), true, 0, seconds(7)),
            (problem(ErrorCode::Unavailable, slow), false, 0, None),
            (problem(ErrorCode::Unavailable, nothing), false, 2, seconds(4)),
            (problem(ErrorCode::ValidationFailed, Facts::default()), true, 0, None),
            (unreachable(), false, 3, seconds(8)),
            (unreachable(), false, REPEATS, None),
            (lost(), true, 0, seconds(1)),
            (lost(), false, 0, None),
        ];
        for (error, may_repeat, repeats, wait) in table {
            assert_eq!(wait_after(&error, may_repeat, repeats), wait, "{error} {repeats}");
        }
    }
}
