#!/usr/bin/env bash
# `go-tools.sh NAME…`: programs that only the Go proxy holds, built once into $HOME/.cache/scenor/NAME-VERSION. Prints nothing when all are
# there. A module with `replace` lines refuses `go install`, so each is built as a dependency of a throw-away module.
set -euo pipefail
cache="${XDG_CACHE_HOME:-$HOME/.cache}/scenor"
mkdir -p "$cache"
export GOFLAGS='-mod=mod -buildvcs=false -p=2' CGO_ENABLED=0

KUBERNETES=1.37.2
kube_flags="-X k8s.io/component-base/version.gitVersion=v$KUBERNETES -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=37"

# name, version, module, main package, tool chain (for modules that want a newer Go than the machine's), extra flags
tool() {
  case $1 in
    actionlint)              echo "1.7.12|github.com/rhysd/actionlint|github.com/rhysd/actionlint/cmd/actionlint||" ;;
    compose)                 echo "2.40.3|github.com/docker/compose/v2|github.com/docker/compose/v2/cmd||-X github.com/docker/compose/v2/internal.Version=v2.40.3" ;;
    temporal-server)         echo "1.32.2|go.temporal.io/server|go.temporal.io/server/cmd/server|go1.27.3|" ;;
    temporal-sql-tool)       echo "1.32.2|go.temporal.io/server|go.temporal.io/server/cmd/tools/sql|go1.27.3|" ;;
    temporal-ui)             echo "2.54.1|github.com/temporalio/ui-server/v2|github.com/temporalio/ui-server/v2/cmd/server||" ;;
    # The last release under the MPL.
    consul)                  echo "1.16.2|github.com/hashicorp/consul|github.com/hashicorp/consul||" ;;
    etcd)                    echo "3.7.3|go.etcd.io/etcd/server/v3|go.etcd.io/etcd/server/v3||" ;;
    kwok)                    echo "0.8.0|sigs.k8s.io/kwok|sigs.k8s.io/kwok/cmd/kwok||" ;;
    coredns)                 echo "1.15.0|github.com/coredns/coredns|github.com/coredns/coredns|go1.27.3|" ;;
    kube-apiserver|kube-controller-manager|kube-scheduler|kubelet|kube-proxy)
                             echo "$KUBERNETES|k8s.io/kubernetes|k8s.io/kubernetes/cmd/$1||$kube_flags" ;;
    *) echo "go-tools.sh: unknown tool $1" >&2; return 2 ;;
  esac
}

# Kubernetes' own go.mod replaces its staging modules by folders; outside of it they have versions of their own (v0.MINOR.PATCH).
kubernetes_module() {
  local folder
  go mod download "k8s.io/kubernetes@v$KUBERNETES"
  folder="$(go env GOMODCACHE)/k8s.io/kubernetes@v$KUBERNETES"
  { echo 'module build'; grep '^go ' "$folder/go.mod"; echo 'replace ('
    grep -oE '^\s*k8s.io/[a-z-]+ v0\.0\.0( |$)' "$folder/go.mod" | awk -v v="v0.${KUBERNETES#*.}" '{ print "  " $1 " => " $1 " " v }' | sort -u
    echo ')'; } > go.mod
}

for name in "$@"; do
  IFS='|' read -r version module package chain flags <<< "$(tool "$name")"
  done_file="$cache/$name-$version"
  [ -x "$done_file" ] && continue
  echo "building $name $version …" >&2
  folder=$(mktemp -d "$cache/.go-$name-XXXXXX")
  trap 'rm -rf "$folder"' EXIT
  (
    cd "$folder"
    [ -z "$chain" ] || export GOTOOLCHAIN=$chain
    printf 'module build\ngo 1.26\n' > go.mod
    [ "$module" != k8s.io/kubernetes ] || kubernetes_module
    # Its own go.mod leaves these out; modules of its own are in no checksum database.
    if [ "$name" = consul ]; then
      printf 'exclude (\n github.com/hashicorp/go-msgpack v1.1.5\n github.com/hashicorp/go-msgpack v1.1.6\n)\n' >> go.mod
      export GONOSUMDB=github.com/hashicorp,github.com/armon
    fi
    go get "$module@v$version"
    tags=(); [ "$name" != compose ] || tags=(-tags 'fsnotify e2e')
    go build -trimpath "${tags[@]}" -ldflags "-s -w $flags" -o "$folder/out" "$package"
    # The server's schema goes with its tool: it is what the tool applies.
    if [ "$name" = temporal-sql-tool ]; then
      rm -rf "$cache/temporal-schema-$version"
      cp -r "$(go list -m -f '{{.Dir}}' "$module")/schema/postgresql/v12" "$folder/schema" && chmod -R u+w "$folder/schema"
      mv "$folder/schema" "$cache/temporal-schema-$version"
      cp "$(go list -m -f '{{.Dir}}' "$module")/config/docker.yaml" "$cache/temporal-docker-$version.yaml"
    fi
    if [ "$name" = temporal-ui ]; then cp "$(go list -m -f '{{.Dir}}' "$module")/config/docker.yaml" "$cache/temporal-ui-$version.yaml"; fi
    if [ "$name" = kwok ]; then
      rm -rf "$cache/kwok-stages-$version"
      cp -r "$(go list -m -f '{{.Dir}}' "$module")/kustomize/stage" "$folder/stage" && chmod -R u+w "$folder/stage"
      mv "$folder/stage" "$cache/kwok-stages-$version"
    fi
  ) >&2
  mv "$folder/out" "$done_file"
  rm -rf "$folder"
done
