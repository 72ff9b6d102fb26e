//! The lists, the line of commands, and the keys of every screen.

use super::*;
use crate::app::{Asked, Confirm, ExportAs, Place, Row, Sort, TABS, Tab};
use crate::samples::product;

/// A page of a list: rows with these names, and whether there is more.
fn page(desk: &mut Desk, asked: &Asked, names: &[&str], has_more: bool) -> Vec<Effect> {
    let numbered = (1..).zip(names);
    let rows = numbered.map(|(number, name)| {
        let mut view = product();
        view.product_id = gobid_api::ProductId::from_u128(number);
        view.product_name = (*name).to_owned();
        Row::read(&view, None).unwrap()
    });
    let cursor = has_more.then(|| "next".to_owned());
    desk.update(Msg::Listed(asked.clone(), Ok(rows.collect()), vec![cursor]))
}

fn asked(effects: &[Effect]) -> Vec<&Asked> {
    let asked = effects.iter().filter_map(|effect| match effect {
        Effect::List(asked) => Some(asked),
        _ => None,
    });
    asked.collect()
}

/// The lists, of which the first has rows.
fn lists(names: &[&str], has_more: bool) -> Desk {
    let mut desk = Desk::lists();
    let first = desk.app.go_to_list();
    assert!(first.is_empty(), "every list has been asked for");
    let live = Asked {
        number: 1,
        tab: Tab::Live,
        sort: Sort::Ending,
        filter: String::new(),
        currency: None,
        after: None,
    };
    page(&mut desk, &live, names, has_more);
    desk
}

#[test]
fn lists_are_read_at_once_and_again_when_they_are_old() {
    let mut desk = Desk::lists();
    let tabs: Vec<_> = TABS.into_iter().filter(|tab| !tab.is_ones_own()).collect();
    let first = desk.first_effects.clone();
    assert_eq!(asked(&first).iter().map(|asked| asked.tab).collect::<Vec<_>>(), tabs);
    page(&mut desk, asked(&first)[0], &["a"], false);
    assert_eq!(desk.app.browse.list(Tab::Live).count().as_deref(), Some("1"));
    assert!(desk.pass(Duration::from_secs(14)).is_empty());
    let again = desk.pass(Duration::from_secs(1));
    assert_eq!(asked(&again).iter().map(|asked| asked.tab).collect::<Vec<_>>(), [Tab::Live]);
    let stale = Asked { number: 1, ..asked(&again)[0].clone() };
    page(&mut desk, &stale, &["a", "b"], false);
    assert_eq!(desk.app.browse.list(Tab::Live).rows.len(), 1, "an answer to an older question");
    let own = desk.update(Msg::Identified(Some(eva())));
    assert_eq!(asked(&own).len(), 3, "one's own lists are read when it is known whose they are");
}

#[test]
fn a_list_of_several_questions_is_read_again_too() {
    let names: Vec<String> = (0..150).map(|number| format!("item {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut desk = Desk::lists();
    let first = desk.first_effects.clone();
    let ended = asked(&first).into_iter().find(|asked| asked.tab == Tab::Ended).unwrap();
    page(&mut desk, ended, &names, true);
    desk.press("7");
    let again = desk.pass(Duration::from_secs(15));
    assert!(asked(&again).iter().any(|asked| asked.tab == Tab::Ended), "{again:?}");
    let again = asked(&again).into_iter().find(|asked| asked.tab == Tab::Ended).unwrap().clone();
    page(&mut desk, &again, &names, true);
    let more = desk.press("G");
    page(&mut desk, asked(&more)[0], &["more"], false);
    let later = desk.pass(Duration::from_mins(1));
    assert!(asked(&later).iter().all(|asked| asked.tab != Tab::Ended), "it would move");
}

#[test]
fn an_answer_to_a_question_that_holds_no_more_is_not_taken() {
    let mut desk = Desk::lists();
    let first = desk.first_effects.clone();
    let live = asked(&first)[0].clone();
    desk.update(Msg::Listed(live.clone(), Err("no".to_owned()), Vec::new()));
    let again = desk.press("s");
    let sorted = asked(&again).into_iter().find(|asked| asked.tab == Tab::Live).unwrap().clone();
    assert_eq!(sorted.sort, Sort::Newest, "at once, though it failed just now");
    page(&mut desk, &live, &["old"], false);
    assert!(desk.app.browse.rows().is_empty());
    page(&mut desk, &sorted, &["new"], false);
    assert_eq!(desk.app.browse.rows().len(), 1);
}

#[test]
fn the_watchlist_is_that_after_the_last_change() {
    let mut desk = lists(&["a"], false);
    let own = desk.update(Msg::Identified(Some(eva())));
    let before = asked(&own).into_iter().find(|asked| asked.tab == Tab::Watchlist).unwrap().clone();
    let id = desk.app.browse.chosen().unwrap().product.id;
    let after = desk.update(Msg::Watchlisted(id, true, None));
    page(&mut desk, &before, &[], false);
    page(&mut desk, asked(&after)[0], &["a"], false);
    assert!(desk.app.browse.is_on_watchlist(id));
}

#[test]
fn the_end_of_a_session_is_noticed_in_the_lists() {
    use crate::exit::Exit;
    let mut desk = lists(&["a"], false);
    assert!(desk.update(Msg::Failed(Exit::NotLoggedIn)).is_empty(), "nobody is logged in");
    desk.update(Msg::Identified(Some(eva())));
    assert!(desk.update(Msg::Failed(Exit::Unreachable)).is_empty());
    assert_eq!(desk.update(Msg::Failed(Exit::NotLoggedIn)), [Effect::Identify]);
    assert_eq!(desk.update(Msg::Identified(None)), [Effect::ForgetSession]);
    assert_eq!(desk.app.identity, Identity::SignedOut(eva()));
}

#[test]
fn more_is_read_near_the_end_and_counted() {
    let names: Vec<String> = (0..100).map(|number| format!("item {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut desk = lists(&names, true);
    assert_eq!(desk.app.browse.list(Tab::Live).count().as_deref(), Some("100+"));
    assert!(desk.press("jjj").is_empty());
    let more = desk.press("G");
    assert_eq!(asked(&more)[0].after, Some(vec![Some("next".to_owned())]));
    assert!(desk.press("G").is_empty(), "it has been asked for");
}

#[test]
fn a_filter_holds_at_once_and_enter_asks_the_server() {
    let mut desk = lists(&["Leica M3", "Thinkpad", "Leica M6"], false);
    assert!(desk.press("/lei m6").is_empty());
    let names: Vec<_> = desk.app.browse.rows().iter().map(|row| row.product.name.clone()).collect();
    assert_eq!(names, ["Leica M6"], "digits and letters are the filter's");
    let searched = desk.key(ENTER);
    assert!(asked(&searched).iter().all(|asked| asked.filter == "lei m6"));
    assert_eq!(asked(&searched).len(), 4);
    let all = desk.key(KeyCode::Esc);
    assert!(asked(&all).iter().all(|asked| asked.filter.is_empty()));
}

#[test]
fn enter_watches_and_escape_goes_back_and_forth() {
    let mut desk = lists(&["a", "b"], false);
    let id = gobid_api::ProductId::from_u128(2);
    desk.press("j");
    assert_eq!(desk.key(ENTER), [Effect::Follow(id)]);
    assert_eq!((desk.app.place, desk.app.watch.product_id), (Place::Auction, id));
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.place, Place::List);
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.place, Place::List, "it does not bounce");
    desk.press(">");
    assert_eq!((desk.app.place, desk.app.watch.product_id), (Place::Auction, id));
}

#[test]
fn another_order_and_another_tab() {
    let mut desk = lists(&["a"], false);
    desk.press("ss");
    assert_eq!(desk.app.browse.sort, Sort::Dearest);
    desk.press("7");
    assert_eq!(desk.app.browse.tab, Tab::Ended);
    desk.key(KeyCode::Tab);
    assert_eq!(desk.app.browse.tab, Tab::Live);
    desk.press("h");
    assert_eq!(desk.app.browse.tab, Tab::Ended);
    desk.press("w");
    assert!(desk.app.form.is_some(), "a watchlist is somebody's");
}

#[test]
fn commands_are_typed_in_their_line() {
    let mut desk = Desk::outbid();
    desk.press(":bi");
    desk.key(KeyCode::Tab);
    desk.press("1300");
    assert!(desk.app.watch.field.is_empty(), "digits are of the command");
    desk.key(ENTER);
    assert_eq!(desk.app.watch.dialog.as_ref().unwrap().amount().minor_units(), 130_000);
    desk.key(KeyCode::Esc);
    desk.press(":theme contrast");
    desk.key(ENTER);
    assert_eq!(desk.app.look.theme, crate::theme::Theme::CONTRAST);
    desk.press(":th");
    desk.key(ENTER);
    assert_eq!(desk.app.look.theme, crate::theme::Theme::MONO, "the first that fits is done");
    desk.press(":export json");
    let id = desk.app.watch.product_id;
    assert_eq!(desk.key(ENTER), [Effect::Export(id, ExportAs::Json)]);
    desk.press(":nonsense");
    desk.key(ENTER);
    assert_eq!(desk.app.note().unwrap().text, "no such command: help lists them");
}

#[test]
fn a_line_of_commands_costs_nothing_that_was_not_meant() {
    for line in [":", ":b", ":m", ":a", ":accept", ":ma", ":acc"] {
        let mut desk = Desk::outbid();
        desk.app.confirm = Confirm::Never;
        desk.press(line);
        assert!(bids(&desk.key(ENTER)).is_empty(), "{line}");
        assert!(desk.app.watch.dialog.is_none(), "{line}");
        assert_eq!(desk.app.palette, None, "{line}");
    }
    // What is typed in full is meant, and what was picked.
    for (line, key) in [(":bid", None), (":", Some(KeyCode::Up)), (":b", Some(KeyCode::Up))] {
        let mut desk = Desk::outbid();
        desk.press(line);
        if let Some(key) = key {
            desk.key(key);
        }
        desk.key(ENTER);
        assert!(desk.app.watch.dialog.is_some(), "{line}");
    }
}

#[test]
fn every_command_is_understood() {
    for command in crate::app::COMMANDS {
        for line in [command.word.to_owned(), format!("{} x", command.word)] {
            let mut desk = Desk::outbid();
            desk.app.watch.note = None;
            desk.update(Msg::Words(line.clone()));
            let note = desk.app.note().map(|note| note.text.clone()).unwrap_or_default();
            let has_more = line.contains(' ');
            let is_whole = match command.word {
                "watch" => has_more,
                "export" => !has_more,
                _ => !has_more || !command.arguments.is_empty(),
            };
            if is_whole {
                assert_ne!(note, "no such command: help lists them", "{line}");
            }
        }
    }
}

#[test]
fn a_link_is_copied_and_the_help_is_searched() {
    let mut desk = Desk::outbid();
    let link = format!("http://127.0.0.1:3080/api/v1/products/{}", desk.app.watch.product_id);
    assert_eq!(desk.press("y"), [Effect::Copy(link.clone())]);
    assert_eq!(desk.press("o"), [Effect::Browse(link)]);
    desk.press("?/maximum");
    assert!(desk.app.watch.dialog.is_none() && desk.app.kind() == Kind::Firm);
    assert_eq!(desk.app.help.as_ref().unwrap().search, "maximum");
    desk.key(KeyCode::Esc);
    desk.key(KeyCode::Esc);
    assert_eq!(desk.app.help, None);
}

#[test]
fn lists_stand_still_while_they_are_frozen() {
    let mut desk = Desk::outbid();
    desk.press("f");
    let newest = desk.app.watch.shown_bids()[0].id;
    desk.rival_bids("1300.00", "1325.00");
    assert_eq!(desk.app.watch.shown_bids()[0].id, newest);
    let price = desk.app.watch.product.as_ref().unwrap().standing.price.unwrap();
    assert_eq!(price.minor_units(), 130_000, "the price goes on");
    desk.press("f");
    assert_ne!(desk.app.watch.shown_bids()[0].id, newest);
}

#[test]
fn bids_are_asked_back_about_as_it_was_set() {
    let table = [
        (Confirm::Always, "1300", false),
        (Confirm::Never, "1300", true),
        (Confirm::Above("1300.00".parse().unwrap()), "1300", true),
        (Confirm::Above("1299.99".parse().unwrap()), "1300", false),
        (Confirm::Never, "1200", false),
    ];
    for (confirm, amount, is_sent) in table {
        let mut desk = Desk::outbid();
        desk.app.confirm = confirm;
        desk.press(amount);
        let sent = desk.key(ENTER);
        assert_eq!(bids(&sent).len(), usize::from(is_sent), "{confirm:?} {amount}");
        assert_eq!(desk.app.watch.dialog.is_none(), is_sent, "the dialog says what is in the way");
    }
}
