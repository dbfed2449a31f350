#!/bin/sh
# Runs two command lines at the same time: what the first one says is kept until the second, which
# has the terminal, is done. Fails if either fails, and says which.
set -u

told=$(mktemp)
$1 >"$told" 2>&1 &
beside=$!
trap 'kill "$beside" 2>/dev/null; rm -f "$told"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

echo "$2"
$2
code=$?
wait "$beside"
code_beside=$?

echo "$1"
cat "$told"
[ "$code" -eq 0 ] || echo "failed with $code: $2" >&2
[ "$code_beside" -eq 0 ] || echo "failed with $code_beside: $1" >&2
[ "$code" -eq 0 ] && [ "$code_beside" -eq 0 ]
