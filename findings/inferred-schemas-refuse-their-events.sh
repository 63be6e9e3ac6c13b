#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# JSON Schemas that two libraries infer from events refuse some, or all, of these events.
#
# Expected  A schema inferred from samples accepts the samples. A field that one of them lacks is not required.
# Seen      generate-schema requires a field that the second of three events lacks, since the third has it again.
#           json-schema-generator requires it as well, and takes types, `minLength` and `minItems` of the first event for all:
#           null and an empty array are refused. genson-js accepts all three.
# Versions  npm generate-schema 2.6.0, json-schema-generator 2.0.6, genson-js 0.0.8, jsonschema 1.5.0 (validates)
# Date      2026-11-28
# Sources   https://github.com/nijikokun/generate-schema#readme, https://github.com/krg7880/json-schema-generator#readme
set -euo pipefail

recorded='generate-schema          refuses 1 of 3: plan required
json-schema-generator    refuses 2 of 3: plan required; items minItems, plan type
genson-js                refuses 0 of 3'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >infer.cjs <<'JS'
const { validate } = require('jsonschema');
const generate = require('generate-schema');
const generator = require('json-schema-generator');
const genson = require('genson-js');

const events = [
  { event: 'order_paid', amount: 5, items: [{ sku: 'A-1' }], plan: 'pro' },
  { event: 'order_paid', amount: 5.5, items: [{ sku: 'B-2' }] },
  { event: 'order_paid', amount: 7, items: [], plan: null },
];

const inferred = {
  'generate-schema': () => generate.json('events', events).items,
  'json-schema-generator': () => generator(events).items,
  'genson-js': () => genson.mergeSchemas(events.map((event) => genson.createSchema(event))),
};
for (const [name, infer] of Object.entries(inferred)) {
  const schema = infer();
  const refused = events.map((event) => validate(event, schema).errors).filter((errors) => errors.length > 0);
  const why = refused.map((errors) => errors.map((e) => `${e.path[0] ?? e.argument} ${e.name}`).join(', ')).join('; ');
  console.log(`${name.padEnd(24)} refuses ${refused.length} of ${events.length}${why && ': ' + why}`);
}
JS

npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts generate-schema@2.6.0 json-schema-generator@2.0.6 genson-js@0.0.8 jsonschema@1.5.0
saw=$(node infer.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
