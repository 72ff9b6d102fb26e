//! What a user has, and what admins do about users.

use gobid_api::accounts::{
    MyBid, NewToken, PasswordChange, PasswordChanged, SessionView, SocketView, TokenCreated,
    TokenView, Watched,
};
use gobid_api::admin::{NewUserByAdmin, OneTimePassword, Suspended, Suspension, UserMade, UserRow};
use gobid_api::products::YourStatus;

use crate::products::english;
use crate::{amount, at, id, read_back};

fn session() -> SessionView {
    SessionView {
        session_id: id(0xe1),
        current: true,
        device: Some("gobid/0.1.0".to_owned()),
        address: Some("203.0.113.9".to_owned()),
        since: at(1),
        last_seen_at: at(2),
        expires_at: at(120),
        remember: true,
        sockets: vec![SocketView {
            product_id: id(1),
            device: None,
            address: "203.0.113.9".to_owned(),
            since: at(3),
        }],
    }
}

fn token() -> TokenView {
    TokenView {
        token_id: id(0xf1),
        name: "the stock's script".to_owned(),
        scopes: vec!["bid".to_owned(), "read".to_owned()],
        created_at: at(1),
        last_used_at: Some(at(2)),
        expires_at: at(120),
        max_offer: Some(amount("500.00")),
        currency: Some("USD".to_owned()),
        sockets: Vec::new(),
    }
}

#[test]
fn passwords_sessions_and_tokens() {
    let change = PasswordChange { current_password: "a".to_owned(), new_password: "b".to_owned() };
    insta::assert_json_snapshot!("password_change", change);
    let changed = PasswordChanged { message: "m".to_owned(), csrf_token: "t".to_owned() };
    insta::assert_json_snapshot!("password_changed", changed);
    let bare = SessionView { device: None, address: None, sockets: vec![], ..session() };
    let sessions = vec![session(), bare];
    insta::assert_json_snapshot!("sessions", sessions);
    read_back(&sessions);
    let new = NewToken {
        name: "n".to_owned(),
        scopes: vec!["bid".to_owned()],
        expires_at: Some("2030-01-31T19:00:00Z".to_owned()),
        max_offer: Some("500".into()),
        currency: Some("USD".to_owned()),
    };
    insta::assert_json_snapshot!("new_token", new);
    read_back(&[new, NewToken::default()]);
    let created = TokenCreated { token: "gbt_0".to_owned(), view: token() };
    assert!(!format!("{created:?}").contains("gbt_0"));
    insta::assert_json_snapshot!("token_created", created);
    let unused = TokenView { last_used_at: None, max_offer: None, currency: None, ..token() };
    insta::assert_json_snapshot!("token_of_another_kind", unused);
    read_back(&[token(), unused]);
}

#[test]
fn own_bids_and_watchlists() {
    let bid = MyBid {
        my_status: Some(YourStatus::Outbid),
        amount: None,
        max_amount: Some(amount("1300.00")),
        product: english(),
    };
    insta::assert_json_snapshot!("my_bid", bid);
    read_back(&[MyBid { my_status: None, max_amount: None, ..bid.clone() }, bid]);
    insta::assert_json_snapshot!("watched", Watched { product_id: id(1), since: at(1) });
}

#[test]
fn users_as_admins_see_them() {
    let user = UserRow {
        user_id: id(0x11),
        user_name: "eva".to_owned(),
        email: "eva@auctions.example".to_owned(),
        bio: String::new(),
        is_admin: false,
        suspended_at: Some(at(2)),
        created_at: at(1),
    };
    insta::assert_json_snapshot!("user", user);
    read_back(&[UserRow { suspended_at: None, ..user.clone() }, user]);
    let new = NewUserByAdmin { user_name: "eva".to_owned(), ..NewUserByAdmin::default() };
    insta::assert_json_snapshot!("new_user_by_admin", new);
    let password = "p".to_owned();
    let made = UserMade { user_id: id(0x11), one_time_password: Some(password.clone()) };
    assert!(!format!("{made:?}").contains("Some"));
    insta::assert_json_snapshot!("user_made", made);
    let one_time = OneTimePassword { one_time_password: password };
    insta::assert_json_snapshot!("one_time_password", one_time);
    let suspension = Suspension { reason: "fraud".to_owned(), void_open: true };
    insta::assert_json_snapshot!("suspension", suspension);
    let suspended =
        Suspended { suspended_at: at(1), voided: 2, not_voided: 0, open_auctions: vec![id(0x21)] };
    insta::assert_json_snapshot!("suspended", suspended);
}
