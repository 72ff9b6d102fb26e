//! The second renderer: append-only lines in place of a screen, words in place of keys, for a
//! screen reader, a pipe, or a terminal that cannot be drawn on.

mod echo;
mod telling;

use std::io::{self, IsTerminal as _, Write as _};

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines, Stdin, stdin};

use crate::app::{App, Msg};
use crate::front::Input;
use crate::settings::Settings;
use echo::Echo;
use telling::{Question, Telling};

/// The longest line that is read, in bytes.
const LONGEST: usize = 4_096;

/// Lines and words.
pub struct Plain {
    /// Where words come from; `None` when no more can come.
    words: Option<Lines<BufReader<Stdin>>>,
    telling: Telling,
    echo: Echo,
    is_terminal: bool,
}

impl Plain {
    /// Opens it.
    pub fn open(settings: &Settings) -> Self {
        let words = settings.reads_input.then(|| BufReader::new(stdin()).lines());
        Self {
            words,
            telling: Telling::new(settings.reads_input),
            echo: Echo::default(),
            is_terminal: io::stdout().is_terminal(),
        }
    }

    /// Whether no more words can come.
    pub const fn is_closed(&self) -> bool {
        self.words.is_none()
    }

    /// Rings the bell of a terminal; in a pipe it would be a strange letter.
    pub fn ring(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.is_terminal {
            out.write_all(b"\x07")?;
        }
        out.flush()
    }

    /// The next line of words. May be cancelled without losing anything.
    pub async fn input(&mut self) -> Input {
        let Some(words) = &mut self.words else {
            return std::future::pending().await;
        };
        match words.next_line().await {
            Ok(Some(line)) if line.len() <= LONGEST => self.line(line),
            Ok(Some(_)) => Input::Nothing,
            Ok(None) | Err(_) => {
                self.words = None;
                Input::Nothing
            }
        }
    }

    /// A question about the state is answered here; everything else is for the state.
    fn line(&mut self, line: String) -> Input {
        let question = match line.trim().to_lowercase().as_str() {
            _ if self.telling.is_asking() => None,
            "help" | "?" => Some(Question::Help),
            "status" => Some(Question::Status),
            "bids" => Some(Question::Bids),
            "details" => Some(Question::Details),
            "events" => Some(Question::Events),
            // Nothing can be copied or drawn here: the link itself is said.
            "copy" | "qr" => Some(Question::Link),
            "auctions" => Some(Question::Auctions),
            "rows" => Some(Question::Rows),
            _ => None,
        };
        if question.is_some() {
            self.telling.ask(question);
            return Input::Msg(Box::new(Msg::Tick));
        }
        Input::Msg(Box::new(Msg::Words(line)))
    }

    /// Writes what is new.
    pub fn show(&mut self, app: &App) -> io::Result<()> {
        let lines = self.telling.lines(app);
        let mut out = io::stdout().lock();
        for line in lines {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
        let is_secret =
            app.form.as_ref().is_some_and(|form| form.focus == crate::app::Field::Password);
        self.echo.set(!is_secret);
        if let Some(prompt) = self.telling.prompt(app) {
            let mut asked = io::stderr().lock();
            write!(asked, "{prompt} ")?;
            asked.flush()?;
        }
        Ok(())
    }
}
