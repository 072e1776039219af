#!/usr/bin/env bash
# The step of action.yml that runs wxray. It ends well whatever was found, so that the report is uploaded first; the
# status goes to the step behind.
set -uo pipefail

wxray=(npx --yes "wxray@${WXRAY_VERSION:-latest}")
[ -n "${WXRAY_BINARY:-}" ] && wxray=("$WXRAY_BINARY")
out="${RUNNER_TEMP:-/tmp}/wxray"
mkdir -p "$out"
# An earlier step of the job may have left its own.
rm -f "$out/wxray.sarif" "$out/wxray.md"

options=(-o "$out/wxray.sarif" -o "$out/wxray.md" --format github)
[ -n "${WXRAY_FAIL_ON:-}" ] && options+=(--fail-on "$WXRAY_FAIL_ON")
[ -n "${WXRAY_BASELINE:-}" ] && options+=(--baseline "$WXRAY_BASELINE")

"${wxray[@]}" scan "${WXRAY_PATH:-.}" "${options[@]}"
status=$?

[ -f "$out/wxray.md" ] && cat "$out/wxray.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
    echo "status=$status"
    [ -f "$out/wxray.sarif" ] && echo "sarif=$out/wxray.sarif"
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
exit 0
