//! What a log could hold by accident: values that are printed as developers see them.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gobid_auction::{Amount, Auction, Currency, Format, Increment, Terms, Timestamp};
use gobid_store::{Batch, LockedAuction, LogEntry, OfferKind, Private, ProductChange};
use uuid::Uuid;

use crate::support::programs;

/// Two amounts that stand nowhere else, in minor units.
const MAXIMUM: i64 = 1412_37;
const RESERVE: i64 = 1987_65;

/// What a line of the log may print as developers see it: errors, spans of time and the like.
const PRINTED: [&str; 5] = ["elapsed", "error", "there", "warning", "why"];

/// The crates whose code runs in the server.
const LOGGING: [&str; 4] = ["gobid-api", "gobid-auction", "gobid-server", "gobid-store"];

const LEVELS: [&str; 5] = ["trace!(", "debug!(", "info!(", "warn!(", "error!("];

#[test]
fn what_is_secret_is_not_printed() {
    let auction = auction();
    let entry = entry();
    let change = ProductChange {
        product_id: Uuid::nil(),
        position_read: 1,
        state: auction.state.clone(),
        minimum: Some(110_00),
        due_at: None,
        is_rescheduled: true,
    };
    let batch = Batch { entries: vec![entry.clone()], products: vec![change], ..Batch::default() };
    let locked = LockedAuction { auction: auction.clone(), anonymous_bidders: true };
    let values: [&dyn Debug; 5] = [&auction, &auction.state, &entry, &batch, &locked];
    for value in values {
        let text = format!("{value:?} {value:#?}");
        for secret in [MAXIMUM, RESERVE] {
            assert!(!text.contains(&secret.to_string()), "{secret} in {text}");
        }
        // A digest is printed byte by byte.
        assert!(!text.contains("[2, 0, 0"), "{text}");
    }
}

fn auction() -> Auction {
    let start = Timestamp::from_micros(0);
    let terms = Terms {
        product_id: Uuid::nil(),
        seller_id: Uuid::nil(),
        format: Format::English,
        currency: "USD".parse::<Currency>().unwrap(),
        baseprice: Amount::new(100_00).unwrap(),
        increment: Increment::DEFAULT,
        buy_now_price: None,
        soft_close: Duration::ZERO,
        hard_end: None,
        dutch: None,
        auction_start: start,
        starts_later: false,
    };
    let end = start.plus(Duration::from_hours(1));
    let mut auction = Auction::new(terms, Amount::new(RESERVE), end, start);
    auction.state.price = Amount::new(100_00);
    auction.state.maximum = Amount::new(MAXIMUM);
    auction
}

fn entry() -> LogEntry {
    let maximum = Amount::new(MAXIMUM);
    LogEntry {
        product_id: Uuid::nil(),
        position: 2,
        seq: Some(2),
        entry_id: Uuid::nil(),
        kind: "bid_placed",
        actor_id: Some(Uuid::nil()),
        request_id: Some(Uuid::nil()),
        request_digest: Some([[2].as_slice(), &MAXIMUM.to_be_bytes()].concat()),
        offer: Some(MAXIMUM),
        seq_after: 2,
        leader: Some(Uuid::nil()),
        price: Some(100_00),
        minimum: Some(110_00),
        auction_end: 0,
        received_at: 0,
        at: 0,
        public: None,
        private: Some(Private { maximum, offer: OfferKind::Maximum, ..Private::default() }),
    }
}

#[test]
fn no_line_of_the_log_prints_anything_but_errors() {
    let mut lines = 0;
    for krate in LOGGING {
        for file in sources(&root().join(krate).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            for line in log_lines(&text) {
                lines += 1;
                for name in printed(line) {
                    let is_known = PRINTED.contains(&name.as_str());
                    assert!(is_known, "{}: {name} in {line}", file.display());
                }
            }
        }
    }
    assert!(lines > 20, "{lines} lines were found");
}

#[test]
fn what_is_printed_is_found() {
    let table: [(&str, &[&str]); 5] = [
        (r#"warn!(%error, ?bid, "refused");"#, &["bid"]),
        (r#"debug!(offer = ?bid.offer, "refused");"#, &["bid.offer"]),
        (r#"tracing::info!("it is {state:?}");"#, &["state"]),
        (r#"trace!("it is {:?} and {:#?}", a, b);"#, &["an argument", "an argument"]),
        (r#"info!(user, "is it (this)?");"#, &[]),
    ];
    for (text, wanted) in table {
        let lines = log_lines(text);
        assert_eq!(lines.iter().flat_map(|line| printed(line)).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn what_ships_has_no_planted_bugs() {
    let has = |program: &Path, word: &str| {
        let bytes = fs::read(program).unwrap();
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    };
    for word in ["GOBID_PLANTED", "leak_in_answer", "acknowledge_before_commit"] {
        assert!(has(programs::planted_server(), word), "{word}");
        assert!(!has(programs::server(), word), "{word}");
    }
}

/// What stands between the parentheses of each macro that logs.
fn log_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for level in LEVELS {
        for (at, _) in text.match_indices(level) {
            let inside = &text[at + level.len()..];
            let mut depth = 1;
            let end = inside.find(|letter| {
                depth += i32::from(letter == '(') - i32::from(letter == ')');
                depth == 0
            });
            lines.push(&inside[..end.unwrap_or(inside.len())]);
        }
    }
    lines
}

/// The names of what a line prints as developers see it: `?name`, `field = ?name`, `{name:?}`.
fn printed(line: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        text.chars()
            .take_while(|letter| letter.is_alphanumeric() || "_.".contains(*letter))
            .collect()
    };
    let marked = line.split('?').skip(1).map(name).filter(|name| !name.is_empty());
    let in_braces = line.split('{').skip(1).filter_map(|text| {
        let (inside, _) = text.split_once('}')?;
        let (inside, how) = inside.split_once(':')?;
        let is_printed = how.ends_with('?');
        is_printed
            .then(|| if inside.is_empty() { "an argument".to_owned() } else { inside.to_owned() })
    });
    marked.chain(in_braces).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
