//! What every command prints in every form, and every error with its exit code, kept as it is: a
//! script that reads it must not be surprised. What differs from run to run is written as `<…>`.

mod admins;
mod bids;
mod clean;
mod complete;
mod doubts;
mod errors;
mod masks;
mod operators;
mod products;
mod progress;
mod refusals;
mod transcript;
mod users;
