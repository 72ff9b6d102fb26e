# What can be done here.
[private]
default:
    @just --list --unsorted

# Run the server on its default database; flags go through: `just serve --listen 127.0.0.1:0`.
[positional-arguments]
serve *flags:
    cargo run --package gobid-server -- serve "$@"

# Run the tests, all or those named: `just test soft_close`.
[positional-arguments]
test *filters:
    cargo nextest run --workspace "$@"

# Simulate the hub of several servers, so many seeds: `just simulate 100000`.
simulate seeds="2000":
    GOBID_SEEDS={{seeds}} cargo nextest run --workspace --profile simulate simulation::seeds::every

# Simulate one seed, and print all that happens: `just simulate-seed 7`.
simulate-seed seed:
    GOBID_SEED={{seed}} cargo nextest run --workspace --profile simulate simulation::seeds::every

# All that is checked without running anything: format, lints, documentation.
check: && lint
    cargo fmt --all --check
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# The lints, any warning being an error.
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Measure the programs beside the raw limits of disk and sockets, and print a table: `just bench`,
# `just bench hot fanout`, `just bench --quick --database sqlite`, `just bench --raw`.
[positional-arguments]
bench *args:
    @cargo build --release --workspace --bins
    @target/release/gobid-bench "$@"

# The micro-benchmarks: rules, frames, the batch write. GOBID_BENCH_DATABASE_URL names an empty
# PostgreSQL database for the last of them.
[positional-arguments]
bench-micro *args:
    cargo bench --workspace --benches -- "$@"

# Make the README's recording anew, from a run of the real programs in a real terminal.
recording:
    GOBID_RECORDING="$PWD/docs/recording.svg" cargo nextest run --workspace --test it recording::

# The whole gate, as a change has to pass it.
ci:
    .ci/run
