//! Amounts of money as people write and read them.

use gobid_api::Decimal;

/// Reads an amount: `1275`, `1275.00` or `1_275`.
pub(crate) fn parse(text: &str) -> Result<Decimal, String> {
    let decimal = parse_price(text)?;
    if decimal.parts().0 == 0 {
        return Err("the amount must be above zero".to_owned());
    }
    Ok(decimal)
}

/// The same where zero is meant, too.
pub(crate) fn parse_price(text: &str) -> Result<Decimal, String> {
    if text.contains(',') {
        return Err(
            "a comma means thousands to some and cents to others: write 1275, 1275.00 or 1_275"
                .to_owned(),
        );
    }
    let between_digits = |(at, _): (usize, &str)| {
        let (before, after) = text.split_at(at);
        before.ends_with(|c: char| c.is_ascii_digit())
            && after.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
    };
    if !text.match_indices('_').all(between_digits) {
        return Err("an underscore belongs between two digits, as in 1_275".to_owned());
    }
    text.replace('_', "")
        .parse()
        .map_err(|error: gobid_auction::MoneyError| format!("the amount {error}"))
}

/// An amount for people to act on: `USD 1,275.00`.
pub(crate) fn money(amount: Decimal, currency: &str) -> String {
    let text = amount.to_string();
    let (whole, fraction) =
        text.split_once('.').map_or((text.as_str(), None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let behind = whole.len() - at;
        if at > 0 && behind.is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let fraction = fraction.map(|digits| format!(".{digits}")).unwrap_or_default();
    format!("{currency} {grouped}{fraction}").trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_an_amount() {
        let table = [
            ("1275", "1275"),
            ("1275.00", "1275.00"),
            ("1_275", "1275"),
            ("1_000_000.50", "1000000.50"),
        ];
        for (text, amount) in table {
            assert_eq!(parse(text).unwrap().to_string(), amount, "{text}");
        }
    }

    #[test]
    fn a_comma_is_refused_with_a_hint() {
        for text in ["1,275", "1.275,00", "1,27"] {
            assert!(parse(text).unwrap_err().contains("1_275"), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in
            ["", "_1", "1_", "1__0", "1_.5", "0", "0.00", "-5", "$5", "1e3", "1.2.3", "five"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn money_carries_its_currency_and_groups_its_digits() {
        let table = [
            ("5", "JPY", "JPY 5"),
            ("0.05", "USD", "USD 0.05"),
            ("999.00", "USD", "USD 999.00"),
            ("1275.00", "USD", "USD 1,275.00"),
            ("1234567.890", "KWD", "KWD 1,234,567.890"),
            ("1275.00", "", "1,275.00"),
        ];
        for (amount, currency, text) in table {
            assert_eq!(money(amount.parse().unwrap(), currency), text);
        }
    }
}
