//! The rules for what people write about themselves and their things, for the edges where it comes
//! in: each takes a text and gives the value as it is kept, or a sentence on what is wrong with it,
//! whose subject is the field.

/// 3 to 50 letters, digits, `_`, `-` or `.`. The letters are those of ASCII: a name is what other
/// bidders know one by, and the letters of other scripts look like each other's.
pub fn user_name(text: &str) -> Result<String, String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if (3..=50).contains(&text.chars().count()) && text.chars().all(is_allowed) {
        Ok(text.to_owned())
    } else {
        Err("must be 3 to 50 of the letters a to z, digits, '_', '-' and '.'".to_owned())
    }
}

/// An e-mail, trimmed and in lower case.
pub fn email(text: &str) -> Result<String, String> {
    let email = text.trim().to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_local = |c: char| !c.is_whitespace() && !c.is_control() && !"\"(),:;<>@[\\]".contains(c);
    let is_email = email.rsplit_once('@').is_some_and(|(local, domain)| {
        (1..=64).contains(&local.chars().count())
            && local.chars().all(is_local)
            && domain.split('.').all(is_label)
    });
    if is_email && email.chars().count() <= 254 {
        Ok(email)
    } else {
        Err("must be an e-mail address such as eva@auctions.example".to_owned())
    }
}

/// 8 to 128 characters of any script.
pub fn password(text: &str) -> Result<String, String> {
    text_of(text, 8, 128)
}

/// Up to 255 characters.
pub fn bio(text: &str) -> Result<String, String> {
    text_of(text.trim(), 0, 255)
}

/// So many characters, none of them a control character.
pub fn text_of(text: &str, least: usize, most: usize) -> Result<String, String> {
    without_controls(text)?;
    let count = text.chars().count();
    if count < least || count > most {
        let found = if count == 1 { "is 1".to_owned() } else { format!("are {count}") };
        let wanted = match least {
            0 => format!("at most {most}"),
            _ => format!("{least} to {most}"),
        };
        return Err(format!("must have {wanted} characters; there {found}"));
    }
    Ok(text.to_owned())
}

/// No control character: PostgreSQL keeps no U+0000, and a terminal obeys others.
pub fn without_controls(text: &str) -> Result<(), String> {
    match text.chars().find(|c| c.is_control()) {
        Some(control) => {
            let code = u32::from(control);
            Err(format!("holds the control character U+{code:04X}: leave it out"))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names() {
        let long = "x".repeat(50);
        for name in ["eva", "Eva_7", "e.v-a", &long] {
            assert!(user_name(name).is_ok(), "{name}");
        }
        let too_long = "x".repeat(51);
        for name in ["", "ab", "a b c", "eva\u{1b}", "evа", "eva@x", &too_long] {
            assert!(user_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn emails_are_trimmed_and_in_lower_case() {
        assert_eq!(email(" Eva@Auctions.Example ").unwrap(), "eva@auctions.example");
        for text in ["a@localhost", "a.b+c@d-e.example", "jürgen@müller.example"] {
            assert!(email(text).is_ok(), "{text}");
        }
        let long = format!("a@{}.example", "x".repeat(250));
        for text in ["", "a", "a@", "@b", "a b@c", "a@b@c", "a@b..c", "a@-b", "a\n@b.c", &long] {
            assert!(email(text).is_err(), "{text}");
        }
    }

    #[test]
    fn passwords_are_counted_in_characters() {
        assert!(password("пароль12").is_ok());
        assert!(password(&"🔑".repeat(128)).is_ok());
        assert!(password("1234567").unwrap_err().contains("there are 7"));
        assert!(password(&"x".repeat(129)).is_err());
        assert!(password("with a\ttab").unwrap_err().contains("U+0009"));
    }
}
