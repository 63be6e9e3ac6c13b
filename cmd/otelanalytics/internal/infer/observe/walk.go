// SPDX-License-Identifier: Apache-2.0

package observe

import (
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/draft"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/infer/personal"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// place is where a value is, and whose it is.
type place struct {
	depth int // how many parts its path has
	user  uint64
	known bool // somebody knows whose it is
}

// object looks at the fields of an object.
func (o *Observed) object(n *node, doc []byte, p place) {
	n.objects++
	for rest := doc[4:]; !n.folded; {
		elementType, key, v, next, ok := bsondoc.Next(rest)
		if !ok {
			return
		}
		rest = next
		if c, depth := o.descend(n, string(key), p.depth); c != nil {
			o.value(c, elementType, v, place{depth, p.user, p.known})
		}
	}
}

// descend returns the node of a key, and how many parts its path has. A key with dots spells a path.
func (o *Observed) descend(n *node, key string, depth int) (*node, int) {
	parts := strings.Split(key, ".")
	if depth += len(parts); depth > mostDepth {
		n.deep = true
		n.passed(parts[:len(parts)-1])
		return nil, 0
	}
	good := 0
	for good < len(parts) && nameable(parts[good]) {
		good++
	}
	if good < len(parts) || personal.IsID(key) {
		n.unnamed = true
		n.passed(parts[:min(good, len(parts)-1)])
		return nil, 0
	}
	for _, part := range parts {
		if n = o.child(n, part); n == nil {
			return nil, 0
		}
	}
	return n, depth
}

// nameable reports whether a part of a key can be a part of a path in a map. One that looks like data is not written into one.
func nameable(part string) bool {
	return part != "" && len(part) <= mostKey && !draft.Reserved(part) && !strings.ContainsAny(part, `[]"'`) && !words.Control(part) &&
		utf8.ValidString(part) && !personal.IsID(part)
}

// value looks at a value of a field, which is no entry of an array.
func (o *Observed) value(n *node, elementType byte, v []byte, p place) {
	k, v, null := o.kindOf(elementType, v)
	if null {
		n.nulls++
		return
	}
	n.kinds[k]++
	switch k {
	case text, instant:
		n.values.add(v, p.user, p.known)
		n.form(v)
	case integer:
		n.number(v)
	case object:
		o.object(n, v, p)
	case array:
		o.array(n, v, p)
	}
}

// array looks at the entries of an array. Fields of entries belong to the node of the array, as in a path of a map.
func (o *Observed) array(n *node, doc []byte, p place) {
	length := 0
	for rest := doc[4:]; ; length++ {
		elementType, _, v, next, ok := bsondoc.Next(rest)
		if !ok {
			break
		}
		rest = next
		k, v, null := o.kindOf(elementType, v)
		if null {
			continue
		}
		n.entries[k]++
		switch k {
		case text, instant:
			n.form(v)
		case integer:
			n.number(v)
		case object:
			o.object(n, v, p)
		}
	}
	n.longest = max(n.longest, length)
}

// form looks at what a text may be.
func (n *node) form(v []byte) {
	n.texts++
	n.formed++
	if k := personal.ByForm(string(v[:min(len(v), personal.MostBytes)])); k != personal.None {
		n.forms[k]++
	}
}

// number looks at what an integer may be.
func (n *node) number(v []byte) {
	n.formed++
	if len(v) == 8 {
		if k := personal.ByForm(strconv.FormatInt(int64(binary.LittleEndian.Uint64(v)), 10)); k != personal.None {
			n.forms[k]++
		}
	}
}

// kindOf returns the kind of a value, and the value: of a text its bytes, of a number in Extended JSON the number.
func (o *Observed) kindOf(elementType byte, v []byte) (k kind, _ []byte, null bool) {
	switch elementType {
	case bsondoc.TypeNull, bsondoc.TypeUndefined:
		return 0, nil, true
	case bsondoc.TypeString:
		v = v[4 : len(v)-1]
		if isInstant(v) {
			return instant, v, false
		}
		return text, v, false
	case bsondoc.TypeInt32, bsondoc.TypeInt64:
		return integer, v, false
	case bsondoc.TypeDouble:
		// JSON has one kind of number. So a double without a fraction is an int to the map, but a price of 5.0 is a double.
		return double, v, false
	case bsondoc.TypeBool:
		return boolean, v, false
	case bsondoc.TypeDateTime:
		return date, v, false
	case bsondoc.TypeDocument:
		if o.Extended {
			if k, v, ok := extended(v); ok {
				return k, v, false
			}
		}
		return object, v, false
	case bsondoc.TypeArray:
		return array, v, false
	default:
		return other, v, false
	}
}

// isInstant reports whether a text is a date and a time in RFC 3339, as for a field of type date.
func isInstant(v []byte) bool {
	if len(v) < 20 || len(v) > 64 || v[4] != '-' || v[10] != 'T' {
		return false
	}
	_, err := time.Parse(time.RFC3339, string(v))
	return err == nil
}

// extended returns what an object of MongoDB's Extended JSON stands for.
// See https://github.com/mongodb/specifications/blob/master/source/extended-json/extended-json.md
func extended(doc []byte) (kind, []byte, bool) {
	elementType, key, v, rest, ok := bsondoc.Next(doc[4:])
	if !ok || len(key) < 2 || key[0] != '$' || len(rest) != 1 {
		return 0, nil, false
	}
	number := func(k kind) (kind, []byte, bool) {
		if elementType != bsondoc.TypeString {
			return 0, nil, false
		}
		s := string(v[4 : len(v)-1])
		if k == integer {
			i, err := strconv.ParseInt(s, 10, 64)
			return integer, binary.LittleEndian.AppendUint64(nil, uint64(i)), err == nil
		}
		f, err := strconv.ParseFloat(strings.TrimPrefix(s, "+"), 64)
		return double, binary.LittleEndian.AppendUint64(nil, math.Float64bits(f)), err == nil
	}
	switch string(key) {
	case "$numberInt", "$numberLong":
		return number(integer)
	case "$numberDouble":
		return number(double)
	case "$date":
		return date, v, true
	case "$oid", "$uuid", "$numberDecimal", "$binary", "$timestamp", "$regularExpression", "$symbol", "$code", "$minKey", "$maxKey", "$undefined":
		return other, v, true
	default:
		return 0, nil, false
	}
}
