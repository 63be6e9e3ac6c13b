// SPDX-License-Identifier: Apache-2.0

package eventdoc

// Version is the version of the shape that [End] writes, and the latest one that [Parse] reads.
const Version = 1

// The names of the fields.
const (
	FieldID          = "_id"
	FieldKey         = "key"
	FieldUserID      = "user_id"
	FieldType        = "event_type"
	FieldSessionID   = "session_id"
	FieldPlatform    = "platform"
	FieldModule      = "module"
	FieldAnonymousID = "anonymous_id"
	FieldGroupID     = "group_id"
	FieldData        = "event_data"
	FieldTime        = "timestamp"
	FieldReceivedAt  = "received_at"
	FieldTraceID     = "trace_id"
	FieldSpanID      = "span_id"
	FieldService     = "service"
	FieldMapVersion  = "map_version"
	FieldVersion     = "v"
	FieldMetrics     = "metrics"
	FieldUntrusted   = "untrusted"
	FieldSampleRate  = "sample_rate"
)

// OptionalTexts returns the names of the texts that a document does not have when they are empty.
func OptionalTexts() []string {
	return []string{FieldKey, FieldSessionID, FieldPlatform, FieldModule, FieldAnonymousID, FieldGroupID, FieldTraceID, FieldSpanID}
}

// The names of the fields within [FieldService].
const (
	FieldServiceName       = "name"
	FieldServiceVersion    = "version"
	FieldServiceInstanceID = "instance_id"
)
