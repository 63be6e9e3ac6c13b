// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// fieldValues reads the values that a field can have. Its type, or its types, decide how a value is read.
func fieldValues(n strictyaml.Node, f *Field) []any {
	before := n.Mistakes()
	items := n.Items()
	switch {
	case n.Mistakes() > before:
		return nil
	case len(items) == 0:
		n.Fail("there is no value", "list every value that the field can have, or remove the key")
		return nil
	case len(items) > maxFieldValues:
		n.Fail("there are more than "+words.Thousands(maxFieldValues)+" values", "take a pattern, or leave the values to the service")
		return nil
	}
	values := make([]any, 0, len(items))
	lines := make(map[string]int, len(items))
	for _, item := range items {
		v, ok := fieldValue(item, f)
		if !ok {
			continue
		}
		key := fmt.Sprintf("%T %[1]v", v)
		if i, ok := v.(int64); ok {
			key = fmt.Sprintf("%T %[1]v", float64(i))
		}
		if line, ok := lines[key]; ok {
			item.Fail("the value "+words.Quoteless(item.Raw())+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[key] = item.Line()
		values = append(values, v)
	}
	return values
}

// fieldValue reads one value: as text if the field is only a string, else as the type that YAML gives it.
func fieldValue(n strictyaml.Node, f *Field) (any, bool) {
	if f.Type == StringField {
		return anyText(n)
	}
	if !n.IsScalar() || n.Null() {
		n.Fail("must be a value of the field, not "+n.Kind(), "write one value an entry")
		return nil, false
	}
	switch tag := n.Tag(); {
	case tag == "!!bool" && f.Has(BoolField):
		return anyBool(n)
	case (tag == "!!int" || tag == "!!float") && (f.Has(IntField) || f.Has(DoubleField)):
		v := fieldBound(n)
		switch {
		case v == nil:
			return nil, false
		case *v >= -maxConstant && *v <= maxConstant && *v == float64(int64(*v)):
			return int64(*v), true
		case !f.Has(DoubleField):
			n.Fail(words.Quoteless(n.Raw())+" is no integer, and the field is "+typeNamed(f), "write an integer")
			return nil, false
		}
		return *v, true
	case tag == "!!str" && f.Has(StringField):
		return anyText(n)
	}
	if n.Untagged() {
		n.Fail("is "+n.Kind()+", and the field is "+typeNamed(f), "write a value of that type")
	}
	return nil, false
}

func anyText(n strictyaml.Node) (any, bool) { return n.Text() }

func anyBool(n strictyaml.Node) (any, bool) { return n.Boolean() }
