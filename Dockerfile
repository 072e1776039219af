# docker build -t wxray . && docker run --rm -v "$PWD:/work:ro" wxray scan
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM debian:bookworm-slim
COPY --from=build /src/target/release/wxray /usr/local/bin/wxray
WORKDIR /work
USER nobody
ENTRYPOINT ["wxray"]
CMD ["scan"]
