//! Amounts as people read them.

use gobid_api::{Amount, Currency};

/// With the currency's sign where that can mean no other currency, else with its code:
/// `$1,275.00`, `CHF 1,275.00`.
pub fn with_sign(amount: Amount, currency: Currency) -> String {
    signed(&digits(amount, currency), currency)
}

/// The same without a fraction that is zero: `$1,275`, `$1,275.50`.
pub fn compact(amount: Amount, currency: Currency) -> String {
    signed(&compact_digits(amount, currency), currency)
}

/// With the ISO code, as an amount that is to be acted on is written: `USD 1,275.00`.
pub fn with_code(amount: Amount, currency: Currency) -> String {
    format!("{currency} {}", digits(amount, currency))
}

/// The number alone: `1,275.00`.
pub fn digits(amount: Amount, currency: Currency) -> String {
    grouped(&amount.to_decimal(currency).to_string())
}

/// The number alone, without a fraction that is zero: `1,275`, `1,275.50`.
pub fn compact_digits(amount: Amount, currency: Currency) -> String {
    let digits = digits(amount, currency);
    match digits.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => digits,
    }
}

/// What stands before an amount: a sign, or the code and a space.
pub fn prefix(currency: Currency) -> String {
    sign(currency).map_or_else(|| format!("{currency} "), str::to_owned)
}

/// A number as it is typed, its whole part in groups of three.
pub fn grouped(number: &str) -> String {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    let mut text = String::with_capacity(number.len() + whole.len() / 3 + 1);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Few digits for the scale of a chart: `$900`, `$1.3k`, `$2.5M`.
pub fn rounded(amount: Amount, currency: Currency) -> String {
    let Some((major, unit, letter)) = scaled(amount, currency) else {
        return compact(amount, currency);
    };
    let tenths = (major * 10 + unit / 2) / unit;
    signed(&format!("{}.{}{letter}", tenths / 10, tenths % 10), currency)
}

/// The same with so many digits behind the point and never more than it is: `$9.99M`.
pub fn rounded_down(amount: Amount, currency: Currency, places: u32) -> String {
    let Some((major, unit, letter)) = scaled(amount, currency) else {
        return compact(amount, currency);
    };
    let parts = 10_i64.saturating_pow(places);
    let fraction = major % unit * parts / unit;
    let width = usize::try_from(places).unwrap_or_default();
    signed(&format!("{}.{fraction:0width$}{letter}", major / unit), currency)
}

/// An amount's whole part, the thousands it is best counted in, and their letter.
fn scaled(amount: Amount, currency: Currency) -> Option<(i64, i64, &'static str)> {
    const UNITS: [(i64, &str); 3] = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
    let minor_per_major = 10_i64.saturating_pow(currency.digits().into());
    let major = amount.minor_units() / minor_per_major;
    let (unit, letter) = UNITS.iter().find(|(unit, _)| major >= *unit)?;
    Some((major, *unit, letter))
}

fn signed(number: &str, currency: Currency) -> String {
    format!("{}{number}", prefix(currency))
}

fn sign(currency: Currency) -> Option<&'static str> {
    match currency.code() {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        "JPY" => Some("¥"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(minor: i64) -> Amount {
        Amount::new(minor).unwrap()
    }

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn amounts_are_written_for_people() {
        let table = [
            (127_500, "USD", "$1,275.00", "$1,275", "USD 1,275.00", "$1.3k"),
            (127_550, "USD", "$1,275.50", "$1,275.50", "USD 1,275.50", "$1.3k"),
            (90_000, "EUR", "€900.00", "€900", "EUR 900.00", "€900"),
            (99, "GBP", "£0.99", "£0.99", "GBP 0.99", "£0.99"),
            (1_200, "JPY", "¥1,200", "¥1,200", "JPY 1,200", "¥1.2k"),
            (1_234, "KWD", "KWD 1.234", "KWD 1.234", "KWD 1.234", "KWD 1.234"),
            (
                999_999_999_999,
                "CHF",
                "CHF 9,999,999,999.99",
                "CHF 9,999,999,999.99",
                "CHF 9,999,999,999.99",
                "CHF 10.0G",
            ),
        ];
        for (minor, code, signed, short, coded, few) in table {
            let (amount, currency) = (amount(minor), currency(code));
            assert_eq!(with_sign(amount, currency), signed);
            assert_eq!(compact(amount, currency), short);
            assert_eq!(with_code(amount, currency), coded);
            assert_eq!(rounded(amount, currency), few);
        }
    }

    #[test]
    fn a_scale_is_never_more_than_its_amount() {
        let table = [
            (999_999_999, "USD", 2, "$9.99M"),
            (999_999_999, "USD", 4, "$9.9999M"),
            (120_500_000, "USD", 3, "$1.205M"),
            (999_999_999_999, "CHF", 2, "CHF 9.99G"),
            (90_000, "EUR", 2, "€900"),
        ];
        for (minor, code, places, few) in table {
            assert_eq!(rounded_down(amount(minor), currency(code), places), few);
        }
    }

    #[test]
    fn a_number_is_grouped_while_it_is_typed() {
        let table = [
            ("", ""),
            ("1", "1"),
            ("130", "130"),
            ("1300", "1,300"),
            ("1300.", "1,300."),
            ("1300.5", "1,300.5"),
            ("1234567.89", "1,234,567.89"),
            (".5", ".5"),
        ];
        for (typed, shown) in table {
            assert_eq!(grouped(typed), shown);
        }
    }
}
