// SPDX-License-Identifier: Apache-2.0

package eventdoc

import "go.mongodb.org/mongo-driver/v2/bson"

// NewestFirst returns the order in which events are read: behind a user or a type, it is that of the indexes.
func NewestFirst() bson.D {
	return bson.D{{Key: FieldTime, Value: -1}, {Key: FieldID, Value: -1}}
}

// Indexes returns the keys of the indexes that queries need: one by user and one by type.
func Indexes() []bson.D {
	var keys []bson.D
	for _, field := range []string{FieldUserID, FieldType} {
		keys = append(keys, append(bson.D{{Key: field, Value: 1}}, NewestFirst()...))
	}
	return keys
}

// ExpiryIndex returns the keys of the index that expires events.
func ExpiryIndex() bson.D { return bson.D{{Key: FieldReceivedAt, Value: 1}} }

// StreamOrder returns the order in which all events are read by one of their times, and the keys of the index that has it:
// those of one millisecond come by _id.
func StreamOrder(field string) bson.D {
	return bson.D{{Key: field, Value: 1}, {Key: FieldID, Value: 1}}
}
