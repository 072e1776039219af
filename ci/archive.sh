#!/usr/bin/env bash
# Makes an archive to publish, the same bytes each time: ci/archive.sh target/release/wxray linux-x64 OUT
# It holds the program, its manual pages, completions, schemas, licence and README; the program must run on this machine.
set -euo pipefail

binary=$1 platform=$2 out=$3
here=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$here/Cargo.toml" | head -1)
name="wxray-$version-$platform"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name"/{man,completions,schemas} "$out"

install -m 755 "$binary" "$work/$name/wxray"
install -m 644 "$here"/{LICENSE,README.md,README.zh-CN.md} "$work/$name/"
run=("$work/$name/wxray" --lang en)
"${run[@]}" man >"$work/$name/man/wxray.1" 2>/dev/null
"${run[@]}" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' | while read -r command; do
    [ "$command" = help ] || "${run[@]}" man "$command" >"$work/$name/man/wxray-$command.1" 2>/dev/null
done
for shell in bash elvish fish powershell zsh; do
    "${run[@]}" completions "$shell" >"$work/$name/completions/wxray.$shell" 2>/dev/null
done
install -m 644 "$here/src/report/report.schema.json" "$work/$name/schemas/"
"${run[@]}" config schema >"$work/$name/schemas/wxray.schema.json" 2>/dev/null
"${run[@]}" models schema >"$work/$name/schemas/models.schema.json" 2>/dev/null

tar -C "$work" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf - "$name" | gzip -n >"$out/$name.tar.gz"
echo "$out/$name.tar.gz"
