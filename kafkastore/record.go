// SPDX-License-Identifier: Apache-2.0

package kafkastore

import (
	"encoding/hex"
	"sync"

	"github.com/twmb/franz-go/pkg/kgo"
	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// The headers of a record.
const (
	HeaderID   = "id"   // the event's id, as text
	HeaderType = "type" // the event's type
)

const fieldUser = "user_id"

// mostKept bounds the memory that is kept from one delivery to the next.
const mostKept = 16 << 20

// idText is the length of a UUID as text.
const idText = 36

// records makes records of events.
type records struct {
	topic string
	users *userKey  // nil: records have no key
	pool  sync.Pool // of *[]byte, which hold everything that records refer to
}

// of returns the records of events, whose memory they do not share. done gives the records' memory back: nobody may have them any more.
func (r *records) of(events []eventstore.Event) (all []*kgo.Record, done func()) {
	size := 0
	for i := range events {
		size += len(events[i].Document) + idText + len(events[i].Type) + userBytes
	}
	memory, _ := r.pool.Get().(*[]byte)
	if memory == nil || cap(*memory) < size {
		memory = new(make([]byte, 0, size))
	}
	b := (*memory)[:0] // which does not grow
	all = make([]*kgo.Record, len(events))
	made := make([]kgo.Record, len(events))
	headers := make([]kgo.RecordHeader, 2*len(events))
	for i := range events {
		e, record := &events[i], &made[i]
		from := len(b)
		part := func() []byte { p := b[from:len(b):len(b)]; from = len(b); return p }
		b = append(b, e.Document...)
		record.Value = part()
		h := headers[2*i : 2*i+2 : 2*i+2]
		b = appendID(b, e.ID)
		h[0] = kgo.RecordHeader{Key: HeaderID, Value: part()}
		b = append(b, e.Type...)
		h[1] = kgo.RecordHeader{Key: HeaderType, Value: part()}
		if user, ok := r.user(e.Document); ok {
			b = r.users.appendHash(b, user)
			record.Key = part()
		}
		record.Topic, record.Headers = r.topic, h
		all[i] = record
	}
	*memory = b
	return all, func() {
		if cap(*memory) <= mostKept {
			r.pool.Put(memory)
		}
	}
}

// user returns the user of a document, if records have keys and it names one.
func (r *records) user(document bson.Raw) (user string, ok bool) {
	if r.users == nil {
		return "", false
	}
	user, ok = document.Lookup(fieldUser).StringValueOK()
	return user, ok && user != ""
}

// appendID appends a UUID as text.
func appendID(b []byte, id [16]byte) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}
