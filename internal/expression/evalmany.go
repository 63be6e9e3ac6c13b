// SPDX-License-Identifier: Apache-2.0

package expression

// many evaluates lists and mappings, and what reads them.
func (n *node) many(e *env) value {
	switch n.op {
	case opList:
		return n.listValue(e)
	case opMapping:
		return n.mappingValue(e)
	case opMember:
		return memberOf(n.a.eval(e), n.b.eval(e))
	default:
		return n.sliceValue(e)
	}
}

func (n *node) listValue(e *env) value {
	items := make([]value, len(n.kids))
	for i, kid := range n.kids {
		if items[i] = kid.eval(e); items[i].kind == failed {
			return value{}
		}
	}
	return manyValue(list, &many{items: items})
}

func (n *node) mappingValue(e *env) value {
	keyed := make(map[string]value, len(n.kids)/2)
	for i := 0; i < len(n.kids); i += 2 {
		key, v := n.kids[i].eval(e), n.kids[i+1].eval(e)
		if key.kind != text || v.kind == failed {
			return value{}
		}
		if _, ok := keyed[key.str()]; !ok { // the first of two counts
			keyed[key.str()] = v
		}
	}
	return manyValue(mapping, &many{keyed: keyed})
}

// memberOf returns an item of a list, from the end for a negative index, or one of a mapping, nil if it is not there.
func memberOf(base, key value) value {
	switch {
	case base.kind == list && key.kind == integer:
		i := key.int()
		if i < 0 {
			i += int64(len(base.many().items))
		}
		if i >= 0 && i < int64(len(base.many().items)) {
			return base.many().items[i]
		}
	case base.kind == mapping && key.kind == text:
		if v, ok := base.many().keyed[key.str()]; ok {
			return v
		}
		return value{kind: null}
	}
	return value{}
}

// sliceValue takes a part of a string, by characters, or of a list. Bounds count from the end when they are negative, and are
// brought to what there is.
func (n *node) sliceValue(e *env) value {
	base := n.a.eval(e)
	var size int64
	switch base.kind {
	case text:
		size = characters(base.str())
	case list:
		size = int64(len(base.many().items))
	default:
		return value{}
	}
	from, to := int64(0), size
	for _, bound := range [...]struct {
		node *node
		at   *int64
	}{{n.c, &to}, {n.b, &from}} {
		if bound.node == nil {
			continue
		}
		v := bound.node.eval(e)
		if v.kind != integer {
			return value{}
		}
		i := v.int()
		if i < 0 {
			i = max(i+size, 0)
		}
		*bound.at = min(i, size)
	}
	from = min(from, to)
	if base.kind == text {
		return textValue(part(base.str(), int(from), int(to), int(size)))
	}
	return manyValue(list, &many{items: base.many().items[from:to]})
}

// in looks for a value among the items of a list, or for a string among the keys of a mapping.
func (n *node) in(e *env) value {
	a := n.a.eval(e)
	if a.kind == failed {
		return a
	}
	if n.set != nil {
		return boolValue(n.set.has(a))
	}
	if n.b.op == opList {
		return n.b.has(a, e)
	}
	switch b := n.b.eval(e); b.kind {
	case null:
		return boolValue(false)
	case list:
		for i := range b.many().items {
			if b.many().items[i].equal(a) {
				return boolValue(true)
			}
		}
		return boolValue(false)
	case mapping:
		switch a.kind {
		case null:
			return boolValue(false)
		case text:
		default:
			return value{}
		}
		_, ok := b.many().keyed[a.str()]
		return boolValue(ok)
	default:
		return value{}
	}
}

// has looks for a value among the items of a list that is evaluated for it, without building the list.
func (n *node) has(a value, e *env) value {
	found := false
	for _, kid := range n.kids {
		v := kid.eval(e)
		if v.kind == failed {
			return v
		}
		found = found || v.equal(a)
	}
	return boolValue(found)
}
