//! What a server says of itself: its log, at the level at which it says most.

use std::collections::BTreeSet;

use serde_json::Value;

use super::transcript::{Channel, Transcript};

/// What is counted over all that a server did, and what depends on how busy the machine is.
const NOT_COMPARED: [&str; 3] = [
    "what the hub counted",
    "set aside: their rows are locked, or they failed",
    "the clock under the lock disagrees with a stamp: measuring anew",
];

/// What has another value each time.
const RANDOM: [&str; 4] = ["timestamp", "elapsed", "peer", "url"];

/// Notes the lines of a log, without those of some requests.
pub(super) fn note(
    transcript: &mut Transcript,
    who: &str,
    log: &str,
    hidden_requests: &BTreeSet<String>,
) {
    for line in log.lines() {
        let Ok(Value::Object(mut fields)) = serde_json::from_str::<Value>(line) else {
            transcript.line(Channel::ServerLog, who, line.to_owned());
            continue;
        };
        let is_hidden = fields
            .get("span")
            .and_then(|span| span["trace_id"].as_str())
            .is_some_and(|trace_id| hidden_requests.contains(trace_id));
        let message = fields.get("message").and_then(Value::as_str).unwrap_or_default();
        if is_hidden || NOT_COMPARED.contains(&message) {
            continue;
        }
        for name in RANDOM {
            fields.remove(name);
        }
        let plain = transcript.plain(Channel::ServerLog, who, &fields.into());
        transcript.line(Channel::ServerLog, who, plain.to_string());
    }
}

/// Whether a number stands in a log by itself, and not as a part of something longer.
pub(super) fn has_number(log: &str, number: &str) -> bool {
    log.match_indices(number).any(|(at, _)| {
        let is_part = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
        let before = log[..at].chars().next_back();
        !is_part(before) && !is_part(log[at + number.len()..].chars().next())
    })
}
