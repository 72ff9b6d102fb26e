//! What people are told of who do not look: the bell, a notification, and a command of their own.

use gobid_api::ProductId;

use super::identity::Identity;
use super::log::Tone;
use super::standing::Phase;
use super::watch::{Role, Watch};
use super::{App, Effect};
use crate::words;

/// Whether and of what people are told.
#[derive(Clone, Debug)]
pub struct Notices {
    /// Whether bell and notifications are on.
    pub are_on: bool,
    /// Whether the terminal has the focus; `None` while it has not said so.
    pub has_focus: Option<bool>,
    /// The auction beside that something was told of last.
    pub last: Option<ProductId>,
}

/// What happened in an auction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// In which.
    pub product_id: ProductId,
    /// Its name.
    pub name: String,
    /// What.
    pub what: What,
    /// The same in a sentence, without the name.
    pub text: String,
}

/// What happens that people are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum What {
    /// Bidding has opened.
    Opened,
    /// Somebody has outbid the user.
    Outbid,
    /// The user leads again.
    Leads,
    /// The user has won.
    Won,
    /// The user has bid and not won.
    Lost,
    /// It is over, for anybody else.
    Ended,
}

/// How it stands for the user, to be compared with what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plight {
    phase: Option<Phase>,
    role: Role,
}

impl Default for Notices {
    fn default() -> Self {
        Self { are_on: true, has_focus: None, last: None }
    }
}

impl What {
    /// Every one, and its key in the configuration.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Opened, "on_opened"),
        (Self::Outbid, "on_outbid"),
        (Self::Leads, "on_leads"),
        (Self::Won, "on_won"),
        (Self::Lost, "on_lost"),
        (Self::Ended, "on_ended"),
    ];

    /// Its key in the configuration.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, key)| key)
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Outbid | Self::Lost => Tone::Bad,
            Self::Won | Self::Leads => Tone::Good,
            Self::Opened | Self::Ended => Tone::Warning,
        }
    }
}

impl Watch {
    pub(super) fn plight(&self, identity: &Identity) -> Plight {
        let phase = self.product.as_ref().map(|product| product.standing.phase);
        Plight { phase, role: self.role(identity) }
    }
}

impl Plight {
    /// What has happened from this one to another; nothing before the first is known.
    fn until(self, now: Self) -> Option<What> {
        let was = self.phase?;
        let is_over = |phase| !matches!(phase, Phase::Open | Phase::Scheduled);
        match (now.phase?, now.role) {
            (phase, Role::Winner) if is_over(phase) && !is_over(was) => Some(What::Won),
            (phase, Role::Loser) if is_over(phase) && !is_over(was) => Some(What::Lost),
            (phase, _) if is_over(phase) && !is_over(was) => Some(What::Ended),
            (Phase::Open, _) if was == Phase::Scheduled => Some(What::Opened),
            (_, Role::Outbid) if self.role == Role::Leader => Some(What::Outbid),
            (_, Role::Leader) if self.role == Role::Outbid => Some(What::Leads),
            _ => None,
        }
    }
}

impl App {
    /// Something came of an auction, which is in front while it is taken in: whoever does not look
    /// at it is told.
    pub(super) fn take_of(
        &mut self,
        id: ProductId,
        act: impl FnOnce(&mut Self) -> Vec<Effect>,
    ) -> Vec<Effect> {
        let is_shown = self.is_shown(id);
        let taken = self.with(id, |app| {
            let before = app.watch.plight(&app.identity);
            let effects = act(app);
            let what = before.until(app.watch.plight(&app.identity));
            (effects, what.and_then(|what| app.happening(what)))
        });
        let Some((mut effects, happening)) = taken else {
            return Vec::new(); // an auction that is not watched any more
        };
        if let Some(happening) = happening {
            effects.extend(self.announce(happening, is_shown));
        }
        effects
    }

    /// What happened in the auction in front. One's own raise is no news.
    fn happening(&self, what: What) -> Option<Happening> {
        let product = self.watch.product.as_ref()?;
        if what == What::Leads && !self.watch.attempts.is_empty() {
            return None;
        }
        Some(Happening {
            product_id: self.watch.product_id,
            name: product.name.clone(),
            what,
            text: words::happening(self, product, what),
        })
    }

    fn announce(&mut self, happening: Happening, is_shown: bool) -> Vec<Effect> {
        let mut effects = Vec::new();
        let sentence = format!("{}: {}", happening.name, happening.text);
        if !is_shown {
            self.notices.last = Some(happening.product_id);
            let advised = self.look.means.advise(&sentence, "a goes there", "news goes there");
            self.tell(happening.what.tone(), advised);
        }
        // Leading again is told by the screen, or by the line of auctions.
        let is_worth_a_bell = happening.what != What::Leads;
        let looks_at_it = is_shown && self.notices.has_focus == Some(true);
        if self.notices.are_on && is_worth_a_bell && !looks_at_it {
            effects.push(Effect::Notify(sentence));
        }
        effects.push(Effect::Hook(happening));
        effects
    }

    /// `n`: bell and notifications, on or off.
    pub(super) fn toggle_notices(&mut self) {
        self.notices.are_on = !self.notices.are_on;
        let state = if self.notices.are_on { "on" } else { "off" };
        self.tell(Tone::Plain, format!("bell and notifications are {state}"));
    }
}
