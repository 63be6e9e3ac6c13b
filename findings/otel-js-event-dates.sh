#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# In OpenTelemetry JS, a Date or a bigint takes its field off an event, with all fields around it.
#
# Expected  Attributes of a log record may be nested, so that an event's data can be one attribute. A Date becomes text in ISO form or
#           a number, and a bigint an integer, as they do in the clients of event services. A field that cannot be sent
#           is counted as dropped, and the fields beside it remain.
# Seen      An attribute that is a Date, a bigint or a Map is left out. An object or a list that holds a Date or a bigint somewhere is
#           left out as a whole: of { total: 12.5, placedAt: new Date() } nothing remains. droppedAttributesCount is 0, and a
#           warning is there only when the program has set a logger for OpenTelemetry's own messages. In a body, the Date becomes
#           an empty object in OTLP and the bigint an empty value.
# Versions  npm @opentelemetry/sdk-logs 3.1.1, @opentelemetry/otlp-transformer 0.301.1
# Date      2026-11-28
# Sources   https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-attributes
#           https://opentelemetry.io/docs/specs/otel/common/#anyvalue
set -euo pipefail

recorded='plain object          {"data":{"total":12.5,"items":[1,2]}}, dropped 0
Date                  {}, dropped 0
bigint                {}, dropped 0
Map                   {}, dropped 0
object with a Date    {}, dropped 0
list with a Date      {}, dropped 0
object with a bigint  {}, dropped 0
body in OTLP          [{"key":"total","value":{"doubleValue":12.5}},{"key":"placedAt","value":{"kvlistValue":{"values":[]}}},{"key":"number","value":{}}]'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >events.cjs <<'JS'
const { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } = require('@opentelemetry/sdk-logs');
const { JsonLogsSerializer } = require('@opentelemetry/otlp-transformer');

const exporter = new InMemoryLogRecordExporter();
const logger = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }).getLogger('demo');
const placedAt = new Date('2026-11-28T10:00:00Z');

const attributes = {
  'plain object': { total: 12.5, items: [1, 2] },
  Date: placedAt,
  bigint: 17n,
  Map: new Map([['total', 12.5]]),
  'object with a Date': { total: 12.5, placedAt },
  'list with a Date': [placedAt, '2026-11-28'],
  'object with a bigint': { total: 12.5, number: 17n },
};
for (const data of Object.values(attributes)) logger.emit({ eventName: 'order placed', attributes: { data } });
logger.emit({ eventName: 'order placed', body: { total: 12.5, placedAt, number: 17n } });

const records = exporter.getFinishedLogRecords();
for (const [i, name] of Object.keys(attributes).entries()) {
  const { attributes: seen, droppedAttributesCount } = records[i];
  console.log(`${name.padEnd(20)}  ${JSON.stringify(seen)}, dropped ${droppedAttributesCount}`);
}
const request = JSON.parse(Buffer.from(JsonLogsSerializer.serializeRequest(records.slice(-1))));
console.log(`body in OTLP          ${JSON.stringify(request.resourceLogs[0].scopeLogs[0].logRecords[0].body.kvlistValue.values)}`);
JS

npm init -y >/dev/null
npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/sdk-logs@3.1.1 @opentelemetry/otlp-transformer@0.301.1 \
  @opentelemetry/api@1.10.0 >/dev/null
saw=$(node events.cjs)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-28 was\n%s\n' "$recorded" >&2; exit 1; }
