#!/bin/sh
# Starts a private Docker engine on a Debian machine, for the docker backend and its tests.
#
#   sh sandboxes/image/dockerd.sh start [FOLDER]     install docker.io if it is missing (root), start, print
#                                                    the DOCKER_HOST to export
#   sh sandboxes/image/dockerd.sh stop [FOLDER]      stop it and remove FOLDER
#
# The engine keeps everything below FOLDER (default /tmp/selfexec-docker), opens no port, changes no firewall
# rule and pulls nothing: `python -m sandboxes.image build` makes the image from the running interpreter.
set -eu

action="${1:-start}"
folder="${2:-/tmp/selfexec-docker}"
socket="$folder/docker.sock"

fail() {
    echo "dockerd.sh: $1" >&2
    exit 2
}

answers() {
    [ -S "$socket" ] && DOCKER_HOST="unix://$socket" docker version >/dev/null 2>&1
}

install_engine() {
    command -v dockerd >/dev/null && return
    [ "$(id -u)" = 0 ] || fail "dockerd is not installed: run this as root once, or install docker.io"
    command -v apt-get >/dev/null || fail "dockerd is not installed, and this is no Debian machine: install Docker"
    export DEBIAN_FRONTEND=noninteractive
    {
        apt-get update -q
        # A policy of 101 keeps the package from starting a system-wide engine.
        policy=/usr/sbin/policy-rc.d
        [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; ours=1; }
        apt-get install -q -y --no-install-recommends docker.io
        [ -z "${ours:-}" ] || rm -f "$policy"
    } >&2 || fail "docker.io could not be installed"
}

launch() {
    dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" -H "unix://$socket" \
        --storage-driver "$1" --iptables=false --ip6tables=false --bridge=none --ip-forward=false \
        >"$folder/log" 2>&1 &
    waited=0
    while ! answers; do
        kill -0 $! 2>/dev/null || return 1
        waited=$((waited + 1))
        [ "$waited" -lt 150 ] || { kill $!; return 1; }
        sleep 0.2
    done
}

case "$action" in
start)
    if ! answers; then
        install_engine
        [ "$(id -u)" = 0 ] || fail "an engine must be started by root"
        mkdir -p "$folder"
        # overlay2 does not work on top of another overlay (in a container): vfs does everywhere.
        launch overlay2 || launch vfs || { tail -5 "$folder/log" >&2; fail "the engine did not start, see $folder/log"; }
    fi
    echo "export DOCKER_HOST=unix://$socket"
    ;;
stop)
    # An engine that was killed leaves its containerd and its mounts behind.
    for file in "$folder/pid" "$folder/exec/containerd/containerd.pid"; do
        [ -f "$file" ] || continue
        pid=$(cat "$file")
        kill "$pid" 2>/dev/null || true
        while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
    done
    # ... and a process for each container that it had.
    for file in /proc/[0-9]*/cmdline; do
        tr '\0' ' ' 2>/dev/null <"$file" | grep -q "^[^ ]*containerd-shim.* $folder/exec/" || continue
        pid="${file#/proc/}"
        kill "${pid%/cmdline}" 2>/dev/null || true
    done
    while read -r _ path _; do
        case "$path" in "$folder"/*) umount -l "$path" 2>/dev/null || true ;; esac
    done </proc/mounts
    rm -rf "$folder"
    ;;
*)
    fail "unknown action $action: start or stop"
    ;;
esac
