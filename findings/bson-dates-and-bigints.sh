#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# MongoDB's library for JavaScript stores an invalid Date as 1970, and a bigint beyond 64 bits as another number.
#
# Expected  A value that BSON does not have is refused: an invalid Date, which new Date('28.11.2026') is, and a bigint of 2^63 or more,
#           such as an unsigned 64-bit id. Go's driver refuses the id. JSON.stringify makes null of the Date.
# Seen      The Date is stored as 1970-01-01T00:00:00Z. The bigint keeps its lower 64 bits: 2^63 is -2^63, 2^64 + 5 is 5, and an
#           id of twenty digits is negative. Long.fromString does the same with text, and reads 12 of '12abc'.
#           new Int32(2 ** 31) is -2147483648. Nothing is an error.
# Versions  npm bson 7.3.4; Go go.mongodb.org/mongo-driver/v2 2.10.0
# Date      2026-11-28
# Sources   https://bsonspec.org/spec.html (UTC datetime, int64), https://mongodb.github.io/node-mongodb-native/
set -euo pipefail

recorded='JavaScript  new Date('\''28.11.2026'\'')                  {"$date":{"$numberLong":"0"}}
JavaScript  2n ** 63n                               {"$numberLong":"-9223372036854775808"}
JavaScript  2n ** 64n + 5n                          {"$numberLong":"5"}
JavaScript  12345678901234567890n                   {"$numberLong":"-6101065172474983726"}
JavaScript  new Int32(2 ** 31)                      {"$numberInt":"-2147483648"}
JavaScript  Long.fromString('\''12345678901234567890'\'') -6101065172474983726
JavaScript  Long.fromString('\''12abc'\'')                12
Go          uint64(12345678901234567890)            refused: true'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >store.cjs <<'JS'
const { deserialize, EJSON, Int32, Long, serialize } = require('bson');
const values = {
  "new Date('28.11.2026')": new Date('28.11.2026'),
  '2n ** 63n': 2n ** 63n,
  '2n ** 64n + 5n': 2n ** 64n + 5n,
  '12345678901234567890n': 12345678901234567890n,
  'new Int32(2 ** 31)': new Int32(2 ** 31),
};
for (const [text, value] of Object.entries(values)) {
  const stored = deserialize(serialize({ value }), { promoteValues: false });
  console.log(`JavaScript  ${text.padEnd(39)} ${EJSON.stringify(stored.value, { relaxed: false })}`);
}
for (const text of ['12345678901234567890', '12abc']) {
  console.log(`JavaScript  ${`Long.fromString('${text}')`.padEnd(39)} ${Long.fromString(text)}`);
}
JS

cat >main.go <<'GO'
package main

import (
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func main() {
	_, err := bson.Marshal(bson.M{"value": uint64(12345678901234567890)})
	fmt.Println("Go          uint64(12345678901234567890)            refused:", err != nil)
}
GO

cat >go.mod <<'MOD'
module finding

go 1.26
MOD
go get go.mongodb.org/mongo-driver/v2@v2.10.0 2>/dev/null
npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts bson@7.3.4 >/dev/null
saw=$(node store.cjs && go run .)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
