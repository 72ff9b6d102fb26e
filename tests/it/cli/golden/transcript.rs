//! What was typed, and what came of it in each form.

use std::fmt::Write as _;
use std::path::Path;

use insta::Settings;
use serde_json::value::RawValue;

use super::clean;
use super::masks::{masked, without_figures};
use crate::cli::shell::{Ran, Shell};
use crate::support::programs;

/// As people read it, who are at a terminal.
pub(super) const TERMINAL: &str = "terminal";
/// The forms that there are; all but the first are what `-o` takes.
pub(super) const FORMS: [&str; 6] = [TERMINAL, "table", "json", "ndjson", "csv", "id"];
/// An error is told in two ways: in sentences, and as JSON.
pub(super) const ERRORS: [&str; 2] = ["table", "json"];

/// A name of somebody who is there for one form. At a terminal, where columns are to be looked at, it
/// is as wide as what is kept of it.
pub(super) fn name_in(form: &str, name: &str) -> String {
    if form == TERMINAL { name.to_owned() } else { format!("{name}-{form}") }
}

/// Begins a command that was typed.
pub(super) const PROMPT: &str = "$ gobid-cli ";
/// Begins what came of it in some forms.
pub(super) const OUTCOME: &str = "-> ";

/// So wide and so long that nothing is broken or scrolls away.
const SCREEN: (u16, u16) = (250, 80);
/// Runs a program in a folder, with a file as its standard input.
const AT_TERMINAL: &str = r#"cd "$1" && file=$2 && shift 2 && exec "$@" <"$file""#;

/// What was typed, and what came of it.
#[derive(Default)]
pub(super) struct Transcript {
    commands: Vec<Command>,
    /// What else differs from run to run, and what is written in its place.
    hidden: Vec<(String, String)>,
    /// How much is kept of a result that is long.
    most: Option<usize>,
    /// Whether numbers in JSON differ from run to run.
    hides_figures: bool,
}

struct Command {
    typed: String,
    /// A form, and what came of the command in it.
    outcomes: Vec<(&'static str, String)>,
}

impl Transcript {
    /// Writes other words in place of some.
    pub(super) fn hide(&mut self, words: &str, other: &str) {
        self.hidden.push((words.to_owned(), other.to_owned()));
    }

    /// Writes the name of somebody in place of his name in a form.
    pub(super) fn hide_name(&mut self, form: &str, name: &str) {
        let full = name_in(form, name);
        self.hide(&full, name);
        self.hide(&full.to_lowercase(), &name.to_lowercase());
    }

    /// Writes `<n>` in place of every number in JSON.
    pub(super) fn hide_figures(&mut self) {
        self.hides_figures = true;
    }

    /// Keeps so many lines, or items, of what follows.
    pub(super) fn keep_first(&mut self, most: impl Into<Option<usize>>) {
        self.most = most.into();
    }

    /// Runs commands that change nothing, in every form.
    pub(super) async fn in_all_forms(&mut self, rows: &[(&Shell, &[&str])]) {
        for (shell, args) in rows {
            for form in FORMS {
                self.run(shell, form, args).await;
            }
        }
    }

    /// Runs a command that fails, for people and for programs.
    pub(super) async fn error(&mut self, shell: &Shell, args: &[&str], input: &str) {
        for form in ERRORS {
            self.run_with(shell, form, args, input).await;
        }
    }

    /// Runs a command in a form.
    pub(super) async fn run(&mut self, shell: &Shell, form: &'static str, args: &[&str]) {
        self.run_with(shell, form, args, "").await;
    }

    /// Runs a command in a form, with a text on its standard input.
    pub(super) async fn run_with(
        &mut self,
        shell: &Shell,
        form: &'static str,
        args: &[&str],
        input: &str,
    ) {
        let ran = run(shell, form, args, input).await;
        self.keep(form, args, &ran);
    }

    /// Keeps what came of a command.
    pub(super) fn keep(&mut self, form: &'static str, args: &[&str], ran: &Ran) {
        clean::check(args, form, ran);
        let mut outcome = String::new();
        let mut result = self.shortened(&ran.stdout);
        if self.hides_figures {
            result = without_figures(&result);
        }
        for (mark, said) in [("", &*result), ("! ", &*ran.stderr)] {
            for line in said.lines() {
                let line = masked(&self.hiding(line), form == TERMINAL);
                // Tabs are what scripts cut at; an end without a word is one, too.
                writeln!(outcome, "{mark}{}", line.replace('\t', " <tab> ")).unwrap();
            }
        }
        writeln!(outcome, "= {}", ran.code.unwrap()).unwrap();
        let typed = masked(&self.hiding(&typed(args)), false);
        let is_open = |command: &&mut Command| {
            command.typed == typed && command.outcomes.iter().all(|(known, _)| *known != form)
        };
        match self.commands.iter_mut().find(is_open) {
            Some(command) => command.outcomes.push((form, outcome)),
            None => self.commands.push(Command { typed, outcomes: vec![(form, outcome)] }),
        }
    }

    /// Compares it with what was kept under a name.
    pub(super) fn compare(self, name: &str) {
        let mut settings = Settings::clone_current();
        settings.set_omit_expression(true);
        settings.set_prepend_module_to_snapshot(false);
        let text: String = self.commands.iter().map(Command::text).collect();
        settings.bind(|| insta::assert_snapshot!(name, text));
    }

    fn hiding(&self, text: &str) -> String {
        self.hidden.iter().fold(text.to_owned(), |text, (words, other)| text.replace(words, other))
    }

    /// The first lines, or the first items of one line.
    fn shortened(&self, text: &str) -> String {
        let Some(most) = self.most else { return text.to_owned() };
        if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) {
            let more = if items.len() > most { ",…" } else { "" };
            let items: Vec<_> = items.iter().take(most).map(|item| item.get()).collect();
            return format!("[{}{more}]", items.join(","));
        }
        let lines = text.lines();
        let more = if lines.clone().count() > most { "\n…" } else { "" };
        lines.take(most).collect::<Vec<_>>().join("\n") + more
    }
}

impl Command {
    /// The command, and below it each outcome with the forms that have it.
    fn text(&self) -> String {
        let mut text = format!("{PROMPT}{}\n", self.typed);
        let is_first = |number: usize, outcome: &str| {
            self.outcomes.iter().position(|(_, other)| other == outcome) == Some(number)
        };
        for (number, (_, outcome)) in self.outcomes.iter().enumerate() {
            if is_first(number, outcome) {
                let same = self.outcomes.iter().filter(|(_, other)| other == outcome);
                let forms: Vec<_> = same.map(|(form, _)| *form).collect();
                write!(text, "{OUTCOME}{}\n{outcome}", forms.join(", ")).unwrap();
            }
        }
        text + "\n"
    }
}

/// Runs a command in a form, with a text on its standard input.
pub(super) async fn run(shell: &Shell, form: &str, args: &[&str], input: &str) -> Ran {
    if form == TERMINAL {
        return at_terminal(shell, args, input).await;
    }
    shell.run_with(&[&["-o", form], args].concat(), input).await
}

/// A command at a terminal, with all that was on it at its end.
async fn at_terminal(shell: &Shell, args: &[&str], input: &str) -> Ran {
    let input = shell.file("input", input);
    let program = programs::cli().to_str().unwrap();
    let folder = shell.folder().to_str().unwrap();
    let before = ["-c", AT_TERMINAL, "sh", folder, &input, program];
    let terminal = shell.terminal_of(SCREEN, Path::new("sh"), &[&before[..], args].concat()).await;
    let code = terminal.ended().await;
    let screen = terminal.screen();
    Ran { code: Some(code), stdout: screen.trim_end().to_owned() + "\n", stderr: String::new() }
}

/// A command as a shell takes it.
fn typed(args: &[&str]) -> String {
    let quoted = |word: &&str| {
        let is_plain = !word.is_empty() && !word.contains([' ', '{', '"', ';']);
        if is_plain { (*word).to_owned() } else { format!("'{word}'") }
    };
    args.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
