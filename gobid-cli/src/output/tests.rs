//! One small thing in every form.

use serde::Serialize;

use super::*;

#[derive(Serialize)]
struct Lot {
    id: u32,
    name: &'static str,
    price: Option<&'static str>,
}

impl Record for Lot {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("lot_id", |lot| Cell::text(&lot.id)),
        Column::new("name", |lot| Cell::text(&lot.name)),
        Column::new("price", |lot| {
            let price = lot.price.map(|price| price.parse().unwrap());
            Cell::money(price, "USD")
        }),
        Column::for_programs("currency", |_| Cell::text(&"USD")),
        Column::detail("sold", |_| Cell::Flag(false)),
    ];

    fn id(&self) -> String {
        self.id.to_string()
    }
}

const LOTS: [Lot; 2] = [
    Lot { id: 1, name: "Leica \"M3\", \u{1b}[31m1955\u{202e}", price: Some("1275.00") },
    Lot { id: 23, name: "日本", price: None },
];

#[test]
fn a_list_for_people_is_aligned() {
    let expected = "\
LOT ID  NAME                         PRICE
1       Leica \"M3\", [31m1955  USD 1,275.00
23      日本                             -
";
    assert_eq!(table::list(&LOTS), expected);
}

#[test]
fn a_list_for_programs_has_tabs_and_no_header() {
    let lines = LOTS.map(|lot| table::tabs(&lot));
    assert_eq!(lines[0], "1\tLeica \"M3\", [31m1955\t1275.00\tUSD");
    assert_eq!(lines[1], "23\t日本\t\tUSD");
}

#[test]
fn one_thing_is_shown_with_its_details() {
    let [lot, unsold] = LOTS;
    let expected = "\
lot id  1
name    Leica \"M3\", [31m1955
price   USD 1,275.00
sold    no
";
    assert_eq!(table::details(&lot, true), expected);
    let lines = table::details(&unsold, false);
    assert_eq!(lines, "lot_id\t23\nname\t日本\nprice\t\ncurrency\tUSD\nsold\tfalse\n");
}

#[test]
fn csv_is_quoted_where_it_must_be() {
    let text = String::from_utf8(csv(&LOTS, true).unwrap()).unwrap();
    let expected = "lot_id,name,price,currency,sold\n\
                    1,\"Leica \"\"M3\"\", [31m1955\",1275.00,USD,false\n\
                    23,日本,,USD,false\n";
    assert_eq!(text, expected);
    assert!(!csv(&LOTS, false).unwrap().starts_with(b"lot_id"));
}

#[test]
fn json_keeps_its_value_and_acts_on_no_terminal() {
    let text = json::text(&LOTS[0], false).unwrap();
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["name"], LOTS[0].name);
    assert_eq!(json::escaped("{\n\t\"a\": \"\u{9b}\"\r}"), "{\n\t\"a\": \"\\u009b\"\\u000d}");
}
