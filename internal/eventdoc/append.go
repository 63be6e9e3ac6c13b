// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// New is an event that becomes a document.
type New struct {
	ID                                             [16]byte
	Key, UserID, Type, SessionID, Platform, Module string
	AnonymousID, GroupID                           string
	Time                                           time.Time // when it happened; ReceivedAt when zero
	ReceivedAt                                     time.Time
	TraceID                                        [16]byte // zero without a span
	SpanID                                         [8]byte
	WithoutMetrics                                 bool    // metrics were off when it was accepted
	Untrusted                                      bool    // anybody may have sent it
	SampleRate                                     float64 // the part of such events that is stored; 0: all are
}

// Envelope returns the fields that all documents of a client share, encoded once, for [End].
func Envelope(s Service, mapVersion string) []byte {
	dst, start := bsondoc.Begin(bsondoc.Header(nil, bsondoc.TypeDocument, FieldService))
	dst = optional(dst, text+FieldServiceName+"\x00", s.Name)
	dst = optional(dst, text+FieldServiceVersion+"\x00", s.Version)
	dst = optional(dst, text+FieldServiceInstanceID+"\x00", s.InstanceID)
	dst = bsondoc.End(dst, start)
	dst = bsondoc.String(dst, FieldMapVersion, mapVersion)
	return bsondoc.Int32(dst, FieldVersion, Version)
}

// Begin appends the document of an event to dst, up to its data, and returns where the document begins. The caller then
// appends the data as one BSON document, redacted and with stored names ([AppendStored]), and calls [End]. Everything is copied. Nothing is allocated when dst has
// room.
func Begin(dst []byte, e *New) (doc []byte, start int) {
	dst, start = bsondoc.Begin(dst)
	dst = append(append(dst, headID...), e.ID[:]...)
	dst = optional(dst, headKey, e.Key)
	dst = bsondoc.StringValue(append(dst, headUserID...), e.UserID)
	dst = bsondoc.StringValue(append(dst, headType...), e.Type)
	dst = optional(dst, headSessionID, e.SessionID)
	dst = optional(dst, headPlatform, e.Platform)
	dst = optional(dst, headModule, e.Module)
	dst = optional(dst, headAnonymousID, e.AnonymousID)
	dst = optional(dst, headGroupID, e.GroupID)
	return append(dst, headData...), start
}

// The heads are what stands before the values of the fields, as bytes of BSON: the type and the key, and of a UUID its
// length and subtype. They are constants because each event has them.
const (
	headID          = "\x05" + FieldID + "\x00\x10\x00\x00\x00\x04"
	headKey         = text + FieldKey + "\x00"
	headUserID      = text + FieldUserID + "\x00"
	headType        = text + FieldType + "\x00"
	headSessionID   = text + FieldSessionID + "\x00"
	headPlatform    = text + FieldPlatform + "\x00"
	headModule      = text + FieldModule + "\x00"
	headAnonymousID = text + FieldAnonymousID + "\x00"
	headGroupID     = text + FieldGroupID + "\x00"
	headData        = "\x03" + FieldData + "\x00"
	headTime        = "\x09" + FieldTime + "\x00"
	headReceivedAt  = "\x09" + FieldReceivedAt + "\x00"
	headTraceID     = text + FieldTraceID + "\x00"
	headSpanID      = text + FieldSpanID + "\x00"

	text = "\x02"
)

// End completes the document that begins at start, behind its data. The envelope is that of [Envelope].
func End(dst []byte, start int, e *New, envelope []byte) []byte {
	happened := e.Time
	if happened.IsZero() {
		happened = e.ReceivedAt
	}
	dst = binary.LittleEndian.AppendUint64(append(dst, headTime...), uint64(happened.UnixMilli()))
	dst = binary.LittleEndian.AppendUint64(append(dst, headReceivedAt...), uint64(e.ReceivedAt.UnixMilli()))
	if e.TraceID != [16]byte{} {
		dst = hexadecimal(dst, headTraceID, e.TraceID[:])
		dst = hexadecimal(dst, headSpanID, e.SpanID[:])
	}
	dst = append(dst, envelope...)
	if e.WithoutMetrics {
		dst = bsondoc.Bool(dst, FieldMetrics, false)
	}
	if e.Untrusted {
		dst = bsondoc.Bool(dst, FieldUntrusted, true)
	}
	if e.SampleRate > 0 {
		dst = bsondoc.Double(dst, FieldSampleRate, e.SampleRate)
	}
	return bsondoc.End(dst, start)
}

// ReceivedAtOffset returns where the eight bytes of received_at stand in a document of [Begin] and [End] whose data begins
// at body: milliseconds since 1970, little-endian.
func ReceivedAtOffset(doc []byte, body int) int {
	return body + int(binary.LittleEndian.Uint32(doc[body:])) + len(headTime) + 8 + len(headReceivedAt)
}

func optional(dst []byte, head, value string) []byte {
	if value == "" {
		return dst
	}
	return bsondoc.StringValue(append(dst, head...), value)
}

func hexadecimal(dst []byte, head string, b []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(append(dst, head...), uint32(2*len(b)+1))
	return append(hex.AppendEncode(dst, b), 0)
}
