//! What may be agreed when a product is created (RULES.md §3, §4, §6).

use crate::support::{END, at, english, seconds, terms, usd};
use gobid_auction::{Dutch, Format, Increment, Status, Terms, UnknownWord};

/// The fields that are at fault.
fn fields(terms: &Terms, reserve: Option<&str>) -> Vec<&'static str> {
    terms.faults(reserve.map(usd), at(END)).into_iter().map(|fault| fault.field).collect()
}

#[test]
fn what_belongs_to_a_format() {
    let rich = |format| {
        let mut terms = Terms { buy_now_price: Some(usd("200")), ..terms(format) };
        terms.increment = Increment::flat(usd("10"));
        terms.soft_close = seconds(60);
        terms.hard_end = Some(at(END));
        terms.dutch = Some(Dutch { floor: usd("50"), step: usd("10"), tick_seconds: 1 });
        terms
    };
    let not_english = ["buy_now_price", "soft_close_seconds", "hard_end", "increment"];
    let table = [
        (Format::English, vec!["dutch"]),
        (Format::SealedFirstPrice, [&not_english[..], &["dutch"]].concat()),
        (Format::SealedSecondPrice, [&not_english[..], &["dutch"]].concat()),
        (Format::Dutch, [&["reserve_price"], &not_english[..]].concat()),
    ];
    for (format, faults) in table {
        assert_eq!(fields(&rich(format), Some("150")), faults, "{format}");
        assert_eq!(fields(&terms(format), None), [""; 0], "{format}");
        assert_eq!(format.has_reserve(), !faults.contains(&"reserve_price"), "{format}");
    }
    let plain = Terms { dutch: None, ..terms(Format::Dutch) };
    assert_eq!(fields(&plain, None), ["dutch"], "it cannot be without");
}

#[test]
fn what_fits_together() {
    let table = [
        (Terms { buy_now_price: Some(usd("129.99")), ..english() }, None, vec!["buy_now_price"]),
        (Terms { buy_now_price: Some(usd("130")), ..english() }, None, vec![]),
        (Terms { buy_now_price: Some(usd("130")), ..english() }, Some("130"), vec![]),
        (Terms { buy_now_price: Some(usd("130")), ..english() }, Some("130.01"), {
            vec!["buy_now_price"]
        }),
        (Terms { buy_now_price: Some(usd("100")), ..english() }, Some("200"), {
            vec!["buy_now_price", "buy_now_price"]
        }),
        (Terms { hard_end: Some(at(END - 1)), ..english() }, None, vec!["hard_end"]),
        (Terms { hard_end: Some(at(END)), ..english() }, None, vec![]),
        (Terms { baseprice: usd("0.01"), ..english() }, Some("0.01"), vec![]),
    ];
    for (terms, reserve, faults) in table {
        assert_eq!(fields(&terms, reserve), faults, "{terms:?} {reserve:?}");
    }
}

#[test]
fn thirty_percent_are_counted_to_the_minor_unit() {
    let table =
        [("0.01", "0.01", 1), ("0.01", "0.02", 0), ("0.03", "0.03", 1), ("0.03", "0.04", 0)];
    for (baseprice, price, faults) in table {
        let buy_now_price = Some(usd(price));
        let terms = Terms { baseprice: usd(baseprice), buy_now_price, ..english() };
        assert_eq!(fields(&terms, None).len(), faults, "{baseprice} {price}");
    }
}

#[test]
fn a_dutch_price_falls_to_a_floor_below_it() {
    let with = |floor: &str| {
        let dutch = Some(Dutch { floor: usd(floor), step: usd("10"), tick_seconds: 60 });
        Terms { dutch, ..terms(Format::Dutch) }
    };
    let table = [("0.01", 0), ("99.99", 0), ("100", 1), ("100.01", 1)];
    for (floor, faults) in table {
        assert_eq!(fields(&with(floor), None).len(), faults, "{floor}");
    }
}

#[test]
fn the_words_of_formats_and_statuses_are_read_back() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    for status in Status::ALL {
        assert_eq!(status.to_string().parse(), Ok(status));
    }
    assert_eq!("vickrey".parse::<Format>(), Err(UnknownWord));
    assert_eq!("closed".parse::<Status>(), Err(UnknownWord));
}
