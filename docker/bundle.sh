#!/usr/bin/env bash
# Builds the production bundle of the server: compiled code and production packages in one folder, nothing else needed
# but Node 24. Start it with `node dist/main.js` in that folder.
#
#   docker/bundle.sh FOLDER      FOLDER is created; it must be empty or absent
set -euo pipefail

folder=${1:?usage: docker/bundle.sh FOLDER}
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
if [ -n "$(ls -A "$folder")" ]; then
  echo "bundle: $folder is not empty" >&2
  exit 1
fi

cd "$root"
pnpm() { npx -y pnpm@12 "$@"; }
pnpm install --frozen-lockfile
pnpm build
pnpm --filter=@holdfast/server --prod deploy "$folder"
# They describe the install, which is done.
rm -f "$folder/pnpm-lock.yaml" "$folder/pnpm-workspace.yaml"

outside=$(find "$folder" -type l -lname '/*' -print -quit)
if [ -n "$outside" ]; then
  echo "bundle: $outside points out of the bundle" >&2
  exit 1
fi
echo "bundle: $(du -sh "$folder" | cut -f1) in $folder"
