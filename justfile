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

# All that is checked without running anything: format, lints, documentation.
check: && lint
    cargo fmt --all --check
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# The lints, any warning being an error.
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# The whole gate, as a change has to pass it.
ci:
    .ci/run
