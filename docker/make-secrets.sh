#!/usr/bin/env bash
# Writes the secrets of compose.yaml once: a random password for PostgreSQL, and the URL that holds it for the server.
set -euo pipefail

folder=$(cd "$(dirname "$0")" && pwd)/secrets
if [ -e "$folder/database_url" ]; then
  echo "make-secrets: $folder has them already"
  exit 0
fi
# The folder keeps other users out. The files must be readable by the containers' users, whose ids differ from ours.
mkdir -p -m 700 "$folder"
password=$(head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n')
printf '%s' "$password" >"$folder/postgres_password"
printf 'postgres://holdfast:%s@postgres:5432/holdfast' "$password" >"$folder/database_url"
chmod 644 "$folder"/*
echo "make-secrets: wrote $folder"
