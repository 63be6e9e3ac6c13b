#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# One number can make a Collector refuse a whole OTLP/JSON request of OpenTelemetry JS.
#
# Expected  1e20 is a valid double, and so are the Infinity and NaN of a gauge. OTLP/JSON follows the protobuf JSON
#           mapping, which writes the latter two as the strings "Infinity" and "NaN". So a Collector stores what
#           JavaScript recorded, in either encoding.
# Seen      The JSON serializer writes every whole number as an intValue, also beyond 64 bits. It writes Infinity and NaN
#           as null. The Collector's decoder refuses both, and with them all other metrics or events of the request.
#           The protobuf serializer of the same package encodes the same values correctly.
# Versions  npm @opentelemetry/otlp-transformer 0.301.1, sdk-metrics 3.1.1, sdk-logs 3.1.1;
#           Go go.opentelemetry.io/collector/pdata 1.71.0, which the Collector's otlpreceiver decodes with
# Date      2026-11-27
# Sources   https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
#           https://protobuf.dev/programming-guides/json/
#           https://github.com/open-telemetry/opentelemetry-js/pull/4435 (closed, not merged)
set -euo pipefail

recorded='attribute 1e20    JSON      refused: readUint64: overflow
attribute 1e20    protobuf  accepted: 2 metrics, attribute Double 100000000000000000000
gauge Infinity    JSON      refused: ReadUint64: unsupported value type
gauge Infinity    protobuf  accepted: 2 metrics, value +Inf
gauge NaN         JSON      refused: ReadUint64: unsupported value type
gauge NaN         protobuf  accepted: 2 metrics, value NaN
event with 1e20   JSON      refused: readUint64: overflow
event with 1e20   protobuf  accepted: 2 events, attribute Double 100000000000000000000'

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

cat >encode.mjs <<'JS'
import { writeFileSync } from 'node:fs';
import * as otlp from '@opentelemetry/otlp-transformer';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { LoggerProvider, InMemoryLogRecordExporter, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';

class Reader extends MetricReader {
  async onForceFlush() {}
  async onShutdown() {}
}

// metrics writes one request that holds a plain counter and what record adds.
async function metrics(name, record) {
  const reader = new Reader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('demo');
  meter.createCounter('plain').add(1);
  record(meter);
  const { resourceMetrics } = await reader.collect();
  writeFileSync(`${name}.json`, otlp.JsonMetricsSerializer.serializeRequest(resourceMetrics));
  writeFileSync(`${name}.pb`, otlp.ProtobufMetricsSerializer.serializeRequest(resourceMetrics));
}
await metrics('attribute', (meter) => meter.createCounter('c').add(1, { amount: 1e20 }));
await metrics('infinity', (meter) => meter.createGauge('g').record(Infinity));
await metrics('nan', (meter) => meter.createGauge('g').record(NaN));

const exporter = new InMemoryLogRecordExporter();
const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
provider.getLogger('demo').emit({ eventName: 'plain' });
provider.getLogger('demo').emit({ eventName: 'purchase', attributes: { amount: 1e20 } });
await provider.forceFlush();
writeFileSync('event.json', otlp.JsonLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()));
writeFileSync('event.pb', otlp.ProtobufLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()));
JS

cat >main.go <<'GO'
package main

import (
	"fmt"
	"os"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
)

func main() {
	for _, c := range []struct{ file, title string }{
		{"attribute", "attribute 1e20"}, {"infinity", "gauge Infinity"}, {"nan", "gauge NaN"}, {"event", "event with 1e20"},
	} {
		for _, encoding := range []struct{ suffix, title string }{{".json", "JSON"}, {".pb", "protobuf"}} {
			body, err := os.ReadFile(c.file + encoding.suffix)
			if err != nil {
				panic(err)
			}
			decode := metrics
			if c.file == "event" {
				decode = events
			}
			fmt.Printf("%-17s %-9s %s\n", c.title, encoding.title, decode(body, encoding.suffix == ".json"))
		}
	}
}

func refused(err error) string {
	reason, _, _ := strings.Cut(err.Error(), ", error found in")
	return "refused: " + reason
}

func metrics(body []byte, json bool) string {
	request := pmetricotlp.NewExportRequest()
	unmarshal := request.UnmarshalProto
	if json {
		unmarshal = request.UnmarshalJSON
	}
	if err := unmarshal(body); err != nil {
		return refused(err)
	}
	all := request.Metrics().ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics()
	last := all.At(all.Len() - 1)
	if last.Type() == pmetric.MetricTypeGauge {
		return fmt.Sprintf("accepted: %d metrics, value %v", all.Len(), last.Gauge().DataPoints().At(0).DoubleValue())
	}
	value, _ := last.Sum().DataPoints().At(0).Attributes().Get("amount")
	return fmt.Sprintf("accepted: %d metrics, attribute %v %v", all.Len(), value.Type(), value.AsString())
}

func events(body []byte, json bool) string {
	request := plogotlp.NewExportRequest()
	unmarshal := request.UnmarshalProto
	if json {
		unmarshal = request.UnmarshalJSON
	}
	if err := unmarshal(body); err != nil {
		return refused(err)
	}
	all := request.Logs().ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	value, _ := all.At(all.Len() - 1).Attributes().Get("amount")
	return fmt.Sprintf("accepted: %d events, attribute %v %v", all.Len(), value.Type(), value.AsString())
}
GO

npm install --loglevel=error --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 \
  @opentelemetry/otlp-transformer@0.301.1 @opentelemetry/sdk-metrics@3.1.1 @opentelemetry/sdk-logs@3.1.1 >/dev/null
go mod init finding 2>/dev/null
go mod edit -require=go.opentelemetry.io/collector/pdata@v1.71.0
node encode.mjs
go build -mod=mod -o decode . 2>build.log || { cat build.log >&2; exit 1; }
saw=$(./decode)

printf '%s\n' "$saw"
[ "$saw" = "$recorded" ] || { printf 'CHANGED: recorded on 2026-11-27 was\n%s\n' "$recorded" >&2; exit 1; }
