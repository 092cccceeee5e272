#!/usr/bin/env bash
# Builds a real Kubernetes control plane without containers: one multi-call binary with etcd, kube-apiserver,
# kube-controller-manager, kube-scheduler and kubectl, and kwok as a binary of its own with its stages (a bare kwok has
# none built in), all from Go module sources.
#
#   build.sh            prints the folder with the binaries; builds only what is missing
#
# KUBEBUILDER_ASSETS, when it names a folder with all of them (the convention of setup-envtest; here with kube-controller-manager,
# kube-scheduler, kwok and kwok's kustomize/stage as `stages` too), is used instead.
# Cold on 2 cores: about five minutes and 2.2 GB of memory. The cache is ~/.cache/eks-greenlight/kubernetes-<version>.
set -euo pipefail
VERSION=${KUBERNETES_VERSION:-1.34.4}
KWOK_VERSION=v0.8.0
HERE=$(cd "$(dirname "$0")" && pwd)
PROGRAMS="etcd kube-apiserver kube-controller-manager kube-scheduler kubectl"

complete() { for program in $PROGRAMS kwok; do [ -x "$1/$program" ] || return 1; done; [ -d "$1/stages" ]; }
module_dir() { go mod download -json "$1" | sed -n 's/.*"Dir": "\(.*\)",/\1/p'; }

if [ -n "${KUBEBUILDER_ASSETS:-}" ] && complete "$KUBEBUILDER_ASSETS"; then echo "$KUBEBUILDER_ASSETS"; exit 0; fi
if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then echo "KUBEBUILDER_ASSETS is not complete (etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, kwok, stages) and is not used" >&2; fi
OUT=${XDG_CACHE_HOME:-$HOME/.cache}/eks-greenlight/kubernetes-$VERSION
if complete "$OUT"; then echo "$OUT"; exit 0; fi
command -v go >/dev/null || { echo "neither KUBEBUILDER_ASSETS nor a Go toolchain: no control plane can be built" >&2; exit 3; }

mkdir -p "$OUT"
rm -rf "$OUT/stages"
cp -R "$(module_dir "sigs.k8s.io/kwok@$KWOK_VERSION")/kustomize/stage" "$OUT/stages"
chmod -R u+w "$OUT/stages" # the module cache is read-only
if complete "$OUT"; then echo "$OUT"; exit 0; fi

WORK=$(mktemp -d "$OUT/build.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
cp "$HERE/main.go" "$WORK/"
cd "$WORK"
echo "building Kubernetes $VERSION into $OUT (about five minutes, once)" >&2

# k8s.io/kubernetes refuses `go install` because of its replace directives; a wrapper module that replaces each
# staging module with its published version builds the same sources.
sources=$(module_dir "k8s.io/kubernetes@v$VERSION")
{
  echo "module localkubernetes"; echo; echo "go 1.24.0"; echo; echo "godebug default=go1.24"; echo
  echo "require k8s.io/kubernetes v$VERSION"
  echo "replace ("
  sed -n 's#^\s*\(k8s.io/[^ ]*\) => ./staging.*#\1#p' "$sources/go.mod" | while read -r module; do echo "  $module => $module v0.${VERSION#1.}"; done
  echo ")"
} > go.mod
go mod tidy >&2

flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=v$VERSION-eks-0a1b2c3 -X $package.gitMajor=1 -X $package.gitMinor=$(echo "$VERSION" | cut -d. -f2)"
  flags="$flags -X $package.gitCommit=0000000000000000000000000000000000000000 -X $package.gitTreeState=clean -X $package.buildDate=2026-01-01T00:00:00Z"
done
CGO_ENABLED=0 GOFLAGS=-buildvcs=false go build -trimpath -ldflags "$flags" -o "$WORK/kube" . >&2
CGO_ENABLED=0 GOBIN=$WORK go install -trimpath -ldflags '-s -w' "sigs.k8s.io/kwok/cmd/kwok@$KWOK_VERSION" >&2
mv "$WORK/kube" "$WORK/kwok" "$OUT/"
for program in $PROGRAMS; do ln -sf kube "$OUT/$program"; done
echo "$OUT"
