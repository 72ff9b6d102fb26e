//! What stands in the way of a bid.

use super::App;
use super::outcome::MOST;

/// What stands in the way of a bid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Nothing may be bid in this run.
    ReadOnly,
    /// Nothing is known of the auction yet.
    NothingKnown,
    /// It takes no more bids.
    Over,
    /// It takes no bids yet; says when it will.
    NotStarted(String),
    /// Nobody is logged in.
    NotLoggedIn,
    /// The server has not yet said who is logged in.
    Asking,
    /// It is the seller's own.
    OwnAuction,
    /// A firm bid of the leader is refused.
    Leading,
    /// There is no buy-now price, or it cannot be paid any more.
    NoBuyNow,
    /// No legal amount is left.
    NothingLeft,
    /// What stands in the field is no amount.
    NotAnAmount(gobid_auction::MoneyError),
    /// The terminal is too small to show what would be bid.
    TooSmall,
    /// Too many bids have no answer.
    TooManyUnsettled,
    /// There is no connection.
    NoLine,
    /// The amount is below this minimum.
    BelowMinimum(String),
    /// The amount is below the price of a Dutch auction, which is this.
    BelowPrice(String),
    /// The amount is not above one's own, `own`; the next step is `next`.
    NotAboveOwn {
        /// What stands.
        own: String,
        /// A step above it.
        next: String,
    },
    /// Price or end has just moved.
    JustMoved,
}

impl Obstacle {
    /// The same in a sentence that begins with a small letter, and what can be done about it.
    pub fn sentence(&self, app: &App) -> String {
        let text = match self {
            Self::ReadOnly => "read-only: nothing is bid in this run",
            Self::NothingKnown => "nothing is known of this auction yet",
            Self::Over => "the auction is over",
            Self::NotStarted(start) => return format!("bidding opens {start}"),
            Self::NotLoggedIn => {
                return app.advise("not logged in", "<views.log-in> logs in", "login logs in");
            }
            Self::Asking => "the server has not yet said who is logged in",
            Self::OwnAuction => "your own auction: sellers do not bid",
            Self::Leading => {
                let key = "<amount.maximum> sets a hidden maximum";
                let word = "max 1400 sets a hidden maximum";
                return app.advise("you lead already", key, word);
            }
            Self::NoBuyNow => "it cannot be bought at once, or not any more",
            Self::NothingLeft => "no higher amount can be bid",
            Self::NotAnAmount(why) => return format!("the amount {why}"),
            Self::TooSmall => "widen the terminal to bid",
            Self::TooManyUnsettled => {
                return format!("{MOST} bids have no answer yet: wait for one");
            }
            Self::NoLine => {
                let key = "wait for it, <views.reconnect> tries at once";
                let word = "wait, reconnect tries at once";
                return app.advise("no connection", key, word);
            }
            Self::BelowMinimum(minimum) => {
                return app.keys.text("below the minimum: <dialog.minimum> sets ") + minimum;
            }
            Self::BelowPrice(price) => {
                return app.keys.text("below the price: wait, or <dialog.minimum> sets ") + price;
            }
            Self::NotAboveOwn { own, next } => {
                let sets = app.keys.text("<dialog.minimum> sets");
                return format!("not above your {own}: {sets} {next}");
            }
            Self::JustMoved => "price or end has just moved: look again",
        };
        text.to_owned()
    }
}
