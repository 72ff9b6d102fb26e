//! What others saw of an auction: channel by channel, watcher by watcher, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use super::plain::{Labels, Names};
use crate::support::http::Answer;

/// By which way somebody saw something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Channel {
    /// The answers about one product, and to what was done openly.
    Answers,
    /// The tags of those answers, and whether one known from before still holds.
    Tags,
    /// The lists of products.
    Lists,
    /// The pages of bids.
    Bids,
    /// The pages of events.
    Events,
    /// What is in the cursors of all these pages.
    Cursors,
    /// The answers to what nobody may do.
    Refusals,
    /// The frames of sockets, in their order.
    Frames,
    /// The log as admins read it.
    AdminLog,
    /// The lines that the server logs of itself.
    ServerLog,
}

/// All that was seen in a run.
#[derive(Default)]
pub(super) struct Transcript {
    pub(super) names: Names,
    /// The logs of the servers as they are.
    pub(super) logs: String,
    seen: BTreeMap<(Channel, String), Seen>,
}

/// What one saw by one channel. Labels are counted here alone: what differs in one place makes no
/// other place differ.
#[derive(Default)]
struct Seen {
    labels: Labels,
    lines: Vec<String>,
}

/// How much of a line is shown, and how much of that is before the difference.
const SHOWN: usize = 300;
const BEFORE: usize = 100;

/// A line that two runs do not share.
pub(super) struct Difference {
    pub(super) channel: Channel,
    who: String,
    number: usize,
    lines: [Option<String>; 2],
}

impl Transcript {
    /// Notes an answer: status, headers and body.
    pub(super) fn answer(&mut self, channel: Channel, who: &str, what: &str, answer: &Answer) {
        let told = self.names.headers(answer);
        let body = self.plain(channel, who, &answer.body);
        self.line(channel, who, format!("{what} → {} {told:?} {body}", answer.status));
    }

    /// Notes the tag of an answer. Its value is a digest and differs in any two runs; here stands
    /// which of the tags that one has seen it is.
    pub(super) fn tag(&mut self, who: &str, what: &str, answer: &Answer) {
        let tag = answer.header("ETag").unwrap_or("none").to_owned();
        let number = self.seen_by(Channel::Tags, who).labels.number("tag", &tag);
        self.line(Channel::Tags, who, format!("{what} → {} tag {number}", answer.status));
    }

    /// Notes a frame: its size, and what it says.
    pub(super) fn frame(&mut self, who: &str, text: &str) {
        let line = match serde_json::from_str(text) {
            Ok(frame) => {
                format!("{} bytes: {}", text.len(), self.plain(Channel::Frames, who, &frame))
            }
            Err(_close) => text.to_owned(),
        };
        self.line(Channel::Frames, who, line);
    }

    /// Notes a line as it is.
    pub(super) fn line(&mut self, channel: Channel, who: &str, line: String) {
        self.seen_by(channel, who).lines.push(line);
    }

    /// A value without what is of its run alone.
    pub(super) fn plain(&mut self, channel: Channel, who: &str, value: &Value) -> Value {
        let names = std::mem::take(&mut self.names);
        let plain = self.seen_by(channel, who).labels.plain(&names, "", value);
        self.names = names;
        plain
    }

    /// The lines of a channel that are in no order of their own.
    pub(super) fn sort(&mut self, channel: Channel) {
        for ((of, _), seen) in &mut self.seen {
            if *of == channel {
                seen.lines.sort();
            }
        }
    }

    /// The lines in which a text stands.
    pub(super) fn lines_with(&self, text: &str) -> Vec<&str> {
        let lines = self.seen.values().flat_map(|seen| &seen.lines);
        lines.map(String::as_str).filter(|line| line.contains(text)).collect()
    }

    /// By which channels something was seen, and how many lines in all.
    pub(super) fn extent(&self) -> (BTreeSet<Channel>, usize) {
        let channels = self.seen.keys().map(|(channel, _)| *channel).collect();
        (channels, self.seen.values().map(|seen| seen.lines.len()).sum())
    }

    /// Of each channel and watcher the first line that the two do not share.
    pub(super) fn differences(&self, other: &Self) -> Vec<Difference> {
        let all: BTreeSet<_> = self.seen.keys().chain(other.seen.keys()).collect();
        let lines = |transcript: &Self, key: &(Channel, String)| {
            transcript.seen.get(key).map(|seen| seen.lines.clone()).unwrap_or_default()
        };
        let first = |key: &(Channel, String)| {
            let (these, those) = (lines(self, key), lines(other, key));
            let number =
                (0..these.len().max(those.len())).find(|line| these.get(*line) != those.get(*line));
            number.map(|number| Difference {
                channel: key.0,
                who: key.1.clone(),
                number,
                lines: [these.get(number).cloned(), those.get(number).cloned()],
            })
        };
        all.into_iter().filter_map(first).collect()
    }

    fn seen_by(&mut self, channel: Channel, who: &str) -> &mut Seen {
        self.seen.entry((channel, who.to_owned())).or_default()
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { channel, who, number, lines: [this, that] } = self;
        writeln!(out, "{channel:?} of {who}, line {number}:")?;
        let (this, that) =
            (this.as_deref().unwrap_or("nothing"), that.as_deref().unwrap_or("nothing"));
        let same = this.chars().zip(that.chars()).take_while(|(one, other)| one == other).count();
        for line in [this, that] {
            let shown: String =
                line.chars().skip(same.saturating_sub(BEFORE)).take(SHOWN).collect();
            writeln!(out, "    …{shown}")?;
        }
        Ok(())
    }
}
