// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"net/url"
	"strings"
)

// maxFilters bounds the filters of a stream, which several tabs share.
const maxFilters = 16

// filter selects the events of a tab. An empty field matches all events.
type filter struct{ eventType, user, session, module string }

// parseFilters reads the filters of a stream: each parameter f has four texts, with a newline between them.
func parseFilters(q url.Values, access *Access) []filter {
	var all []filter
	for _, text := range q["f"] {
		parts := strings.SplitN(text, "\n", 4)
		for len(parts) < 4 {
			parts = append(parts, "")
		}
		f := filter{parts[0], parts[1], parts[2], parts[3]}
		if access.HideUsers { // who may not see users cannot look for one
			f.user, f.session = "", ""
		}
		if len(all) < maxFilters {
			all = append(all, f)
		}
	}
	if len(all) == 0 {
		return []filter{{}}
	}
	return all
}

// passes reports whether an event passes one of the filters. The type may be a part of a name.
func passes(filters []filter, texts *[6][]byte) bool {
	for i := range filters {
		f := &filters[i]
		if (f.eventType == "" || strings.Contains(text(texts[0]), f.eventType)) && (f.module == "" || text(texts[1]) == f.module) &&
			(f.user == "" || text(texts[2]) == f.user) && (f.session == "" || text(texts[3]) == f.session) {
			return true
		}
	}
	return false
}
