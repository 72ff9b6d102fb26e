//! What has to be asked of a person: on a terminal only, and secrets never on the command line.

mod echo;

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use crate::credentials::Context;
use crate::error::CliError;
use crate::output;
use echo::Hidden;

/// The longest secret that is read, in bytes.
const MAX_SECRET_BYTES: u64 = 4096;

/// Where a password comes from; without either, it is asked for.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct PasswordArgs {
    /// Read the password from standard input
    #[arg(long)]
    password_stdin: bool,

    /// Read the password from a file
    #[arg(long, env = "GOBID_PASSWORD_FILE", value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Whether a new password is chosen, which is asked for twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Password {
    Known,
    New,
}

impl Context {
    /// A password from where the arguments say.
    pub(crate) async fn password(
        &self,
        args: &PasswordArgs,
        kind: Password,
    ) -> Result<String, CliError> {
        if args.password_stdin {
            return blocking(|| secret(io::stdin(), "standard input")).await;
        }
        if let Some(path) = args.password_file.clone() {
            return secret_of(path).await;
        }
        self.asked("Password:", kind).await
    }

    /// A password that is typed in.
    pub(crate) async fn asked(&self, question: &str, kind: Password) -> Result<String, CliError> {
        if !self.can_ask() {
            return Err(CliError::Usage(
                "a password is needed: give it by --password-stdin or --password-file".to_owned(),
            ));
        }
        let _hidden = Hidden::begin().map_err(|why| unreadable("the terminal", why))?;
        let password = ask_line(question).await?;
        if kind == Password::New && ask_line("Password again:").await? != password {
            return Err(CliError::Usage("the two passwords differ".to_owned()));
        }
        Ok(password)
    }

    /// The value of an option, asked for when it is missing.
    pub(crate) async fn required(
        &self,
        value: Option<String>,
        option: &str,
        question: &str,
    ) -> Result<String, CliError> {
        match value {
            Some(value) => Ok(value),
            None if self.can_ask() => Ok(ask_line(question).await?.trim().to_owned()),
            None => Err(CliError::Usage(format!("--{option} is needed"))),
        }
    }

    /// Makes sure that a person means it. Where nobody can be asked, the command line has said so.
    pub(crate) async fn confirm(&self, question: &str) -> Result<(), CliError> {
        if self.settings.yes || !self.can_ask() {
            return Ok(());
        }
        let answer = ask_line(&format!("{question} [y/N]")).await?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(CliError::Declined)
        }
    }

    fn can_ask(&self) -> bool {
        self.settings.may_ask && io::stdin().is_terminal() && io::stderr().is_terminal()
    }
}

impl PasswordArgs {
    /// Whether the arguments say where a password comes from.
    pub(crate) const fn is_given(&self) -> bool {
        self.password_stdin || self.password_file.is_some()
    }
}

/// The secret in a file.
pub(crate) async fn secret_of(path: PathBuf) -> Result<String, CliError> {
    blocking(move || secret_file(&path)).await
}

/// The two secrets on standard input, a line each.
pub(crate) async fn two_secrets() -> Result<(String, String), CliError> {
    blocking(|| {
        let mut text = String::new();
        let read = io::stdin().take(MAX_SECRET_BYTES).read_to_string(&mut text);
        read.map_err(|why| unreadable("standard input", why))?;
        let mut lines = text.lines().filter(|line| !line.is_empty()).map(str::to_owned);
        lines.next().zip(lines.next()).ok_or_else(|| {
            let why = "there are no two passwords in standard input: write each on a line";
            CliError::Usage(why.to_owned())
        })
    })
    .await
}

/// The line that a person answers with.
async fn ask_line(question: &str) -> Result<String, CliError> {
    output::ask(question)?;
    blocking(|| {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        if read.map_err(|why| unreadable("standard input", why))? == 0 {
            // The question's line has not ended.
            output::end_line()?;
            return Err(CliError::Interrupted);
        }
        Ok(without_end(&line).to_owned())
    })
    .await
}

/// Reads on a thread of its own, so that Ctrl-C is heard meanwhile.
async fn blocking<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(result) => result,
        Err(error) => Err(unreadable("standard input", io::Error::other(error))),
    }
}

fn secret_file(path: &Path) -> Result<String, CliError> {
    let name = path.display().to_string();
    let file = std::fs::File::open(path).map_err(|why| unreadable(&name, why))?;
    secret(file, &name)
}

/// The whole text but for the end of its line.
fn secret(source: impl io::Read, name: &str) -> Result<String, CliError> {
    let mut text = String::new();
    let read = source.take(MAX_SECRET_BYTES).read_to_string(&mut text);
    read.map_err(|why| unreadable(name, why))?;
    let secret = without_end(&text);
    if secret.is_empty() {
        return Err(CliError::Usage(format!("there is no password in {name}")));
    }
    Ok(secret.to_owned())
}

/// A line without its end.
fn without_end(line: &str) -> &str {
    let text = line.strip_suffix('\n').unwrap_or(line);
    text.strip_suffix('\r').unwrap_or(text)
}

fn unreadable(what: &str, why: io::Error) -> CliError {
    CliError::Input { what: what.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_ends_before_the_end_of_its_line() {
        for (text, expected) in [("a b", "a b"), ("a\n", "a"), ("a\r\n", "a"), (" a \n", " a ")] {
            assert_eq!(secret(text.as_bytes(), "").unwrap(), expected);
        }
        assert!(matches!(secret(&b"\n"[..], ""), Err(CliError::Usage(_))));
    }
}
