# Copies one artifact into a folder; without a name each artifact into a folder of its own.
set -euo pipefail

cd "$GITHUB_WORKSPACE"
mkdir -p "$TARGET"
if [ -z "$NAME" ]; then
  cp -R "$SANDBOX_ARTIFACTS/." "$TARGET/"
  exit 0
fi
case $NAME in
  . | .. | */*) echo "::error::The artifact name is not valid: $NAME"; exit 1 ;;
esac
if [ ! -d "$SANDBOX_ARTIFACTS/$NAME" ]; then
  echo "::error::Unable to download artifact(s): Artifact not found for name: $NAME"
  exit 1
fi
cp -R "$SANDBOX_ARTIFACTS/$NAME/." "$TARGET/"
