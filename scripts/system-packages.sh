#!/bin/sh
# The one place where system packages are installed. LibreOffice Writer (without its windows) is
# what DOC, WPS, RTF and ODT are read with, libarchive what unpacks RAR and 7z; only the tests and the picture in the README need the
# others: a browser, fonts for Chinese text, PostgreSQL's server programs. What is present is left
# alone; without apt-get or the right to use it, the tests that need them are skipped and say so.
set -eu

wanted=""
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || wanted="$wanted chromium"
{ command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; } || wanted="$wanted fonts-noto-cjk"
{ command -v postgres >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; } || wanted="$wanted postgresql"

command -v soffice >/dev/null 2>&1 || command -v libreoffice >/dev/null 2>&1 || wanted="$wanted libreoffice-writer-nogui"
{ ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null; } | grep -q 'libarchive\.so\.13' || wanted="$wanted libarchive13"

[ -n "$wanted" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "system packages: no apt-get here; tests that need$wanted will be skipped" >&2
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "system packages: no right to install$wanted; tests that need them will be skipped" >&2
    exit 0
fi
echo "system packages: installing$wanted" >&2
$as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of names
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $wanted
