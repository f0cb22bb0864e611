#!/usr/bin/env bash
# Proves a bundle by using it: copies it to an empty folder, starts it there with nothing but Node, and lets smoke.js
# ask it things. First with its embedded PostgreSQL, then with the one behind DATABASE_URL when that is set.
#
#   docker/smoke.sh BUNDLE
set -euo pipefail

bundle=${1:?usage: docker/smoke.sh BUNDLE}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d "${TMPDIR:-/tmp}/holdfast-smoke-XXXXXX")
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cp -a "$bundle" "$folder/app"

run() {
  echo "smoke: $1"
  DATABASE_URL=$2 node "$here/smoke.js" "$folder/app" "$folder/data-$1"
}
run embedded ''
if [ -n "${DATABASE_URL:-}" ]; then run external "$DATABASE_URL"; fi
