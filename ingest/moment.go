// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"strings"
	"time"
)

// The forms of a time. Each may have a space in place of the T, and a fraction of a second.
var momentForms = []string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05Z0700", // ISO 8601 allows an offset without a colon
	"2006-01-02T15:04:05",      // without a zone: UTC
}

// parseMoment reads a time in RFC 3339, or one whose offset has no colon, or one without a zone, which is in UTC. All doors read times
// with it.
func parseMoment(text string) (at time.Time, ok bool) {
	text = strings.Replace(text, " ", "T", 1)
	for _, form := range momentForms {
		if at, err := time.Parse(form, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
