// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Action is the server's action for a document that does not pass: MongoDB's validationAction.
type Action string

// The values of [Action].
const (
	Warn  Action = "warn"  // it is stored, and the server logs it
	Error Action = "error" // it is refused; the store keeps it in quarantine
)

// Level sets which writes the server checks: MongoDB's validationLevel.
type Level string

// The values of [Level].
const (
	Moderate Level = "moderate" // inserts, and updates of documents that passed before
	Strict   Level = "strict"   // inserts, and every update
)

// Unexpressed is a rule of a map that the validator does not have.
type Unexpressed struct {
	Event string
	Field string // the path, parts separated by dots
	Rule  eventmap.Rule
	Why   string
}

// String returns the rule and why it is missing, in one line.
func (u Unexpressed) String() string {
	return fmt.Sprintf("%s: %s: %s: %s", u.Event, u.Field, u.Rule, u.Why)
}

// Validator is the collection validator of one event map or several. It is immutable and safe for concurrent use.
type Validator struct {
	config      config
	description string
	branches    bson.A
	names       []string // of all entries of the maps, as they are declared
	unexpressed []Unexpressed
}

// New returns the validator of a map. The error lists every mistake in the options, and event types that two maps declare.
func New(m *eventmap.Map, options ...Option) (*Validator, error) {
	c, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	v := &Validator{config: c}
	maps := append([]*eventmap.Map{m}, c.maps...)
	var all []*eventmap.Event
	var hashes []string
	var errs []error
	for _, m := range maps {
		for _, e := range m.Events() {
			for _, name := range append(e.RenamedFrom[:len(e.RenamedFrom):len(e.RenamedFrom)], e.Name) {
				if slices.Contains(v.names, name) {
					errs = append(errs, fmt.Errorf("validator: two maps declare the event %q; a collection has one shape of it: declare it in one of them", name))
				}
				v.names = append(v.names, name)
			}
			all = append(all, e)
		}
		hashes = append(hashes, m.Hash())
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	v.description = "Made from the event map " + strings.Join(hashes, ", ")
	for _, m := range maps {
		for _, e := range m.Events() {
			if enforced := e.OnViolation == eventmap.QuarantineViolations || e.OnViolation == eventmap.RejectViolations; !enforced || !e.Store {
				continue
			}
			b := &branch{event: e, redaction: newRedaction(m, e)}
			v.branches = append(v.branches, b.schema(all))
			v.unexpressed = append(v.unexpressed, b.left...)
		}
	}
	return v, nil
}

// title is that of every validator that this package makes. It is recognised by that.
const title = "otelanalytics event map"

// Document returns the validator as MongoDB's commands create and collMod take it, {"$jsonSchema": …}. It is empty when the
// maps have no event that it would check. The same maps give the same bytes. The caller must not modify it.
func (v *Validator) Document() bson.D {
	if len(v.branches) == 0 {
		return bson.D{}
	}
	return bson.D{{Key: schemaKey, Value: bson.D{
		{Key: "title", Value: title},
		{Key: "description", Value: v.description},
		{Key: "allOf", Value: v.branches},
	}}}
}

const schemaKey = "$jsonSchema"

// Unexpressed returns the rules of checked events that the validator does not have, in the order of the maps.
func (v *Validator) Unexpressed() []Unexpressed { return slices.Clone(v.unexpressed) }
