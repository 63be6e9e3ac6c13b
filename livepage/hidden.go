// SPDX-License-Identifier: Apache-2.0

package livepage

import (
	"errors"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
)

// notShown stands for an error that can name hosts and paths of the machine.
const notShown = "not shown; the log has it"

// errorText returns the page's text for an error of Track. It uses only texts that hold no paths and no hosts.
func errorText(err error, access *Access) string {
	var invalid *otelanalytics.InvalidEventError
	if errors.As(err, &invalid) {
		if len(access.HideFields) > 0 || access.HideUsers && access.hiddenData().tells(invalid) {
			return masked // it names a field, and tells of its value
		}
		return invalid.Error()
	}
	for _, known := range []error{
		otelanalytics.ErrUnknownEvent, otelanalytics.ErrClosed, otelanalytics.ErrJournalFull, otelanalytics.ErrTooLarge,
		otelanalytics.ErrUnconfirmed, otelanalytics.ErrNotDurable, otelanalytics.ErrQuarantined, otelanalytics.ErrQuarantineFull,
		otelanalytics.ErrLost, otelanalytics.ErrNoDisk, otelanalytics.ErrSuppressed,
	} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return notShown
}

// tells reports whether an error is about one of the hidden fields of the data, or about a value in it.
func (h hiding) tells(invalid *otelanalytics.InvalidEventError) bool {
	_, ok := h.cut(invalid.Field)
	return ok || slices.ContainsFunc(invalid.Violations, func(v otelanalytics.Violation) bool {
		_, ok := h.cut(v.Path)
		return ok
	})
}

// howHidden stands for the way in which a metric changed, for a viewer from whom fields are hidden.
const howHidden = "hidden"

// hideMoves removes from an event how metrics changed: their attributes and values come from the data.
func (e *event) hideMoves() {
	moves := e.Moves
	e.Moves = nil
	for _, m := range moves {
		named := slices.ContainsFunc(e.Moves, func(have move) bool { return have.Metric == m.Metric })
		if !m.conditional && !named {
			e.Moves = append(e.Moves, move{Metric: m.Metric, Labels: []string{}, How: howHidden})
		}
	}
}

// hideViolations removes the violations of hidden fields from an event: a violation shows the value of a field.
func (e *event) hideViolations(h hiding) {
	for i := range e.Violations {
		v := &e.Violations[i]
		if cut, ok := h.cut(v.Path); ok {
			v.Path, v.Problem = cut, masked
		}
	}
}

// cut returns the path of a violation up to the first hidden field in it. ok is false if it has none.
func (h hiding) cut(path string) (cut string, ok bool) {
	inner, ok := strings.CutPrefix(path, eventdoc.FieldData+".")
	if !ok {
		return path, path == eventdoc.FieldData && slices.Contains(h.paths, "*")
	}
	parts := strings.Split(inner, ".")
	shortest := len(parts) + 1
	if i := slices.IndexFunc(parts, h.named); i >= 0 {
		shortest = i + 1
	}
	for _, p := range h.paths {
		if p == "*" {
			return eventdoc.FieldData, true
		}
		if n, ok := reach(parts, strings.Split(p, ".")); ok {
			shortest = min(shortest, n)
		}
	}
	if shortest > len(parts) {
		return path, false
	}
	return eventdoc.FieldData + "." + strings.Join(parts[:shortest], "."), true
}

// reach returns how many parts of a path lead to the field that hidden names. The path may have indexes that hidden has not.
func reach(path, hidden []string) (n int, ok bool) {
	switch {
	case len(hidden) == 0 || hidden[0] == "*":
		return 0, true
	case len(path) == 0:
		return 0, false
	}
	best := -1
	try := func(hidden []string) {
		if n, ok := reach(path[1:], hidden); ok && (best < 0 || n+1 < best) {
			best = n + 1
		}
	}
	index := isIndex(path[0])
	if path[0] == hidden[0] || index && isIndex(hidden[0]) {
		try(hidden[1:])
	}
	if index {
		try(hidden)
	}
	return best, best >= 0
}

// conditional reports whether one of the records of a type changes a metric under a condition, which would reveal the
// fields that it reads.
func conditional(m *eventmap.Map, eventType, metric string) bool {
	e, declared := m.Match(eventType)
	return declared && slices.ContainsFunc(e.Records, func(r eventmap.Record) bool { return r.Metric.Name == metric && r.When != nil })
}
