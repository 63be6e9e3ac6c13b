// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"math"

	"go.mongodb.org/mongo-driver/v2/bson"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/regexdialect"
)

// instants are texts that look like an instant in RFC 3339, as time.Parse reads them.
const instants = `^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01]?[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.,][0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})\z`

// mostPattern bounds a pattern, which MongoDB does to those in queries.
const mostPattern = 32_000

// hashed is what stands in place of a value that is hashed.
func hashed(required bool) bson.D {
	return bson.D{
		{Key: "bsonType", Value: nullable(bson.A{"string"}, required)}, {Key: "pattern", Value: `^[0-9a-f]{64}\z`},
	}
}

// nullable adds null to types, for a field that may be missing: null is a missing field.
func nullable(types bson.A, required bool) bson.A {
	if !required {
		types = append(types, "null")
	}
	return types
}

// value returns what the rules of a field ask of its value, without the fields within it.
func (b *branch) value(f *eventmap.Field) bson.D {
	s := types(f)
	r := &f.Rules
	if f.Typed() && f.Has(eventmap.DateField) && !f.Has(eventmap.StringField) {
		s = append(s, bson.E{Key: "pattern", Value: instants})
		b.leave(f, eventmap.TypeRule, "a text that looks like an instant passes, such as the 30th of February")
	}
	if r.Pattern != "" {
		switch p, err := regexdialect.Translate(r.Pattern, regexdialect.PCRE); {
		case err != nil:
			b.leave(f, eventmap.PatternRule, "MongoDB may read the pattern otherwise: "+err.Error())
		case len(p) > mostPattern:
			b.leave(f, eventmap.PatternRule, "the pattern is too long for MongoDB, once its sets of characters are written out")
		default:
			s = append(s, bson.E{Key: "pattern", Value: p})
		}
	}
	s = count(s, "minLength", r.MinLength)
	s = count(s, "maxLength", r.MaxLength)
	s = count(s, "maxItems", r.MaxItems)
	s = append(s, numbers(f)...)
	if r.Values != nil {
		s = append(s, values(f)...)
	}
	return s
}

func count(s bson.D, keyword string, n int) bson.D {
	if n > 0 {
		s = append(s, bson.E{Key: keyword, Value: int32(n)})
	}
	return s
}

// types says which types of BSON a value can have. The map's own check is internal/fieldtree's typesOf.
func types(f *eventmap.Field) bson.D {
	required := f.Rules.Required
	if !f.Typed() {
		if required {
			return bson.D{{Key: "not", Value: bson.D{{Key: "bsonType", Value: "null"}}}}
		}
		return bson.D{}
	}
	var all bson.A
	add := func(t eventmap.FieldType, names ...any) {
		if f.Has(t) {
			all = append(all, names...)
		}
	}
	add(eventmap.StringField, "string")
	if f.Has(eventmap.IntField) || f.Has(eventmap.DoubleField) {
		all = append(all, "int", "long", "double")
	}
	add(eventmap.BoolField, "bool")
	add(eventmap.DateField, "date")
	if f.Has(eventmap.DateField) && !f.Has(eventmap.StringField) {
		all = append(all, "string")
	}
	add(eventmap.ObjectField, "object")
	add(eventmap.ArrayField, "array")
	return bson.D{{Key: "bsonType", Value: nullable(all, required)}}
}

// numbers bounds numbers. A field of type int can be a double without a fraction that 64 bits hold.
func numbers(f *eventmap.Field) (s bson.D) {
	least, most, beyond := f.Rules.Min, f.Rules.Max, false
	if f.Typed() && f.Has(eventmap.IntField) && !f.Has(eventmap.DoubleField) && f.Rules.Values == nil {
		s = append(s, bson.E{Key: "multipleOf", Value: int32(1)})
		if lowest := float64(math.MinInt64); least == nil || *least < lowest {
			least = &lowest
		}
		if highest := -float64(math.MinInt64); most == nil || *most >= highest {
			most, beyond = &highest, true
		}
	}
	if least != nil {
		s = append(s, bson.E{Key: "minimum", Value: number(*least)})
	}
	if most != nil {
		s = append(s, bson.E{Key: "maximum", Value: number(*most)})
	}
	if beyond {
		s = append(s, bson.E{Key: "exclusiveMaximum", Value: true})
	}
	return s
}

// number returns a number in the type in which people would write it.
func number(f float64) any {
	switch {
	case f != math.Trunc(f) || math.Abs(f) > 1<<53:
		return f
	case math.Abs(f) <= math.MaxInt32:
		return int32(f)
	default:
		return int64(f)
	}
}

// values says what a field can be. The rule is about texts, numbers and bools alone: a value of another type that the field can
// have is none of the list.
func values(f *eventmap.Field) bson.D {
	list := bson.A{}
	for _, v := range f.Rules.Values {
		switch n := v.(type) {
		case int64:
			v = number(float64(n))
		case float64:
			v = number(n)
		}
		list = append(list, v)
	}
	if f.Has(eventmap.DateField) || f.Has(eventmap.ObjectField) || f.Has(eventmap.ArrayField) {
		return bson.D{{Key: "anyOf", Value: bson.A{
			bson.D{{Key: "not", Value: bson.D{{Key: "bsonType", Value: bson.A{"string", "int", "long", "double", "bool"}}}}},
			bson.D{{Key: "enum", Value: list}},
		}}}
	}
	if !f.Rules.Required {
		list = append(list, nil)
	}
	return bson.D{{Key: "enum", Value: list}}
}
