#!/bin/sh
# Prints the Python to build the virtual environment with; PYTHON=/path/to/python overrides the search.
# One is good enough when it is 3.11 or newer and can make environments with pip in them.
# 3.15 and newer come last: not every compiled package in the lock is published for them yet.

suits() {
    "$1" -c "import ensurepip, sys, venv; sys.exit(not ((3, 11) <= sys.version_info < ($2)))" >/dev/null 2>&1
}

if [ -n "$PYTHON" ]; then
    if suits "$PYTHON" "4,"; then
        echo "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON does not run, is older than 3.11, or lacks the venv and ensurepip modules." >&2
    exit 1
fi

for newest in "3, 15" "4,"; do
    for python in python3 python3.13 python3.12 python3.11 python3.14; do
        if suits "$python" "$newest"; then
            echo "$python"
            exit 0
        fi
    done
done

echo "Stadslab needs Python 3.11 or newer with its venv module; found:" >&2
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    echo "  $python: $("$python" --version 2>&1 | head -n 1)" >&2
done
echo "Install one (on Debian and Ubuntu also the package python3-venv), or name it: make PYTHON=/path/to/python3.12 ..." >&2
exit 1
