// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
)

// redactor removes redacted fields from encoded data, before anything else sees the data: the journal, MongoDB and the
// metrics get only the rest. It works on the encoded form, so that it covers all Go types.
type redactor struct {
	names map[string]struct{} // dropped at every depth
	root  redactNode
	macs  *sync.Pool // of hash.Hash; nil when nothing is hashed
}

// redactNode is one part of a redacted path.
type redactNode struct {
	children map[string]*redactNode
	any      *redactNode // the part "*"
	action   eventmap.RedactMode
}

// newRedactor returns nil when there is nothing to redact. The key is that of the HMAC.
func newRedactor(everywhere []eventmap.Redaction, fields []eventmap.Field, key []byte) *redactor {
	r := &redactor{names: make(map[string]struct{})}
	for _, e := range everywhere {
		if len(e.Path) == 1 {
			r.names[e.Path[0]] = struct{}{}
		} else {
			r.root.add(e.Path, true, eventmap.RedactDrop)
		}
	}
	hashes := false
	for _, f := range fields {
		if f.Redact != eventmap.RedactNone {
			r.root.add(f.Path, false, f.Redact)
			hashes = hashes || f.Redact == eventmap.RedactHash
		}
	}
	if len(r.names) == 0 && r.root.children == nil && r.root.any == nil {
		return nil
	}
	if hashes {
		r.macs = &sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}
	}
	return r
}

func (n *redactNode) add(path eventmap.Path, wildcards bool, action eventmap.RedactMode) {
	for _, part := range path {
		if part == "*" && wildcards {
			if n.any == nil {
				n.any = new(redactNode)
			}
			n = n.any
			continue
		}
		if n.children == nil {
			n.children = make(map[string]*redactNode)
		}
		child, ok := n.children[part]
		if !ok {
			child = new(redactNode)
			n.children[part] = child
		}
		n = child
	}
	if n.action != eventmap.RedactDrop { // dropping wins
		n.action = action
	}
}

// covers reports whether the target of a path is redacted, or lies in something redacted. Fields of array entries that
// are redacted through an index or "*" count too, in some entries or in all. entries reports whether the fields below a
// part of the path may belong to entries.
func (r *redactor) covers(path eventmap.Path, entries func(eventmap.Path) bool) bool {
	if r == nil {
		return false
	}
	nodes := []*redactNode{&r.root}
	for i, part := range path {
		inner, action := r.within(nil, nodes, []byte(part), false)
		if action != eventmap.RedactNone {
			return true
		}
		if isIndex([]byte(part)) {
			inner = append(inner, nodes...) // paths pass through arrays
		}
		if i+1 < len(path) && entries(path[:i+1]) {
			for _, n := range inner {
				for _, entry := range n.entries() {
					if entry.action != eventmap.RedactNone {
						return true
					}
					inner = append(inner, entry)
				}
			}
		}
		nodes = inner
	}
	return false
}

// entries returns the nodes that lead to entries of an array.
func (n *redactNode) entries() (all []*redactNode) {
	if n.any != nil {
		all = append(all, n.any)
	}
	for part, child := range n.children {
		if isIndex([]byte(part)) {
			all = append(all, child)
		}
	}
	return all
}

// apply appends doc, a valid BSON document, to dst without the redacted fields. marks are the other names of its
// fields, in its order. Redacted fields are noted in s if a watcher needs them. s may be nil.
func (r *redactor) apply(dst, doc []byte, marks []bsondoc.Mark, s *scratch) []byte {
	names := fieldNames{doc: doc, marks: marks}
	if s != nil && s.watched {
		names.watched = s
	}
	return r.document(dst, doc, &names, []*redactNode{&r.root}, false)
}

// document appends a document or an array. nodes are the parts of paths that lead here.
func (r *redactor) document(dst, doc []byte, names *fieldNames, nodes []*redactNode, array bool) []byte {
	dst, start := bsondoc.Begin(dst)
	var buf [8]*redactNode
	for rest := doc[min(4, len(doc)):]; ; {
		elementType, key, value, next, ok := bsondoc.Next(rest)
		if !ok {
			return bsondoc.End(dst, start)
		}
		element := rest[:len(rest)-len(next)]
		rest = next
		inner, action := r.named(buf[:0], nodes, key, names.of(element), array)
		if action != eventmap.RedactNone && names.watched != nil {
			names.watched.note().redact(r.shown(nodes, key))
		}
		switch {
		case action == eventmap.RedactDrop && array:
			dst = bsondoc.Null(dst, string(key)) // keeps the place of the elements after it
		case action == eventmap.RedactDrop:
		case action == eventmap.RedactHash && elementType != bsondoc.TypeNull:
			dst = bsondoc.String(dst, string(key), r.mac(elementType, value))
		case elementType == bsondoc.TypeDocument || elementType == bsondoc.TypeArray:
			if len(inner) == 0 && len(r.names) == 0 { // nothing in it is redacted
				dst = append(dst, element...)
				continue
			}
			dst = append(dst, element[:len(element)-len(value)]...)
			dst = r.document(dst, value, names, inner, elementType == bsondoc.TypeArray)
		case elementType == bsondoc.TypeCodeWithScope:
			dst = append(dst, element[:len(element)-len(value)]...)
			dst = r.scope(dst, value, names, inner)
		default:
			dst = append(dst, element...)
		}
	}
}

// shown is the name of a redacted field for watchers. A field that the map does not name is not shown, since names can
// be data.
func (r *redactor) shown(nodes []*redactNode, key []byte) string {
	if _, ok := r.names[string(key)]; ok {
		return string(key)
	}
	for _, n := range nodes {
		if _, ok := n.children[string(key)]; ok {
			return string(key)
		}
	}
	return "*"
}

// scope appends a JavaScript code with its scope, which is a document: the length of both in four bytes, the code, the
// scope.
func (r *redactor) scope(dst, value []byte, names *fieldNames, nodes []*redactNode) []byte {
	start := len(dst)
	code := 4 + 4 + int(binary.LittleEndian.Uint32(value[4:]))
	dst = r.document(append(dst, value[:code]...), value[code:], names, nodes, false)
	binary.LittleEndian.PutUint32(dst[start:], uint32(len(dst)-start))
	return dst
}

// reach does what within does, for keys with dots too. The key "user.email" is read as a path, since flattened data
// mean the same field.
func (r *redactor) reach(inner, nodes []*redactNode, key []byte, array bool) ([]*redactNode, eventmap.RedactMode) {
	if array || bytes.IndexByte(key, '.') < 0 {
		return r.within(inner, nodes, key, array)
	}
	action := eventmap.RedactNone
	for part := range bytes.SplitSeq(key, []byte{'.'}) {
		next, what := r.within(nil, nodes, part, false)
		if what == eventmap.RedactDrop {
			return nil, what
		}
		if what != eventmap.RedactNone {
			action = what
		}
		if isIndex(part) {
			next = append(next, nodes...) // paths pass through arrays
		}
		nodes = next
	}
	return nodes, action
}

// isIndex reports whether a part of a path can be the index of an array.
func isIndex(part []byte) bool { return len(part) > 0 && len(bytes.Trim(part, "0123456789")) == 0 }

// within returns the nodes that lead into an element, and the action for the element itself. Paths pass through arrays:
// order.items.name is the name of each item, order.items.0.name is the name of the first item.
func (r *redactor) within(inner, nodes []*redactNode, key []byte, array bool) ([]*redactNode, eventmap.RedactMode) {
	action := eventmap.RedactNone
	if _, ok := r.names[string(key)]; ok && !array {
		return nil, eventmap.RedactDrop
	}
	for _, n := range nodes {
		if array {
			inner = append(inner, n)
		}
		for _, child := range [...]*redactNode{n.children[string(key)], n.any} {
			if child == nil {
				continue
			}
			inner = append(inner, child)
			if child.action == eventmap.RedactDrop || action == eventmap.RedactNone {
				action = child.action
			}
		}
	}
	return inner, action
}

// mac returns the hash that replaces a value.
func (r *redactor) mac(elementType byte, value []byte) string {
	m := r.macs.Get().(hash.Hash)
	defer r.macs.Put(m)
	m.Reset()
	return redactHash(m, elementType, value)
}
