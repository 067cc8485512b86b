# Find a Python of at least 3.12 and make an environment with it. Sourced by the commands in bin/.
#
# haderslev_python                 prints the path of a Python that runs, is new enough and can make environments
# haderslev_environment SET VENV   makes VENV hold requirements/SET.txt and prints the path of its Python

haderslev_says() { printf '%s\n' "$*" >&2; }

# A pyenv shim or a broken link answers to its name without running, so each candidate is tried.
haderslev_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

haderslev_complete() {
    haderslev_new_enough "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

haderslev_candidates() {
    for name in python3.14 python3.13 python3.12 python3 python; do
        command -v "$name" 2>/dev/null || true
    done
    for minor in 14 13 12; do
        for pattern in "${PYENV_ROOT:-${HOME:-/nowhere}/.pyenv}"/versions/3.$minor*/bin/python \
            /usr/local/bin/python3.$minor /opt/homebrew/bin/python3.$minor \
            /home/linuxbrew/.linuxbrew/bin/python3.$minor \
            "${HOME:-/nowhere}"/.local/share/uv/python/cpython-3.$minor*/bin/python3; do
            if [ -x "$pattern" ]; then printf '%s\n' "$pattern"; fi
        done
    done
}

# Debian and Ubuntu leave venv out of python3; whoever may install packages gets it without asking.
haderslev_from_apt() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root=
    if [ "$(id -u)" != 0 ]; then
        sudo -n true >/dev/null 2>&1 || return 1
        as_root="sudo -n"
    fi
    $as_root apt-get update -qq >/dev/null 2>&1 || true
    version=$(apt-cache policy python3 2>/dev/null | sed -n 's/.*Candidate: 3\.\([0-9]*\).*/\1/p')
    [ "${version:-0}" -ge 12 ] || return 1
    haderslev_says "Installing python3 and python3-venv with apt-get …"
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends \
        python3 python3-venv >/dev/null 2>&1 || return 1
    haderslev_complete /usr/bin/python3 && printf '%s\n' /usr/bin/python3
}

haderslev_from_uv() {
    uv=
    if uv --version >/dev/null 2>&1; then
        uv=uv
    else
        cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/haderslev/uv"
        if [ ! -x "$cache/bin/uv" ]; then
            python3 -m venv "$cache" >/dev/null 2>&1 || return 1
            "$cache/bin/python" -m pip install --quiet --disable-pip-version-check uv >/dev/null 2>&1 || return 1
        fi
        uv="$cache/bin/uv"
    fi
    haderslev_says "No Python 3.12 or newer here; fetching one with uv …"
    "$uv" python install --quiet --no-bin 3.13 >/dev/null 2>&1 || return 1
    found=$("$uv" python find --managed-python 3.13 2>/dev/null) || return 1
    haderslev_complete "$found" && printf '%s\n' "$found"
}

haderslev_what_to_type() {
    haderslev_says "Haderslev needs Python 3.12 or newer, and none was found (python3, pyenv, Homebrew, uv were tried)."
    if [ -n "$1" ]; then
        haderslev_says "$1 is new enough but can not make environments. Type:"
        haderslev_says "    sudo apt-get install python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    elif [ "$(uname)" = Darwin ]; then
        haderslev_says "Type:  brew install python@3.13"
    elif command -v dnf >/dev/null 2>&1; then
        haderslev_says "Type:  sudo dnf install python3.13"
    elif command -v apt-get >/dev/null 2>&1 && apt-cache show python3.13-venv >/dev/null 2>&1; then
        haderslev_says "Type:  sudo apt-get install python3.13 python3.13-venv"
    else
        haderslev_says "Type:  python3 -m venv ~/.uv && ~/.uv/bin/pip install uv && ~/.uv/bin/uv python install 3.13"
    fi
    haderslev_says "or name one that is elsewhere:  HADERSLEV_PYTHON=/path/to/python3.13 $0"
}

haderslev_python() {
    if [ -n "${HADERSLEV_PYTHON:-}" ]; then
        if haderslev_complete "$HADERSLEV_PYTHON"; then
            printf '%s\n' "$HADERSLEV_PYTHON"
            return 0
        fi
        haderslev_says "HADERSLEV_PYTHON is $HADERSLEV_PYTHON, which is not a Python of at least 3.12 with venv."
        return 1
    fi
    bare=
    IFS_before=$IFS
    IFS='
'
    for candidate in $(haderslev_candidates); do
        IFS=$IFS_before
        if haderslev_complete "$candidate"; then
            printf '%s\n' "$candidate"
            return 0
        fi
        if [ -z "$bare" ] && haderslev_new_enough "$candidate"; then bare=$candidate; fi
    done
    IFS=$IFS_before
    haderslev_from_apt || haderslev_from_uv || { haderslev_what_to_type "$bare"; return 1; }
}

# The environment's own Python is the quickest to ask: an environment that is complete needs no search.
haderslev_environment() {
    if haderslev_complete "$2/bin/python"; then
        base="$2/bin/python"
    else
        base=$(haderslev_python) || return 1
    fi
    "$base" bin/lib/environment.py "$1" "$2" >&2 || return $?
    printf '%s\n' "$PWD/$2/bin/python"
}
