//! What people see on a terminal: tables, sentences, colours.

use serde_json::json;

use super::shell::Shell;
use super::{HOUR, Market};
use crate::support::actors::from_now;

const WIDE: (u16, u16) = (200, 30);

/// `2030-01-31 18:00:00Z`, as a table has the times of the wire.
fn to_the_second(moment: &str) -> String {
    let (whole, _rest) = moment.split_once('.').unwrap();
    format!("{}Z", whole.replace('T', " "))
}

#[tokio::test]
async fn a_list_is_a_table() {
    let ends = from_now(HOUR);
    let product = json!({
        "product_name": "日本の\u{202e}カメラ", "description": "\u{2066}light wear",
        "baseprice": "1275000", "auction_end": ends,
    });
    let market = Market::open_with(&product).await;
    let (id, eva) = (&market.product_id, market.shell_of("Eva").await);
    eva.ok(&["bid", "place", id, "1_275_000"]).await;
    let terminal = eva.terminal(WIDE, &["product", "list"]).await;
    assert_eq!(terminal.ended().await, 0);
    let shown = to_the_second(&ends);
    let wanted = format!(
        "{:<36}  PRODUCT NAME  STATUS  FORMAT      CURRENT PRICE  BID COUNT  AUCTION END\n\
         {id}  日本のカメラ  open    english  USD 1,275,000.00          1  {shown}",
        "PRODUCT ID"
    );
    assert_eq!(terminal.screen().trim_end(), wanted);

    let terminal = eva.terminal(WIDE, &["product", "show", id]).await;
    assert_eq!(terminal.ended().await, 0);
    let screen = terminal.screen();
    for line in [
        "product name        日本のカメラ",
        "current price       USD 1,275,000.00",
        "minimum next bid    USD ",
        "leader              Eva",
        "you                 leading",
        "your amount         USD 1,275,000.00",
    ] {
        assert!(screen.lines().any(|found| found.starts_with(line)), "{line}\n{screen}");
    }
    assert!(!screen.contains("winner") && !screen.contains("currency"), "{screen}");
    let terminal = eva.terminal(WIDE, &["product", "list", "-o", "json"]).await;
    assert_eq!(terminal.ended().await, 0);
    let text = String::from_utf8(terminal.bytes()).unwrap();
    assert!(text.contains(r#"    "product_name": "日本の\u202eカメラ","#), "{text}");
}

#[tokio::test]
async fn an_error_is_red_for_those_who_see_colours() {
    let args = ["--server", "http://127.0.0.1:1", "product", "list"];
    let red = b"\x1b[1;31merror:";
    for (variable, value, is_red) in [
        ("TERM", "xterm-256color", true),
        ("NO_COLOR", "1", false),
        ("TERM", "dumb", false),
        ("GOBID_COLOR", "never", false),
    ] {
        let shell = Shell::new().env(variable, value);
        let terminal = shell.terminal(WIDE, &args).await;
        assert_eq!(terminal.ended().await, 9);
        let has_red = terminal.bytes().windows(red.len()).any(|bytes| bytes == red);
        assert_eq!(has_red, is_red, "{variable}={value}");
    }
}
