//! Somebody at a shell.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::support::process::{Process, own_folders};
use crate::support::programs;
use crate::support::pty::{Pty, Size};
use crate::support::server::Server;
use crate::support::wait::{PATIENCE, soon};

/// A person's folders and environment, in which the command line runs.
pub(super) struct Shell {
    folder: TempDir,
    env: BTreeMap<String, String>,
}

/// How a run of the command line ended, and what it said.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Shell {
    pub(super) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("gobid-cli-").tempdir().unwrap();
        let env = own_folders(folder.path()).into_iter().collect();
        Self { folder, env }
    }

    /// One whose environment names a server.
    pub(super) fn at(server: &Server) -> Self {
        Self::at_url(server.url())
    }

    /// One whose environment names a server by its address.
    pub(super) fn at_url(url: &str) -> Self {
        Self::new().env("GOBID_SERVER", url)
    }

    pub(super) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    /// Its home, where commands run.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file in its home, and gives the path.
    pub(super) fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs a command with an empty standard input.
    pub(super) async fn run(&self, args: &[&str]) -> Ran {
        self.run_with(args, "").await
    }

    /// Runs a command with a text on its standard input.
    pub(super) async fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let what = format!("gobid-cli {args:?}");
        self.end_of(&what, self.command(args), input).await
    }

    /// Runs a line of a shell's.
    pub(super) async fn script(&self, line: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-c", line]).env_clear().envs(&self.env).current_dir(self.folder());
        command.stdout(Stdio::piped());
        self.end_of(line, command, "").await
    }

    async fn end_of(&self, what: &str, mut command: Command, input: &str) -> Ran {
        let mut child = command
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let running = async {
            // A command that reads nothing may have ended.
            let _written = stdin.write_all(input.as_bytes()).await;
            drop(stdin);
            child.wait_with_output().await.unwrap()
        };
        let output = soon(&format!("the end of {what}"), 2 * PATIENCE, running).await;
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The command, its standard output piped.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(programs::cli());
        command.args(args).env_clear().envs(&self.env).current_dir(self.folder());
        command.stdout(Stdio::piped());
        command
    }

    /// Starts a command that goes on beside the test.
    pub(super) fn start(&self, args: &[&str]) -> Process {
        let args: Vec<_> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let env: Vec<_> = self.env.clone().into_iter().collect();
        Process::start(programs::cli(), &args, &env, self.folder())
    }

    /// Starts a command in a terminal.
    pub(super) async fn terminal(&self, size: Size, args: &[&str]) -> Pty {
        self.terminal_of(size, programs::cli(), args).await
    }

    /// Starts any program in a terminal.
    pub(super) async fn terminal_of(&self, size: Size, program: &Path, args: &[&str]) -> Pty {
        let env: Vec<_> = self.env.iter().map(|(name, value)| (&**name, &**value)).collect();
        Pty::start(size, program, args, &env).await
    }

    /// Runs a command that has to succeed, and gives what it printed.
    pub(super) async fn ok(&self, args: &[&str]) -> String {
        self.run(args).await.ok()
    }

    /// Runs a command that has to succeed, and reads its JSON.
    pub(super) async fn json(&self, args: &[&str]) -> Value {
        let text = self.ok(&[args, &["-o", "json"]].concat()).await;
        serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}"))
    }

    /// Signs up under a name, which logs in; gives the user's id.
    pub(super) async fn sign_up(&self, name: &str) -> String {
        let email = email_of(name);
        let args = ["user", "signup", "--user-name", name, "--email", &email];
        let args = [&args[..], &["--password-stdin", "-o", "id"]].concat();
        self.run_with(&args, &password_of(name)).await.ok().trim().to_owned()
    }

    /// Logs in as somebody who has signed up; more arguments may say where.
    pub(super) async fn log_in(&self, name: &str, args: &[&str]) -> Ran {
        let email = email_of(name);
        let login = ["user", "login", "--email", &email, "--password-stdin"];
        self.run_with(&[&login[..], args].concat(), &password_of(name)).await
    }
}

pub(super) fn email_of(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

pub(super) fn password_of(name: &str) -> String {
    format!("the password of {name}")
}

impl Ran {
    /// What a command that has to succeed printed.
    #[track_caller]
    pub(super) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// The error of a command that has to fail with the exit code, as people read it; nothing is
    /// on standard output.
    #[track_caller]
    pub(super) fn failed(self, code: i32) -> String {
        assert_eq!((self.code, &*self.stdout), (Some(code), ""), "{}", self.stderr);
        assert!(self.stderr.contains("error: "), "{}", self.stderr);
        self.stderr
    }

    /// The error of a command that was asked for JSON and has to fail with exit code and code: one
    /// line on standard error; nothing is on standard output.
    #[track_caller]
    pub(super) fn refused(self, exit: i32, code: &str) -> Value {
        assert_eq!(self.stdout, "");
        self.refused_after_answer(exit, code)
    }

    /// The same, when something was printed before.
    #[track_caller]
    pub(super) fn refused_after_answer(self, exit: i32, code: &str) -> Value {
        assert_eq!(self.code, Some(exit), "{}", self.stderr);
        assert_eq!(self.stderr.lines().count(), 1, "{}", self.stderr);
        let error: Value = serde_json::from_str(&self.stderr).unwrap();
        assert_eq!((&error["code"], &error["exit"]), (&code.into(), &exit.into()), "{error}");
        assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{error}");
        error
    }
}
