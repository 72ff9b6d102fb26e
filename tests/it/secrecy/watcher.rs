//! A socket that somebody keeps open: all of its frames, and how it ended.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::support::socket::Socket;
use crate::support::wait::{PATIENCE, soon};

/// How a heartbeat begins, and how long there is quiet before one comes, at least.
const HEARTBEAT: &str = r#""type":"heartbeat""#;
const QUIET: Duration = Duration::from_secs(14);

/// A socket, read from its first frame to its end.
pub(super) struct Watcher {
    pub(super) who: String,
    frames: watch::Receiver<Vec<String>>,
    commands: mpsc::Sender<Value>,
}

impl Watcher {
    pub(super) fn of(who: String, socket: Socket) -> Self {
        let (sender, frames) = watch::channel(Vec::new());
        let (commands, commands_taken) = mpsc::channel(1);
        tokio::spawn(read(socket, sender, commands_taken));
        Self { who, frames, commands }
    }

    /// Sends a command.
    pub(super) async fn send(&self, command: Value) {
        self.commands.send(command).await.expect("the socket is open");
    }

    /// Waits for a frame.
    pub(super) async fn sees(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let found = |frames: &[String]| {
            let mut frames = frames.iter().filter_map(|text| serde_json::from_str(text).ok());
            frames.find(|frame| wanted(frame))
        };
        let mut frames = self.frames.clone();
        let coming = frames.wait_for(|frames| found(frames).is_some());
        let seen = soon(&format!("{what}, for {}", self.who), PATIENCE, coming).await;
        found(&seen.expect("the socket is open")).unwrap()
    }

    /// How often its owner was told how he stands.
    pub(super) fn yous(&self) -> usize {
        count_yous(&self.frames.borrow())
    }

    /// Waits until he was told so often.
    pub(super) async fn sees_yous(&self, wanted: usize) {
        let mut frames = self.frames.clone();
        let coming = frames.wait_for(|frames| count_yous(frames) >= wanted);
        soon(&format!("a you for {}", self.who), PATIENCE, coming).await.unwrap();
    }

    /// Waits until everything up to a seq has come.
    pub(super) async fn sees_seq(&self, seq: u64) {
        let reaches = |frame: &Value| {
            let is_news = ["snapshot", "update", "heartbeat"].map(Value::from);
            is_news.contains(&frame["type"]) && frame["seq"].as_u64() >= Some(seq)
        };
        self.sees(&format!("seq {seq}"), reaches).await;
    }

    /// Waits for the end, and gives every frame; the last line says how it ended.
    pub(super) async fn ended(&mut self) -> Vec<String> {
        let ending = async { while self.frames.changed().await.is_ok() {} };
        soon(&format!("the end of the socket of {}", self.who), PATIENCE, ending).await;
        self.frames.borrow().clone()
    }
}

fn count_yous(frames: &[String]) -> usize {
    frames.iter().filter(|frame| frame.starts_with(r#"{"type":"you""#)).count()
}

async fn read(
    mut socket: Socket,
    frames: watch::Sender<Vec<String>>,
    mut commands: mpsc::Receiver<Value>,
) {
    let mut last = Instant::now();
    loop {
        tokio::select! {
            text = socket.next_text() => match text {
                // Whether there is quiet for so long is a matter of the machine.
                Ok(text) if text.contains(HEARTBEAT) && last.elapsed() > QUIET => {}
                Ok(text) => {
                    last = Instant::now();
                    frames.send_modify(|frames| frames.push(text));
                }
                Err(closed) => {
                    let end = format!("closed with {:?}: {}", closed.code, closed.reason);
                    frames.send_modify(|frames| frames.push(end));
                    return;
                }
            },
            Some(command) = commands.recv() => socket.send(&command).await.unwrap(),
        }
    }
}
