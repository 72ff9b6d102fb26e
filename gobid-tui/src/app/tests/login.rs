//! Who is logged in, and words in place of keys.

use super::*;

#[test]
fn a_login_by_the_form() {
    let mut desk = Desk::watching();
    desk.press("1300L");
    desk.press("eva@x");
    desk.key(ENTER);
    desk.press("q secret");
    let effects = desk.key(ENTER);
    let [Effect::LogIn { email, password }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((email.as_str(), password.reveal()), ("eva@x", "q secret"));
    assert!(desk.press("x").is_empty() && desk.key(ENTER).is_empty(), "it is on its way");
    desk.update(Msg::LoggedIn(eva()));
    assert!(desk.app.form.is_none());
    assert_eq!(desk.app.identity, Identity::User(eva()));
    assert_eq!(desk.app.watch.field.shown(), "1,300", "the amount was kept");
}

#[test]
fn a_sign_up_by_the_form() {
    let mut desk = Desk::watching();
    desk.press("L");
    desk.ctrl('n');
    for (text, key) in [("eva", ENTER), ("eva@x", ENTER)] {
        desk.press(text);
        desk.key(key);
    }
    assert!(desk.key(ENTER).is_empty());
    let form = desk.app.form.as_ref().unwrap();
    assert_eq!(form.errors, ["password is missing"]);
    desk.press("secret12");
    let effects = desk.key(ENTER);
    assert!(matches!(&effects[..], [Effect::SignUp { user_name, .. }] if user_name == "eva"));
    desk.update(Msg::LoginRefused(vec!["user name is taken".to_owned()]));
    let form = desk.app.form.as_ref().unwrap();
    assert_ne!(form.password, Secret::default(), "what was typed stays");
}

#[test]
fn the_credential_is_asked_about_when_there_is_a_line() {
    let mut desk = Desk::new();
    desk.app.identity = Identity::Asking;
    assert_eq!(desk.feed(FeedEvent::Connected), [Effect::Identify]);
    desk.update(Msg::Identified(Some(eva())));
    assert!(desk.feed(FeedEvent::Connected).is_empty());
    assert_eq!(desk.feed(FeedEvent::SignedOut), [Effect::ForgetSession]);
    assert_eq!(desk.app.identity, Identity::SignedOut(eva()));
    desk.press("L");
    assert_eq!(desk.app.form.as_ref().unwrap().email, "eva@auctions.example");
}

#[test]
fn words_do_what_keys_do() {
    let mut desk = Desk::outbid();
    let say = |desk: &mut Desk, words: &str| desk.update(Msg::Words(words.to_owned()));
    say(&mut desk, "bid 1300");
    assert!(desk.app.watch.dialog.is_some());
    say(&mut desk, "perhaps");
    assert!(desk.app.watch.dialog.is_some());
    let effects = say(&mut desk, "Yes");
    assert_eq!(firm(bids(&effects)[0]), "1300.00");
    say(&mut desk, "bid 1,300");
    assert!(desk.app.watch.dialog.is_none());
    assert!(desk.app.note().unwrap().text.contains("without commas"));
    assert!(say(&mut desk, "quit").is_empty(), "a bid is unanswered");
    assert_eq!(say(&mut desk, "quit"), [Effect::Quit]);

    let mut desk = Desk::watching();
    say(&mut desk, "bid");
    say(&mut desk, "eva@x");
    let effects = say(&mut desk, "secret");
    assert!(matches!(&effects[..], [Effect::LogIn { email, .. }] if email == "eva@x"));
    say(&mut desk, "");
    assert!(desk.app.form.is_none());
}

#[test]
fn nothing_lies_above_a_dialog_that_is_answered_in_words() {
    for above in ["qr", "details"] {
        let mut desk = Desk::outbid();
        for words in [above, "bid 1300"] {
            desk.update(Msg::Words(words.to_owned()));
        }
        assert_eq!(bids(&desk.update(Msg::Words("yes".to_owned()))).len(), 1, "{above}");
    }
}
