//! What people are told of who do not look: the bell, a notification, and a command of their own.

use gobid_api::{ProductId, UserId};

use super::identity::Identity;
use super::log::Tone;
use super::news::News;
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
    /// The auctions that something was told of and that were not looked at since.
    pub news: News,
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
    /// A bid of the user's was refused.
    Refused,
    /// Nobody knows what became of a bid of the user's.
    Unknown,
}

/// How it stands for the user, to be compared with what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plight {
    phase: Option<Phase>,
    role: Role,
    user: Option<UserId>,
}

impl Default for Notices {
    fn default() -> Self {
        Self { are_on: true, has_focus: None, news: News::default() }
    }
}

impl What {
    /// Every one, and its key in the configuration.
    pub const ALL: [(Self, &'static str); 8] = [
        (Self::Opened, "on_opened"),
        (Self::Outbid, "on_outbid"),
        (Self::Leads, "on_leads"),
        (Self::Won, "on_won"),
        (Self::Lost, "on_lost"),
        (Self::Ended, "on_ended"),
        (Self::Refused, "on_refused"),
        (Self::Unknown, "on_unknown"),
    ];

    /// Its key in the configuration.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(what, _)| *what == self).map_or("", |(_, key)| key)
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Outbid | Self::Lost | Self::Refused => Tone::Bad,
            Self::Won | Self::Leads => Tone::Good,
            Self::Opened | Self::Ended | Self::Unknown => Tone::Warning,
        }
    }
}

impl Watch {
    pub(super) fn plight(&self, identity: &Identity) -> Plight {
        let phase = self.product.as_ref().map(|product| product.standing.phase);
        let user = identity.user().map(|user| user.user_id);
        Plight { phase, role: self.role(identity), user }
    }

    /// The answer to a bid says this, for whoever does not look.
    pub(super) fn answer(&mut self, what: What, text: String) {
        self.answer = Some((what, text));
    }
}

impl Plight {
    /// What has happened from this one to another; nothing before the first is known.
    fn until(self, now: Self) -> Option<What> {
        let was = self.phase?;
        let leads_no_more = self.role == Role::Leader && self.user == now.user;
        let is_over = |phase| !matches!(phase, Phase::Open | Phase::Scheduled);
        match (now.phase?, now.role) {
            (phase, Role::Winner) if is_over(phase) && !is_over(was) => Some(What::Won),
            (phase, Role::Loser) if is_over(phase) && !is_over(was) => Some(What::Lost),
            (phase, _) if is_over(phase) && !is_over(was) => Some(What::Ended),
            (Phase::Open, _) if was == Phase::Scheduled => Some(What::Opened),
            // A void may leave no bid of the user's.
            (_, Role::Outbid | Role::Watcher) if leads_no_more => Some(What::Outbid),
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
            (effects, what.and_then(|what| app.happening(what)), app.answer())
        });
        let Some((mut effects, happening, answer)) = taken else {
            return Vec::new(); // an auction that is not watched any more
        };
        // Whoever has just pressed a key looks, though the terminal may not say so.
        let may_look = is_shown && self.notices.has_focus != Some(false);
        let looks = is_shown && self.notices.has_focus == Some(true);
        for (happening, looks) in [(happening, looks), (answer, may_look)] {
            let happening = happening.into_iter();
            effects.extend(happening.flat_map(|it| self.announce(it, is_shown, looks)));
        }
        effects
    }

    /// What became of the bids of an auction is not known any more: whoever does not look at it is
    /// told.
    pub(super) fn tell_of_unknown(&mut self, id: ProductId) -> Vec<Effect> {
        let is_shown = self.is_shown(id);
        let looks = is_shown && self.notices.has_focus == Some(true);
        let unknown = self.with(id, |app| {
            let format = app.watch.format();
            let attempt = app.watch.attempts.next_unknown()?;
            let offer = words::offer(attempt.offer, format, attempt.currency());
            app.happening_as(What::Unknown, format!("nobody knows what became of your {offer}"))
        });
        let happening = unknown.flatten().into_iter();
        happening.flat_map(|it| self.announce(it, is_shown, looks)).collect()
    }

    /// What happened in the auction in front. One's own raise is no news.
    fn happening(&self, what: What) -> Option<Happening> {
        let product = self.watch.product.as_ref()?;
        if what == What::Leads && !self.watch.attempts.is_empty() {
            return None;
        }
        self.happening_as(what, words::happening(self, product, what))
    }

    /// What the answer to a bid said.
    fn answer(&mut self) -> Option<Happening> {
        let (what, text) = self.watch.answer.take()?;
        self.happening_as(what, text)
    }

    fn happening_as(&self, what: What, text: String) -> Option<Happening> {
        let name = self.watch.product.as_ref()?.name.clone();
        Some(Happening { product_id: self.watch.product_id, name, what, text })
    }

    fn announce(&mut self, happening: Happening, is_shown: bool, looks: bool) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !is_shown {
            self.notices.news.add(happening.product_id, happening.what);
            self.tell_beside(&happening);
        }
        // Leading again is told by the screen, or by the line of auctions.
        let is_worth_a_bell = happening.what != What::Leads;
        if self.notices.are_on && is_worth_a_bell && !looks {
            effects.push(Effect::Notify(format!("{}: {}", happening.name, happening.text)));
        }
        effects.push(Effect::Hook(happening));
        effects
    }

    /// What is told of an auction that is not on the screen.
    fn tell_beside(&mut self, happening: &Happening) {
        let is_first = self.notices.news.first() == Some(happening.product_id);
        let (key, word) = if is_first {
            ("<views.news> goes there", "news goes there")
        } else {
            ("<views.news> goes through the news", "news goes through them")
        };
        let note = self.advise(&format!("{}: {}", happening.name, happening.text), key, word);
        self.tell_of(&happening.name, happening.what.tone(), note);
    }

    /// `n`: bell and notifications, on or off.
    pub(super) fn toggle_notices(&mut self) {
        self.notices.are_on = !self.notices.are_on;
        let state = if self.notices.are_on { "on" } else { "off" };
        self.tell(Tone::Plain, format!("bell and notifications are {state}"));
    }
}
