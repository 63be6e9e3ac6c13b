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
//	1 byte   the parts of the scope: 1 for the service, 2 for the user, 4 for a source, added up
//	text     the service or the source, if it is a part
//	text     the user, if it is a part
//	text     the event type
//	text     the key
//
// A text is its length in bytes, as a big-endian integer of 8 bytes, and its bytes. Two different events never have the same
// name in this form. The form never changes: ids of a retry and of the first attempt must be equal across releases.
type keyIDs struct {
	prefix  []byte // the name space, the byte and the service
	service bool
	user    bool
}

func newKeyIDs(scope eventmap.KeyScope, r *resource.Resource) keyIDs {
	prefix := append(keySpace[:len(keySpace):len(keySpace)], keyParts(scope.Service, scope.User, keyOfService))
	if scope.Service {
		prefix = appendKeyText(prefix, resourceText(r, semconv.ServiceNameKey))
	}
	return keyIDs{prefix: prefix, service: scope.Service, user: scope.User}
}

// Parts of a key's scope.
const (
	keyOfService = 1
	keyOfUser    = 2
	keyOfSource  = 4 // in place of the service
)

func keyParts(sender, user bool, ofSender byte) (parts byte) {
	if sender {
		parts += ofSender
	}
	if user {
		parts += keyOfUser
	}
	return parts
}

// id returns the id of an event with a Key, of a source if that has a name. It uses the memory of buf, and returns it for the
// next call.
func (k *keyIDs) id(buf []byte, e *eventdoc.New, source string) (id [16]byte, _ []byte) {
	if source != "" && k.service {
		buf = append(append(buf[:0], keySpace[:]...), keyParts(true, k.user, keyOfSource))
		buf = appendKeyText(buf, source)
	} else {
		buf = append(buf[:0], k.prefix...)
	}
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
