//! Themes of the user's own: a TOML file that says how each thing looks, in words.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};

use super::Theme;
use crate::nearest::nearest;

/// What is wrong with a theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// There is no such theme.
    #[error("there is no theme {name:?}: write one of {known}, or the path of a TOML file")]
    NoTheme {
        /// What was asked for.
        name: String,
        /// The themes that there are.
        known: String,
    },
    /// Its file cannot be read.
    #[error("the theme {path} cannot be read: {why}")]
    Unreadable {
        /// Its file.
        path: String,
        /// Why.
        why: String,
    },
    /// It says something that is not understood.
    #[error("in the theme {path}: {why}")]
    Wrong {
        /// Its file.
        path: String,
        /// What.
        why: String,
    },
}

/// The theme that is wanted, or the default; one of the user's own joins the others.
///
/// A name is that of a theme, or of a file `themes/NAME.toml` in the folder of the configuration.
pub fn choose(
    themes: &mut Vec<(String, Theme)>,
    wanted: Option<&str>,
    folder: Option<&Path>,
) -> Result<(Theme, Vec<String>), ThemeError> {
    let Some(wanted) = wanted else {
        return Ok((themes.first().map_or(Theme::MONO, |(_, theme)| *theme), Vec::new()));
    };
    if let Some((_, theme)) = themes.iter().find(|(name, _)| name == wanted) {
        return Ok((*theme, Vec::new()));
    }
    let known: Vec<_> = themes.iter().map(|(name, _)| name.as_str()).collect();
    let known = known.join(", ");
    let path = if Path::new(wanted).extension().is_some_and(|ending| ending == "toml") {
        PathBuf::from(wanted)
    } else {
        let own = folder.map(|folder| folder.join("themes").join(format!("{wanted}.toml")));
        own.filter(|own| own.exists())
            .ok_or_else(|| ThemeError::NoTheme { name: wanted.to_owned(), known })?
    };
    let (theme, unknown) = read(&path)?;
    let name =
        path.file_stem().map_or_else(|| wanted.to_owned(), |name| name.display().to_string());
    themes.push((name, theme));
    Ok((theme, unknown))
}

fn read(path: &Path) -> Result<(Theme, Vec<String>), ThemeError> {
    let named = path.display().to_string();
    let text = fs::read_to_string(path)
        .map_err(|error| ThemeError::Unreadable { path: named.clone(), why: error.to_string() })?;
    parse(&text).map_err(|why| ThemeError::Wrong { path: named, why })
}

/// Each line is a thing and how it looks: `good = "green bold"`, `base = "white on #101010"`. What
/// is not named looks as it does by default, and what is not known is said.
fn parse(text: &str) -> Result<(Theme, Vec<String>), String> {
    let looks: BTreeMap<String, String> =
        toml::from_str(text).map_err(|error| error.to_string())?;
    let mut theme = Theme::TERMINAL;
    let mut unknown = Vec::new();
    for (thing, look) in &looks {
        let style = style(look).ok_or_else(|| {
            format!(
                "{thing} is {look:?}: write colours and bold, dim, italic, underlined or reversed, \
                 such as \"#ff8800 on black bold\""
            )
        })?;
        let mut things = things(&mut theme);
        let names: Vec<_> = things.iter().map(|(name, _)| *name).collect();
        let Some((_, place)) = things.iter_mut().find(|(name, _)| name == thing) else {
            let nearest = nearest(thing, names).unwrap_or_default();
            unknown.push(format!("nothing in a theme is called {thing:?}; is {nearest} meant?"));
            continue;
        };
        **place = style;
    }
    Ok((theme, unknown))
}

fn things(theme: &mut Theme) -> [(&'static str, &mut Style); 12] {
    [
        ("base", &mut theme.base),
        ("dim", &mut theme.dim),
        ("strong", &mut theme.strong),
        ("key", &mut theme.key),
        ("focus", &mut theme.focus),
        ("good", &mut theme.good),
        ("bad", &mut theme.bad),
        ("warning", &mut theme.warning),
        ("name", &mut theme.name),
        ("field", &mut theme.field),
        ("chart", &mut theme.chart),
        ("mark", &mut theme.mark),
    ]
}

fn style(look: &str) -> Option<Style> {
    let mut style = Style::new();
    let mut words = look.split_whitespace();
    while let Some(word) = words.next() {
        style = match word {
            "bold" => style.add_modifier(Modifier::BOLD),
            "dim" => style.add_modifier(Modifier::DIM),
            "italic" => style.add_modifier(Modifier::ITALIC),
            "underlined" => style.add_modifier(Modifier::UNDERLINED),
            "reversed" => style.add_modifier(Modifier::REVERSED),
            "on" => style.bg(words.next()?.parse::<Color>().ok()?),
            color => style.fg(color.parse::<Color>().ok()?),
        };
    }
    Some(style)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_says_how_things_look() {
        let (theme, _) =
            parse("good = 'green'\nbase = 'white on #102030'\nbad = '208 bold'").unwrap();
        assert_eq!(theme.good, Style::new().fg(Color::Green));
        assert_eq!(theme.base, Style::new().fg(Color::White).bg(Color::Rgb(16, 32, 48)));
        assert_eq!(theme.bad, Style::new().fg(Color::Indexed(208)).add_modifier(Modifier::BOLD));
        assert_eq!(theme.key, Theme::TERMINAL.key);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let (theme, unknown) = parse("god = 'green'\nbad = 'red'").unwrap();
        assert_eq!(unknown, ["nothing in a theme is called \"god\"; is good meant?"]);
        assert_eq!(theme.bad, Style::new().fg(Color::Red), "the rest holds");
        assert_eq!(
            parse("good = 'grean'").unwrap_err(),
            "good is \"grean\": write colours and bold, dim, italic, underlined or reversed, such as \
             \"#ff8800 on black bold\""
        );
        let mut themes = super::super::all(true);
        let error = choose(&mut themes, Some("drak"), None).unwrap_err().to_string();
        assert!(error.starts_with("there is no theme \"drak\": write one of terminal, dark"));
    }

    #[test]
    fn a_theme_of_ones_own_joins_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("themes");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("sea.toml"), "key = 'blue'").unwrap();
        let mut themes = super::super::all(true);
        let (theme, _) = choose(&mut themes, Some("sea"), Some(folder.path())).unwrap();
        assert_eq!(theme.key, Style::new().fg(Color::Blue));
        assert_eq!(themes.last().unwrap(), &("sea".to_owned(), theme));
    }
}
