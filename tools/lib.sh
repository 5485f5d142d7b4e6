# SPDX-License-Identifier: GPL-3.0-or-later
# Shared by tools/run and tools/test: installs what is missing, configures and builds, quietly.
#
# Sourced, not run; the caller has changed to the project's root. Nothing here writes to stdout.

# What the program needs to be built, and what only the tests need. Each line: the package, then how to see
# that it is there (see `have`); every test is a shell builtin, so that asking costs nothing.
RUN_PACKAGES='
gcc command gcc
libc6-dev header stdlib.h
meson command meson
ninja-build command ninja
pkg-config command pkg-config
python3 command python3
libreadline-dev header readline/readline.h
libdw-dev header elfutils/libdwfl.h
libcapstone-dev header capstone/capstone.h
'
TEST_PACKAGES='
libcmocka-dev header cmocka.h
mandoc command mandoc
'
# Without these tools/test does less, and says so.
CLANG_PACKAGES='
clang command clang
libclang-rt-dev runtime fuzzer
'

say() {
	printf '%s\n' "$*" >&2
}

die() {
	say "$@"
	exit 2
}

# The first of the paths, expanded patterns, that exists.
any() {
	for path; do
		[ -e "$path" ] && return 0
	done
	return 1
}

have() { # KIND NAME
	case $1 in
	command) command -v "$2" >/dev/null 2>&1 ;;
	header) any /usr/include/"$2" /usr/include/*-linux-gnu*/"$2" /usr/local/include/"$2" ;;
	runtime) any /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt."$2"-*.a \
		/usr/lib/clang/*/lib/linux/libclang_rt."$2"-*.a ;;
	esac
}

# Sets MISSING to the packages of the list that are not there.
find_missing() { # LIST
	MISSING=
	while read -r package kind name; do
		[ -z "$package" ] || have "$kind" "$name" || MISSING="$MISSING $package"
	done <<-LIST
	$1
	LIST
}

# Runs a command with its output kept in LOG; shows the log only if it fails.
quietly() { # LOG COMMAND…
	log=$1
	shift
	"$@" >"$log" 2>&1 </dev/null && return 0
	status=$?
	cat "$log" >&2
	return $status
}

# apt_get must have root's rights, its own or through sudo.
apt_get() {
	$SUDO env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

find_sudo() {
	SUDO=
	[ "$(id -u)" -eq 0 ] && return 0
	command -v sudo >/dev/null 2>&1 || return 1
	SUDO=sudo
	sudo -n true 2>/dev/null && return 0
	# A password can only be asked for at a terminal.
	[ -t 2 ] && sudo -v
}

# The package lists may be absent (a fresh container) or too old to fetch from: then, and only then, update.
install_packages() { # PACKAGE…
	if any /var/lib/apt/lists/*_Packages*; then
		apt_get install --no-install-recommends "$@" && return 0
	fi
	apt_get update && apt_get install --no-install-recommends "$@"
}

# Installs the packages of the list that are missing. Returns 1, having said what to do, if it cannot.
# Sets INSTALLED to 1 if it installed something.
require() { # LIST
	find_missing "$1"
	[ -z "$MISSING" ] && return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		say "missing:$MISSING (Debian's names), and there is no apt-get to install them with." \
			"Install what this system calls them, then run this again."
		return 1
	fi
	if ! find_sudo; then
		say "missing:$MISSING, and no right to install them. As root, run:" \
			"apt-get install$MISSING"
		return 1
	fi
	say "installing$MISSING"
	log=$(mktemp) || return 1
	if quietly "$log" install_packages $MISSING; then
		rm -f "$log"
		INSTALLED=1
		return 0
	fi
	rm -f "$log"
	say "could not install$MISSING; the output of apt-get is above."
	return 1
}

# Configures DIR unless that was done (again after something was installed), then builds it.
# One at a time for each directory: two ninjas in one directory would spoil each other's work.
build() { # DIR [MESON-OPTION…]
	dir=$1
	shift
	mkdir -p "$dir" || return 1
	(
		if command -v flock >/dev/null 2>&1; then
			flock 9
		fi
		build_locked "$dir" "$@" 9>&-
	) 9>"$dir/.lock"
}

build_locked() { # DIR [MESON-OPTION…]
	dir=$1
	shift
	if [ ! -e "$dir/build.ninja" ]; then
		say "configuring and building $dir/"
		quietly "$dir/setup.log" meson setup "$dir" "$@" || return 1
	elif [ -n "${INSTALLED:-}" ]; then
		quietly "$dir/setup.log" meson setup --reconfigure "$dir" || return 1
	fi
	quietly "$dir/build.log" ninja --quiet -C "$dir"
}
