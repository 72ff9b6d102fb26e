//! What stands for the ids, times and the like of a run, so that two runs can be compared.
//!
//! People and products have their names. Any other id, and any time that means something, is
//! numbered as it comes: two that are equal have one number, and one that is new where the other
//! run repeats an old one is seen. The time at which something was said or received means nothing.

use std::collections::BTreeMap;

use gobid_auction::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::support::http::Answer;

/// The names of those whose ids are known.
#[derive(Default)]
pub(super) struct Names(BTreeMap<String, String>);

/// The numbers of what has no name.
#[derive(Default)]
pub(super) struct Labels(BTreeMap<&'static str, Vec<String>>);

impl Names {
    pub(super) fn give(&mut self, id: &str, name: &str) {
        self.0.insert(id.to_owned(), format!("<{name}>"));
    }

    /// The name of an id.
    pub(super) fn of(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// A path with names instead of ids.
    pub(super) fn shortened(&self, path: &str) -> String {
        self.0.iter().fold(path.to_owned(), |path, (id, name)| path.replace(id, name))
    }

    /// The headers of an answer: of the date and of what is random only that it is there, and
    /// nothing of the tag, which is looked at by itself.
    pub(super) fn headers(&self, answer: &Answer) -> BTreeMap<String, Vec<String>> {
        let mut told: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, value) in &answer.headers {
            let name = name.to_lowercase();
            let value = match name.as_str() {
                "etag" => continue,
                "date" | "set-cookie" => "there".to_owned(),
                "x-trace-id" => format!("{} characters", value.len()),
                _ => self.of(value).unwrap_or(value).to_owned(),
            };
            told.entry(name).or_default().push(value);
        }
        told
    }
}

impl Labels {
    /// The number of a thing among those of its kind.
    pub(super) fn number(&mut self, kind: &'static str, thing: &str) -> usize {
        let known = self.0.entry(kind).or_default();
        known.iter().position(|other| other == thing).unwrap_or_else(|| {
            known.push(thing.to_owned());
            known.len() - 1
        })
    }

    /// A value that is in the field of a name, without what is of its run alone.
    pub(super) fn plain(&mut self, names: &Names, field: &str, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(names, field, text).into(),
            Value::Array(items) => {
                items.iter().map(|item| self.plain(names, field, item)).collect()
            }
            Value::Object(fields) => fields
                .iter()
                .map(|(field, value)| (field.clone(), self.plain(names, field, value)))
                .collect(),
            other => other.clone(),
        }
    }

    fn text(&mut self, names: &Names, field: &str, text: &str) -> String {
        match field {
            "server_time" | "received_at" => "<now>".to_owned(),
            "epoch" => "<epoch>".to_owned(),
            "trace_id" => format!("<{} characters>", text.len()),
            "next_cursor" => "<cursor>".to_owned(),
            _ => text.split_inclusive(char::is_whitespace).map(|it| self.word(names, it)).collect(),
        }
    }

    /// A word with the colon and the space behind it.
    fn word(&mut self, names: &Names, text: &str) -> String {
        let word = text.trim_end().trim_end_matches(':');
        let space = &text[word.len()..];
        let label = if let Some(name) = names.of(word) {
            name.to_owned()
        } else if word.len() == 36 && Uuid::parse_str(word).is_ok() {
            format!("<id {}>", self.number("id", word))
        } else if word.parse::<Timestamp>().is_ok() {
            format!("<time {}>", self.number("time", word))
        } else {
            return text.to_owned();
        };
        label + space
    }
}
