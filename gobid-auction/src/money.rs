//! Money: whole minor units, never a float (RULES.md §2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount of money in whole minor units of its auction's currency: 1 to 999,999,999,999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Amount(i64);

/// An exact decimal as somebody wrote it: its digits and where the point stands.
///
/// It is not yet an amount: that takes the currency of an auction ([`Amount::from_decimal`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    digits: i64,
    scale: u8,
}

/// A currency of ISO 4217, with the number of digits its minor unit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u8,
}

/// Why a text or a decimal is not an amount. Each says what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits with at most one point.
    #[error("is not an amount: write digits with at most one point, such as 1275.00")]
    Malformed,
    /// Zero or below.
    #[error("must be above zero")]
    NotPositive,
    /// More digits behind the point than the currency has.
    #[error("has more than the {digits} digits behind the point that {code} has")]
    TooManyDigits {
        /// The currency's code.
        code: &'static str,
        /// The digits its minor unit has.
        digits: u8,
    },
    /// More digits behind the point than any currency has.
    #[error("has more than the {MOST_DIGITS} digits behind the point that any currency has")]
    TooFine,
    /// Above the largest amount.
    #[error("is above 999,999,999,999 minor units, the largest amount there is")]
    TooLarge,
    /// Not a currency of ISO 4217.
    #[error("is not a currency of ISO 4217, such as USD")]
    UnknownCurrency,
}

impl Amount {
    /// The largest amount, in minor units.
    pub const MAX: Self = Self(999_999_999_999);

    /// An amount of so many minor units; `None` outside 1 to [`Amount::MAX`].
    pub const fn new(minor_units: i64) -> Option<Self> {
        if minor_units >= 1 && minor_units <= Self::MAX.0 { Some(Self(minor_units)) } else { None }
    }

    /// The amount that a decimal means in a currency.
    pub fn from_decimal(decimal: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let Currency { code, digits } = currency;
        let missing =
            digits.checked_sub(decimal.scale).ok_or(MoneyError::TooManyDigits { code, digits })?;
        let minor = 10_i64
            .checked_pow(missing.into())
            .and_then(|factor| decimal.digits.checked_mul(factor))
            .ok_or(MoneyError::TooLarge)?;
        if minor < 1 {
            return Err(MoneyError::NotPositive);
        }
        Self::new(minor).ok_or(MoneyError::TooLarge)
    }

    /// Whole minor units.
    pub const fn minor_units(self) -> i64 {
        self.0
    }

    /// The sum, unless it is above [`Amount::MAX`].
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::new(self.0.checked_add(other.0)?)
    }

    /// The amount as the wire writes it: with all the digits of its currency.
    pub const fn to_decimal(self, currency: Currency) -> Decimal {
        Decimal { digits: self.0, scale: currency.digits }
    }
}

impl Currency {
    /// The three letters.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// How many digits stand behind the point.
    pub const fn digits(self) -> u8 {
        self.digits
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let found = CURRENCIES.iter().find_map(|(digits, codes)| {
            let code = codes.split(' ').find(|code| *code == text)?;
            Some(Self { code, digits: *digits })
        });
        found.ok_or(MoneyError::UnknownCurrency)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code)
    }
}

impl Decimal {
    /// So many minor units of a currency, as the wire writes them; unlike an amount it may be 0.
    pub const fn from_minor_units(minor_units: i64, currency: Currency) -> Self {
        Self { digits: minor_units, scale: currency.digits }
    }

    /// The digits without the point, and how many of them stand behind it.
    pub const fn parts(self) -> (i64, u8) {
        (self.digits, self.scale)
    }
}

impl FromStr for Decimal {
    type Err = MoneyError;

    /// Digits with at most one point that has digits on both sides; a sign is understood, so that
    /// a negative amount is called that.
    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return Err(MoneyError::Malformed);
        }
        if negative {
            return Err(MoneyError::NotPositive);
        }
        let fraction = if unsigned.contains('.') { fraction } else { "" };
        let is_fine = fraction.len() > usize::from(MOST_DIGITS);
        let too_long = if is_fine { MoneyError::TooFine } else { MoneyError::TooLarge };
        let scale = u8::try_from(fraction.len()).map_err(|_error| too_long)?;
        let digits: i64 = format!("{whole}{fraction}").parse().map_err(|_error| too_long)?;
        Ok(Self { digits, scale })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = usize::from(self.scale);
        let digits = format!("{:0width$}", self.digits, width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        if scale == 0 { out.write_str(whole) } else { write!(out, "{whole}.{fraction}") }
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// The most digits that the minor unit of a currency has.
const MOST_DIGITS: u8 = 4;

/// The active currencies of ISO 4217 by the number of digits of their minor unit; funds, metals
/// and testing codes are left out.
const CURRENCIES: [(u8, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
         CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
         GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
         MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN \
         PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
         SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str, code: &str) -> Result<i64, MoneyError> {
        let decimal: Decimal = text.parse()?;
        Amount::from_decimal(decimal, code.parse()?).map(Amount::minor_units)
    }

    #[test]
    fn amounts_in_minor_units() {
        let table = [
            ("99.90", "USD", 9_990),
            ("99.9", "USD", 9_990),
            ("1275", "EUR", 127_500),
            ("0.01", "USD", 1),
            ("1200", "JPY", 1_200),
            ("1.234", "KWD", 1_234),
            ("9999999999.99", "USD", 999_999_999_999),
            ("000012.00", "USD", 1_200),
        ];
        for (text, code, minor) in table {
            assert_eq!(amount(text, code), Ok(minor), "{text} {code}");
        }
    }

    #[test]
    fn what_is_no_amount_says_why() {
        let digits = |code, digits| MoneyError::TooManyDigits { code, digits };
        let table = [
            ("", "USD", MoneyError::Malformed),
            ("1e3", "USD", MoneyError::Malformed),
            ("NaN", "USD", MoneyError::Malformed),
            ("1,275", "USD", MoneyError::Malformed),
            ("1_275", "USD", MoneyError::Malformed),
            ("+1", "USD", MoneyError::Malformed),
            (" 1", "USD", MoneyError::Malformed),
            ("1.", "USD", MoneyError::Malformed),
            (".5", "USD", MoneyError::Malformed),
            ("1.2.3", "USD", MoneyError::Malformed),
            ("٣", "USD", MoneyError::Malformed),
            ("0", "USD", MoneyError::NotPositive),
            ("0.00", "USD", MoneyError::NotPositive),
            ("-1", "USD", MoneyError::NotPositive),
            ("1.005", "USD", digits("USD", 2)),
            ("1.000", "USD", digits("USD", 2)),
            ("1.0", "JPY", digits("JPY", 0)),
            ("10000000000.00", "USD", MoneyError::TooLarge),
            ("99999999999999999999", "USD", MoneyError::TooLarge),
            ("1", "XYZ", MoneyError::UnknownCurrency),
            ("1", "usd", MoneyError::UnknownCurrency),
            ("1", "", MoneyError::UnknownCurrency),
        ];
        for (text, code, why) in table {
            assert_eq!(amount(text, code), Err(why), "{text} {code}");
        }
    }

    #[test]
    fn a_decimal_prints_as_it_was_written() {
        for text in ["1", "1.0", "0.05", "0.50", "1275.00", "123.456"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
    }
}
