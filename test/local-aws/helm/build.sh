#!/usr/bin/env bash
# Builds helm from Go module sources, for the tests of the chart in deploy/in-cluster/.
#
#   build.sh            prints the path of the program; builds only when it is missing
#
# HELM, when it names the program, is used instead.
# Cold on 2 cores: about two minutes. The cache is ~/.cache/eks-greenlight/helm-<version>.
set -euo pipefail
VERSION=${HELM_VERSION:-3.19.5}
OUT=${XDG_CACHE_HOME:-$HOME/.cache}/eks-greenlight/helm-$VERSION

if [ -n "${HELM:-}" ]; then echo "$HELM"; exit 0; fi
if [ -x "$OUT/helm" ]; then echo "$OUT/helm"; exit 0; fi
command -v go >/dev/null || { echo "neither HELM nor a Go toolchain: helm cannot be built" >&2; exit 3; }

mkdir -p "$OUT"
WORK=$(mktemp -d "$OUT/build.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
echo "building helm $VERSION into $OUT (about two minutes, once)" >&2
CGO_ENABLED=0 GOBIN=$WORK go install -trimpath -ldflags '-s -w' "helm.sh/helm/v3/cmd/helm@v$VERSION" >&2
mv "$WORK/helm" "$OUT/helm" # renamed into place: a build that was interrupted leaves nothing that looks complete
echo "$OUT/helm"
