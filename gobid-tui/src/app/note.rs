//! What is told for a while, and what ends that before its time.

use std::time::Duration;

use gobid_api::Amount;
use gobid_api::client::safe_text_within;
use unicode_width::UnicodeWidthStr as _;

use super::App;
use super::log::Tone;
use super::watch::{Role, Watch};

/// How long a note stays, at most.
const NOTE_FOR: Duration = Duration::from_secs(8);
/// A name is cut to no fewer columns.
const SHORTEST_NAME: usize = 8;

/// Something to be told for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// How many notes there have been: no two have the same number.
    pub number: u64,
    /// Until when, since the program's start.
    pub until: Duration,
    /// How many bytes at its beginning are a name, which may be cut.
    name: usize,
    /// What it says of the standing, if it does.
    claim: Option<Claim>,
}

/// What a note says of the standing. It is not told any longer than that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The event that made it so: the news of it may come after the answer.
    pub(super) seq: i64,
    /// What.
    pub(super) what: Claimed,
}

/// What is said of the standing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claimed {
    /// One leads at this price.
    Lead(Amount),
    /// One was beaten at once, which made this the price.
    Beaten(Amount),
    /// One's sealed bid stands until the close.
    Sealed,
    /// One has bought it, which the outcome says as soon as it is known.
    Bought,
}

impl Note {
    /// The text, with its name cut where the rest fits into so many columns then.
    pub fn within(&self, columns: u16) -> String {
        let (name, rest) = self.text.split_at_checked(self.name).unwrap_or(("", &self.text));
        let room = usize::from(columns).saturating_sub(rest.width());
        if room < SHORTEST_NAME {
            return self.text.clone();
        }
        safe_text_within(name, room) + rest
    }
}

impl Claim {
    /// Whether nothing that is known contradicts it.
    fn may_hold(self, watch: &Watch, role: Role) -> bool {
        let Some(product) = watch.product.as_ref().filter(|_| watch.seq >= self.seq) else {
            return true;
        };
        match (self.what, role) {
            _ if product.is_over() => false, // its outcome is told
            (Claimed::Lead(price), Role::Leader) | (Claimed::Beaten(price), Role::Outbid) => {
                product.standing.price == Some(price)
            }
            (Claimed::Lead(_), Role::Outbid) | (Claimed::Beaten(_), Role::Leader) => false,
            _ => true,
        }
    }
}

impl App {
    /// Tells something for a while.
    pub(super) fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        let until = self.now.since_start + NOTE_FOR;
        self.notes += 1;
        let (text, number) = (text.into(), self.notes);
        self.watch.note = Some(Note { text, tone, number, until, name: 0, claim: None });
    }

    /// The same of something by its name, with which the text begins.
    pub(super) fn tell_of(&mut self, name: &str, tone: Tone, text: String) {
        self.tell(tone, text);
        if let Some(note) = &mut self.watch.note {
            note.name = name.len();
        }
    }

    /// Tells something for as long as the standing is what it says.
    pub(super) fn tell_claim(&mut self, tone: Tone, text: String, claim: Claim) {
        self.tell(tone, text);
        if let Some(note) = &mut self.watch.note {
            note.claim = Some(claim);
        }
    }

    /// Whether a claim may hold, as far as is known.
    pub(super) fn may_hold(&self, claim: Claim) -> bool {
        claim.may_hold(&self.watch, self.watch.role(&self.identity))
    }

    /// Drops a note that what has happened since contradicts: it would hide the keys as well.
    pub(super) fn drop_what_is_untrue(&mut self) {
        let claim = self.watch.note.as_ref().and_then(|note| note.claim);
        if claim.is_some_and(|claim| !self.may_hold(claim)) {
            self.watch.note = None;
        }
    }

    /// What is to be told now.
    pub fn note(&self) -> Option<&Note> {
        let note = self.watch.note.as_ref()?;
        (note.until > self.now.since_start).then_some(note)
    }
}
