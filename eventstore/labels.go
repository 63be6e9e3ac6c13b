// SPDX-License-Identifier: Apache-2.0

package eventstore

import (
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	// maxLabelBytes bounds a reason or a kind.
	maxLabelBytes = 100
	// maxLabels bounds how many reasons, and how many kinds, of a sink are told apart.
	maxLabels = 100
	// otherLabel stands for those beyond.
	otherLabel = "other"
)

// labels are the values that a sink has given to one label. A sink can be anybody's, and each value becomes a series: they are
// bounded in length and number, and are UTF-8, without which a whole metric is missing on a Prometheus page.
type labels struct {
	mu   sync.Mutex
	seen map[string]bool // guarded by mu
}

// bounded returns the value as it is counted.
func (l *labels) bounded(value string) string {
	value = shortened(strings.ToValidUTF8(value, string(utf8.RuneError)))
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.seen[value]:
		return value
	case len(l.seen) >= maxLabels:
		return otherLabel
	case l.seen == nil:
		l.seen = make(map[string]bool)
	}
	l.seen[strings.Clone(value)] = true
	return value
}

// shortened cuts valid UTF-8 off between two characters.
func shortened(value string) string {
	if len(value) <= maxLabelBytes {
		return value
	}
	end := maxLabelBytes
	for !utf8.RuneStart(value[end]) {
		end--
	}
	return value[:end]
}
