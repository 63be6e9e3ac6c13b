#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In JavaScript tests of a MongoDB validator, ajv-bsontype refuses documents that MongoDB takes.
#
# Expected  With ajv-bsontype, Ajv understands the bsonType of a MongoDB $jsonSchema. A document that the Node.js driver writes, and
#           that a validator takes, is valid in a test as well.
# Seen      A value of the driver's package bson is not of its own type: Double, Long, Int32, ObjectId and Binary are refused, for each
#           type that the serializer stores them with, and all are taken for an `object`. Only Decimal128 and plain JavaScript
#           numbers are right. A whole number in a double field needs a Double, since the driver stores 5 as an int, so
#           that no such document can be tested.
# Versions  npm ajv-bsontype 1.0.7, ajv 8.20.0, bson 7.3.4
# Date      2026-11-28
# Sources   https://github.com/BoLaMN/ajv-bsontype, https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
set -euo pipefail

recorded='5               stored as int       int valid, object refused
new Double(5)   stored as double    double refused, object valid
new Long(5)     stored as long      long refused, object valid
new Int32(5)    stored as int       int refused, object valid
new ObjectId()  stored as objectId  objectId refused, object valid
new Binary()    stored as binData   binData refused, object valid
Decimal128 1.5  stored as decimal   decimal valid, object valid
5.5             stored as double    double valid, object refused'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >types.cjs <<'JS'
const Ajv = require('ajv');
const bsonType = require('ajv-bsontype');
const { Binary, Decimal128, Double, Int32, Long, ObjectId, serialize } = require('bson');

const names = { 1: 'double', 3: 'object', 5: 'binData', 7: 'objectId', 16: 'int', 18: 'long', 19: 'decimal' };
const ajv = new Ajv({ strict: false });
bsonType(ajv);
const takes = (type, value) => (ajv.validate({ bsonType: type }, value) ? 'valid' : 'refused');

const values = {
  5: 5, 'new Double(5)': new Double(5), 'new Long(5)': Long.fromNumber(5), 'new Int32(5)': new Int32(5), 'new ObjectId()': new ObjectId(),
  'new Binary()': new Binary(Buffer.from('a')), 'Decimal128 1.5': Decimal128.fromString('1.5'), 5.5: 5.5,
};
for (const [text, value] of Object.entries(values)) {
  const type = names[serialize({ value })[4]];
  console.log(`${text.padEnd(14)}  stored as ${type.padEnd(8)}  ${type} ${takes(type, value)}, object ${takes('object', value)}`);
}
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts ajv-bsontype@1.0.7 ajv@8.20.0 bson@7.3.4 >/dev/null
saw=$(node types.cjs 2>/dev/null)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
