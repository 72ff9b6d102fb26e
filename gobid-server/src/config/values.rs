//! The values of settings, from their text.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use gobid_auction::Currency;
use ipnet::IpNet;

use super::{LogFormat, Migrate};

/// A rate: so many in a second or a minute, and four times as many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// How many.
    pub(crate) count: NonZeroU32,
    /// In which span.
    pub(crate) span: Duration,
}

impl Rate {
    /// How many there may be at once.
    pub(crate) fn burst(&self) -> NonZeroU32 {
        self.count.saturating_mul(NonZeroU32::MIN.saturating_add(3))
    }
}

/// Scheme, host and port of a page or a server, in the words of a browser's `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin(String);

impl Origin {
    /// The text, in lower case and without the scheme's own port.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is reached over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// Whether a browser that sends this `Origin` speaks for it.
    pub(crate) fn is(&self, origin: &str) -> bool {
        self.0.eq_ignore_ascii_case(origin)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

pub(super) fn address(text: &str) -> Result<String, String> {
    let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty()).map(|(_, port)| port);
    if port.is_some_and(|port| port.parse::<u16>().is_ok()) {
        Ok(text.to_owned())
    } else {
        Err("must be an address with a port, such as 127.0.0.1:3080".to_owned())
    }
}

pub(super) fn migrate(text: &str) -> Result<Migrate, String> {
    match text {
        "auto" => Ok(Migrate::Auto),
        "check" => Ok(Migrate::Check),
        "off" => Ok(Migrate::Off),
        _ => Err("must be auto, check or off".to_owned()),
    }
}

/// Whether anybody may sign up.
pub(super) fn registration(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "closed" => Ok(false),
        _ => Err("must be open or closed".to_owned()),
    }
}

/// Whether anybody may watch.
pub(super) fn watching(text: &str) -> Result<bool, String> {
    match text {
        "open" => Ok(true),
        "users" => Ok(false),
        _ => Err("must be open or users".to_owned()),
    }
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "auto" => Ok(LogFormat::Auto),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("must be auto, text or json".to_owned()),
    }
}

pub(super) fn filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(why) => Err(format!("is not a filter for log lines: {why}")),
    }
}

pub(super) fn currency(text: &str) -> Result<Currency, String> {
    text.parse::<Currency>().map_err(|why| why.to_string())
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    let count = text.replace('_', "").parse();
    count.map_err(|_error| "must be a whole number, zero or above".to_owned())
}

pub(super) fn rate(text: &str) -> Result<Option<Rate>, String> {
    if text == "off" {
        return Ok(None);
    }
    let rate = text.split_once('/').and_then(|(count, span)| {
        let span = match span {
            "s" => Duration::from_secs(1),
            "m" => Duration::from_mins(1),
            _ => return None,
        };
        Some(Rate { count: count.parse().ok()?, span })
    });
    match rate {
        Some(rate) => Ok(Some(rate)),
        None => Err("must be N/s, N/m or off, such as 10/s".to_owned()),
    }
}

/// A span such as `30s`, `2h30m` or `90d`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| {
        "must be a span of time with its units, such as 30s, 2h30m or 90d".to_owned()
    })
}

fn parse_duration(text: &str) -> Option<Duration> {
    let (mut rest, mut sum) = (text, Duration::ZERO);
    while !rest.is_empty() {
        let (number, tail) = rest.split_at(rest.find(|next: char| !next.is_ascii_digit())?);
        let (unit, tail) =
            tail.split_at(tail.find(|next: char| next.is_ascii_digit()).unwrap_or(tail.len()));
        let number: u64 = number.parse().ok()?;
        let span = match unit {
            "ms" => Duration::from_millis(number),
            "s" => Duration::from_secs(number),
            "m" => Duration::from_secs(number.checked_mul(60)?),
            "h" => Duration::from_secs(number.checked_mul(3_600)?),
            "d" => Duration::from_secs(number.checked_mul(86_400)?),
            _ => return None,
        };
        sum = sum.checked_add(span)?;
        rest = tail;
    }
    (!text.is_empty()).then_some(sum)
}

pub(super) fn origin(text: &str) -> Result<Origin, String> {
    let why = || {
        "must be scheme, host and port without a path, such as https://auctions.example".to_owned()
    };
    let text = text.trim().trim_end_matches('/').to_lowercase();
    let (scheme, host) = text.split_once("://").ok_or_else(why)?;
    let own_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(why()),
    };
    let host = host.strip_suffix(own_port).unwrap_or(host);
    if host.is_empty() || !host.chars().all(|c| c.is_alphanumeric() || "-.:[]".contains(c)) {
        return Err(why());
    }
    Ok(Origin(format!("{scheme}://{host}")))
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_error| "must be networks or addresses, such as 10.0.0.0/8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time() {
        let table = [
            ("30s", Some(30)),
            ("1m", Some(60)),
            ("2h30m", Some(9_000)),
            ("90d", Some(7_776_000)),
            ("0s", Some(0)),
            ("", None),
            ("30", None),
            ("s", None),
            ("1w", None),
            ("-1s", None),
            ("99999999999999999999s", None),
            ("18446744073709551615d", None),
        ];
        for (text, seconds) in table {
            assert_eq!(duration(text).ok(), seconds.map(Duration::from_secs), "{text}");
        }
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
    }

    #[test]
    fn rates_and_their_bursts() {
        let ten = rate("10/m").unwrap().unwrap();
        assert_eq!((ten.burst().get(), ten.span), (40, Duration::from_mins(1)));
        assert_eq!(rate("off"), Ok(None));
        for text in ["", "10", "0/s", "10/h", "-1/s", "1.5/s", "ten/s"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }

    #[test]
    fn origins_are_compared_as_browsers_write_them() {
        let table = [
            ("https://Auctions.example/", "https://auctions.example"),
            ("https://auctions.example:443", "https://auctions.example"),
            ("http://localhost:3080", "http://localhost:3080"),
            ("http://[::1]:3080", "http://[::1]:3080"),
        ];
        for (text, wanted) in table {
            assert!(origin(text).unwrap().is(wanted), "{text}");
        }
        for text in ["", "auctions.example", "ftp://a", "https://a/b", "https://", "https://a b"] {
            assert!(origin(text).is_err(), "{text}");
        }
    }
}
