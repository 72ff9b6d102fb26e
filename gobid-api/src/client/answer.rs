//! Answers as they come over HTTP.

use reqwest::Response;
use reqwest::header::RETRY_AFTER;

use super::ClientError;
use crate::problem::Problem;

/// An answer as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers, names in lower case; values that are no text are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawResponse {
    pub(super) fn new(response: &Response, body: Vec<u8>) -> Self {
        let headers = response.headers().iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            Some((name.as_str().to_owned(), value.to_owned()))
        });
        Self { status: response.status().as_u16(), headers: headers.collect(), body }
    }

    /// The first header of a name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(candidate, _)| candidate == name);
        values.next().map(|(_, value)| value.as_str())
    }

    /// The problem document, when the answer is one.
    pub fn problem(&self) -> Option<Problem> {
        if self.status < 400 {
            return None;
        }
        let mut problem: Problem = serde_json::from_slice(&self.body).ok()?;
        if problem.facts.retry_after_ms.is_none() {
            let seconds: Option<u64> =
                self.header(RETRY_AFTER.as_str()).and_then(|s| s.parse().ok());
            problem.facts.retry_after_ms = seconds.map(|seconds| seconds.saturating_mul(1000));
        }
        Some(problem)
    }

    pub(super) fn into_error(self) -> ClientError {
        match self.problem() {
            Some(problem) => ClientError::Problem(Box::new(problem)),
            None => ClientError::Protocol(format!("it is a bare status {}", self.status)),
        }
    }
}
