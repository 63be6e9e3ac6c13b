// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Bounds of everything that is kept.
const (
	MostTypes = 1_000  // event types
	MostNodes = 20_000 // fields of all event types
)

// Observed is what was seen. It is not safe for concurrent use.
type Observed struct {
	// Extended reads objects such as {"$date": …} as what MongoDB's Extended JSON means by them.
	Extended bool

	events   map[string]*event
	nodes    int
	full     bool // there were more
	total    int64
	users    distinct
	nameless int64 // events without a type that a map can have
	hidden   int64 // events whose type looks personal
}

// event is an event type.
type event struct {
	count int64
	users distinct
	data  node
}

// New returns an empty observation.
func New() *Observed { return &Observed{events: map[string]*event{}} }

// Add looks at one event. user is empty when nobody knows who it was of; data are valid BSON, nil when there are none.
func (o *Observed) Add(eventType, user string, data []byte) error {
	o.total++
	who, known := hash([]byte(user)), user != ""
	if known {
		o.users.add(who)
	}
	switch {
	case !declarable(eventType):
		o.nameless++
		return nil
	case personal.ByForm(eventType) != personal.None:
		o.hidden++
		return nil
	}
	e := o.events[eventType]
	if e == nil {
		if len(o.events) == MostTypes {
			return fmt.Errorf("there are more than %s event types; is it the right field? name another with --type-field", words.Thousands(MostTypes))
		}
		e = &event{}
		o.events[eventType] = e
	}
	e.count++
	if known {
		e.users.add(who)
	}
	if len(data) > 0 {
		o.object(&e.data, data, place{0, who, known})
	}
	if o.full {
		return fmt.Errorf("the events have more than %s fields; choose some of them, with --type or --sample", words.Thousands(MostNodes))
	}
	return nil
}

// declarable reports whether a map can declare an event type.
func declarable(eventType string) bool {
	return eventType != "" && eventType != "other" && !strings.Contains(eventType, "*") && !words.Control(eventType) && utf8.ValidString(eventType)
}
