// SPDX-License-Identifier: Apache-2.0

package fieldtree

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// Check holds the data of one event to its contract. Its memory is used again: where all is well, nothing is allocated.
type Check struct {
	contract *Contract
	doc      []byte
	To       Found // what metrics need of the data, when Fill is set
	Fill     bool  // set before Run: it fills To, too

	seen, opened bits       // fields that are there; those that are objects
	entry        arrayEntry // the entry of an array that is looked at

	violations []violation
	extra      []int // where fields begin that are left out because they are not declared
}

// arrayEntry is an entry of an array whose fields are declared.
type arrayEntry struct {
	at    int // where it begins; -1: none, the fields are those of the event itself
	depth int // how many parts the path of its array has
}

// violation is one value, or field that is missing, that violates a rule.
type violation struct {
	counter int32
	at      int   // where the value's element begins in the document; of a missing field, the entry of an array that it lacks in
	missing *node // nil: the field is there
	depth   int   // of a missing field: how many parts of its path lead to that array
}

// bits is a set of fields.
type bits []uint64

func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }

// clear takes the fields from i to below j out of the set.
func (b bits) clear(i, j int) {
	for ; i < j; i++ {
		b[i/64] &^= 1 << (i % 64)
	}
}

// empty returns an empty set for n fields, in the memory of b.
func (b bits) empty(n int) bits {
	n = (n + 63) / 64
	switch {
	case n == 1 && len(b) == 1:
		b[0] = 0
		return b
	case cap(b) < n:
		return make(bits, n)
	}
	b = b[:n]
	clear(b)
	return b
}

// Run checks a document, which is valid BSON, and reports whether there is nothing to do about it.
func (c *Check) Run(contract *Contract, tree *Tree, doc []byte) (ok bool) {
	c.contract, c.doc = contract, doc
	c.seen, c.opened = c.seen.empty(contract.ids), c.opened.empty(contract.ids)
	c.violations, c.extra, c.To.Mistyped = c.violations[:0], c.extra[:0], c.To.Mistyped[:0]
	c.entry = arrayEntry{at: -1}
	c.document(tree, doc, c.Fill)
	c.missing(tree)
	return len(c.violations) == 0 && len(c.extra) == 0
}

// Cap returns how many violations and fields the memory has room for.
func (c *Check) Cap() int { return max(cap(c.violations), cap(c.extra)) }

// at returns where an element begins.
func (c *Check) at(element []byte) int { return cap(c.doc) - cap(element) }

func (c *Check) violated(k *fieldRules, r rule, element []byte) {
	c.violations = append(c.violations, violation{counter: k.counters[r], at: c.at(element)})
}

// document checks the fields of an object, and those within them.
func (c *Check) document(t *Tree, doc []byte, fill bool) {
	if len(doc) < 5 {
		return
	}
	var direct uint64 // as in Tree.Read
	expected := 0     // as there
	for rest := doc[4:]; len(rest) > 1 && rest[0] != 0; {
		i, keyBytes := t.first(rest, expected)
		elementType, value, next, ok := bsondoc.NextValue(rest, keyBytes)
		if !ok {
			return
		}
		element := rest
		rest = next
		if i < 0 {
			c.other(t, element[1:1+keyBytes], elementType, value, element, fill)
			continue
		}
		expected = i + 1
		n := &t.children[i]
		bit := uint64(1) << i
		again := fill && bit != 0 && direct&bit != 0 // the first of several fields of one name counts
		direct |= bit
		if n.rules == nil {
			if fill && !again {
				n.take(elementType, value, &c.To)
			}
			c.undeclared(t, element)
			continue
		}
		c.field(n, elementType, value, element, fill && !again)
	}
}

// undeclared notes a field that the map does not declare, where that matters.
func (c *Check) undeclared(t *Tree, element []byte) {
	switch {
	case t.extra >= 0:
		c.violations = append(c.violations, violation{counter: t.extra, at: c.at(element)})
	case t.closed:
		c.extra = append(c.extra, c.at(element))
	}
}

// other checks a field whose key is none of the tree's: it may spell a path.
func (c *Check) other(t *Tree, key []byte, elementType byte, value, element []byte, fill bool) {
	if bytes.IndexByte(key, '.') < 0 {
		c.undeclared(t, element)
		return
	}
	if fill && t.deep {
		t.dotted(string(key), elementType, value, &c.To)
	}
	for {
		part, rest, more := bytes.Cut(key, []byte{'.'})
		n := t.known(string(part))
		switch {
		case n == nil || n.rules == nil:
			c.undeclared(t, element)
			return
		case !more:
			c.field(n, elementType, value, element, false)
			return
		}
		c.seen.set(n.rules.id)
		if n.types != anyType && n.types&(1<<bsondoc.TypeDocument) == 0 && n.types&(1<<bsondoc.TypeArray) == 0 {
			c.violated(n.rules, ruleType, element)
			return
		}
		c.opened.set(n.rules.id)
		t, key = &n.tree, rest
	}
}

// field checks a value, and what is in it.
func (c *Check) field(n *node, elementType byte, value, element []byte, fill bool) {
	k := n.rules
	if fill && n.needed {
		n.fill(elementType, value, &c.To)
	}
	if elementType == bsondoc.TypeNull || elementType == bsondoc.TypeUndefined {
		return // a missing value
	}
	c.seen.set(k.id)
	if !n.types.has(elementType, value) {
		c.violated(k, ruleType, element)
		if fill && (elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray) {
			n.tree.Read(value, &c.To)
		}
		return
	}
	switch elementType {
	case bsondoc.TypeString:
		if len(value) >= 5 {
			c.text(k, value[4:len(value)-1], element)
		}
	case bsondoc.TypeInt32:
		c.integer(k, int64(int32(binary.LittleEndian.Uint32(value))), element)
	case bsondoc.TypeInt64:
		c.integer(k, int64(binary.LittleEndian.Uint64(value)), element)
	case bsondoc.TypeDouble:
		c.double(k, math.Float64frombits(binary.LittleEndian.Uint64(value)), element)
	case bsondoc.TypeBool:
		if k.listed && !slices.Contains(k.bools, value[0] != 0) {
			c.violated(k, ruleValues, element)
		}
	case bsondoc.TypeDocument:
		c.opened.set(k.id)
		c.document(&n.tree, value, fill)
	case bsondoc.TypeArray:
		c.array(n, value, element, fill)
	}
}

func (c *Check) text(k *fieldRules, text, element []byte) {
	if k.MinLength > 0 || k.MaxLength > 0 {
		// Counted only where the number of bytes leaves it open.
		length := len(text)
		if length >= k.MinLength && (k.MinLength > 0 && length < utf8.UTFMax*k.MinLength || k.MaxLength > 0 && length > k.MaxLength) {
			length = utf8.RuneCount(text)
		}
		if length < k.MinLength {
			c.violated(k, ruleMinLength, element)
		}
		if k.MaxLength > 0 && length > k.MaxLength {
			c.violated(k, ruleMaxLength, element)
		}
	}
	if k.listed && !k.listsText(text) {
		c.violated(k, ruleValues, element)
	}
	if k.pattern != nil && !k.pattern.match(text) {
		c.violated(k, rulePattern, element)
	}
}

func (c *Check) integer(k *fieldRules, i int64, element []byte) {
	if k.listed && !k.listsInt(i) {
		c.violated(k, ruleValues, element)
	}
	if i < k.least || k.tooLarge {
		c.violated(k, ruleMin, element)
	}
	if i > k.most || k.tooSmall {
		c.violated(k, ruleMax, element)
	}
}

// double checks a number, of which NaN is within no bounds.
func (c *Check) double(k *fieldRules, f float64, element []byte) {
	if k.listed && !slices.Contains(k.numbers, f) {
		c.violated(k, ruleValues, element)
	}
	if k.Min != nil && !(f >= *k.Min) {
		c.violated(k, ruleMin, element)
	}
	if k.Max != nil && !(f <= *k.Max) {
		c.violated(k, ruleMax, element)
	}
}

// array checks an array and, where fields of its entries are declared, these.
func (c *Check) array(n *node, value, element []byte, fill bool) {
	k := n.rules
	if fill {
		n.tree.Read(value, &c.To) // by index alone, as for metrics without a contract
	}
	if len(value) < 5 || k.MaxItems == 0 && !k.Items && !k.through && !k.indexed {
		return
	}
	outer, entries := c.entry, 0
	for rest := value[4:]; ; entries++ {
		elementType, key, inner, next, ok := bsondoc.Next(rest)
		if !ok {
			break
		}
		at := rest
		rest = next
		if k.indexed {
			if child := n.tree.known(string(key)); child != nil && child.rules != nil {
				c.field(child, elementType, inner, at, false)
			}
		}
		switch {
		case elementType == bsondoc.TypeDocument && k.through:
			c.entry = arrayEntry{at: c.at(at), depth: k.depth}
			c.document(&n.tree, inner, false)
			c.missing(&n.tree)
			c.seen.clear(k.id+1, k.id+k.ids)
			c.opened.clear(k.id+1, k.id+k.ids)
		case elementType != bsondoc.TypeDocument && elementType != bsondoc.TypeNull && k.Items:
			c.violated(k, ruleItems, at)
		}
	}
	c.entry = outer
	if k.MaxItems > 0 && entries > k.MaxItems {
		c.violated(k, ruleMaxItems, element)
	}
}

// missing notes the required fields that are not there, of the objects that are.
func (c *Check) missing(t *Tree) {
	if !t.requires {
		return
	}
	for i := range t.children {
		n := &t.children[i]
		k := n.rules
		switch {
		case k == nil:
		case !c.seen.has(k.id):
			if k.Required {
				c.violations = append(c.violations, violation{counter: k.counters[ruleRequired], at: c.entry.at, missing: n, depth: c.entry.depth})
			}
		case k.requires && c.opened.has(k.id):
			c.missing(&n.tree)
		}
	}
}
