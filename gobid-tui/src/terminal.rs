//! The terminal: taken over, drawn on, and given back as it was.
//!
//! The crates below leave modes on when a program panics, and nothing at all is restored when a
//! signal ends it: so it is done here, once, for every way out.

use std::io::{self, BufWriter, Stdout, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use gobid_api::client::safe_text;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rustix::process::Signal;

use crate::app::App;
use crate::{settings, view};

/// A frame is written at once: this holds the largest.
const FRAME_BYTES: usize = 256 * 1024;

/// Whether the terminal is taken over.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is listened to.
static HAS_MOUSE: AtomicBool = AtomicBool::new(false);
/// Whether some thread has panicked.
static HAS_PANICKED: AtomicBool = AtomicBool::new(false);

/// The terminal while it is taken over; dropped, it is given back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<BufWriter<Stdout>>>,
}

impl Screen {
    /// Takes the terminal over, and sees to it that a panic gives it back.
    pub fn take(has_colors: bool, has_mouse: bool) -> io::Result<Self> {
        HAS_MOUSE.store(has_mouse, Ordering::SeqCst);
        // Else the backend writes `ESC[;m` for "no colour", which ends reverse video too.
        crossterm::style::force_color_output(has_colors);
        let told = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            give_back();
            HAS_PANICKED.store(true, Ordering::SeqCst);
            told(panic);
        }));
        let writer = BufWriter::with_capacity(FRAME_BYTES, io::stdout());
        let terminal = Terminal::new(CrosstermBackend::new(writer))?;
        let screen = Self { terminal };
        take_over()?;
        Ok(screen)
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.terminal.size()?;
        Ok((size.width, size.height))
    }

    /// Draws the state; the terminal shows the whole frame or none of it. Once a panic has given it
    /// back, nothing is drawn over what the panic says.
    pub fn draw(&mut self, app: &App) -> io::Result<()> {
        if !IS_TAKEN.load(Ordering::SeqCst) {
            return Ok(());
        }
        queue!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        self.terminal.draw(|frame| view::draw(app, frame))?;
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the screen, so that the next frame draws all of it.
    ///
    /// `Terminal::clear` would ask the terminal where its cursor is, and wait for the answer that
    /// the stream of keys has taken.
    pub fn clear(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Gives the terminal back, stops as Ctrl-Z stops a program, and takes it over again after.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        rustix::process::kill_current_process_group(Signal::TSTP)?;
        self.resume()
    }

    /// Takes the terminal over again: whoever had it meanwhile may have changed its modes.
    pub fn resume(&mut self) -> io::Result<()> {
        give_back();
        take_over()?;
        self.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Whether a thread has panicked: the terminal has then been given back already.
pub fn has_panicked() -> bool {
    HAS_PANICKED.load(Ordering::SeqCst)
}

fn take_over() -> io::Result<()> {
    IS_TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, Hide)?;
    if HAS_MOUSE.load(Ordering::SeqCst) {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Rings the bell, and asks the terminal to notify whoever does not look at it.
pub fn notify(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(notification(text, settings::notifies_by_777()).as_bytes())?;
    out.flush()
}

/// The bytes of a bell and a notification.
fn notification(text: &str, by_777: bool) -> String {
    const LONGEST: usize = 200;
    // Of a text of strangers nothing may end the sequence.
    let text: String = safe_text(text).chars().take(LONGEST).collect();
    if by_777 {
        format!("\x07\x1b]777;notify;GoBid;{}\x1b\\", text.replace(';', ","))
    } else {
        // What begins with a number is a command of its own to some terminals.
        format!("\x07\x1b]9;GoBid: {text}\x1b\\")
    }
}

/// Puts a text into the clipboard, by OSC 52: over an SSH line too, where the terminal allows it.
pub fn copy(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    execute!(out, CopyToClipboard::to_clipboard_from(text))
}

/// Leaves every mode that was entered, once.
fn give_back() {
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Nobody is left to tell of a failure: the terminal may be gone.
    if HAS_MOUSE.load(Ordering::SeqCst) {
        let _ = execute!(out, DisableMouseCapture);
    }
    let _ = execute!(out, EndSynchronizedUpdate, DisableFocusChange, DisableBracketedPaste);
    let _ = execute!(out, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
    let _ = out.flush();
}

#[cfg(test)]
mod tests;
