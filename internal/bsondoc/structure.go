// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"reflect"
	"slices"
)

// field is a field of a struct, or one that is inlined from a struct within it.
type field struct {
	key       string
	special   bool // the key is
	index     []int
	omitEmpty bool
	minSize   bool
	zeroer    bool
	plan      *plan
	names     *Names
}

// inlineMap is a map whose entries stand among the fields of its struct.
type inlineMap struct {
	index int
	elem  *plan
	names *Names
	taken map[string]bool // the keys of the fields
}

// encodeStruct appends a struct as a document. Its rules are those of the driver's struct codec.
func (b *builder) encodeStruct(t reflect.Type, p *plan) encode {
	s, err := b.describe(t, nil)
	if err != nil {
		return failing(err).encode
	}
	p.fields = s.fields
	p.hidden = s.hidden
	return func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error) {
		p.depth++
		dst, start, err := e.enter(Header(dst, TypeDocument, key), p)
		if err != nil {
			return dst, err
		}
		for i := range s.fields {
			if dst, err = e.field(dst, &s.fields[i], v, p); err != nil {
				return dst, below(s.fields[i].key, err)
			}
		}
		if s.inline != nil {
			if dst, err = e.entries(dst, v.Field(s.inline.index), s.inline.elem, p, s.inline); err != nil {
				return dst, err
			}
		}
		return End(dst, start), nil
	}
}

// field appends one field of a struct, unless it is left out.
func (e *Encoder) field(dst []byte, f *field, v reflect.Value, p place) ([]byte, error) {
	for i, at := range f.index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return dst, nil
			}
			v = v.Elem()
		}
		v = v.Field(at)
	}
	if f.omitEmpty {
		empty, err := isEmpty(v, f.zeroer)
		if empty || err != nil {
			return dst, err
		}
	}
	p.minimal = p.minimal || f.minSize
	if f.special {
		e.Special = true
	}
	e.mark(dst, f.names)
	return f.plan.encode(e, dst, f.key, v, p)
}

// description is what the fields of a struct's type amount to.
type description struct {
	fields []field
	inline *inlineMap
	hidden bool // nothing of it would be stored
}

// describe applies the driver's rules to the fields of a struct. outer are the structs that it is inlined into.
func (b *builder) describe(t reflect.Type, outer []reflect.Type) (*description, error) {
	if slices.Contains(outer, t) {
		return nil, &FieldError{Problem: fmt.Sprintf("the struct %v inlines itself; take the tag away", t)}
	}
	d := &description{hidden: t.NumField() == 0}
	var all []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.PkgPath != "" { // not exported
			d.hidden = d.hidden || f.Name != "_"
			continue
		}
		tag := tagOf(f, b.bsonTagsOnly)
		if tag.skip {
			continue
		}
		if tag.inline {
			inlined, err := b.inlined(t, f, i, outer, d)
			if err != nil {
				return nil, err
			}
			all = append(all, inlined...)
			continue
		}
		key, wrong := uncommonKey(tag.key)
		all = append(all, field{
			key: key, special: isSpecial(key), index: []int{i}, omitEmpty: tag.omitEmpty, minSize: tag.minSize,
			zeroer: f.Type.Implements(typeZeroer), plan: b.plan(f.Type), names: newNames(f, key),
		})
		if wrong != nil {
			all[len(all)-1].plan = failing(wrong)
		}
	}
	var err error
	d.fields, err = dominant(t, all)
	if d.inline != nil {
		d.inline.taken = make(map[string]bool, len(d.fields))
		for _, f := range d.fields {
			d.inline.taken[f.key] = true
		}
	}
	d.hidden = d.hidden && len(d.fields) == 0 && d.inline == nil
	return d, err
}

// inlined returns the fields of a field with the tag inline. Of a map it notes in d that there is one.
func (b *builder) inlined(t reflect.Type, f reflect.StructField, i int, outer []reflect.Type, d *description) ([]field, error) {
	in := f.Type
	if in.Kind() == reflect.Map {
		if d.inline != nil {
			return nil, &FieldError{Problem: fmt.Sprintf("the struct %v inlines several maps; keep one", t)}
		}
		if in.Key() != reflect.TypeFor[string]() {
			return nil, &FieldError{Problem: fmt.Sprintf("the struct %v inlines a map whose keys are not strings", t)}
		}
		var none *Names
		d.inline = &inlineMap{index: i, elem: b.plan(in.Elem()), names: none.within(f)}
		return nil, nil
	}
	if in.Kind() == reflect.Pointer {
		in = in.Elem()
	}
	if in.Kind() != reflect.Struct {
		return nil, &FieldError{Problem: fmt.Sprintf("the struct %v inlines %s, which is neither a struct nor a map", t, f.Name)}
	}
	within, err := b.describe(in, append(outer[:len(outer):len(outer)], t))
	if err != nil {
		return nil, err
	}
	d.hidden = d.hidden || within.hidden && in.NumField() > 0
	fields := slices.Clone(within.fields)
	for j := range fields {
		fields[j].index = append([]int{i}, fields[j].index...)
		fields[j].names = fields[j].names.within(f)
	}
	return fields, nil
}

// dominant returns the fields in their order. Of several with one key, the one that is inlined through the fewest structs
// counts; two of those are a mistake.
func dominant(t reflect.Type, all []field) ([]field, error) {
	least := make(map[string]int, len(all)) // the shortest index of a key
	count := make(map[string]int, len(all)) // how many have it
	for _, f := range all {
		n, ok := least[f.key]
		switch {
		case !ok || len(f.index) < n:
			least[f.key], count[f.key] = len(f.index), 1
		case len(f.index) == n:
			count[f.key]++
		}
	}
	var fields []field
	for _, f := range all {
		if len(f.index) != least[f.key] {
			continue
		}
		if count[f.key] > 1 {
			return nil, below(f.key, &FieldError{Problem: fmt.Sprintf("several fields of the struct %v have this name; rename all but one", t)})
		}
		fields = append(fields, f)
	}
	return fields, nil
}
