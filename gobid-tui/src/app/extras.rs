//! Looks that can be changed while the program runs, and what is done with the link of an auction.

use super::log::Tone;
use super::{App, Effect};

/// How the chart is drawn, and how much of the time it shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChartLook {
    /// How it is drawn.
    pub style: ChartStyle,
    /// How often the time was halved: 0 for all of it.
    pub zoom: u32,
}

/// How the chart is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartStyle {
    /// As a line with steps.
    #[default]
    Steps,
    /// As bars.
    Bars,
    /// As a table of prices.
    Table,
}

/// The chart shows no shorter time than all of it halved so often.
const CLOSEST: u32 = 8;

impl ChartStyle {
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Steps => Self::Bars,
            Self::Bars => Self::Table,
            Self::Table => Self::Steps,
        }
    }
}

impl ChartLook {
    pub(super) fn zoom_in(&mut self) {
        self.zoom = (self.zoom + 1).min(CLOSEST);
    }

    pub(super) const fn zoom_out(&mut self) {
        self.zoom = self.zoom.saturating_sub(1);
    }
}

impl App {
    /// `t`: the next of the themes.
    pub(super) fn next_theme(&mut self) {
        let themes = &self.look.themes;
        let here = themes.iter().position(|(_, theme)| *theme == self.look.theme);
        let next = here.map_or(0, |here| (here + 1) % themes.len().max(1));
        if let Some((name, theme)) = themes.get(next).cloned() {
            self.look.theme = theme;
            self.tell(Tone::Plain, format!("theme: {name}"));
        }
    }

    /// A theme by its name.
    pub(super) fn set_theme(&mut self, name: &str) {
        let theme = self.look.themes.iter().find(|(known, _)| known == name);
        if let Some((_, theme)) = theme.cloned() {
            self.look.theme = theme;
            return;
        }
        let names: Vec<_> = self.look.themes.iter().map(|(name, _)| name.as_str()).collect();
        let text = format!("no such theme: there are {}", names.join(", "));
        self.tell(Tone::Warning, text);
    }

    /// The address of the auction at hand.
    pub fn link(&self) -> Option<String> {
        let id = self.at_hand()?;
        let path = gobid_api::paths::of_product(gobid_api::paths::PRODUCT, id);
        Some(format!("{}{}{path}", self.look.server, gobid_api::paths::BASE))
    }

    /// `y`: the link goes to the clipboard.
    pub(super) fn copy_link(&mut self) -> Vec<Effect> {
        let Some(link) = self.link() else {
            return Vec::new();
        };
        self.tell(Tone::Plain, format!("copied: {link}"));
        vec![Effect::Copy(link)]
    }
}
