#!/bin/sh
# Prints how many lines of each of our sources the tests ran, least first. Usage: coverage.sh BUILD_FOLDER
set -eu
find "$1/app" "$1/db" "$1/handlers" -name '*.gcda' | sed 's/\.gcda$/.o/' | while read -r object; do
    gcov --no-output --object-file "$object" unused 2> /dev/null
done | awk '
    /^File / { file = $2; gsub(/\047/, "", file) }
    /^Lines executed:/ && file ~ /^(app|db|handlers)\/.*\.c$/ {
        split(substr($0, 16), part, "% of ")
        if (part[2] > lines[file]) { lines[file] = part[2]; run[file] = part[1] * part[2] / 100 }
        file = ""
    }
    END {
        for (file in lines) {
            printf "%5.1f %%  %5d lines  %s\n", 100 * run[file] / lines[file], lines[file], file | "sort -n"
            all += lines[file]; hit += run[file]
        }
        close("sort -n")
        if (all > 0) printf "%5.1f %%  %5d lines  together\n", 100 * hit / all, all
    }'
