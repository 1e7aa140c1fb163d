#!/bin/sh
# Runs a script of tools/ with the first Python that is new enough; says in one line where there is none.
for python in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
  [ -n "$python" ] || continue
  if "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" "$@"
  fi
done
echo "Đúng Hạn needs Python 3.11 or newer with its venv module (Debian: apt-get install python3 python3-venv)." >&2
exit 1
