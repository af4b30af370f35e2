# Stops a test server that nobody uses any more, however its users ended.
# Arguments: the folder of the run, how many seconds to wait for new users.
dir=$1
linger=$2
idle=0

# lives PID START: whether the process is the one that started then, and is no zombie.
lives() {
    if [ -e /proc/self/stat ]; then
        { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
        start=$2
        # After the name in parentheses: the state, and 19 fields later the start time.
        set -- ${line##*) }
        [ "$1" != Z ] && [ "${20}" = "$start" ]
    else
        kill -0 "$1" 2>/dev/null
    fi
}

# serves PID DATA: whether the process is a server on this data, not a stranger with its number.
serves() {
    if [ -e /proc/self/stat ]; then
        [ "$(readlink "/proc/$1/cwd" 2>/dev/null)" = "$2" ]
    else
        ps -o command= -p "$1" 2>/dev/null | grep -qF "$2"
    fi
}

# stop DATA
stop() {
    { read -r server <"$1/postmaster.pid"; } 2>/dev/null || return 0
    for signal in QUIT QUIT KILL; do
        tries=0
        while serves "$server" "$1"; do
            [ $tries -eq 0 ] && kill -$signal "$server" 2>/dev/null
            [ $tries -eq 40 ] && break
            tries=$((tries + 1))
            sleep 0.1 2>/dev/null || sleep 1
        done
    done
}

# anyone: whether a registered process lives; forgets those that do not.
anyone() {
    found=1
    for file in "$dir"/users/*; do
        start=
        { read -r start <"$file"; } 2>/dev/null
        if lives "${file##*/}" "$start"; then found=0; else rm -f "$file"; fi
    done
    return $found
}

# Before its users come: the folder says who watches it.
echo $$ >"$dir/watchdog.new" && mv "$dir/watchdog.new" "$dir/watchdog" || exit 1

while sleep 1; do
    # The folder is gone, or watched by another.
    { read -r watcher <"$dir/watchdog"; } 2>/dev/null || exit 0
    [ "$watcher" = $$ ] || exit 0

    anyone && idle=0 || idle=$((idle + 1))

    for private in "$dir"/p/*; do
        owner=${private##*/}
        if [ -d "$private" ] && [ ! -e "$dir/users/${owner%%-*}" ]; then
            stop "$private/data"
            rm -rf "$private"
        fi
    done

    [ $idle -gt "$linger" ] || continue
    # A newcomer registers, then looks for this mark; we make the mark, then look for newcomers.
    # So at least one of us sees the other.
    mkdir "$dir/closing" 2>/dev/null
    if anyone; then
        rmdir "$dir/closing"
        idle=0
        continue
    fi
    stop "$dir/data"
    mv "$dir" "$dir.gone.$$" && rm -rf "$dir.gone.$$"
    exit 0
done
