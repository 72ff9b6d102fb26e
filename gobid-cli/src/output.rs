//! Everything the program says: results on standard output in the form that was asked for, the
//! rest on standard error.

mod cell;
mod json;
mod progress;
mod record;
mod shell;
mod table;

pub(crate) use cell::Cell;
pub(crate) use progress::Bar;
pub(crate) use record::{Column, Record};
pub(crate) use shell::shell_word;

use std::io::{self, IsTerminal as _, Write};

use clap::ValueEnum;
use gobid_api::client::safe_text;

use crate::error::CliError;
use crate::report::Report;

/// In which form results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table on a terminal; elsewhere values separated by tabs, without a header
    Table,
    /// One JSON document
    Json,
    /// One JSON document a line
    Ndjson,
    /// Comma-separated values with a header
    Csv,
    /// Ids alone, one a line
    Id,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How much is said beside results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Warnings and errors.
    Quiet,
    /// What helps people along, too.
    Normal,
    /// And what is done.
    Verbose,
}

/// Where and how the program speaks.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    format: Format,
    /// Whether people read the result: standard output is a terminal.
    for_people: bool,
    colored: bool,
    verbosity: Verbosity,
}

/// A result that comes bit by bit.
pub(crate) struct Stream<'a> {
    output: &'a Output,
    is_first: bool,
}

/// A list that comes bit by bit, and may be one document.
pub(crate) struct Collection<'a, T> {
    stream: Stream<'a>,
    /// What waits for the rest of its document.
    waiting: Vec<T>,
}

impl Output {
    pub(crate) fn new(format: Format, color: Color, verbosity: Verbosity) -> Self {
        let colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
            }
        };
        Self { format, for_people: io::stdout().is_terminal(), colored, verbosity }
    }

    /// Prints a list.
    pub(crate) fn list<T: Record>(&self, items: &[T]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            Format::Table if self.for_people => out.write_all(table::list(items).as_bytes())?,
            Format::Table => {
                for item in items {
                    writeln!(out, "{}", table::tabs(item))?;
                }
            }
            Format::Json => writeln!(out, "{}", json::text(&items, self.for_people)?)?,
            Format::Ndjson => {
                for item in items {
                    writeln!(out, "{}", json::text(item, false)?)?;
                }
            }
            Format::Csv => out.write_all(&csv(items, true)?)?,
            Format::Id => {
                for item in items {
                    writeln!(out, "{}", item.id())?;
                }
            }
        }
        out.flush()
    }

    /// Prints one thing.
    pub(crate) fn one<T: Record>(&self, item: &T) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.format {
            Format::Table => {
                out.write_all(table::details(item, self.for_people).as_bytes())?;
            }
            Format::Json => writeln!(out, "{}", json::text(item, self.for_people)?)?,
            Format::Ndjson => writeln!(out, "{}", json::text(item, false)?)?,
            Format::Csv => out.write_all(&csv(std::slice::from_ref(item), true)?)?,
            Format::Id => writeln!(out, "{}", item.id())?,
        }
        out.flush()
    }

    /// Makes sure, before a secret is made that is shown once, that it will be shown.
    pub(crate) fn shows_secrets(&self) -> Result<(), CliError> {
        if self.format == Format::Id {
            let why = "-o id shows the id alone, and what is shown once would be lost: ask for \
                       another form, such as -o json";
            return Err(CliError::Usage(why.to_owned()));
        }
        Ok(())
    }

    /// Prints one thing with such a secret; `next` says what to do when it cannot be shown.
    pub(crate) fn secret<T: Record>(
        &self,
        item: &T,
        what: &str,
        next: String,
    ) -> Result<(), CliError> {
        let not_shown = |why| CliError::NotShown { what: what.to_owned(), why, next };
        self.one(item).map_err(not_shown)
    }

    /// Begins a result that comes bit by bit, one line each.
    pub(crate) const fn stream(&self) -> Stream<'_> {
        Stream { output: self, is_first: true }
    }

    /// Begins a list that comes bit by bit, one line each; as JSON it is one document at the end.
    pub(crate) const fn collection<T: Record>(&self) -> Collection<'_, T> {
        Collection { stream: self.stream(), waiting: Vec::new() }
    }

    /// Whether programs read what is said.
    pub(crate) const fn is_for_programs(&self) -> bool {
        matches!(self.format, Format::Json | Format::Ndjson)
    }

    /// Prints what is JSON in every form.
    pub(crate) fn document(&self, value: &impl serde::Serialize) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let for_people = self.for_people && self.format != Format::Ndjson;
        writeln!(out, "{}", json::text(value, for_people)?)?;
        out.flush()
    }

    /// Prints the bytes of an answer as they are; on a terminal without what could act on it.
    pub(crate) fn raw(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.for_people {
            let text = String::from_utf8_lossy(bytes);
            writeln!(out, "{}", json::escaped(text.trim_end()))?;
        } else {
            out.write_all(bytes)?;
        }
        out.flush()
    }

    /// Says something that helps people along, on standard error; not where a program may read it.
    pub(crate) fn note(&self, text: &str) {
        let least = if self.is_for_programs() { Verbosity::Verbose } else { Verbosity::Normal };
        if self.verbosity >= least {
            complain(&safe_text(text));
        }
    }

    /// The same for those who want to know more.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose {
            complain(&safe_text(text));
        }
    }

    /// Warns.
    pub(crate) fn warn(&self, text: &str) {
        let label = self.colored("33", "warning:");
        complain(&format!("{label} {}", safe_text(text)));
    }

    /// Says why the command came to nothing.
    pub(crate) fn fail(&self, report: &Report) {
        let text = match self.format {
            Format::Json | Format::Ndjson => json::text(report, false).unwrap_or_default(),
            Format::Table | Format::Csv | Format::Id => {
                format!("{} {report}", self.colored("31", "error:"))
            }
        };
        complain(&text);
    }

    fn colored(&self, color: &str, text: &str) -> String {
        if self.colored { format!("\u{1b}[1;{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

impl Stream<'_> {
    /// Prints the next bit, at once.
    pub(crate) fn next<T: Record>(&mut self, item: &T) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match self.output.format {
            Format::Table if self.output.for_people => writeln!(out, "{}", item.sentence())?,
            Format::Table => writeln!(out, "{}", table::tabs(item))?,
            Format::Json | Format::Ndjson => writeln!(out, "{}", json::text(item, false)?)?,
            Format::Csv => out.write_all(&csv(std::slice::from_ref(item), self.is_first)?)?,
            Format::Id => {
                let id = item.id();
                if !id.is_empty() {
                    writeln!(out, "{id}")?;
                }
            }
        }
        self.is_first = false;
        out.flush()
    }
}

impl<T: Record> Collection<'_, T> {
    /// Prints the next one, or keeps it for the document.
    pub(crate) fn push(&mut self, item: T) -> io::Result<()> {
        if self.stream.output.format == Format::Json {
            self.waiting.push(item);
            return Ok(());
        }
        self.stream.next(&item)
    }

    /// Prints what has waited.
    pub(crate) fn finish(self) -> io::Result<()> {
        let Stream { output, is_first } = self.stream;
        match output.format {
            Format::Json => output.list(&self.waiting),
            // Of nothing there is a header all the same.
            Format::Csv if is_first => output.list(&self.waiting),
            _ => Ok(()),
        }
    }
}

/// Prints bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Asks on standard error, without an end of the line.
pub(crate) fn ask(question: &str) -> io::Result<()> {
    // At once, so that nothing typed comes in between.
    let text = format!("{} ", safe_text(question));
    io::stderr().lock().write_all(text.as_bytes())
}

/// Ends a line on standard error that was left open.
pub(crate) fn end_line() -> io::Result<()> {
    writeln!(io::stderr().lock())
}

fn complain(text: &str) {
    // Nobody is left to be told when this fails.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn csv<T: Record>(items: &[T], with_header: bool) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if with_header {
        writer.write_record(T::COLUMNS.iter().map(|column| column.name))?;
    }
    for item in items {
        let cells = T::COLUMNS.iter().map(|column| (column.cell)(item).for_programs());
        writer.write_record(cells)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests;
