//! Keys within texts: what is bound otherwise is called otherwise.

use super::Keymap;

impl Keymap {
    /// A text with its keys: `<views.news> goes there` is `a goes there`, and `<dialog.cancel*>` is
    /// `n/Esc`, all that there are.
    pub fn text(&self, text: &str) -> String {
        let mut named = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            let (line, after) = after.split_once('>').unwrap_or((after, ""));
            named.push_str(before);
            named.push_str(&self.keys_of(line));
            rest = after;
        }
        named.push_str(rest);
        named
    }

    /// The first key of a line of the table, or all of them.
    fn keys_of(&self, line: &str) -> String {
        let called = line.trim_end_matches('*').split_once('.');
        let mut bindings = self.bindings.iter();
        let binding = bindings.find(|it| called == Some((it.scope.name(), it.name)));
        debug_assert!(binding.is_some(), "there is no line {line} in the table of keys");
        let keys = binding.map(|binding| binding.keys.as_slice()).unwrap_or_default();
        let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
        match keys.first() {
            Some(first) if !line.ends_with('*') => first.clone(),
            Some(_) => keys.join("/"),
            None => "(no key)".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_keys_that_are_bound() {
        let bound = "views.news = 'F5'\ndialog.cancel = []\nhelp.down = ['Down', 'j']";
        let (bound, _) = Keymap::with(&toml::from_str(bound).unwrap()).unwrap();
        let table = [
            ("<views.news> goes there", "a goes there", "F5 goes there"),
            ("[<dialog.cancel*>] cancel", "[n/Esc] cancel", "[(no key)] cancel"),
            ("<help.down>/<help.up> scroll", "j/k scroll", "Down/k scroll"),
            ("<replay.play>", "Space", "Space"),
            ("none", "none", "none"),
        ];
        for (text, usual, otherwise) in table {
            assert_eq!(Keymap::default().text(text), usual);
            assert_eq!(bound.text(text), otherwise);
        }
    }
}
