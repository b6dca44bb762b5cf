# Run as root by apt.rs: installs the packages named as arguments, without starting any daemon they bring.
#
# A shell script because of its trap: the file that holds daemons back has to go again even if Ctrl-C ends all this.
set -eu

policy=/usr/sbin/policy-rc.d
mark="Glasspost's set-up is installing packages: start no daemon."
# A policy that is already there is the machine's own, unless an earlier set-up was killed and left ours.
if [ ! -e "$policy" ] || grep -qF "$mark" "$policy"; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n# %s\nexit 101\n' "$mark" >"$policy"
    chmod 755 "$policy"
fi

# Tests bring their own configuration; the system's mail stays as it is.
for package; do
    if [ "$package" = postfix ]; then
        echo "$POSTFIX_ANSWER" | debconf-set-selections
    fi
done

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# The list of files being unpacked is nobody's reading; what goes wrong is told on standard error.
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
