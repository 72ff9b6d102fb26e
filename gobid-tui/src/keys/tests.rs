//! The table, and what may be bound otherwise.

use super::Scope::{Details, Dialog, Form, Help, List, Palette, Replay, Watch};
use super::*;

fn press(code: KeyCode, modifiers: KeyModifiers) -> KeyEvent {
    KeyEvent::new(code, modifiers)
}

#[test]
fn no_key_means_two_things_in_one_scope() {
    assert_eq!(Keymap::default().clash(), None);
}

#[test]
fn every_line_has_a_name_of_its_own() {
    let mut names: Vec<_> = TABLE.iter().map(|entry| (entry.scope.name(), entry.name)).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn keys_find_their_action() {
    let none = KeyModifiers::NONE;
    let table = [
        (Watch, press(KeyCode::Char('7'), none), Some(Action::Digit('7'))),
        (Watch, press(KeyCode::Char('+'), KeyModifiers::SHIFT), Some(Action::StepUp)),
        (Watch, press(KeyCode::Char('R'), KeyModifiers::SHIFT), Some(Action::Reconnect)),
        (Watch, press(KeyCode::Char('r'), none), None),
        (Watch, press(KeyCode::Char('y'), none), Some(Action::Copy)),
        (Watch, press(KeyCode::Char('q'), KeyModifiers::ALT), None),
        (Watch, press(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Action::Interrupt)),
        (Form, press(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Action::Interrupt)),
        (Form, press(KeyCode::Char('q'), none), None),
        (Dialog, press(KeyCode::Char('y'), none), Some(Action::Send)),
        (Dialog, press(KeyCode::Enter, none), None),
        (Dialog, press(KeyCode::Char('7'), none), None),
        (Dialog, press(KeyCode::Char('t'), none), None),
        (Dialog, press(KeyCode::Char('m'), none), Some(Action::ToggleMaximum)),
        (Dialog, press(KeyCode::Char('B'), none), None),
        (Watch, press(KeyCode::Char('B'), KeyModifiers::SHIFT), Some(Action::Buy)),
        (List, press(KeyCode::Char('7'), none), Some(Action::Digit('7'))),
        (List, press(KeyCode::Char('B'), KeyModifiers::SHIFT), None),
        (Palette, press(KeyCode::Char('q'), none), None),
        (Replay, press(KeyCode::Char(' '), none), Some(Action::Play)),
        (Replay, press(KeyCode::Enter, none), None),
        (Help, press(KeyCode::Esc, none), Some(Action::Help)),
        (Details, press(KeyCode::Char('i'), none), Some(Action::Details)),
        (Details, press(KeyCode::Char('y'), none), None),
    ];
    for (scope, event, expected) in table {
        assert_eq!(Keymap::default().action(scope, &event), expected, "{scope:?} {event:?}");
    }
}

fn bound(text: &str) -> Result<Keymap, KeyError> {
    let (keymap, unknown) = Keymap::with(&toml::from_str(text).unwrap())?;
    assert_eq!(unknown, [""; 0]);
    Ok(keymap)
}

#[test]
fn what_is_not_known_is_named_and_the_rest_holds() {
    let text = "views.qiut = 'x'\nview.quit = 'y'\nauction.events = 'E'";
    let (keymap, unknown) = Keymap::with(&toml::from_str(text).unwrap()).unwrap();
    assert_eq!(
        unknown,
        [
            "[keys.view]: \"quit\" is nothing that a key does; is views.quit meant?",
            "[keys.views]: \"qiut\" is nothing that a key does; is views.quit meant?",
        ]
    );
    let event = press(KeyCode::Char('E'), KeyModifiers::NONE);
    assert_eq!(keymap.action(Watch, &event), Some(Action::Events));
}

#[test]
fn keys_are_bound_otherwise() {
    let keymap = bound("views.quit = ['Ctrl-q', 'F10']\nauction.events = 'E'").unwrap();
    let none = KeyModifiers::NONE;
    let action = |scope, key, held| keymap.action(scope, &press(KeyCode::Char(key), held));
    assert_eq!(action(Watch, 'q', KeyModifiers::CONTROL), Some(Action::Quit));
    assert_eq!(action(List, 'q', none), None);
    assert_eq!(keymap.action(List, &press(KeyCode::F(10), none)), Some(Action::Quit));
    assert_eq!(action(Watch, 'E', none), Some(Action::Events));
    assert_eq!(action(Watch, 'e', none), None);
    let quit = keymap.hints(Watch).find(|hint| hint.action == Action::Quit).unwrap();
    assert_eq!(quit.keys, "Ctrl-Q");
    let shown = keymap.bindings().iter().find(|binding| binding.name == "quit").unwrap();
    assert_eq!(shown.shown, "Ctrl-Q  F10");
}

#[test]
fn what_cannot_be_bound_is_said() {
    let table = [
        (
            "views.quit = 'm'",
            "[keys]: m would mean both amount.maximum and views.quit: bind one of them to another key",
        ),
        ("amount.digits = 'x'", "[keys]: digits cannot be bound otherwise"),
        (
            "views.quit = 'Hyper-x'",
            "[keys]: \"Hyper-x\" is no key: write a character, Ctrl-x, F1, Enter, Esc, Tab, S-Tab, \
             Space, Backspace, Up, Down, Left, Right, Home, End, PageUp or PageDown",
        ),
    ];
    for (text, said) in table {
        assert_eq!(bound(text).unwrap_err().to_string(), said);
    }
    assert!(bound("views.quit = '7'").is_err(), "digits are of amounts");
}
