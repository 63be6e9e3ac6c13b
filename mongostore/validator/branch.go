// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/eventdoc"
)

// branch makes the schema of one event type.
type branch struct {
	event     *eventmap.Event
	redaction *redaction
	left      []Unexpressed
}

// titleOf is the title of the branch of an event, by which it is recognised.
func titleOf(name string) string { return branchTitle + name }

const branchTitle = "event "

// schema returns the schema of a document that is of the event or of another type.
func (b *branch) schema(all []*eventmap.Event) bson.D {
	root := nodeOf(b.event)
	data := append(bson.D{{Key: "bsonType", Value: "object"}}, b.object(root, place{all: []*part{&b.redaction.root}}, 0, 0)...)
	// What a document has in every version of its shape.
	shape := bson.D{
		{Key: "required", Value: bson.A{eventdoc.FieldUserID, eventdoc.FieldTime, eventdoc.FieldReceivedAt, eventdoc.FieldData}},
		{Key: "properties", Value: bson.D{
			{Key: eventdoc.FieldUserID, Value: bson.D{{Key: "bsonType", Value: "string"}}},
			{Key: eventdoc.FieldTime, Value: bson.D{{Key: "bsonType", Value: "date"}}},
			{Key: eventdoc.FieldReceivedAt, Value: bson.D{{Key: "bsonType", Value: "date"}}},
			{Key: eventdoc.FieldData, Value: data},
		}},
	}
	other := bson.D{{Key: "properties", Value: bson.D{
		{Key: eventdoc.FieldType, Value: bson.D{{Key: "not", Value: typesOf(b.event, all)}}},
	}}}
	return bson.D{{Key: "title", Value: titleOf(b.event.Name)}, {Key: "anyOf", Value: bson.A{other, shape}}}
}

// typesOf returns the schema of the event types that belong to an entry of the map, as eventmap.Map.Match has it.
func typesOf(e *eventmap.Event, all []*eventmap.Event) bson.D {
	prefix, pattern := strings.CutSuffix(e.Name, "*")
	if !pattern {
		return bson.D{{Key: "enum", Value: namesOf(e)}}
	}
	exact := bson.A{}
	var others bson.A
	for _, other := range all {
		longer, isPattern := strings.CutSuffix(other.Name, "*")
		switch {
		case !isPattern:
			for _, name := range namesOf(other) {
				if strings.HasPrefix(name.(string), prefix) {
					exact = append(exact, name)
				}
			}
		case len(longer) > len(prefix) && strings.HasPrefix(longer, prefix):
			others = append(others, bson.D{{Key: "pattern", Value: "^" + regexp.QuoteMeta(longer)}})
		}
	}
	if len(exact) > 0 {
		others = append(others, bson.D{{Key: "enum", Value: exact}})
	}
	s := bson.D{{Key: "bsonType", Value: "string"}}
	if prefix != "" {
		s = append(s, bson.E{Key: "pattern", Value: "^" + regexp.QuoteMeta(prefix)})
	}
	if len(others) > 0 {
		s = append(s, bson.E{Key: "not", Value: bson.D{{Key: "anyOf", Value: others}}})
	}
	return s
}

// namesOf returns the types of an entry that is no pattern: documents have the name that they were tracked under.
func namesOf(e *eventmap.Event) bson.A {
	names := bson.A{e.Name}
	for _, old := range e.RenamedFrom {
		names = append(names, old)
	}
	return names
}

// leave notes a rule that the schema does not have.
func (b *branch) leave(f *eventmap.Field, rule eventmap.Rule, why string) {
	u := Unexpressed{Event: b.event.Name, Field: strings.Join(f.Path, "."), Rule: rule, Why: why}
	if !slices.Contains(b.left, u) { // a field can be in the schema more than once
		b.left = append(b.left, u)
	}
}

// leaveAll notes all rules of a field and of those within it.
func (b *branch) leaveAll(n *node, why string) {
	if f := n.field; f != nil {
		for _, rule := range rulesOf(f) {
			b.leave(f, rule, why)
		}
	}
	for _, c := range n.inner {
		b.leaveAll(c, why)
	}
}

// rulesOf names the rules of a field.
func rulesOf(f *eventmap.Field) (all []eventmap.Rule) {
	r := &f.Rules
	for _, rule := range []struct {
		set  bool
		name eventmap.Rule
	}{
		{r.Required, eventmap.RequiredRule},
		{f.Typed(), eventmap.TypeRule},
		{r.Values != nil, eventmap.ValuesRule},
		{r.Pattern != "", eventmap.PatternRule},
		{r.MinLength > 0, eventmap.MinLengthRule},
		{r.MaxLength > 0, eventmap.MaxLengthRule},
		{r.Min != nil, eventmap.MinRule},
		{r.Max != nil, eventmap.MaxRule},
		{r.MaxItems > 0, eventmap.MaxItemsRule},
		{r.Items, eventmap.ItemsRule},
	} {
		if rule.set {
			all = append(all, rule.name)
		}
	}
	return all
}
