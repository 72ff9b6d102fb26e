//! Something that was looked at, and what was found.

use gobid_api::client::safe_text;
use serde::Serialize;

use crate::error::CliError;
use crate::exit;
use crate::output::{Cell, Column, Record};
use crate::report::Report;

/// Something that was looked at.
#[derive(Debug, Serialize)]
pub(super) struct Check {
    /// What was looked at.
    #[serde(rename = "check")]
    name: &'static str,
    status: Status,
    /// What was found.
    detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// How the program ends because of it.
    #[serde(skip)]
    pub(super) exit: u8,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Warning,
    Failed,
    Skipped,
}

impl Check {
    /// As it should be.
    pub(super) fn ok(name: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { name, status: Status::Ok, detail, remedy: None, exit: exit::OK }
    }

    /// Not as it should be, and no fault.
    pub(super) fn warning(
        name: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let remedy = Some(remedy.into());
        Self { status: Status::Warning, remedy, ..Self::ok(name, detail) }
    }

    /// A fault: the program ends as it would have ended with the error.
    pub(super) fn failed(name: &'static str, error: &CliError, remedy: impl Into<String>) -> Self {
        Self::wrong(name, error.to_string(), remedy, Report::of(error).exit())
    }

    /// A fault that has no error.
    pub(super) fn wrong(
        name: &'static str,
        detail: impl Into<String>,
        remedy: impl Into<String>,
        exit: u8,
    ) -> Self {
        Self { status: Status::Failed, exit, ..Self::warning(name, detail, remedy) }
    }

    /// Not looked at.
    pub(super) fn skipped(name: &'static str, why: impl Into<String>) -> Self {
        Self { status: Status::Skipped, ..Self::ok(name, why) }
    }
}

impl Status {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Record for Check {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("status", |it| Cell::text(it.status.as_str())),
        Column::new("check", |it| Cell::text(it.name)),
        Column::new("detail", |it| Cell::text(&it.detail)),
        Column::new("remedy", |it| Cell::maybe(it.remedy.as_ref())),
    ];

    fn id(&self) -> String {
        self.name.to_owned()
    }

    fn sentence(&self) -> String {
        let Self { name, status, detail, remedy, .. } = self;
        let found = format!("{:<7}  {name:<10}  {}", status.as_str(), safe_text(detail));
        match remedy {
            Some(remedy) => format!("{found}\n         next: {}", safe_text(remedy)),
            None => found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_what_is_wrong_and_what_to_do() {
        let ok = Check::ok("server", "http://a answers");
        assert_eq!(ok.sentence(), "ok       server      http://a answers");
        let wrong = Check::wrong("ready", "no\u{1b}[2J database", "look", exit::SERVER_ERROR);
        assert_eq!(wrong.sentence(), "failed   ready       no[2J database\n         next: look");
    }
}
