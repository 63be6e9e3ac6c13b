// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/rawjson"
)

// fieldContext is the field of the data that has what is kept of a message's context.
const fieldContext = "context"

// about is what is kept of a message's context.
type about struct {
	kept              []byte // a JSON object of the fields that the source keeps; nil: none
	session, platform string
}

// about picks the fields of contexts that the source keeps. Of several with one name the last one counts.
func (s *source) about(contexts ...object) (a about) {
	kept := make([][]byte, len(s.Context))
	var device, session []byte
	for _, context := range contexts {
		if len(context) == 0 {
			continue
		}
		for name, value := range rawjson.Members(context) {
			switch string(name) {
			case "device":
				device = value
			case "sessionId":
				session = value
			}
			for i := range kept {
				if s.Context[i] == string(name) {
					kept[i] = value
				}
			}
		}
	}
	a.session = textOf(session)
	if device != nil {
		var kind text
		if (fields{{[]byte("type"), &kind}}).decode(device) == nil {
			a.platform = strings.ToLower(string(kind))
		}
	}
	for i, value := range kept {
		if value == nil || slices.Contains(s.Context[:i], s.Context[i]) {
			continue
		}
		if a.kept == nil {
			a.kept = append(make([]byte, 0, 128), '{')
		}
		a.kept = appendMember(a.kept, s.Context[i], value)
	}
	if a.kept != nil {
		a.kept = append(a.kept, '}')
	}
	return a
}

// isTrue reports whether the field at a path is true, in the first object that has the first field of the path.
func isTrue(path string, in ...object) bool {
	name, below, more := strings.Cut(path, ".")
	for _, o := range in {
		switch value, ok := o.field(name); {
		case !ok:
		case more:
			return value[0] == '{' && isTrue(below, value)
		default:
			return string(value) == "true"
		}
	}
	return false
}
