//! Nothing: this package exists for its one test program, `it`.
