// SPDX-License-Identifier: Apache-2.0

package wireserver

import (
	"go.mongodb.org/mongo-driver/v2/bson"
)

// store keeps documents by _id, in one collection.
type store struct {
	ids  map[string]bson.Raw // the documents; nil where they are not kept
	docs []bson.Raw          // the same, in order
	each func(bson.Raw)
}

func newStore() store { return store{ids: map[string]bson.Raw{}} }

func (s *store) do(c Command, refuse func(bson.Raw) bson.D) bson.D {
	ok := bson.D{{Key: "ok", Value: 1.0}}
	switch c.Name {
	case "ping", "createindexes", "endsessions", "killcursors":
		return ok
	case "insert":
		return s.insert(c.Documents, refuse)
	case "find":
		return s.find(c.Body)
	default:
		return Failure(59, "CommandNotFound")
	}
}

func (s *store) insert(docs []bson.Raw, refuse func(bson.Raw) bson.D) bson.D {
	n := int32(0)
	var failures bson.A
	for i, doc := range docs {
		failure := bson.D(nil)
		id := string(doc.Lookup("_id").Value)
		if refuse != nil {
			failure = refuse(doc)
		}
		if _, there := s.ids[id]; failure == nil && there {
			failure = append(WriteError(11000, "E11000 duplicate key error"),
				bson.E{Key: "keyPattern", Value: bson.D{{Key: "_id", Value: 1}}})
		}
		if failure != nil {
			failures = append(failures, append(bson.D{{Key: "index", Value: int32(i)}}, failure...))
			continue
		}
		n++
		if s.each != nil {
			s.ids[id] = nil
			s.each(doc)
		} else {
			s.ids[id] = doc
			s.docs = append(s.docs, doc)
		}
	}
	answer := bson.D{{Key: "ok", Value: 1.0}, {Key: "n", Value: n}}
	if len(failures) > 0 {
		answer = append(answer, bson.E{Key: "writeErrors", Value: failures})
	}
	return answer
}

// find answers {_id: {$in: […]}} with the documents that there are, whatever the projection; with ids alone where documents
// are not kept.
func (s *store) find(body bson.Raw) bson.D {
	found := bson.A{}
	if in, ok := body.Lookup("filter", "_id", "$in").ArrayOK(); ok {
		values, _ := in.Values()
		for _, v := range values {
			doc, there := s.ids[string(v.Value)]
			switch {
			case doc != nil:
				found = append(found, doc)
			case there:
				found = append(found, bson.D{{Key: "_id", Value: v}})
			}
		}
	}
	return bson.D{{Key: "ok", Value: 1.0}, {Key: "cursor", Value: bson.D{
		{Key: "id", Value: int64(0)}, {Key: "ns", Value: "x.x"}, {Key: "firstBatch", Value: found},
	}}}
}
