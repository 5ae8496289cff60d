# Fetches one ref of a repository of the forge into a folder below the workspace.
set -euo pipefail

# The run's own repository is checked out at the run's commit, any other at its default branch.
if [ -z "$REF" ]; then
  if [ "$REPOSITORY" = "$GITHUB_REPOSITORY" ]; then REF=$GITHUB_SHA; else REF=HEAD; fi
fi
# What is public on GitHub is read here with a token of its own; a token that somebody gave goes before it.
if [ "$REPOSITORY" != "$GITHUB_REPOSITORY" ] && [ "$TOKEN" = "$OWN_TOKEN" ]; then TOKEN=$SANDBOX_READING_TOKEN; fi
target=$GITHUB_WORKSPACE/$TARGET
mkdir -p "$target"
cd "$target"
git init --quiet .
git config advice.detachedHead false
git remote add origin "$GITHUB_SERVER_URL/$REPOSITORY" 2>/dev/null || git remote set-url origin "$GITHUB_SERVER_URL/$REPOSITORY"

# By the environment, so that the token is in no argument list and, unless wanted, in no file.
header="Authorization: Basic $(printf 'x-access-token:%s' "$TOKEN" | base64 --wrap=0)"
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0="$header"
if [ "$DEPTH" = 0 ]; then
  git fetch --quiet --tags origin '+refs/heads/*:refs/remotes/origin/*'
  git fetch --quiet origin "$REF"
else
  git fetch --quiet --no-tags --depth "$DEPTH" origin "$REF"
fi

if [ -n "$SPARSE" ]; then
  if [ "$CONE" = true ]; then mode=--cone; else mode=--no-cone; fi
  printf '%s\n' "$SPARSE" | git sparse-checkout set "$mode" --stdin
fi
git checkout --quiet --force --detach FETCH_HEAD
if [ "$PERSIST" = true ]; then
  git config "http.$GITHUB_SERVER_URL/.extraheader" "$header"
fi
echo "$REPOSITORY is at $(git rev-parse HEAD)"
