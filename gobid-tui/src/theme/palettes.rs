//! The themes that the program brings along.

use ratatui::style::{Color, Modifier, Style};

use super::Theme;

const BOLD: Modifier = Modifier::BOLD;
const NOTED: Modifier = Modifier::BOLD.union(Modifier::UNDERLINED);

const fn rgb(red: u8, green: u8, blue: u8) -> Style {
    Style::new().fg(Color::Rgb(red, green, blue))
}

impl Theme {
    /// The terminal's own colours.
    pub const TERMINAL: Self = Self {
        has_colors: true,
        base: Style::new(),
        dim: Style::new().add_modifier(Modifier::DIM),
        strong: Style::new().add_modifier(BOLD),
        key: Style::new().fg(Color::Cyan).add_modifier(BOLD),
        focus: Style::new().fg(Color::Cyan),
        good: Style::new().fg(Color::Green).add_modifier(BOLD),
        bad: Style::new().fg(Color::Red).add_modifier(BOLD),
        warning: Style::new().fg(Color::Yellow).add_modifier(BOLD),
        name: Style::new().fg(Color::Cyan).add_modifier(BOLD),
        field: Style::new().add_modifier(Modifier::UNDERLINED),
        chart: Style::new().fg(Color::Blue),
        mark: Style::new().fg(Color::Yellow).add_modifier(BOLD),
    };

    /// Light on dark.
    pub const DARK: Self = Self {
        has_colors: true,
        base: rgb(0xd8, 0xde, 0xe9).bg(Color::Rgb(0x16, 0x1a, 0x22)),
        dim: rgb(0x7b, 0x86, 0x99),
        strong: rgb(0xf2, 0xf5, 0xfa).add_modifier(BOLD),
        key: rgb(0x6c, 0xc7, 0xe6).add_modifier(BOLD),
        focus: rgb(0x6c, 0xc7, 0xe6),
        good: rgb(0x7d, 0xd8, 0x8f).add_modifier(BOLD),
        bad: rgb(0xff, 0x7b, 0x72).add_modifier(BOLD),
        warning: rgb(0xf2, 0xc1, 0x4e).add_modifier(BOLD),
        name: rgb(0x6c, 0xc7, 0xe6).add_modifier(BOLD),
        field: rgb(0xf2, 0xf5, 0xfa).add_modifier(Modifier::UNDERLINED),
        chart: rgb(0x7a, 0xa2, 0xf7),
        mark: rgb(0xf2, 0xc1, 0x4e).add_modifier(BOLD),
    };

    /// Dark on light.
    pub const LIGHT: Self = Self {
        has_colors: true,
        base: rgb(0x24, 0x29, 0x33).bg(Color::Rgb(0xfa, 0xfa, 0xf7)),
        dim: rgb(0x6a, 0x70, 0x7c),
        strong: rgb(0x0b, 0x0f, 0x17).add_modifier(BOLD),
        key: rgb(0x0b, 0x5f, 0x8a).add_modifier(BOLD),
        focus: rgb(0x0b, 0x5f, 0x8a),
        good: rgb(0x1a, 0x6e, 0x2e).add_modifier(BOLD),
        bad: rgb(0xb4, 0x1c, 0x1c).add_modifier(BOLD),
        warning: rgb(0x8a, 0x55, 0x00).add_modifier(BOLD),
        name: rgb(0x0b, 0x5f, 0x8a).add_modifier(BOLD),
        field: rgb(0x0b, 0x0f, 0x17).add_modifier(Modifier::UNDERLINED),
        chart: rgb(0x1d, 0x4e, 0xb8),
        mark: rgb(0x8a, 0x55, 0x00).add_modifier(BOLD),
    };

    /// As far apart as colours can be, and never by colour alone.
    pub const CONTRAST: Self = Self {
        has_colors: true,
        base: rgb(0xff, 0xff, 0xff).bg(Color::Rgb(0, 0, 0)),
        dim: rgb(0xff, 0xff, 0xff),
        strong: rgb(0xff, 0xff, 0xff).add_modifier(BOLD),
        key: rgb(0x00, 0xff, 0xff).add_modifier(BOLD),
        focus: rgb(0x00, 0xff, 0xff).add_modifier(BOLD),
        good: rgb(0x00, 0xff, 0x00).add_modifier(BOLD),
        bad: rgb(0xff, 0x9a, 0x9a).add_modifier(NOTED),
        warning: rgb(0xff, 0xff, 0x00).add_modifier(NOTED),
        name: rgb(0x00, 0xff, 0xff).add_modifier(BOLD),
        field: rgb(0xff, 0xff, 0xff).add_modifier(NOTED),
        chart: rgb(0xff, 0xff, 0xff),
        mark: rgb(0xff, 0xff, 0x00).add_modifier(BOLD),
    };

    /// No colour at all.
    pub const MONO: Self = Self {
        has_colors: false,
        base: Style::new(),
        dim: Style::new().add_modifier(Modifier::DIM),
        strong: Style::new().add_modifier(BOLD),
        key: Style::new().add_modifier(BOLD),
        focus: Style::new().add_modifier(BOLD),
        good: Style::new().add_modifier(BOLD),
        bad: Style::new().add_modifier(NOTED),
        warning: Style::new().add_modifier(NOTED),
        name: Style::new().add_modifier(BOLD),
        field: Style::new().add_modifier(Modifier::UNDERLINED),
        chart: Style::new(),
        mark: Style::new().add_modifier(BOLD),
    };
}
