//! What differs from run to run, by its shape.

/// In a shape `#` is a digit, `~` one of 0 to f, `*` a letter, digit, `-` or `_`, and `+` behind one
/// of them means one or more; the rest stands for itself.
const SHAPES: [(&str, &str); 21] = [
    ("~~~~~~~~-~~~~-~~~~-~~~~-~~~~~~~~~~~~", "<id>"),
    ("~~~~~~~~-~~~~-~~~~-~~~~-~+…", "<id>…"),
    ("~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "<epoch>"),
    ("####-##-##T##:##:##Z", "<time>"),
    ("####-##-##T##:##:##.#+Z", "<time>"),
    ("####-##-## ##:##:##Z", "<time>"),
    ("\"trace_id\":\"*+\"", "\"trace_id\":\"<trace>\""),
    ("· trace *+", "· trace <trace>"),
    ("(trace *+)", "(trace <trace>)"),
    ("for trace *+", "for trace <trace>"),
    ("gbt_*+", "<token>"),
    ("~~~~~~~~~~~~~~~~~~~~", "<password>"),
    ("\"retry_after_ms\":#+", "\"retry_after_ms\":<n>"),
    ("again in #+ s", "again in <n> s"),
    ("in #+h #+m", "in <span>"),
    ("in #+d #+h", "in <span>"),
    ("in #+m #+s", "in <span>"),
    ("gobid/#+.#+.#+", "gobid/<v>"),
    ("within #+ ms", "within <n> ms"),
    ("#+ ms behind the server's, give or take #+ ms", "<n> ms behind the server's"),
    ("#+ ms ahead of the server's, give or take #+ ms", "<n> ms behind the server's"),
];

/// The text with masks in place of what differs from run to run. Where columns are to be looked at,
/// a mask is as wide as what it stands for.
pub(super) fn masked(text: &str, keeps_width: bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let is_within_word = masked.ends_with(|last: char| last.is_ascii_alphanumeric());
        let found = SHAPES.iter().filter(|_| !is_within_word).find_map(|(shape, mask)| {
            let length = length_of(shape, rest)?;
            Some((rest.split_at(length), mask))
        });
        let Some(((hidden, behind), mask)) = found else {
            masked.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        // What is of one width in columns.
        let is_wide = keeps_width && matches!(*mask, "<id>" | "<id>…" | "<time>" | "gobid/<v>");
        let missing = if is_wide { hidden.len().saturating_sub(mask.len()) } else { 0 };
        masked.push_str(&mask.replacen('>', &format!("{}>", ".".repeat(missing)), 1));
        rest = behind;
    }
    masked
}

/// JSON with `<n>` in place of every number.
pub(super) fn without_figures(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(next) = rest.chars().next() {
        let is_value = text.ends_with([':', '[', ',']) || text.ends_with(": ");
        if next.is_ascii_digit() && is_value {
            text.push_str("<n>");
            rest = rest.trim_start_matches(|found: char| found.is_ascii_digit() || found == '.');
            continue;
        }
        text.push(next);
        rest = &rest[next.len_utf8()..];
    }
    text
}

/// How much of the beginning of a text has a shape.
fn length_of(shape: &str, text: &str) -> Option<usize> {
    let mut rest = text;
    let mut signs = shape.chars().peekable();
    while let Some(sign) = signs.next() {
        let fits = |found: char| match sign {
            '#' => found.is_ascii_digit(),
            '~' => found.is_ascii_digit() || ('a'..='f').contains(&found),
            '*' => found.is_ascii_alphanumeric() || matches!(found, '-' | '_'),
            literal => found == literal,
        };
        rest = rest.strip_prefix(fits)?;
        if signs.next_if_eq(&'+').is_some() {
            rest = rest.trim_start_matches(fits);
        }
    }
    Some(text.len() - rest.len())
}

#[test]
fn what_differs_is_masked_and_nothing_else() {
    let id = "0190b0a0-0000-7000-8000-000000000001";
    for (text, wanted) in [
        (format!("bid {id}, 2030-01-31T18:00:00.123Z"), "bid <id>, <time>"),
        (format!("x{id}"), &*format!("x{id}")),
        ("code a · trace 4bf92f · request 7".to_owned(), "code a · trace <trace> · request 7"),
        ("1275.00, in 59m 59s".to_owned(), "1275.00, in <span>"),
    ] {
        assert_eq!(masked(&text, false), wanted);
    }
    assert_eq!(masked(id, true), format!("<id{}>", ".".repeat(32)));
}
