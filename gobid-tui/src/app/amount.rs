//! The amount that a person is about to bid: set by digits, point, Backspace, paste and steps, and
//! by nothing else.

use gobid_api::{Amount, Currency, Decimal};

/// The longest amount that can be typed, in characters: more than the largest one there is.
const LONGEST: usize = 16;

/// The field; empty while nobody has set an amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AmountField {
    text: String,
    /// Whether the next digit starts anew: after a prefill and after a step.
    is_preset: bool,
}

/// What somebody pasted is no amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("that {0}")]
pub struct PasteError(String);

impl AmountField {
    /// Whether no amount is set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A digit was typed. One that the currency has no place for is dropped.
    pub fn type_digit(&mut self, digit: char, currency: Currency) {
        if !digit.is_ascii_digit() {
            return;
        }
        self.start_anew_if_preset();
        let fraction = self.text.split_once('.').map(|(_, fraction)| fraction.len());
        let is_full = fraction.is_some_and(|digits| digits >= usize::from(currency.digits()));
        if is_full || self.text.len() >= LONGEST {
            return;
        }
        if self.text == "0" {
            self.text.clear();
        }
        self.text.push(digit);
    }

    /// The point was typed.
    pub fn type_point(&mut self, currency: Currency) {
        self.start_anew_if_preset();
        if currency.digits() == 0 || self.text.contains('.') || self.text.len() >= LONGEST {
            return;
        }
        if self.text.is_empty() {
            self.text.push('0');
        }
        self.text.push('.');
    }

    /// Backspace: the last character goes.
    pub fn erase(&mut self) {
        self.text.pop();
        self.is_preset = false;
    }

    /// An amount was pasted: it replaces what stands there, or leaves it as it is.
    pub fn paste(&mut self, text: &str, currency: Currency) -> Result<(), PasteError> {
        let text = text.trim().replace('_', "");
        if text.contains(',') {
            let why = "is not an amount: write it without commas, such as 1275.00";
            return Err(PasteError(why.to_owned()));
        }
        let why = |error: gobid_auction::MoneyError| PasteError(error.to_string());
        let decimal: Decimal = text.parse().map_err(why)?;
        Amount::from_decimal(decimal, currency).map_err(why)?;
        self.text = text;
        self.is_preset = false;
        Ok(())
    }

    /// A prefill or a step: the next digit starts anew.
    pub fn preset(&mut self, amount: Amount, currency: Currency) {
        self.text = amount.to_decimal(currency).to_string();
        self.is_preset = true;
    }

    /// No amount is set any more.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The amount, or why what stands there is none.
    pub fn amount(&self, currency: Currency) -> Result<Amount, gobid_auction::MoneyError> {
        let decimal: Decimal = self.text.trim_end_matches('.').parse()?;
        Amount::from_decimal(decimal, currency)
    }

    /// What stands there, in groups of three.
    pub fn shown(&self) -> String {
        crate::money::grouped(&self.text)
    }

    fn start_anew_if_preset(&mut self) {
        if self.is_preset {
            self.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut AmountField, keys: &str, currency: Currency) {
        for key in keys.chars() {
            match key {
                '<' => field.erase(),
                '.' => field.type_point(currency),
                '=' => field.preset(Amount::new(130_000).unwrap(), currency),
                digit => field.type_digit(digit, currency),
            }
        }
    }

    #[test]
    fn keys_and_what_stands_there() {
        let table = [
            ("1300", "USD", "1,300", Some(130_000)),
            ("1300.", "USD", "1,300.", Some(130_000)),
            ("1300.5", "USD", "1,300.5", Some(130_050)),
            ("1300.505", "USD", "1,300.50", Some(130_050)),
            ("13..00", "USD", "13.00", Some(1_300)),
            (".5", "USD", "0.5", Some(50)),
            ("0012", "USD", "12", Some(1_200)),
            ("0", "USD", "0", None),
            ("1200.5", "JPY", "12,005", Some(12_005)),
            ("13<", "USD", "1", Some(100)),
            ("1<<<", "USD", "", None),
            ("=", "USD", "1,300.00", Some(130_000)),
            ("=7", "USD", "7", Some(700)),
            ("=.5", "USD", "0.5", Some(50)),
            ("=<", "USD", "1,300.0", Some(130_000)),
            ("=<7", "USD", "1,300.07", Some(130_007)),
            ("12345678901234567890", "USD", "1,234,567,890,123,456", None),
        ];
        for (keys, code, shown, minor) in table {
            let currency = code.parse().unwrap();
            let mut field = AmountField::default();
            press(&mut field, keys, currency);
            assert_eq!(field.shown(), shown, "{keys}");
            let amount = field.amount(currency).ok().map(Amount::minor_units);
            assert_eq!(amount, minor, "{keys}");
        }
    }

    #[test]
    fn what_is_no_amount_is_said_once() {
        let currency = "USD".parse().unwrap();
        let table = [
            ("lots", "that is not an amount: write digits with at most one point, such as 1275.00"),
            ("1,275", "that is not an amount: write it without commas, such as 1275.00"),
            ("0", "that must be above zero"),
        ];
        for (text, said) in table {
            let error = AmountField::default().paste(text, currency).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
    }

    #[test]
    fn a_paste_sets_the_whole_amount_or_nothing() {
        let currency = "USD".parse().unwrap();
        let table = [
            ("1275", "1,275"),
            (" 1275.00\n", "1,275.00"),
            ("1_275", "1,275"),
            ("1,275", "9"),
            ("$1275", "9"),
            ("12 75", "9"),
            ("1275\ny", "9"),
            ("1275.005", "9"),
            ("-5", "9"),
            ("", "9"),
        ];
        for (text, shown) in table {
            let mut field = AmountField::default();
            field.type_digit('9', currency);
            let pasted = field.paste(text, currency);
            assert_eq!(field.shown(), shown, "{text:?} {pasted:?}");
        }
    }
}
