//! Colours and attributes. The default is made of the terminal's own sixteen colours; mono sets no
//! colour at all and keeps attributes.

use ratatui::style::{Color, Modifier, Style};

use crate::app::Tone;
use crate::words::Mood;

/// What things look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Whether any colour is set.
    pub has_colors: bool,
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

impl Theme {
    /// The terminal's own colours.
    pub const TERMINAL: Self = Self {
        has_colors: true,
        dim: Style::new().add_modifier(Modifier::DIM),
        strong: Style::new().add_modifier(Modifier::BOLD),
        key: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        focus: Style::new().fg(Color::Cyan),
        good: Style::new().fg(Color::Green).add_modifier(Modifier::BOLD),
        bad: Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
        warning: Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD),
        name: Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        field: Style::new().add_modifier(Modifier::UNDERLINED),
        chart: Style::new().fg(Color::Blue),
        mark: Style::new().fg(Color::Yellow).add_modifier(Modifier::BOLD),
    };

    /// No colour at all.
    pub const MONO: Self = Self {
        has_colors: false,
        dim: Style::new().add_modifier(Modifier::DIM),
        strong: Style::new().add_modifier(Modifier::BOLD),
        key: Style::new().add_modifier(Modifier::BOLD),
        focus: Style::new().add_modifier(Modifier::BOLD),
        good: Style::new().add_modifier(Modifier::BOLD),
        bad: Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        warning: Style::new().add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
        name: Style::new().add_modifier(Modifier::BOLD),
        field: Style::new().add_modifier(Modifier::UNDERLINED),
        chart: Style::new(),
        mark: Style::new().add_modifier(Modifier::BOLD),
    };

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
