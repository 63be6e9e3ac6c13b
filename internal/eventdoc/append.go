// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"encoding/hex"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// New is an event that becomes a document.
type New struct {
	ID                                             [16]byte
	Key, UserID, Type, SessionID, Platform, Module string
	Time                                           time.Time // when it happened; ReceivedAt when zero
	ReceivedAt                                     time.Time
	TraceID                                        [16]byte // zero without a span
	SpanID                                         [8]byte
	WithoutMetrics                                 bool // metrics were off when it was accepted
}

// Envelope returns the fields that all documents of a client share, encoded once, for [End].
func Envelope(s Service, mapVersion string) []byte {
	dst, start := bsondoc.Begin(bsondoc.Header(nil, bsondoc.TypeDocument, FieldService))
	dst = optional(dst, FieldServiceName, s.Name)
	dst = optional(dst, FieldServiceVersion, s.Version)
	dst = optional(dst, FieldServiceInstanceID, s.InstanceID)
	dst = bsondoc.End(dst, start)
	dst = bsondoc.String(dst, FieldMapVersion, mapVersion)
	return bsondoc.Int32(dst, FieldVersion, Version)
}

// Begin appends the document of an event to dst, up to its data, and returns where the document begins. The caller then
// appends the data as one BSON document, redacted, and calls [End]. Everything is copied. Nothing is allocated when dst has
// room.
func Begin(dst []byte, e *New) (doc []byte, start int) {
	dst, start = bsondoc.Begin(dst)
	dst = bsondoc.UUID(dst, FieldID, e.ID)
	dst = optional(dst, FieldKey, e.Key)
	dst = bsondoc.String(dst, FieldUserID, e.UserID)
	dst = bsondoc.String(dst, FieldType, e.Type)
	dst = optional(dst, FieldSessionID, e.SessionID)
	dst = optional(dst, FieldPlatform, e.Platform)
	dst = optional(dst, FieldModule, e.Module)
	return bsondoc.Header(dst, bsondoc.TypeDocument, FieldData), start
}

// End completes the document that begins at start, behind its data. The envelope is that of [Envelope].
func End(dst []byte, start int, e *New, envelope []byte) []byte {
	happened := e.Time
	if happened.IsZero() {
		happened = e.ReceivedAt
	}
	dst = bsondoc.DateTime(dst, FieldTime, happened.UnixMilli())
	dst = bsondoc.DateTime(dst, FieldReceivedAt, e.ReceivedAt.UnixMilli())
	if e.TraceID != [16]byte{} {
		dst = hexadecimal(dst, FieldTraceID, e.TraceID[:])
		dst = hexadecimal(dst, FieldSpanID, e.SpanID[:])
	}
	dst = append(dst, envelope...)
	if e.WithoutMetrics {
		dst = bsondoc.Bool(dst, FieldMetrics, false)
	}
	return bsondoc.End(dst, start)
}

func optional(dst []byte, key, value string) []byte {
	if value == "" {
		return dst
	}
	return bsondoc.String(dst, key, value)
}

func hexadecimal(dst []byte, key string, b []byte) []byte {
	var text [32]byte
	return bsondoc.String(dst, key, string(text[:hex.Encode(text[:], b)]))
}
