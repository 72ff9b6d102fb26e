//! JSON that is safe to look at.

use std::fmt::Write as _;
use std::io;

use gobid_api::client::safe_text;
use serde::Serialize;

/// A value as JSON, over several lines when people read it.
pub(super) fn text(value: &impl Serialize, for_people: bool) -> io::Result<String> {
    let text = if for_people {
        serde_json::to_string_pretty(value)?
    } else {
        serde_json::to_string(value)?
    };
    Ok(escaped(&text))
}

/// JSON in which every character that could act on a terminal is written as `\u….`, so that the
/// value stays what it is. Such characters stand in strings alone, but for line breaks and tabs.
pub(super) fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    let mut buffer = [0; 4];
    for character in json.chars() {
        let is_harmless = matches!(character, '\n' | '\t')
            || safe_text(character.encode_utf8(&mut buffer)).starts_with(character);
        if is_harmless {
            safe.push(character);
            continue;
        }
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            // Writing to a string cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}
