# One image, roles by command: api/main.ts, workers/main.ts, cli/gateway-run.ts, db/migrate.ts, cli/temporal-setup.ts.
# Built by any builder, BuildKit or not, with no frontend to fetch. glibc: the native core of the Temporal SDK has no build for musl.
ARG NODE_IMAGE=node:24-bookworm-slim

# The page for the browser. Its tools stay here.
FROM ${NODE_IMAGE} AS studio
WORKDIR /app
COPY package.json package-lock.json tsconfig.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY client client
COPY studio studio
RUN node studio/build.ts

FROM ${NODE_IMAGE} AS build
# The gateway: Debian's newest fix of the version that the tests run.
# hadolint ignore=DL3008
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
COPY --from=studio /app/studio/dist studio/dist
# Workers find the workflows bundled, and everybody the code compiled: a start in half the time and with two thirds of the memory.
# Between the two all goes that a container does not need, and /image becomes what the image has beside /app.
RUN node workers/bundle.ts && node deploy/image/slim.mjs /app /image && rm -rf deploy && install -d -o node -g node .compiled
# Node keeps compiled code by user id, so the user of the last stage makes it.
USER 1000:1000
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node --input-type=module -e "await Promise.all(['api/app.ts', 'api/auth/passwords.ts', 'api/auth/access-token.ts', 'workers/service-worker.ts', 'workers/relays/operations.ts', 'cli/gateway/nginx-process.ts', 'cli/gateway/watch.ts'].map((path) => import('/app/' + path)))"

FROM scratch
COPY --from=build /image /
WORKDIR /app
COPY --from=build /app .
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="Scenor" \
      org.opencontainers.image.description="Durable backend: a brief becomes a video script through a Temporal workflow" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# Two arenas instead of eight a core: the native core's threads would each grow one.
ENV PATH=/usr/local/bin:/usr/sbin \
    NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compiled \
    MALLOC_ARENA_MAX=2 \
    HOST=0.0.0.0 \
    DATA_DIR=/tmp/scenor
USER 1000:1000
EXPOSE 3000 3001 9464
CMD ["node", "api/main.ts"]
