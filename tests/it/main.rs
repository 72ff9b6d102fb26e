//! The test program.

mod architecture;
