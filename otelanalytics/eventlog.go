// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// eventIDKey is the attribute of a log record with the _id of the event's document.
const eventIDKey = "otelanalytics.event.id"

// WithLoggerProvider makes an OpenTelemetry event of each event that Track or TrackBatch accepts (OpenTelemetry logs
// data model, events). The log record has
//
//   - the event's type as its EventName;
//   - one attribute for each field of the data, after redaction;
//   - the span of ctx;
//   - the _id of the document as otelanalytics.event.id, which replaces a field of that name.
//
// The record has no user, session or key: they are in the document with that id. Record makes no log record. Neither do
// events that were dropped or refused, nor duplicates.
//
// The provider decides how a record is processed. It does not make Track fail or wait, and switches of metrics do not
// affect it. Without this option, or with OpenTelemetry's no-op provider, no records are made.
func WithLoggerProvider(p log.LoggerProvider) Option {
	return optionFunc(func(c *clientConfig) { c.loggers = p })
}

// emit makes the log record of an accepted event from its encoded data.
func (c *Client) emit(ctx context.Context, it *item, data []byte) {
	defer c.survive(stepEmit, it.event.Type)
	eventType := it.logName()
	if !c.eventLog.Enabled(ctx, log.EnabledParameters{Severity: log.SeverityInfo, EventName: eventType}) {
		return
	}
	var r log.Record
	r.SetEventName(eventType)
	r.SetSeverity(log.SeverityInfo)
	r.SetObservedTimestamp(it.event.ReceivedAt)
	r.SetTimestamp(it.event.ReceivedAt)
	if !it.event.Time.IsZero() {
		r.SetTimestamp(it.event.Time)
	}
	fields := logFields(data)
	fields = slices.DeleteFunc(fields, func(kv attribute.KeyValue) bool { return kv.Key == eventIDKey })
	r.AddAttributes(append(fields, attribute.String(eventIDKey, uuid.UUID(it.event.ID).String()))...)
	c.eventLog.Emit(ctx, r)
}

// logName returns the event's type as text that a record can keep and export: the caller's memory may change after the
// call, and may not be UTF-8.
func (it *item) logName() string {
	if it.event.Type == it.entry.name {
		return it.entry.name
	}
	return printable(it.event.Type)
}

// logFields returns the fields of an encoded document. They share no memory with it.
func logFields(doc []byte) []attribute.KeyValue {
	var fields []attribute.KeyValue
	for rest := doc[4:]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return fields
		}
		fields = append(fields, attribute.KeyValue{Key: attribute.Key(logText(key)), Value: logValue(elementType, value)})
		rest = next
	}
}

// logValue returns an encoded value. Numbers, texts, booleans, bytes, lists and maps keep their type. Times are in RFC
// 3339. Types that OpenTelemetry does not have are in MongoDB's extended JSON.
func logValue(elementType byte, value []byte) attribute.Value {
	switch bson.Type(elementType) {
	case bson.TypeString:
		return attribute.StringValue(logText(value[4 : len(value)-1]))
	case bson.TypeBoolean:
		return attribute.BoolValue(value[0] == 1)
	case bson.TypeInt32:
		return attribute.Int64Value(int64(int32(binary.LittleEndian.Uint32(value))))
	case bson.TypeInt64:
		return attribute.Int64Value(int64(binary.LittleEndian.Uint64(value)))
	case bson.TypeDouble:
		return attribute.Float64Value(math.Float64frombits(binary.LittleEndian.Uint64(value)))
	case bson.TypeBinary:
		if subtype, b, ok := (bson.RawValue{Type: bson.TypeBinary, Value: value}).BinaryOK(); ok && subtype == bson.TypeBinaryGeneric {
			return attribute.ByteSliceValue(slices.Clone(b))
		}
	case bson.TypeNull:
		return attribute.Value{}
	case bson.TypeDateTime:
		return attribute.StringValue(time.UnixMilli(int64(binary.LittleEndian.Uint64(value))).UTC().Format(time.RFC3339Nano))
	case bson.TypeEmbeddedDocument:
		return attribute.MapValue(logFields(value)...)
	case bson.TypeArray:
		fields := logFields(value)
		items := make([]attribute.Value, len(fields))
		for i := range fields {
			items[i] = fields[i].Value
		}
		return attribute.SliceValue(items...)
	}
	return attribute.StringValue(logText([]byte(bson.RawValue{Type: bson.Type(elementType), Value: value}.String())))
}

// logText returns a text as UTF-8. Data that encode themselves may hold other bytes, and an OTLP exporter that meets them
// exports no record of its batch.
func logText(b []byte) string { return strings.ToValidUTF8(string(b), "\uFFFD") }
