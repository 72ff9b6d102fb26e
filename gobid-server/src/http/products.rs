//! Products: creation, changes, lists, one product with its bids and events.

mod create;
mod edit;
mod history;
mod list;
mod one;
mod terms;

pub(crate) use create::{create, put_up};
pub(crate) use edit::{cancel, edit};
pub(crate) use history::{bids, events};
pub(crate) use list::list;
pub(crate) use one::{one, other_side, view_for, winner};
