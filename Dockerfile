# syntax=docker/dockerfile:1

FROM rust:1.95-bookworm AS build
WORKDIR /usr/src/gobid
COPY . .
# The caches outlive the build and are no part of the image, so the programs are moved out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/src/gobid/target,sharing=locked \
    cargo build --locked --release --package gobid-server --package gobid-cli && \
    install -D --target-directory=/out target/release/gobid-server target/release/gobid-cli

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="GoBid" \
      org.opencontainers.image.description="Auctions in real time: server and command line" \
      org.opencontainers.image.licenses="MIT"
# Certificates, for a PostgreSQL that is reached over TLS.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install --yes --no-install-recommends ca-certificates && \
    rm -rf /var/lib/apt/lists/* && \
    useradd --no-log-init --no-create-home --home-dir /var/lib/gobid --shell /usr/sbin/nologin \
        --uid 10001 --user-group gobid && \
    install --directory --owner=gobid --group=gobid --mode=0700 /var/lib/gobid
COPY --from=build /out/gobid-server /out/gobid-cli /usr/local/bin/

# The state directory is $XDG_STATE_HOME/gobid; without DATABASE_URL the SQLite database is there.
ENV XDG_STATE_HOME=/var/lib
VOLUME /var/lib/gobid
WORKDIR /var/lib/gobid
USER 10001:10001
EXPOSE 3080
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s CMD ["gobid-server", "healthcheck"]
ENTRYPOINT ["gobid-server"]
CMD ["serve", "--listen", "0.0.0.0:3080"]
