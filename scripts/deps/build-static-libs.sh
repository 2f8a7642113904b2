#!/usr/bin/env bash
# Builds, from the source packages of the distribution, the libraries of the static executables that no binary package
# provides: libcurl and OpenSSL, reduced to HTTPS with TLS 1.2 and 1.3, and a small c-ares.
#
# Usage: scripts/deps/build-static-libs.sh [native|arm64]
#
# The result is build/static-libs/native or build/static-libs/arm64. It includes a file with the distribution and the
# version of each library; every executable contains a copy of this file (see scripts/sbom.sh). The script downloads
# the sources with apt, with its own package lists: it needs no root and does not change the system.

set -euo pipefail
. "$(dirname "$0")/../lib/common.sh"
. "$(dirname "$0")/../lib/build.sh"

# These options keep the algorithms that DynamoDB's endpoints and signed tokens need: AES-GCM and AES-CBC, SHA-1 and
# SHA-2, RSA, the NIST curves and X25519. Without the rest, the executable is a third smaller and touches fewer pages
# when it starts. no-threads omits locks, as a function has one thread. no-err omits error texts: libcurl's messages
# contain OpenSSL's error numbers instead, which `openssl errstr` explains.
readonly openssl_options=(
  no-shared no-threads no-tests no-dso no-engine no-module no-legacy no-err no-autoerrinit no-autoload-config
  no-ui-console no-comp no-ct no-cms no-cmp no-ts no-ocsp no-srp no-psk no-srtp no-dtls no-sctp no-rfc3779 no-nextprotoneg no-multiblock
  no-ssl3 no-tls1 no-tls1_1 no-weak-ssl-ciphers no-dh no-dsa no-ec2m no-gost no-sm2 no-sm3 no-sm4
  no-aria no-bf no-blake2 no-camellia no-cast no-chacha no-cmac no-des no-idea no-md4 no-mdc2 no-ocb no-poly1305
  no-rc2 no-rc4 no-rmd160 no-scrypt no-seed no-siphash no-siv no-whirlpool no-afalgeng
)
# OpenSSL refuses options that it does not know. These are of versions newer than 3.0.
readonly newer_openssl_options=(
  no-apps no-argon2 no-docs no-ech no-hqinterop no-http no-integrity-only-ciphers no-jitter no-ktls no-lms no-ml-dsa
  no-ml-kem no-quic no-slh-dsa no-sslkeylog no-tfo no-thread-pool no-tls-deprecated-ec
)
# c-ares resolves host names, because a static executable cannot use the resolver of glibc.
readonly curl_options=(
  -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DENABLE_MANUAL=OFF -DPICKY_COMPILER=OFF
  -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DENABLE_ARES=ON -DCURL_CA_BUNDLE=none -DCURL_CA_PATH=none
  -DCURL_ZLIB=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF
  -DCURL_USE_LIBSSH2=OFF -DBUILD_LIBCURL_DOCS=OFF -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF -DCURL_DISABLE_LDAP=ON -DENABLE_UNIX_SOCKETS=OFF -DCURL_DISABLE_OPENSSL_AUTO_LOAD_CONFIG=ON
  -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_GETOPTIONS=ON
  -DCURL_DISABLE_HSTS=ON -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_NTLM=ON
  -DCURL_DISABLE_PARSEDATE=ON -DCURL_DISABLE_PROGRESS_METER=ON -DCURL_DISABLE_PROXY=ON -DCURL_DISABLE_SHUFFLE_DNS=ON
  # An older libcurl ignores the options that it does not know.
  -DCURL_DISABLE_AWS=ON -DCURL_DISABLE_BASIC_AUTH=ON -DCURL_DISABLE_BEARER_AUTH=ON -DCURL_DISABLE_BINDLOCAL=ON
  -DCURL_DISABLE_DIGEST_AUTH=ON -DCURL_DISABLE_FORM_API=ON -DCURL_DISABLE_HEADERS_API=ON -DCURL_DISABLE_IPFS=ON
  -DCURL_DISABLE_KERBEROS_AUTH=ON -DCURL_DISABLE_NEGOTIATE_AUTH=ON -DCURL_DISABLE_SHA512_256=ON
  -DCURL_DISABLE_SRP=ON -DCURL_DISABLE_VERBOSE_STRINGS=ON -DCURL_DISABLE_WEBSOCKETS=ON
)
# No exception passes through C code, as every callback is noexcept, so it needs no tables to unwind.
readonly flags='-Os -fno-asynchronous-unwind-tables -fPIE -ffunction-sections -fdata-sections -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2'
# The functions do not use the headers API. Each handle has one connection to one server, and libcurl walks the whole
# table of connections at each send and receive.
readonly curl_flags='-flto -DCURL_DISABLE_HEADERS_API -DCURL_CONNECTION_HASH_SIZE=3 -DCURL_SOCKET_HASH_TABLE_SIZE=7 -DCURL_DNS_HASH_SIZE=7'

(($# <= 1)) || usage_error 'takes at most one argument, native or arm64'
readonly target=${1-native}
case $target in
  native)
    architecture=$(dpkg --print-architecture)
    tools=
    cross_openssl=()
    cross_cmake=()
    ;;
  arm64)
    architecture=arm64
    tools=aarch64-linux-gnu-
    cross_openssl=(linux-aarch64)
    cross_cmake=(-DCMAKE_TOOLCHAIN_FILE="$ROOT/cmake/aarch64-linux-gnu.cmake")
    ;;
  -h | --help) show_help ;;
  *) usage_error "unknown argument $1: must be native or arm64" ;;
esac
readonly prefix=$ROOT/build/static-libs/$target work=$ROOT/build/static-libs/work-$target logs=$ROOT/build/logs

apt_options=(
  -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture"
  -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$work/sources.list.d"
  -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o "APT::Sandbox::User=$(id -un)"
)

# Configures only the distribution's own package sources, for source packages too, and none of the system's others.
update_lists() {
  local file
  mkdir -p "$work/sources.list.d" "$work/lists/partial" "$work/cache/archives/partial"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/{debian,ubuntu}.sources; do
    [[ -r $file ]] || continue
    case $file in
      *.sources) sed 's/^Types:.*/Types: deb deb-src/' "$file" >"$work/sources.list.d/${file##*/}" ;;
      *.list) sed -n 's/^deb \(.*\)/deb \1\ndeb-src \1/p' "$file" >"$work/sources.list.d/${file##*/}" ;;
    esac
  done
  logged "$logs/static-libs-lists.log" apt-get "${apt_options[@]}" update
}

# shellcheck disable=SC2016 # dpkg's variables
readonly source_and_version='${source:Package} ${source:Version}\n'

# unpack_packages FOLDER PACKAGE…: unpacks packages into $work/FOLDER. Packages of another architecture could not be
# installed.
unpack_packages() {
  local folder=$work/$1 package
  mkdir "$folder"
  cd "$folder"
  logged "$logs/static-libs-$1.log" apt-get "${apt_options[@]}" download "${@:2}"
  for package in ./*.deb; do
    dpkg-deb --extract "$package" .
    dpkg-deb --show --showformat "$source_and_version" "$package" >>"$work/versions"
  done
}

# old_library PACKAGE VERSION REMEDY: records that the executables have an older version of a package than apt offers.
old_library() { printf 'the functions link to an older version of %s than %s: %s\n' "$@" >>"$work/warnings"; }

# Records the parts of the executables that come from installed packages: the compiler's libraries, the C library and
# the trusted certificates. Only the system's administrator can update these, so outdated ones are recorded too.
note_system_libraries() {
  local packages=("libgcc-$(gcc -dumpversion)-dev" libc6-dev ca-certificates) package newest
  [[ $target == native ]] || packages=("libgcc-$(gcc -dumpversion)-dev-arm64-cross" ca-certificates)
  # The source package of a cross compiler has "cross" in its name and version; the security tracker knows it without.
  dpkg-query --show --showformat "$source_and_version" "${packages[@]}" |
    sed -E 's/-cross / /; s/cross[0-9]+$//' >>"$work/versions"
  for package in "${packages[@]}"; do
    newest=$(apt-cache policy "$package" | sed -n 's/^ *Candidate: //p')
    [[ $(dpkg-query --show --showformat '${Version}' "$package") == "$newest" ]] ||
      old_library "$package" "$newest" "sudo apt-get install --only-upgrade $package"
  done
}

# unpack_source PACKAGE [VERSION]: unpacks that version or the newest that can be downloaded, with the distribution's
# patches, into $work/PACKAGE; fails if there is none. apt has verified the files against the signed package lists, so
# dpkg-source need not.
unpack_source() {
  local package=$1 versions=("${@:2}") version newest='' log=$logs/static-libs-source-$1.log
  [[ -n ${versions[*]} ]] ||
    mapfile -t versions < <(apt-cache "${apt_options[@]}" showsrc "$package" | sed -n 's/^Version: //p' | sort -Vru)
  cd "$work"
  for version in "${versions[@]}"; do
    newest=${newest:-$version}
    apt-get "${apt_options[@]}" source --download-only "$package=$version" >"$log" 2>&1 || continue
    logged "$log" dpkg-source --no-check --extract "${package}_${version#*:}.dsc" "$work/$package"
    say "downloaded the source of $package $version"
    printf '%s %s\n' "$package" "$version" >>"$work/versions"
    [[ $version == "$newest" ]] ||
      old_library "$package" "$newest" "its source could not be downloaded; to try again, rm -r build/static-libs/$target"
    return
  done
  return 1
}

build_openssl() {
  local start=$SECONDS option known=() wide
  cd "$work/openssl"
  for option in "${newer_openssl_options[@]}"; do
    ! grep -q "^ *\"${option#no-}\",$" Configure || known+=("$option")
  done
  # OpenSSL writes a date into the library: use that of the package instead of today's.
  SOURCE_DATE_EPOCH=$(dpkg-parsechangelog --show-field Timestamp)
  export SOURCE_DATE_EPOCH
  # The dependencies that the compiler lists spare ccache a run of the preprocessor for each file.
  export CC="ccache ${tools}gcc" CCACHE_DEPEND=1 AR=${tools}ar RANLIB=${tools}ranlib
  logged "$logs/static-libs-openssl-configure.log" ./Configure "${cross_openssl[@]}" "${openssl_options[@]}" "${known[@]}" \
    --prefix="$prefix" --libdir=lib --openssldir=/etc/ssl "CFLAGS=$flags"
  logged "$logs/static-libs-openssl-generated.log" make "-j$(nproc)" build_generated
  # OpenSSL 3.1 and later has variants of AES-GCM for AVX-512, whose unrolled code for long messages would be a tenth of the
  # executable. Its generators omit them without an assembler that knows the instructions.
  if grep -q '^crypto/.*aes-gcm-avx512\.s:' Makefile; then
    mapfile -t wide < <(sed -nE 's/^(crypto\/[^ :]+-avx(512|ifma)\.s):.*/\1/p' Makefile)
    logged "$logs/static-libs-openssl-wide.log" make CC=false "${wide[@]}"
  fi
  logged "$logs/static-libs-openssl.log" make "-j$(nproc)" build_libs
  logged "$logs/static-libs-openssl-install.log" make install_dev
  say "built OpenSSL in $((SECONDS - start)) s"
}

# The package's library, built for speed and for threads, makes each archive 50 KB larger.
build_c_ares() {
  local start=$SECONDS
  logged "$logs/static-libs-c-ares-configure.log" cmake -G Ninja -S "$work/c-ares" -B "$work/c-ares-build" \
    "${cross_cmake[@]}" -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_BUILD_TOOLS=OFF -DCARES_THREADS=OFF \
    -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_C_COMPILER_LAUNCHER=ccache "-DCMAKE_C_FLAGS=$flags" \
    "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
  logged "$logs/static-libs-c-ares.log" cmake --build "$work/c-ares-build" --target install
  say "built c-ares in $((SECONDS - start)) s"
}

# With link-time optimization, the linker drops code that the functions do not reach.
build_curl() {
  local start=$SECONDS
  logged "$logs/static-libs-curl-configure.log" cmake -G Ninja -S "$work/curl" -B "$work/curl-build" \
    "${cross_cmake[@]}" "${curl_options[@]}" -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_C_COMPILER_LAUNCHER=ccache \
    "-DCMAKE_C_FLAGS=$flags $curl_flags" "-DCMAKE_PREFIX_PATH=$prefix" \
    "-DOPENSSL_ROOT_DIR=$prefix" -DOPENSSL_USE_STATIC_LIBS=ON \
    "-DCARES_LIBRARY=$prefix/lib/libcares.a" "-DCARES_INCLUDE_DIR=$prefix/include" \
    "-DCMAKE_INSTALL_PREFIX=$prefix" -DCMAKE_INSTALL_LIBDIR=lib
  logged "$logs/static-libs-curl.log" cmake --build "$work/curl-build" --target install
  # A copy of the folder, for another clone, must not refer to this one.
  # shellcheck disable=SC2016 # a variable of CMake
  sed -i "s|$prefix/|"'${_IMPORT_PREFIX}/|g' "$prefix/lib/cmake/CURL/CURLTargets.cmake"
  say "built libcurl in $((SECONDS - start)) s"
}

rm -rf "$work"
mkdir -p "$work"
say "building libcurl, OpenSSL and c-ares ($target) takes minutes; the output is in build/logs/static-libs-*.log"
update_lists
# shellcheck source=/dev/null
(. /etc/os-release && printf 'distribution %s-%s-%s\n' "$ID" "${VERSION_ID-unstable}" "$VERSION_CODENAME") >"$work/versions"
unpack_packages packages libc-ares-dev libexpected-dev libfmt-dev rapidjson-dev uuid-dev
[[ $target == native ]] || unpack_packages c-library libc6-dev # the cross compiler's C library gets no security updates
note_system_libraries
for package in openssl curl; do
  unpack_source "$package" || die "no source of $package can be downloaded (log: $logs/static-libs-source-$package.log)"
done
unpack_source c-ares "$(sed -n 's/^c-ares //p' "$work/versions")" ||
  printf '%s; to try again, rm -r build/static-libs/%s\n' \
    'each function is 50 KB larger, as the source of c-ares could not be downloaded' "$target" >>"$work/warnings"
# Remove the previous build only now that all sources are available.
rm -rf "$prefix"
mkdir -p "$prefix/lib"
cp -r "$work"/packages/usr/{include,share} "$work/versions" "$prefix/"
cp "$work"/packages/usr/lib/*/*.a "$prefix/lib/"
[[ $target == native ]] || cp "$work"/c-library/usr/lib/*/*.{a,o} "$prefix/lib/"
sort -o "$prefix/versions" -u "$prefix/versions"
[[ ! -e $work/warnings ]] || cp "$work/warnings" "$prefix/"
(build_openssl)
[[ ! -d $work/c-ares ]] || build_c_ares
(build_curl)
rm -rf "$work"
warn_of_libraries "$target"
