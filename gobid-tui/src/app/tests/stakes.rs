//! What the auctions of the lists are to the user, and the watchlist.

use gobid_api::ProductId;

use super::*;
use crate::app::{Asked, Row, Stake, Tab};
use crate::samples::product;

fn row(id: ProductId, status: &str, you: Option<YourStatus>) -> Row {
    let mut view = product();
    view.product_id = id;
    view.status = status.to_owned();
    Row::read(&view, you).unwrap()
}

fn asked(effects: &[Effect], tab: Tab) -> Asked {
    let mut asked = effects.iter().filter_map(|effect| match effect {
        Effect::List(asked) => Some(asked),
        _ => None,
    });
    asked.find(|asked| asked.tab == tab).unwrap().clone()
}

fn list(desk: &mut Desk, asked: Asked, rows: Vec<Row>) -> Vec<Effect> {
    desk.update(Msg::Listed(asked, Ok(rows), vec![None]))
}

#[test]
fn an_auction_is_the_same_to_the_user_in_every_list() {
    let mut desk = Desk::lists();
    let own = desk.update(Msg::Identified(Some(eva())));
    let id = ProductId::from_u128;
    let bid_in = [
        ("open", YourStatus::Outbid),
        ("open", YourStatus::Leading),
        ("sold", YourStatus::Won),
        ("open", YourStatus::Leading),
    ];
    let rows = (1..).zip(bid_in).map(|(number, (status, you))| row(id(number), status, Some(you)));
    list(&mut desk, asked(&own, Tab::MyBids), rows.collect());
    let watched = [5, 6].map(|number| row(id(number), "open", None)).to_vec();
    list(&mut desk, asked(&own, Tab::Watchlist), watched);
    let table = [
        (1, "open", Stake::Role(Role::Outbid)),
        (2, "open", Stake::Role(Role::Leader)),
        (3, "sold", Stake::Role(Role::Winner)),
        (4, "sold", Stake::None), // which came of it is not known yet
        (5, "open", Stake::Watched),
        (6, "sold", Stake::None),
        (7, "open", Stake::None),
    ];
    for (number, status, stake) in table {
        assert_eq!(desk.app.stake(&row(id(number), status, None)), stake, "{number} {status}");
    }
}

#[test]
fn a_watchlist_that_was_never_read_is_asked_for_first() {
    for is_on in [true, false] {
        let mut desk = Desk::outbid();
        let id = desk.app.watch.product_id;
        let effects = desk.press("w");
        assert_eq!(effects.len(), 1, "{effects:?}");
        let rows = if is_on { vec![row(id, "open", None)] } else { Vec::new() };
        let changed = list(&mut desk, asked(&effects, Tab::Watchlist), rows);
        assert_eq!(changed, [Effect::Watchlist(id, !is_on)]);
        desk.update(Msg::Watchlisted(id, !is_on, None));
        assert_eq!(desk.press("w"), [Effect::Watchlist(id, is_on)], "before it is read again");
    }
    let mut desk = Desk::outbid();
    let effects = desk.press("w");
    let refused = Err("no".to_owned());
    let none = desk.update(Msg::Listed(asked(&effects, Tab::Watchlist), refused, Vec::new()));
    assert!(none.is_empty());
    assert_eq!(desk.app.note().unwrap().text, "no");
}
