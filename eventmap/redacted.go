// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/datapath"

// redacted is one field that is redacted, or one name.
type redacted struct {
	path      Path
	name      bool   // of one part, and meant at every depth
	wildcards bool   // a part "*" stands for any name
	why       string // the reason, for messages
}

// redactedFields reports whether the target of a path is redacted. A map can have very many of both. So the redacted
// paths are kept by one of their parts, which a matching path has, too.
type redactedFields struct {
	byPart map[string][]redacted
	stars  []redacted // those of nothing but "*"
}

func (f *redactedFields) add(r redacted) {
	for i := len(r.path) - 1; i >= 0; i-- {
		if part := r.path[i]; part != anyName || !r.wildcards {
			if f.byPart == nil {
				f.byPart = make(map[string][]redacted)
			}
			f.byPart[part] = append(f.byPart[part], r)
			return
		}
	}
	f.stars = append(f.stars, r)
}

// find returns the reason why the target of a path is redacted, if it or something that it lies in is redacted.
func (f *redactedFields) find(path Path) (why string, found bool) {
	if len(path) > 1 && path[len(path)-1] == sizePart {
		path = path[:len(path)-1]
	}
	for _, part := range path {
		for _, r := range f.byPart[part] {
			if r.name || r.covers(path) {
				return r.why, true
			}
		}
	}
	for _, r := range f.stars {
		if r.covers(path) {
			return r.why, true
		}
	}
	return "", false
}

// covers reports whether the redacted path covers the target of another path. Redaction passes through arrays, so that
// indexes in the other path may be left out.
func (r *redacted) covers(path Path) bool {
	// reached[i]: the first i parts are matched by what was read of path.
	reached := make([]bool, len(r.path)+1)
	reached[0] = true
	for _, part := range path {
		for i := len(r.path) - 1; i >= 0; i-- {
			if reached[i] && (r.path[i] == part || r.wildcards && r.path[i] == anyName) {
				if reached[i+1] = true; i+1 == len(r.path) {
					return true
				}
			}
			reached[i] = reached[i] && datapath.IsIndex(part)
		}
	}
	return false
}
