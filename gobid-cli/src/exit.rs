//! How the program ends: one number for each kind of end, for scripts to act on.

use gobid_api::problem::ErrorCode;

/// What was asked for is done.
pub(crate) const OK: u8 = 0;
/// Something failed that has no number of its own.
pub(crate) const FAILURE: u8 = 1;
/// The command line asks for something that cannot be.
pub(crate) const USAGE: u8 = 2;
/// The configuration, or the file of logins, is wrong.
pub(crate) const CONFIG: u8 = 3;
/// Nobody is logged in.
pub(crate) const NOT_LOGGED_IN: u8 = 4;
/// Not allowed.
pub(crate) const FORBIDDEN: u8 = 5;
/// There is no such thing.
pub(crate) const NOT_FOUND: u8 = 6;
/// Refused by a rule of the auction, or in conflict with what is there.
pub(crate) const REFUSED: u8 = 7;
/// Too many requests.
pub(crate) const RATE_LIMITED: u8 = 8;
/// No server answers.
pub(crate) const UNREACHABLE: u8 = 9;
/// The server cannot do it now, or has a fault.
pub(crate) const SERVER_ERROR: u8 = 10;
/// Something was sent, and nobody knows what became of it.
pub(crate) const UNKNOWN_OUTCOME: u8 = 11;
/// A bid was accepted, and beaten at once by a maximum.
pub(crate) const BEATEN: u8 = 12;
/// `watch --exit-status`: you bid, and somebody else won.
pub(crate) const LOST: u8 = 20;
/// `watch --exit-status`: nobody won.
pub(crate) const UNSOLD: u8 = 21;
/// `watch --exit-status`: the auction was called off.
pub(crate) const CANCELLED: u8 = 22;
/// The terminal was closed.
pub(crate) const HUNG_UP: u8 = 129;
/// Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;
/// Asked to end by a signal.
pub(crate) const TERMINATED: u8 = 143;

/// How the program ends on a refusal of the server. The status decides for codes that this program
/// is too old to know.
pub(crate) const fn of_refusal(code: ErrorCode, status: u16) -> u8 {
    use ErrorCode as Code;
    match code {
        Code::ValidationFailed | Code::MalformedId => USAGE,
        Code::Unauthenticated | Code::InvalidCredentials => NOT_LOGGED_IN,
        Code::CsrfTokenInvalid | Code::Forbidden | Code::Suspended | Code::RegistrationClosed => {
            FORBIDDEN
        }
        Code::NotFound => NOT_FOUND,
        Code::AlreadyExists
        | Code::BidTooLow
        | Code::AlreadyLeading
        | Code::OwnProduct
        | Code::AuctionNotOpen
        | Code::AuctionClosed
        | Code::PriceMoved
        | Code::RequestIdReused
        | Code::Expired
        | Code::WrongFormat
        | Code::SpendingCap
        | Code::PriceFixed
        | Code::PreconditionFailed
        | Code::BuyNowUnavailable => REFUSED,
        Code::RateLimited => RATE_LIMITED,
        Code::RequestTimeout | Code::Unavailable | Code::Internal => SERVER_ERROR,
        Code::MalformedJson
        | Code::MethodNotAllowed
        | Code::UnsupportedMediaType
        | Code::PayloadTooLarge => FAILURE,
        Code::UnknownCode => of_status(status),
    }
}

/// How the program ends on an answer of which only the status is known.
pub(crate) const fn of_status(status: u16) -> u8 {
    match status {
        401 => NOT_LOGGED_IN,
        403 => FORBIDDEN,
        404 => NOT_FOUND,
        409 | 412 | 422 => REFUSED,
        429 => RATE_LIMITED,
        500.. => SERVER_ERROR,
        _ => FAILURE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_a_newer_server_goes_by_its_status() {
        let table =
            [(401, 4), (403, 5), (404, 6), (409, 7), (412, 7), (429, 8), (503, 10), (418, 1)];
        for (status, exit) in table {
            assert_eq!(of_refusal(ErrorCode::UnknownCode, status), exit, "{status}");
        }
    }

    #[test]
    fn a_rule_refuses_whatever_its_status() {
        for code in [ErrorCode::OwnProduct, ErrorCode::SpendingCap, ErrorCode::PreconditionFailed] {
            assert_eq!(of_refusal(code, code.status()), REFUSED, "{code}");
        }
        assert_eq!(of_refusal(ErrorCode::Forbidden, 403), FORBIDDEN);
    }
}
