#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Extended JSON of npm bson rounds integers and changes types that Go's keeps.
#
# Expected  Relaxed Extended JSON gives up types for readable text, but no values: the specification writes an int64 as a
#           JSON number with all its digits. So JavaScript and Go write the same number, and read the same number back.
# Seen      EJSON.stringify is relaxed by default and rounds an int64 beyond 2^53. The stored document is right; what a
#           script prints or exports from it is wrong. Reading rounds as well, and EJSON.parse makes 5.0 an int32 where
#           Go makes a double. The JavaScript number 3000000000 is stored as a double, and is a $numberLong in canonical
#           Extended JSON: an export that is imported again changes its type.
# Versions  npm bson 7.3.4; Go go.mongodb.org/mongo-driver/v2 2.10.0
# Date      2026-11-27
# Sources   https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
#           https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/
set -euo pipefail

recorded='write int64 9007199254740993      JavaScript {"n":9007199254740992}
write int64 9007199254740993      Go         {"n":9007199254740993}
read {"n":9007199254740993}       JavaScript {"n":{"$numberLong":"9007199254740992"}}
read {"n":9007199254740993}       Go         {"n":{"$numberLong":"9007199254740993"}}
read {"n":5.0}                    JavaScript {"n":{"$numberInt":"5"}}
read {"n":5.0}                    Go         {"n":{"$numberDouble":"5.0"}}
number 3000000000 in BSON         JavaScript double
number 3000000000 in canonical    JavaScript {"n":{"$numberLong":"3000000000"}}'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >ejson.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { deserialize, EJSON, Long, serialize } from 'bson';

const line = (title, seen) => console.log(`${title.padEnd(33)} JavaScript ${seen}`);
const typed = { promoteValues: false };
const stored = serialize({ n: Long.fromString('9007199254740993') });
writeFileSync('int64.bson', stored);
line('write int64 9007199254740993', EJSON.stringify(deserialize(stored, typed)));
for (const text of ['{"n":9007199254740993}', '{"n":5.0}']) {
  const read = serialize(EJSON.parse(text, { relaxed: false }));
  line(`read ${text}`, EJSON.stringify(deserialize(read, typed), { relaxed: false }));
}
const number = { n: 3000000000 };
line('number 3000000000 in BSON', serialize(number)[4] === 1 ? 'double' : 'another type');
line('number 3000000000 in canonical', EJSON.stringify(number, { relaxed: false }));
JS

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func main() {
	stored := must(os.ReadFile("int64.bson"))
	line("write int64 9007199254740993", must(bson.MarshalExtJSON(bson.Raw(stored), false, false)))
	for _, text := range []string{`{"n":9007199254740993}`, `{"n":5.0}`} {
		var document bson.D
		if err := bson.UnmarshalExtJSON([]byte(text), false, &document); err != nil {
			panic(err)
		}
		line("read "+text, must(bson.MarshalExtJSON(document, true, false)))
	}
}

func line(title string, seen []byte) { fmt.Printf("%-33s Go         %s\n", title, seen) }

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
GO

npm install --loglevel=error --no-audit --no-fund --ignore-scripts bson@7.3.4 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=go.mongodb.org/mongo-driver/v2@v2.10.0
node ejson.mjs >all.txt
go build -mod=mod -o ejson . 2>build.log || { cat build.log >&2; exit 1; }
./ejson >>all.txt
# by title, JavaScript before Go
saw=$(awk '{ title = substr($0, 1, 33); if (!(title in n)) { order[++k] = title } n[title] = n[title] $0 "\n" }
  END { for (i = 1; i <= k; i++) printf "%s", n[order[i]] }' all.txt)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
