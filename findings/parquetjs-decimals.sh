#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# @dsnp/parquetjs writes some amounts a cent too small, and reads the amounts that it wrote as others.
#
# Expected  An amount with two decimals keeps its value in a column DECIMAL(9,2), which is made for money: 19.99 is stored as the
#           integer 1999. The library reads from its own file what it wrote.
# Seen      19.99 becomes 19.98, 1.15 becomes 1.14, and 0.29 becomes 0.28: the product with 100 is cut off, not rounded. Of the
#           10,000 amounts from 0.00 to 99.99, 573 are a cent too small. DuckDB reads the file so. The library's own reader
#           returns a 0 after each amount of that column, and leaves the second half of the amounts out. A column of 18 digits
#           has the same cents, and is read in order. Nothing is an error.
# Versions  npm @dsnp/parquetjs 1.8.9, @duckdb/node-api 1.5.6-r.1
# Date      2026-11-28
# Sources   https://github.com/LibertyDSNP/parquetjs#list-of-supported-types--encodings
#           https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#decimal
set -euo pipefail

recorded='written                          19.99 1.15 0.29 5 7.5 12.25
DECIMAL(9,2)   read by DuckDB    19.98 1.14 0.28 5.00 7.50 12.25
DECIMAL(9,2)   read by parquetjs 19.98 0 1.14 0 0.28 0
DECIMAL(18,2)  read by DuckDB    19.98 1.14 0.28 5.00 7.50 12.25
DECIMAL(18,2)  read by parquetjs 19.98 1.14 0.28 5 7.5 12.25
0.00 to 99.99: the sum is 499944.27 in place of 499950.00, 573 amounts are too small'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >decimals.mjs <<'JS'
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const parquet = require('@dsnp/parquetjs');
const { DuckDBInstance } = require('@duckdb/node-api');

async function write(file, precision, amounts) {
  const schema = new parquet.ParquetSchema({ amount: { type: 'DECIMAL', precision, scale: 2 } });
  const writer = await parquet.ParquetWriter.openFile(schema, file);
  for (const amount of amounts) await writer.appendRow({ amount });
  await writer.close();
}

async function read(file) {
  const reader = await parquet.ParquetReader.openFile(file);
  const cursor = reader.getCursor();
  const amounts = [];
  for (let row = await cursor.next(); row; row = await cursor.next()) amounts.push(row.amount);
  await reader.close();
  return amounts;
}

const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
const query = async (sql) => (await duckdb.runAndReadAll(sql)).getRowsJson().flat();

const amounts = [19.99, 1.15, 0.29, 5, 7.5, 12.25];
console.log(`written                          ${amounts.join(' ')}`);
for (const precision of [9, 18]) {
  await write('few.parquet', precision, amounts);
  console.log(`DECIMAL(${precision},2)`.padEnd(14), `read by DuckDB    ${(await query("SELECT amount FROM 'few.parquet'")).join(' ')}`);
  console.log(`DECIMAL(${precision},2)`.padEnd(14), `read by parquetjs ${(await read('few.parquet')).join(' ')}`);
}
await write('many.parquet', 9, Array.from({ length: 10000 }, (_, cents) => cents / 100));
const [sum, small] = await query(`SELECT sum(amount), count(*) FILTER (amount * 100 <> n) FROM
  (SELECT amount, row_number() OVER () - 1 AS n FROM 'many.parquet')`);
console.log(`0.00 to 99.99: the sum is ${sum} in place of 499950.00, ${small} amounts are too small`);
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @dsnp/parquetjs@1.8.9 @duckdb/node-api@1.5.6-r.1 >/dev/null
saw=$(node decimals.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
