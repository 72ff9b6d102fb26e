//! What is waited for, and what it means that the auction has ended.

use clap::ValueEnum;
use gobid_api::products::{ProductView, YourStatus};

use super::status;
use crate::error::CliError;
use crate::exit;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Until {
    /// The auction has ended
    Ended,
    /// Somebody else leads in place of you
    Outbid,
    /// You have won
    Won,
}

/// How the program ends once the auction has.
pub(super) fn end(product: &ProductView, until: Until, by_exit: bool) -> Result<u8, CliError> {
    let status = status(product);
    let code = match (&*product.status, status) {
        ("cancelled", _) => exit::CANCELLED,
        ("unsold", _) => exit::UNSOLD,
        (_, Some(YourStatus::Lost)) => exit::LOST,
        _ => exit::OK,
    };
    let has_come = match until {
        Until::Ended => true,
        Until::Outbid => false,
        Until::Won => status == Some(YourStatus::Won),
    };
    match (by_exit, has_come) {
        (true, _) if code != exit::OK => Ok(code),
        (_, true) => Ok(exit::OK),
        // You won without having been outbid: the exit code is about how it ended.
        (true, false) if status == Some(YourStatus::Won) => Ok(exit::OK),
        _ => Err(CliError::NotReached(format!(
            "the auction has ended ({}), and you {}",
            product.status,
            if until == Until::Won { "did not win it" } else { "were not outbid" }
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(status: &str, you: &str) -> ProductView {
        let json = format!(
            r#"{{"product_id":"0190b0a0-0000-7000-8000-000000000001","product_name":"x",
            "description":"x","seller":{{"user_id":"0190b0a0-0000-7000-8000-000000000002",
            "user_name":"ana"}},"format":"english","currency":"USD","baseprice":"1.00",
            "current_price":null,"minimum_next_bid":null,"increment":[],"dutch":null,
            "buy_now_price":null,"buy_now_available":false,"reserve_met":null,
            "anonymous_bidders":false,"bid_count":0,"bidder_count":0,"leader":null,
            "status":"{status}","is_sold":false,"annulled":false,"winner":null,
            "hammer_price":null,"cancel_reason":null,"auction_start":"2030-01-31T18:00:00Z",
            "auction_end":"2030-01-31T18:00:00Z","original_end":"2030-01-31T18:00:00Z",
            "hard_end":null,"soft_close_seconds":0,"seq":1,"revision":1,
            "server_time":"2030-01-31T18:00:00Z","created_at":"2030-01-31T18:00:00Z",
            "you":{{"status":"{you}","is_seller":false}}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    #[test]
    fn the_exit_code_says_how_it_ended() {
        let table = [
            ("sold", "won", [0, 0, 0]),
            ("sold", "lost", [20, 20, 20]),
            ("unsold", "lost", [21, 21, 21]),
            ("unsold", "none", [21, 21, 21]),
            ("cancelled", "none", [22, 22, 22]),
            // Not among those who bid.
            ("sold", "none", [0, 1, 1]),
        ];
        for (status, you, codes) in table {
            let product = product(status, you);
            for (until, code) in [Until::Ended, Until::Outbid, Until::Won].into_iter().zip(codes) {
                let found = end(&product, until, true).unwrap_or(exit::FAILURE);
                assert_eq!(found, code, "{status} {you} {until:?}");
            }
        }
    }

    #[test]
    fn without_exit_status_what_was_waited_for_counts() {
        let table = [("sold", "won", Until::Won), ("sold", "lost", Until::Ended)];
        for (status, you, until) in table {
            assert_eq!(end(&product(status, you), until, false).unwrap(), exit::OK);
        }
        for (status, you, until) in [
            ("sold", "lost", Until::Won),
            ("unsold", "none", Until::Won),
            ("sold", "won", Until::Outbid),
            ("cancelled", "none", Until::Outbid),
        ] {
            let refused = end(&product(status, you), until, false);
            assert!(matches!(refused, Err(CliError::NotReached(_))), "{status} {you} {until:?}");
        }
    }
}
