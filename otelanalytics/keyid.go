// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"crypto/sha1"
	"encoding/binary"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.40.0"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// keySpace is the name space of the version 5 UUIDs that are made of idempotency keys. It never changes.
var keySpace = uuid.UUID{0x6f, 0x74, 0x65, 0x6c, 0x61, 0x6e, 0x51, 0x6c, 0x99, 0x74, 0x69, 0x63, 0x73, 0x6b, 0x65, 0x79}

// keyIDs makes the ids of events with a Key. An id is a version 5 UUID (RFC 9562, section 5.5) of
//
//	1 byte   the parts of the scope: 1 for the service, 2 for the user, added up
//	text     the service, if it is a part
//	text     the user, if it is a part
//	text     the event type
//	text     the key
//
// A text is its length in bytes, as a big-endian integer of 8 bytes, and its bytes. Two different events never have the same
// name in this form. The form never changes: ids of a retry and of the first attempt must be equal across releases.
type keyIDs struct {
	prefix []byte // the name space, the byte and the service
	user   bool
}

func newKeyIDs(scope eventmap.KeyScope, r *resource.Resource) keyIDs {
	const service, user = 1, 2
	var parts byte
	if scope.Service {
		parts += service
	}
	if scope.User {
		parts += user
	}
	prefix := append(keySpace[:len(keySpace):len(keySpace)], parts)
	if scope.Service {
		prefix = appendKeyText(prefix, resourceText(r, semconv.ServiceNameKey))
	}
	return keyIDs{prefix: prefix, user: scope.User}
}

// id returns the id of an event with a Key. It uses the memory of buf, and returns it for the next call.
func (k *keyIDs) id(buf []byte, e *eventdoc.New) (id [16]byte, _ []byte) {
	buf = append(buf[:0], k.prefix...)
	if k.user {
		buf = appendKeyText(buf, e.UserID)
	}
	buf = appendKeyText(buf, e.Type)
	buf = appendKeyText(buf, e.Key)
	sum := sha1.Sum(buf)
	copy(id[:], sum[:])
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return id, buf
}

func appendKeyText(dst []byte, text string) []byte {
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(text)))
	return append(dst, text...)
}
