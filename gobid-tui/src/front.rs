//! What the program is seen and heard through: a screen with keys, or lines with words.

use std::io;

use crossterm::event::{Event, EventStream, MouseEventKind};
use futures_util::StreamExt as _;

use crate::app::{App, Msg};
use crate::plain::Plain;
use crate::settings::Settings;
use crate::terminal::{self, Screen};

/// What the program is seen and heard through.
pub enum Front {
    /// A screen with keys.
    Screen {
        /// The screen.
        screen: Screen,
        /// The keys.
        keys: EventStream,
    },
    /// Lines with words.
    Plain(Box<Plain>),
}

/// What came from the person.
#[derive(Debug)]
pub enum Input {
    /// Something for the state.
    Msg(Box<Msg>),
    /// Nothing that matters.
    Nothing,
    /// The terminal is gone.
    Gone,
}

impl Front {
    /// Opens what the settings say.
    pub fn open(settings: &Settings) -> io::Result<Self> {
        if settings.is_plain {
            return Ok(Self::Plain(Box::new(Plain::open(settings))));
        }
        Ok(Self::Screen {
            screen: Screen::take(settings.themes.len() > 1, settings.has_mouse)?,
            keys: EventStream::new(),
        })
    }

    /// What comes next. May be cancelled without losing anything.
    pub async fn input(&mut self) -> Input {
        let keys = match self {
            Self::Screen { keys, .. } => keys,
            Self::Plain(plain) => return plain.input().await,
        };
        match keys.next().await {
            Some(Ok(Event::Key(key))) => Input::Msg(Box::new(Msg::Key(key))),
            Some(Ok(Event::Paste(text))) => Input::Msg(Box::new(Msg::Paste(text))),
            Some(Ok(Event::Mouse(mouse))) => match mouse.kind {
                // The way of a mouse is many events, and means nothing here.
                MouseEventKind::Moved | MouseEventKind::Drag(_) | MouseEventKind::Up(_) => {
                    Input::Nothing
                }
                _ => Input::Msg(Box::new(Msg::Mouse(mouse))),
            },
            Some(Ok(Event::FocusGained)) => Input::Msg(Box::new(Msg::Focus(true))),
            Some(Ok(Event::FocusLost)) => Input::Msg(Box::new(Msg::Focus(false))),
            Some(Ok(Event::Resize(columns, rows))) => {
                Input::Msg(Box::new(Msg::Resize(columns, rows)))
            }
            Some(Err(_)) | None => Input::Gone,
        }
    }

    /// Shows the state.
    pub fn show(&mut self, app: &App) -> io::Result<()> {
        match self {
            Self::Screen { screen, .. } => screen.draw(app),
            Self::Plain(plain) => plain.show(app),
        }
    }

    /// Rings the bell, and has the terminal notify whoever does not look.
    pub fn notify(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen { .. } => terminal::notify(text),
            Self::Plain(plain) => plain.ring(),
        }
    }

    /// Puts a text into the clipboard of the terminal.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        match self {
            Self::Screen { .. } => terminal::copy(text),
            Self::Plain(_) => Ok(()),
        }
    }

    /// Columns and rows, of a screen.
    pub fn size(&self) -> io::Result<Option<(u16, u16)>> {
        match self {
            Self::Screen { screen, .. } => screen.size().map(Some),
            Self::Plain(_) => Ok(None),
        }
    }

    /// Whether nothing can come in any more.
    pub const fn is_closed(&self) -> bool {
        match self {
            Self::Screen { .. } => false,
            Self::Plain(plain) => plain.is_closed(),
        }
    }

    /// Stops the program until it is told to go on.
    pub fn suspend(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { screen, .. } => screen.suspend(),
            Self::Plain(_) => Ok(()),
        }
    }

    /// The program was stopped, and goes on.
    pub fn resume(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { screen, .. } => screen.resume(),
            Self::Plain(_) => Ok(()),
        }
    }

    /// Draws everything anew with the next frame.
    pub fn redraw(&mut self) -> io::Result<()> {
        match self {
            Self::Screen { screen, .. } => screen.clear(),
            Self::Plain(_) => Ok(()),
        }
    }
}
