//! A product whose row somebody holds, and the other products of its lane.
