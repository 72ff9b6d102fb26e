//! The reference model by itself: every example of the rules' text, and what follows from it.

mod bids;
mod chaos;
mod formats;
mod house;
mod orders;
mod vectors;
mod voids;
