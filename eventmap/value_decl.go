// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
	"github.com/otelanalytics/otelanalytics-go/internal/expression"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// maxConstant is the largest integer that a float64 holds exactly together with all below it.
const maxConstant = 1 << 53

const valueFix = `write the path of a data field, such as order.total, a finite number, or "=EXPRESSION"`

// sizePart ends a path that asks for the number of elements of an array.
const sizePart = datapath.Size

// loadValue reads the value that a record adds, sets or observes.
func (l *loader) loadValue(event *eventDecl, d *metricDecl, o strictyaml.Object) Value {
	n, ok := o.Get("value")
	if d.typed && d.metric.Instrument.IsUnique() {
		if ok {
			n.Fail("a record of a unique metric has no value, and it counts "+d.metric.Counted.Of, "remove it; of sets what the metric counts")
		}
		return Value{}
	}
	if !ok {
		if i := d.metric.Instrument; d.typed && !i.IsSum() && o.Lacks("value") {
			o.Missing("value", valueFix+": "+i.article()+" has no default")
		}
		return Value{Constant: 1}
	}
	if !n.IsScalar() {
		n.Fail("must be a data path or a number, not "+n.Kind(), valueFix)
		return Value{}
	}
	switch n.Tag() {
	case "!!str":
		if !n.Untagged() {
			return Value{}
		}
		// YAML takes a number that is too large for text, which nobody means as the name of a field.
		if _, err := strconv.ParseFloat(n.Raw(), 64); n.IsBare() && errors.Is(err, strconv.ErrRange) {
			n.Fail(words.Quoteless(n.Raw())+" is not a finite number", valueFix)
			return Value{}
		}
		if source, ok := strings.CutPrefix(n.Raw(), "="); ok {
			x := l.loadExpression(event, n, source, true)
			if x != nil && d.typed && d.metric.Number == Int && !(*expression.Program)(x).Whole() {
				n.Fail("the expression is a double, and the metric's numbers are integers", `round it, such as "=round(data.amount * 1.5)", or add "number: double" to the metric`)
			}
			return Value{Expression: x}
		}
		path, ok := parsePath(n, n.Raw(), true, valuePathFix)
		if ok {
			if why, redacted := event.redacted(l, path); redacted {
				n.Fail("the value comes from a redacted field: "+why, "record another field, or do not redact it")
			} else {
				event.checkValueField(n, d, path)
			}
		}
		return Value{Path: path}
	case "!!int", "!!float":
		c, ok := n.Number()
		if ok && d.typed {
			d.checkConstant(n, c)
		}
		return Value{Constant: c}
	}
	if n.Untagged() {
		n.Fail("must be a data path or a number, not "+n.Kind(), valueFix)
	}
	return Value{}
}

// checkConstant refuses constants that the instrument does not take.
func (d *metricDecl) checkConstant(n strictyaml.Node, c float64) {
	i := d.metric.Instrument
	switch {
	case c < 0 && !i.TakesNegative():
		other := Gauge
		if i.IsSum() {
			other = UpDownCounter
		}
		n.Fail(i.article()+" does not take the negative value "+words.Quoteless(n.Raw()), "write 0 or more, or make the metric "+other.article())
	case d.metric.Number == Int && c != math.Trunc(c):
		n.Fail("the metric's numbers are integers, and "+words.Quoteless(n.Raw())+" is none", `write an integer, or add "number: double" to the metric`)
	case d.metric.Number == Int && math.Abs(c) > maxConstant:
		n.Fail(words.Quoteless(n.Raw())+" is out of range", "write an integer between -9007199254740992 and 9007199254740992")
	}
}

// maxParts is how deep MongoDB nests documents at most.
const maxParts = datapath.MaxParts

// split returns the parts of a path.
func split(n strictyaml.Node, s string) (Path, bool) {
	if strings.Count(s, ".") >= maxParts {
		n.Fail("the path has more than "+strconv.Itoa(maxParts)+" parts, and MongoDB nests no deeper", "write the path of a data field, such as order.total")
		return nil, false
	}
	return strings.Split(s, "."), true
}

// Forms of a path of an attribute, and of a value, for messages.
const (
	sourceFix    = `write the path of a data field, such as order.total, or $type, $platform, $module or $session_present of the event`
	valuePathFix = valueFix + "; items.$size is the number of elements of an array"
)

// parsePath splits a data path. Only a value can be the size of an array. fix describes the valid forms.
func parsePath(n strictyaml.Node, s string, size bool, fix string) (Path, bool) {
	switch {
	case s == "":
		n.Fail("the data path is empty", fix)
		return nil, false
	case words.Control(s):
		n.Fail("the data path holds a control character", fix)
		return nil, false
	case s[0] == '$' && !datapath.Reserved(s):
		n.Fail("the data path "+words.Quote(s)+" begins with a dollar sign", bracketFix(s))
		return nil, false
	case s[0] == '=':
		n.Fail(words.Quote(s)+" is not a data path", fix+"; an attribute cannot be computed")
		return nil, false
	}
	dotted, ok := datapath.Dotted(s)
	if !ok {
		n.Fail("the data path "+words.Quote(s)+" has brackets that hold neither a key in quotes nor an index", `write it such as order["total amount"] or items[0].price`)
		return nil, false
	}
	parts, ok := split(n, dotted)
	if !ok {
		return nil, false
	}
	if slices.Contains(parts, "") {
		n.Fail("the data path "+words.Quote(s)+" has an empty part", fix)
		return nil, false
	}
	if part, wrong := parts.wrongPart(size); wrong {
		n.Fail("the data path "+words.Quote(s)+" has the part "+words.Quote(part)+", which is not allowed there", fix)
		return nil, false
	}
	return parts, true
}

// bracketFix describes how to write the path of a field whose name begins with a dollar sign.
func bracketFix(s string) string {
	return "write the field of that name as '" + datapath.Bracketed(s) + "'"
}
