// SPDX-License-Identifier: Apache-2.0

package bsondoc

import "github.com/otelanalytics/otelanalytics-go/internal/rawjson"

// JSONObject is a document that is put together of JSON. It is an [Own].
type JSONObject struct {
	Text []byte           // a JSON object that is valid; nil: an empty one
	More []rawjson.Member // further members, which count where Text has none of the name; no name comes twice
}

// AppendOwn appends the object as [Encoder.Document] appends a json.RawMessage.
func (o *JSONObject) AppendOwn(dst []byte, e *Encoder) ([]byte, error) {
	p := place{depth: 2}
	dst, start, err := e.enter(dst, p)
	if err != nil {
		return dst, err
	}
	var few [8]jsonMember
	members := jsonMembers{all: few[:0]}
	if len(o.Text) > 0 {
		r := rawjson.NewReader(o.Text)
		r.Next()
		if dst, err = e.jsonMembers(dst, &r, &members, p); err != nil {
			return dst, err
		}
	}
	dst = members.last(dst)
	for i := range o.More {
		more := &o.More[i]
		if members.find(more.Name) >= 0 {
			continue
		}
		r := rawjson.NewReader(more.Value)
		key, err := e.checkKey(more.Name)
		if err == nil {
			dst, err = e.jsonValue(dst, key, &r, p)
		}
		if err != nil {
			return dst, below(more.Name, err)
		}
	}
	return End(dst, start), nil
}
