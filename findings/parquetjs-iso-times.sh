#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# @dsnp/parquetjs writes times of JSON as times of January 1970.
#
# Expected  A column TIMESTAMP_MILLIS takes a Date or milliseconds. An event that was read from JSON has its time as ISO text, which
#           is parsed, or refused with an error.
# Seen      The text is read as a number as far as its digits go. "2026-11-28T10:00:00Z" becomes 2026, and so 1970-01-01T00:00:02.026Z.
#           In a column DATE it is day 2026, in 1975. TIMESTAMP_MICROS refuses the text, as hyparquet-writer does. A Date is right
#           in each column.
# Versions  npm @dsnp/parquetjs 1.8.9, hyparquet-writer 0.17.0, hyparquet 1.33.0
# Date      2026-11-28
# Sources   https://github.com/LibertyDSNP/parquetjs#list-of-supported-types--encodings
set -euo pipefail

recorded='text         TIMESTAMP_MILLIS  1970-01-01T00:00:02.026Z
text         TIMESTAMP_MICROS  refused
text         DATE              1975-07-20T00:00:00.000Z
text         hyparquet-writer  refused
Date         TIMESTAMP_MILLIS  2026-11-28T10:00:00.000Z
Date         TIMESTAMP_MICROS  2026-11-28T10:00:00.000Z
Date         DATE              2026-11-28T00:00:00.000Z
Date         hyparquet-writer  2026-11-28T10:00:00.000Z
milliseconds TIMESTAMP_MILLIS  2026-11-28T10:00:00.000Z
milliseconds TIMESTAMP_MICROS  1970-01-21T18:51:00.000Z
milliseconds hyparquet-writer  2026-11-28T10:00:00.000Z'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >times.mjs <<'JS'
import { createRequire } from 'node:module';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';

const parquet = createRequire(import.meta.url)('@dsnp/parquetjs');

async function written(type, time) {
  const writer = await parquet.ParquetWriter.openFile(new parquet.ParquetSchema({ time: { type } }), 'times.parquet');
  await writer.appendRow({ time });
  await writer.close();
  const reader = await parquet.ParquetReader.openFile('times.parquet');
  const row = await reader.getCursor().next();
  await reader.close();
  return row.time.toISOString();
}

async function byHyparquet(time) {
  const file = parquetWriteBuffer({ columnData: [{ name: 'time', data: [time], type: 'TIMESTAMP' }] });
  return (await parquetReadObjects({ file }))[0].time.toISOString();
}

const event = JSON.parse('{"time":"2026-11-28T10:00:00Z"}');
const times = { text: event.time, Date: new Date(event.time), milliseconds: Date.parse(event.time) };
for (const [form, time] of Object.entries(times)) {
  for (const type of ['TIMESTAMP_MILLIS', 'TIMESTAMP_MICROS', 'DATE']) {
    if (form === 'milliseconds' && type === 'DATE') continue;
    const seen = await written(type, time).catch(() => 'refused');
    console.log(`${form.padEnd(12)} ${type.padEnd(16)}  ${seen}`);
  }
  console.log(`${form.padEnd(12)} hyparquet-writer  ${await byHyparquet(time).catch(() => 'refused')}`);
}
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @dsnp/parquetjs@1.8.9 hyparquet-writer@0.17.0 hyparquet@1.33.0 >/dev/null
saw=$(node times.mjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
