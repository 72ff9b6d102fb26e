//! What is promised, checked as soon as something can break it.

mod answers;
mod ending;
mod ledger;
mod log;
mod outcomes;
mod parts;
#[path = "../../../../gobid-auction/tests/it/reference/model.rs"]
mod reference;
mod replay;
mod shown;
mod timely;
mod translated;

pub(super) use ledger::Ledger;

/// The clocks of a stamp and of the database may differ by 50 ms, and so much may a machine sleep
/// in between without anybody noticing.
const CLOCKS_DIFFER_BY: i64 = 100_000;
