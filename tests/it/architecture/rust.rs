//! As much of Rust's grammar as a look at the sources needs: which text is code, and which paths
//! that code names.

use std::{iter, mem};

/// A path that the code names, such as `std::fs::read`, and its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) line: usize,
    pub(super) path: String,
}

impl Name {
    /// Whether `segments` stand in the path, one after the other: `Instant::now` stands in
    /// `tokio::time::Instant::now`, and `now` in neither `known` nor `now_utc`.
    pub(super) fn has(&self, segments: &str) -> bool {
        format!("::{}::", self.path).contains(&format!("::{segments}::"))
    }
}

/// The code of a file: its comments and the text of its literals become blanks, so that a word in
/// them is no use of what it names, and every line keeps its number.
pub(super) fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let after_word = code.chars().next_back().is_some_and(is_word);
        let silent = comment(rest).or_else(|| literal(rest, after_word));
        let (piece, tail) = rest.split_at(silent.unwrap_or(next.len_utf8()));
        match silent {
            Some(_) => code.extend(piece.chars().map(blank)),
            None => code.push_str(piece),
        }
        rest = tail;
    }
    code
}

/// The code without what is compiled for tests alone, that is, every item under `#[cfg(test)]`.
pub(super) fn without_tests(code: &str) -> String {
    let mut kept = String::with_capacity(code.len());
    let mut rest = code;
    while let Some(start) = rest.find("#[cfg(test)]") {
        let (before, from) = rest.split_at(start);
        let (test, after) = from.split_at(item_length(from));
        kept.push_str(before);
        kept.extend(test.chars().map(blank));
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Every path that the code names, in order. A `use` of several is taken apart: from
/// `use std::{fs, time::Instant};` come `std::fs` and `std::time::Instant`.
pub(super) fn names(code: &str) -> Vec<Name> {
    let mut walk = Walk::default();
    for (number, line) in (1..).zip(code.lines()) {
        for token in tokens(line) {
            walk.step(number, token);
        }
    }
    walk.end_path();
    walk.found
}

#[derive(Default)]
struct Walk {
    found: Vec<Name>,
    /// What has been read of the path at hand, and the line it began on.
    path: String,
    line: usize,
    /// Whether the last token was a `::`, so that the next one belongs to the path.
    joined: bool,
    /// What stands before each open brace: the path of a `use`, or nothing before a block.
    groups: Vec<String>,
}

impl Walk {
    fn step(&mut self, line: usize, token: &str) {
        match token {
            "::" => self.joined = true,
            "{" if self.joined => {
                self.groups.push(mem::take(&mut self.path));
                self.joined = false;
            }
            "{" => {
                self.end_path();
                self.groups.push(String::new());
            }
            "}" => {
                self.end_path();
                self.groups.pop();
            }
            _ if token.starts_with(is_word) => self.word(line, token),
            _ => self.end_path(),
        }
    }

    fn word(&mut self, line: usize, word: &str) {
        if !self.joined {
            self.end_path();
        }
        if self.path.is_empty() {
            self.line = line;
            self.path = self.groups.last().cloned().unwrap_or_default();
        }
        if !self.path.is_empty() {
            self.path.push_str("::");
        }
        self.path.push_str(word);
        self.joined = false;
    }

    fn end_path(&mut self) {
        let path = mem::take(&mut self.path);
        if !path.is_empty() {
            self.found.push(Name { line: self.line, path });
        }
        self.joined = false;
    }
}

/// The words of a line, its `::`, and each other character by itself.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let length = if is_word(first) {
            rest.find(|next| !is_word(next)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(length);
        rest = tail;
        Some(token)
    })
}

/// How long the item at the start of the code is, its attributes included.
fn item_length(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, next) in code.char_indices() {
        match next {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(next, '}' | ';') {
            return at + 1;
        }
    }
    code.len()
}

/// How long the comment at the start is, if there is one.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let body = rest.strip_prefix("/*")?;
    Some(body.find("*/").map_or(rest.len(), |end| end + 4))
}

/// How long the literal at the start is, if there is one; a number counts as code.
fn literal(rest: &str, after_word: bool) -> Option<usize> {
    if !after_word && let Some(length) = raw_string(rest) {
        return Some(length);
    }
    match rest.chars().next()? {
        '"' => Some(quoted(rest, '"')),
        '\'' => {
            let mut inner = rest.chars().skip(1);
            let is_character = inner.next()? == '\\' || inner.next()? == '\'';
            is_character.then(|| quoted(rest, '\'')) // else it is a lifetime
        }
        _ => None,
    }
}

fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find_map(|prefix| rest.strip_prefix(prefix))?;
    let opening = prefix.trim_start_matches('#');
    let closing = format!("\"{}", "#".repeat(prefix.len() - opening.len()));
    let body = opening.strip_prefix('"')?;
    let end = body.find(&closing)?;
    Some(rest.len() - body.len() + end + closing.len())
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if next == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn blank(character: char) -> char {
    if character == '\n' { '\n' } else { ' ' }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r##"
        let a = "sqlx"; // sqlx
        /* sqlx
           sqlx */ let b = r#"sqlx " sqlx"#;
        let c: &'static str = "\" sqlx"; let quotes = ['"', '\'', 'x'];
        let d = sqlx::query(b"sqlx");
    "##;
    let found = names(&code(text));
    let sqlx: Vec<_> = found.iter().filter(|name| name.has("sqlx")).collect();
    assert_eq!(sqlx, [&Name { line: 6, path: "sqlx::query".to_owned() }]);
}

#[test]
fn a_use_of_several_paths_is_taken_apart() {
    let code =
        "use std::{\n    fs::{self, File},\n    time::Instant,\n};\nfn f() { Vec::<u8>::new(); }";
    let found: Vec<_> = names(code).into_iter().map(|name| (name.line, name.path)).collect();
    for (line, path) in [
        (2, "std::fs::self"),
        (2, "std::fs::File"),
        (3, "std::time::Instant"),
        (5, "Vec"),
        (5, "new"),
    ] {
        assert!(found.contains(&(line, path.to_owned())), "{line} {path} is not in {found:?}");
    }
}

#[test]
fn what_is_compiled_for_tests_is_left_out() {
    let code = "use a::b;
        #[cfg(test)]
        use t::u;
        #[cfg(test)]
        mod tests { fn f(x: [u8; 2]) { c::d() } }
        fn g() { e::f() }";
    let kept = names(&without_tests(code));
    let has = |path| kept.iter().any(|name| name.has(path));
    assert!(has("a::b") && has("e::f"));
    assert!(!has("t::u") && !has("c::d"));
}
