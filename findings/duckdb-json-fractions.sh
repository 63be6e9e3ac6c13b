#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# DuckDB rounds a fraction in a file of events to an integer, without an error, when it comes late in the file.
#
# Expected  A reader that guesses the types of JSON fields from the first rows fails, or widens the type, when a later row does
#           not fit, as it does for text in a field of numbers.
# Seen      The guess is made from 20,480 rows. A field that holds whole numbers there is BIGINT, and a later 1.75 becomes 2.
#           Where it holds true and false, a later 7 becomes true. Sums are wrong, and nothing says so. Text, or a field that
#           did not exist before, is an error. With sample_size = -1 all rows are looked at, and the values are right.
# Versions  npm @duckdb/node-api 1.5.6-r.1
# Date      2026-11-27
# Sources   https://duckdb.org/docs/stable/data/json/loading_json
set -euo pipefail

recorded='default           sum 102401.75 is read as 102402, the last amount as 2, the last flag as true
sample_size = -1  sum 102401.75 is read as 102401.75, the last amount as 1.75, the last flag as 7
text in the last  an error'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >read.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const whole = Array.from({ length: 20480 }, () => ({ event_type: 'paid', data: { amount: 5, flag: true } }));
const write = (name, last) => writeFileSync(name, [...whole, last].map((row) => JSON.stringify(row)).join('\n') + '\n');
write('events.jsonl', { event_type: 'paid', data: { amount: 1.75, flag: 7 } });
write('text.jsonl', { event_type: 'paid', data: { amount: 'none', flag: true } });

const connection = await (await DuckDBInstance.create()).connect();
const rows = async (query) => (await connection.runAndReadAll(query)).getRowObjectsJson();
for (const option of ['', ', sample_size = -1']) {
  const [{ total, amount, flag }] = await rows(
    `select sum(data.amount)::varchar total, last(data.amount)::varchar amount, last(data.flag)::varchar flag
     from read_json('events.jsonl'${option})`);
  console.log(`${(option.slice(2) || 'default').padEnd(17)} sum 102401.75 is read as ${total}, the last amount as ${amount}, the last flag as ${flag}`);
}
const text = await rows(`select sum(data.amount) from read_json('text.jsonl')`).then(() => 'no error', () => 'an error');
console.log(`text in the last  ${text}`);
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @duckdb/node-api@1.5.6-r.1 >/dev/null
saw=$(node read.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
