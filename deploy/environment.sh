#!/bin/sh
# Makes .venv from the lock: the first step of every make target. Quiet and quick when nothing changed.
set -eu
cd "$(dirname "$0")/.."

say() { # say ENGLISH CHINESE, in the language of the terminal
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        zh*) printf '%s\n' "$2" ;;
        *) printf '%s\n' "$1" ;;
    esac
}
refuse() { say "$1" "$2" >&2; exit 1; }

# What the installation was made from, and where: a moved clone has dead paths in its .venv.
wanted() { pwd; cat requirements.lock deploy/installer.lock pyproject.toml deploy/environment.sh; }

if [ -x .venv/bin/tierline ] && wanted | cmp -s - .venv/.installed; then
    exit 0
fi

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$new_enough" 2>/dev/null; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || refuse \
    "Python 3.11 or newer is missing; on Debian 12 run: sudo apt-get install python3 python3-venv" \
    "缺少 Python 3.11 或更高版本；在 Debian 12 上请运行：sudo apt-get install python3 python3-venv"

if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "Installing python3-venv …" "正在安装 python3-venv……"
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3-venv >/dev/null
    else
        refuse "Python's venv module is incomplete; on Debian run: sudo apt-get install python3-venv" \
            "Python 的 venv 模块不完整；在 Debian 上请运行：sudo apt-get install python3-venv"
    fi
fi

if ! .venv/bin/python -c "$new_enough" 2>/dev/null || [ "$(cat .venv/.place 2>/dev/null || pwd)" != "$(pwd)" ]; then
    say "Making .venv …" "正在创建 .venv……"
    rm -rf .venv
    "$python" -m venv .venv
fi
pwd > .venv/.place

if ! .venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r deploy/installer.lock; then
    refuse "The installer uv could not be fetched: check the network or the package index of pip, then repeat." \
        "无法下载安装器 uv：请检查网络或 pip 的软件源，然后重试。"
fi
# By itself uv takes neither the certificates of this machine nor the package index that pip was told of.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}"
if [ -z "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}" ]; then
    index=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then
        export UV_DEFAULT_INDEX="$index"
    fi
fi

with_uv() {
    .venv/bin/uv pip sync --require-hashes requirements.lock \
        && .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
}
with_pip() { # slower, and keeps what the lock no longer names
    .venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements.lock \
        && .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
}
say "Installing the locked dependencies …" "正在安装锁定的依赖……"
if ! with_uv; then
    say "uv could not install them; trying once more with pip …" "uv 未能安装；改用 pip 再试一次……"
    with_pip || refuse "The locked dependencies could not be installed: the reason is above." \
        "锁定的依赖未能安装：原因见上文。"
fi
wanted > .venv/.installed
