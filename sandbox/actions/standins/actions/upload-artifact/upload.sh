# Copies files into the artifact's folder, where download-artifact finds them.
set -euo pipefail
shopt -s globstar nullglob

case $NAME in
  '' | . | .. | */*) echo "::error::The artifact name is not valid: $NAME"; exit 1 ;;
esac
target=$SANDBOX_ARTIFACTS/$NAME
if [ -e "$target" ]; then
  if [ "$OVERWRITE" != true ]; then
    echo "::error::Failed to CreateArtifact: an artifact with this name already exists on the workflow run"
    exit 1
  fi
  rm -r "$target"
fi

cd "$GITHUB_WORKSPACE"
draft=$(mktemp -d "$SANDBOX_ARTIFACTS/.draft.XXXXXX")
count=0
while IFS= read -r pattern; do
  [ -n "$pattern" ] || continue
  for found in $pattern; do
    [ -e "$found" ] || continue
    if [ -d "$found" ]; then cp -R "$found/." "$draft/"; else cp "$found" "$draft/"; fi
    count=$((count + 1))
  done
done <<<"$SOURCES"

if [ "$count" = 0 ]; then
  rm -r "$draft"
  message="No files were found with the provided path: $SOURCES. No artifacts will be uploaded."
  case $MISSING in
    error) echo "::error::$message"; exit 1 ;;
    warn) echo "::warning::$message" ;;
    *) echo "$message" ;;
  esac
  exit 0
fi
mv "$draft" "$target"
echo "artifact $NAME has $count paths"
