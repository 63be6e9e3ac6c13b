// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.mongodb.org/mongo-driver/v2/bson"
)

// ErrVersion: a document has a version that this release does not know.
var ErrVersion = errors.New("document of a later version")

// Event is an event as a document has it. A field that the document does not have, or has with another type, is zero.
type Event struct {
	ID                                             string // see [IDText]
	Key, UserID, Type, SessionID, Platform, Module string
	AnonymousID, GroupID                           string
	Data                                           bson.Raw  // plain names; shares the document's memory where no name changes; nil without any
	Time, ReceivedAt                               time.Time // UTC, milliseconds
	TraceID, SpanID                                string
	Service                                        Service
	MapVersion                                     string
	Version                                        int     // 0: from before documents had one
	WithoutMetrics                                 bool    // metrics were off when it was accepted
	Untrusted                                      bool    // anybody may have sent it
	SampleRate                                     float64 // the part of such events that was stored; 0: all were
}

// Service is the process that tracked an event.
type Service struct{ Name, Version, InstanceID string }

// Parse reads a document. The error is [ErrVersion]: the document has a version that this release would misread.
func Parse(doc bson.Raw) (Event, error) {
	version, err := parseVersion(doc)
	if err != nil {
		return Event{}, err
	}
	text := func(path ...string) string {
		s, _ := doc.Lookup(path...).StringValueOK()
		return s
	}
	instant := func(name string) time.Time {
		if t, ok := doc.Lookup(name).TimeOK(); ok {
			return t.UTC()
		}
		return time.Time{}
	}
	data, _ := doc.Lookup(FieldData).DocumentOK()
	metrics, said := doc.Lookup(FieldMetrics).BooleanOK()
	untrusted, _ := doc.Lookup(FieldUntrusted).BooleanOK()
	return Event{
		ID: IDText(doc), Key: text(FieldKey), UserID: text(FieldUserID), Type: text(FieldType),
		SessionID: text(FieldSessionID), Platform: text(FieldPlatform), Module: text(FieldModule),
		AnonymousID: text(FieldAnonymousID), GroupID: text(FieldGroupID), Data: PlainData(data),
		Time: instant(FieldTime), ReceivedAt: instant(FieldReceivedAt),
		TraceID: text(FieldTraceID), SpanID: text(FieldSpanID),
		Service: Service{
			text(FieldService, FieldServiceName), text(FieldService, FieldServiceVersion), text(FieldService, FieldServiceInstanceID),
		},
		MapVersion: text(FieldMapVersion), Version: version, WithoutMetrics: said && !metrics,
		Untrusted: untrusted, SampleRate: sampleRate(doc.Lookup(FieldSampleRate)),
	}, nil
}

// parseVersion returns the version of a document. Other programs may write to the same collection and mean something
// else by the field: a value that is no positive integer is no version.
func parseVersion(doc bson.Raw) (int, error) {
	v := doc.Lookup(FieldVersion)
	if v.Type != bson.TypeInt32 && v.Type != bson.TypeInt64 {
		return 0, nil
	}
	n, _ := v.AsInt64OK()
	if n > Version {
		return 0, fmt.Errorf("%w: _id %s has %s %d, and this release reads up to %d: upgrade it", ErrVersion, IDText(doc), FieldVersion, n, Version)
	}
	return int(max(n, 0)), nil
}

// IDText returns the _id of a document as text: a UUID in its usual form, an ObjectId in hexadecimal digits, a string as
// it is, and anything else as relaxed Extended JSON.
func IDText(doc bson.Raw) string {
	v := doc.Lookup(FieldID)
	if _, data, ok := v.BinaryOK(); ok && len(data) == len(uuid.UUID{}) {
		return uuid.UUID(data).String()
	}
	if id, ok := v.ObjectIDOK(); ok {
		return id.Hex()
	}
	if s, ok := v.StringValueOK(); ok {
		return s
	}
	return v.String()
}
