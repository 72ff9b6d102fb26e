//! What happened, in lines, newest last; bounded.

use std::collections::VecDeque;

use gobid_api::Timestamp;
use uuid::Uuid;

/// So many lines are kept.
const LONGEST: usize = 500;

/// The lines of the event log.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: VecDeque<Entry>,
    /// How many lines there ever were, those that were dropped included.
    written: usize,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When it happened, by the server's clock.
    pub at: Timestamp,
    /// Who did it, by the name the public sees; `None` when it stands in the text.
    pub bidder: Option<String>,
    /// What happened.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// The bid it tells of, when that is one of one's own.
    own_bid: Option<Uuid>,
}

/// How something is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As a fact.
    Plain,
    /// As good news.
    Good,
    /// As bad news.
    Bad,
    /// As something to heed.
    Warning,
}

impl Log {
    /// Adds a line.
    pub fn add(&mut self, at: Timestamp, tone: Tone, text: impl Into<String>) {
        self.push(Entry { at, bidder: None, text: text.into(), tone, own_bid: None });
    }

    /// Adds the line of what a bidder did.
    pub fn add_of(&mut self, bidder: &str, at: Timestamp, tone: Tone, text: impl Into<String>) {
        let bidder = Some(bidder.to_owned());
        self.push(Entry { at, bidder, text: text.into(), tone, own_bid: None });
    }

    /// Adds the line of an own bid, once, whether its answer or its event comes first. The answer's
    /// text counts: it knows what was offered, and the event the price that it led to.
    pub fn add_own_bid(&mut self, at: Timestamp, bid: Uuid, text: &str, answer: Option<&str>) {
        let known = self.lines.iter_mut().rev().find(|line| line.own_bid == Some(bid));
        let said = answer.map(|answer| format!(" — {answer}")).unwrap_or_default();
        if let Some(line) = known {
            if answer.is_some() {
                line.text = format!("{text}{said}");
            }
            return;
        }
        self.push(Entry {
            at,
            bidder: None,
            text: format!("{text}{said}"),
            tone: Tone::Good,
            own_bid: Some(bid),
        });
    }

    /// The lines, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.lines.iter()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// How many lines there ever were.
    pub const fn written(&self) -> usize {
        self.written
    }

    fn push(&mut self, entry: Entry) {
        if self.lines.len() >= LONGEST {
            self.lines.pop_front();
        }
        self.lines.push_back(entry);
        self.written += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_bid_is_one_line_whatever_comes_first() {
        let (at, bid) = (Timestamp::from_micros(0), Uuid::from_u128(1));
        let answer = ("you set a maximum of $1,400.00", Some("accepted (41 ms)"));
        let event = ("you bid $1,275.00", None);
        for said in [[answer, event], [event, answer]] {
            let mut log = Log::default();
            for (text, answer) in said {
                log.add_own_bid(at, bid, text, answer);
            }
            let lines: Vec<_> = log.iter().map(|line| line.text.as_str()).collect();
            assert_eq!(lines, ["you set a maximum of $1,400.00 — accepted (41 ms)"]);
        }
    }

    #[test]
    fn the_log_keeps_the_newest() {
        let mut log = Log::default();
        for number in 0..2 * LONGEST {
            log.add(Timestamp::from_micros(0), Tone::Plain, number.to_string());
        }
        assert_eq!((log.len(), log.written()), (LONGEST, 2 * LONGEST));
        assert_eq!(log.iter().next().map(|line| line.text.as_str()), Some("500"));
    }
}
