# pobsync's image: built with the Swift toolchain, run on a small Debian without it.
#
#   docker build -t pobsync .
#
# It keeps to what every BuildKit knows: no `# syntax=` line, no heredocs, no `COPY --link`.

# Pinned to a compiler and a release of Debian. Give digests (`--build-arg RUNTIME_IMAGE=debian@sha256:…`) to pin them to
# the byte; rebuild to get Debian's security updates.
ARG SWIFT_IMAGE=swift:6.3.1-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${SWIFT_IMAGE} AS build
# Debian has one version of each at a time, that of the pinned release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libcurl4-openssl-dev libmariadb-dev libsqlite3-dev libyaml-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# Package.swift names the test targets, and is refused without them. They are not built.
COPY Tests Tests
# Empty builds without MariaDB.
ARG TRAITS=MariaDB
RUN --mount=type=cache,target=/src/.build,sharing=locked --mount=type=cache,target=/root/.cache,sharing=locked \
    swift build -c release --static-swift-stdlib --product pobsync ${TRAITS:+--traits "$TRAITS"} \
 && install -D -m 755 .build/release/pobsync /out/usr/local/bin/pobsync \
 && strip /out/usr/local/bin/pobsync

FROM ${RUNTIME_IMAGE}
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates libcurl4 libmariadb3 libsqlite3-0 libyaml-0-2 openssh-client rsync tini tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -m 700 /var/lib/pobsync /var/lib/pobsync/ssh \
 && install -d -m 755 /backups /etc/pobsync/spec.d
COPY --from=build /out/ /
ENV POBSYNC_DATABASE=sqlite:///var/lib/pobsync/pobsync.sqlite3
# Root, because only root can keep the owners, modes and devices of other machines' files. compose.yaml takes away every
# capability that this does not need.
# hadolint ignore=DL3002
USER 0:0
# The dashboard, where `serve`, or `run --listen 0.0.0.0:8000`, brings it up.
EXPOSE 8000
# Whether controller and worker of this container keep their leases; there need be no web server.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 CMD ["pobsync", "health", "--controller", "--worker"]
# tini reaps what a transfer leaves behind that was killed.
ENTRYPOINT ["tini", "--", "pobsync"]
CMD ["run", "--spec-dir", "/etc/pobsync/spec.d"]
