//! Colours and attributes. The default is made of the terminal's own sixteen colours; mono sets no
//! colour at all and keeps attributes.

mod own;
mod palettes;

pub use own::{ThemeError, choose};

use ratatui::style::{Modifier, Style};

use crate::app::Tone;
use crate::words::Mood;

/// What things look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether any colour is set.
    pub has_colors: bool,
    /// What has no colour of its own.
    pub base: Style,
    /// What matters less: frames, labels.
    pub dim: Style,
    /// What matters more: headings, the amount.
    pub strong: Style,
    /// A key to press.
    pub key: Style,
    /// The frame of the list that has the keys.
    pub focus: Style,
    /// Good news.
    pub good: Style,
    /// Bad news.
    pub bad: Style,
    /// Something to heed.
    pub warning: Style,
    /// The name of the program.
    pub name: Style,
    /// The field that is typed into.
    pub field: Style,
    /// The line of the chart.
    pub chart: Style,
    /// One's own bids in the chart.
    pub mark: Style,
}

/// The themes that there are, by their names, the default first.
pub fn all(has_colors: bool) -> Vec<(String, Theme)> {
    let named = |(name, theme): (&str, Theme)| (name.to_owned(), theme);
    if !has_colors {
        return vec![named(("mono", Theme::MONO))];
    }
    let all = [
        ("terminal", Theme::TERMINAL),
        ("dark", Theme::DARK),
        ("light", Theme::LIGHT),
        ("contrast", Theme::CONTRAST),
        ("mono", Theme::MONO),
    ];
    all.map(named).to_vec()
}

impl Theme {
    /// How a text of this tone looks.
    pub const fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Plain => Style::new(),
            Tone::Good => self.good,
            Tone::Bad => self.bad,
            Tone::Warning => self.warning,
        }
    }

    /// How a banner of this mood looks.
    pub const fn banner(&self, mood: Mood) -> Style {
        let style = match mood {
            Mood::Calm => return self.strong,
            Mood::Good => self.good,
            Mood::Bad => self.bad,
            Mood::Tense => self.warning,
        };
        style.remove_modifier(Modifier::UNDERLINED).add_modifier(Modifier::REVERSED)
    }
}
