//! What only the simulated database can be asked.
