#!/bin/sh
# Writes deploy/.env with a random password for everything that has one. What is there already stays as it is, so that it
# may be run again after an update that brings a new service.
set -eu
umask 077
file="${1:-$(dirname "$0")/.env}"

random() {
  head -c 512 /dev/urandom | LC_ALL=C tr -dc 'A-Za-z0-9' | head -c 40
}

touch "$file"
for name in POSTGRES_ADMIN FIRST_ADMIN NATS_OPERATOR NATS_GATEWAY \
  NATS_AUTH NATS_PUBLISH NATS_SCANNER NATS_SEARCH NATS_AUDIT NATS_NOTIFICATIONS NATS_ADAPTER_NPM \
  POSTGRES_AUTH POSTGRES_PUBLISH POSTGRES_SCANNER POSTGRES_SEARCH POSTGRES_AUDIT POSTGRES_NOTIFICATIONS POSTGRES_ADAPTER_NPM \
  AUDIT_KEY AUTH_KEY NOTIFICATIONS_KEY NPM_KEY; do
  if ! grep -q "^WAYBILL_SECRET_$name=..*" "$file"; then
    printf 'WAYBILL_SECRET_%s=%s\n' "$name" "$(random)" >>"$file"
  fi
done
echo "The passwords of this installation are in $file. Keep a copy of it, and show it to nobody."
