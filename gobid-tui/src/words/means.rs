//! How the program is told what to do: advice names what there is to press, or to type.

/// How the program is told what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// By keys.
    Keys,
    /// By commands typed as words.
    Words,
    /// Not at all: nothing is read.
    Nothing,
}

impl Means {
    /// What is to be said, and what can be done about it: `not logged in: L logs in`.
    pub fn advise(self, what: &str, by_key: &str, by_word: &str) -> String {
        match self {
            Self::Keys => format!("{what}: {by_key}"),
            Self::Words => format!("{what}: {by_word}"),
            Self::Nothing => what.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_what_there_is() {
        let advise = |means: Means| means.advise("signed out", "L logs in", "login logs in");
        assert_eq!(advise(Means::Keys), "signed out: L logs in");
        assert_eq!(advise(Means::Words), "signed out: login logs in");
        assert_eq!(advise(Means::Nothing), "signed out");
    }
}
