//! The reference model by itself: every example of the rules' text, and what follows from it.

#![expect(clippy::panic, reason = "a helper of a test that cannot go on fails it")]

#[path = "model/bids.rs"]
mod bids;
#[path = "model/chaos.rs"]
mod chaos;
#[path = "model/formats.rs"]
mod formats;
#[path = "model/house.rs"]
mod house;
#[path = "model/orders.rs"]
mod orders;
#[path = "reference/model.rs"]
mod reference;
#[path = "model/vectors.rs"]
mod vectors;
#[path = "model/voids.rs"]
mod voids;
