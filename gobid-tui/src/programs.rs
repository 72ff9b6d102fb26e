//! Programs of the user's that are started: commands for what happens, and the browser. None of
//! them is ended because this one ends, and Ctrl-C in the terminal is not meant for them.

use std::ffi::OsString;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use gobid_api::client::safe_text;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::app::{Happening, Msg};

/// A command may take so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// A browser that has not failed by then is one that stays.
const OPENED_AFTER: Duration = Duration::from_secs(3);
/// When this program ends, it waits so long for the commands that are under way.
const GRACE: Duration = Duration::from_secs(5);
/// So many commands are under way at once, at most.
const MOST: usize = 64;

/// The commands of the configuration that are under way.
#[derive(Debug, Default)]
pub struct Hooks(JoinSet<()>);

impl Hooks {
    /// Runs a command for what happened, unless there are too many. What it says is nobody's.
    pub fn run(&mut self, command: &str, happening: &Happening, answers: mpsc::Sender<Msg>) {
        while self.0.try_join_next().is_some() {}
        if self.0.len() >= MOST {
            return;
        }
        let key = happening.what.key();
        let mut shell = quiet(Command::new("sh"));
        shell
            .args(["-c", command])
            .env("GOBID_EVENT", key.trim_start_matches("on_"))
            .env("GOBID_PRODUCT_ID", happening.product_id.to_string())
            .env("GOBID_PRODUCT_NAME", &happening.name)
            .env("GOBID_TEXT", &happening.text);
        self.0.spawn(async move {
            if let Err(error) = end_of(shell).await {
                let trouble = Msg::Trouble(safe_text(&format!("{key}: {error:#}")));
                // Nobody takes it any more when the program ends.
                let _ = answers.send(trouble).await;
            }
        });
    }

    /// What is waited for at the end, should anything be under way.
    pub fn waiting(&mut self) -> Option<String> {
        while self.0.try_join_next().is_some() {}
        let commands = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        let commands = crate::words::count(commands, "command");
        (!self.0.is_empty()).then(|| format!("waiting for {commands}; Ctrl-C leaves"))
    }

    /// Waits a while for those that are under way. What takes longer goes on by itself.
    pub async fn finish(mut self) {
        let all = async { while self.0.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, all).await;
    }
}

/// Opens an address in the browser, which may be a program that stays.
pub async fn browse(browser: OsString, address: String) -> Vec<Msg> {
    let mut program = quiet(Command::new(&browser));
    program.arg(&address);
    match opened(program, OPENED_AFTER).await {
        Ok(()) => vec![Msg::Done(format!("opened {address}"))],
        Err(error) => {
            let browser = browser.to_string_lossy();
            let why = format!("{browser} does not open it ({error:#}): {address}");
            vec![Msg::Trouble(safe_text(&why))]
        }
    }
}

/// A program that neither reads from the terminal nor writes to it, in a process group of its own.
fn quiet(mut program: Command) -> Command {
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    program
}

async fn opened(mut program: Command, after: Duration) -> anyhow::Result<()> {
    let mut child = program.spawn()?;
    match tokio::time::timeout(after, child.wait()).await {
        Ok(status) => succeeded(status?),
        Err(_it_stays) => Ok(()),
    }
}

async fn end_of(mut program: Command) -> anyhow::Result<()> {
    let mut child = program.spawn()?;
    let status = tokio::time::timeout(PATIENCE, child.wait()).await;
    if status.is_err() {
        kill(&child);
    }
    succeeded(status.context("it did not end within 30 s")??)
}

fn succeeded(status: ExitStatus) -> anyhow::Result<()> {
    anyhow::ensure!(status.success(), "it ended with {status}");
    Ok(())
}

/// Ends a program, and whatever it has started.
fn kill(child: &Child) {
    let id = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // It may have ended at this very moment.
    let _ = id.map(|id| kill_process_group(id, Signal::KILL));
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use gobid_api::ProductId;
    use tokio::sync::mpsc::channel;
    use tokio::sync::oneshot;

    use super::*;
    use crate::app::What;

    fn pipe(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    fn happening() -> Happening {
        Happening {
            product_id: ProductId::from_u128(1),
            name: "Leica".to_owned(),
            what: What::Outbid,
            text: "you are outbid".to_owned(),
        }
    }

    #[tokio::test]
    async fn commands_under_way_are_waited_for_at_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let (go, done) = (pipe(folder.path(), "go"), folder.path().join("done"));
        let (answers, _taken) = channel(1);
        let mut hooks = Hooks::default();
        let command = format!(
            "read x < {}; echo \"$GOBID_EVENT: $GOBID_TEXT\" > {}",
            go.display(),
            done.display()
        );
        assert_eq!(hooks.waiting(), None);
        hooks.run(&command, &happening(), answers);
        let waiting = hooks.waiting();
        assert_eq!(waiting.as_deref(), Some("waiting for 1 command; Ctrl-C leaves"));
        let write = tokio::task::spawn_blocking(move || fs::write(go, "x\n"));
        let ((), written) = tokio::join!(hooks.finish(), write);
        written.unwrap().unwrap();
        assert_eq!(fs::read_to_string(done).unwrap(), "outbid: you are outbid\n");
    }

    #[tokio::test]
    async fn a_command_that_fails_is_told() {
        let (answers, mut taken) = channel(1);
        let mut hooks = Hooks::default();
        hooks.run("exit 3", &happening(), answers);
        let told = taken.recv().await;
        let said = "on_outbid: it ended with exit status: 3";
        assert!(matches!(&told, Some(Msg::Trouble(text)) if text == said), "{told:?}");
    }

    #[tokio::test]
    async fn a_browser_may_stay() {
        let folder = tempfile::tempdir().unwrap();
        let (go, end) = (pipe(folder.path(), "go"), pipe(folder.path(), "end"));
        let mut browser = quiet(Command::new("sh"));
        let script = format!("read x < {}; echo still there > {}", go.display(), end.display());
        browser.args(["-c", &script]);
        opened(browser, Duration::ZERO).await.unwrap();
        // On a thread that is not waited for, should nobody be there any more.
        let (heard, told) = oneshot::channel();
        std::thread::spawn(move || {
            let said = fs::write(go, "x\n").and_then(|()| fs::read_to_string(end));
            heard.send(said)
        });
        let told = tokio::time::timeout(PATIENCE, told).await.unwrap().unwrap();
        assert_eq!(told.unwrap(), "still there\n");
    }

    #[tokio::test]
    async fn a_browser_that_fails_is_told() {
        for (browser, why) in [("false", "it ended with"), ("/nowhere/browser", "No such file")] {
            let told = browse(browser.into(), "http://a".to_owned()).await;
            let Some(Msg::Trouble(text)) = told.first() else { panic!("{told:?}") };
            assert!(text.contains(why) && text.ends_with(": http://a"), "{text}");
        }
    }
}
