#!/bin/sh
# Clean each day's folder by night and make a page to look over. In the crontab:
#   15 2 * * * /srv/news/nightly.sh /srv/news/incoming /srv/news/cleaned
# Killed half-way, the same command goes on where it was; a finished day is not done again.
set -eu
incoming=$1 cleaned=$2
mkdir -p "$cleaned"
for folder in "$incoming"/*/; do
  day=$(basename "$folder")
  [ -e "$cleaned/$day.jsonl" ] && continue
  code=0
  newsclean run "$folder" -o "$cleaned/$day.jsonl" --resume --quiet --on-error skip \
    --stats "$cleaned/$day.stats.json" --review "$cleaned/$day.html" || code=$?
  # 3: done, but bad records were left out and stand in DAY.jsonl.rejects.jsonl
  if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then exit "$code"; fi
done
