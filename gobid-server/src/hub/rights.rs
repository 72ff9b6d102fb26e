//! What a caller may do: whoever is logged in all that is his to do, an API token what it was made
//! for.

use std::fmt;

use gobid_api::accounts::Scope;
use gobid_auction::SpendingCap;

/// The word beside the scopes of a token that an admin has made on a user's behalf.
pub(crate) const ON_BEHALF: &str = "behalf";

/// What a caller may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rights {
    /// For each scope whether it is there, in the order of [`Scope::ALL`].
    scopes: [bool; Scope::ALL.len()],
    is_token: bool,
    is_on_behalf: bool,
    cap: Option<SpendingCap>,
}

impl Rights {
    /// Those of whoever is logged in.
    pub(crate) const ALL: Self =
        Self { scopes: [true; Scope::ALL.len()], is_token: false, is_on_behalf: false, cap: None };

    /// Those of an API token, with its scopes as words with a space between.
    pub(crate) fn of_token(words: &str, cap: Option<SpendingCap>) -> Self {
        let has = |wanted: &str| words.split(' ').any(|word| word == wanted);
        let scopes = Scope::ALL.map(|scope| has(scope.as_str()));
        Self { scopes, is_token: true, is_on_behalf: has(ON_BEHALF), cap }
    }

    /// Whether they include a scope.
    pub(crate) fn allow(&self, scope: Scope) -> bool {
        Scope::ALL.iter().zip(self.scopes).any(|(it, has)| *it == scope && has)
    }

    /// Whether maxima, sealed amounts and reserves may be read by them: by nobody but their owner.
    pub(crate) const fn see_secrets(&self) -> bool {
        !self.is_on_behalf
    }

    /// Whether they are an API token's.
    pub(crate) const fn is_token(&self) -> bool {
        self.is_token
    }

    /// The most that any single offer may be.
    pub(crate) const fn cap(&self) -> Option<SpendingCap> {
        self.cap
    }
}

/// Without the cap, which no log may hold.
impl fmt::Debug for Rights {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scopes = Scope::ALL.into_iter().filter(|scope| self.allow(*scope));
        out.debug_set().entries(scopes).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_may_do_what_its_words_say() {
        let table = [
            ("read", [true, false, false, false]),
            ("bid sell", [false, true, true, false]),
            ("admin bid read sell", [true; 4]),
            ("", [false; 4]),
            ("reader bids", [false; 4]),
        ];
        for (words, allowed) in table {
            let rights = Rights::of_token(words, None);
            assert_eq!(Scope::ALL.map(|scope| rights.allow(scope)), allowed, "{words}");
            assert!(rights.is_token() && rights.see_secrets());
        }
        let rights = Rights::of_token("read behalf", None);
        assert!(rights.allow(Scope::Read) && !rights.see_secrets());
        assert!(Scope::ALL.iter().all(|scope| Rights::ALL.allow(*scope)));
    }
}
