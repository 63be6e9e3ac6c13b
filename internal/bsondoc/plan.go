// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"reflect"
	"sync"
)

// encode appends an element whose key has been checked. The error is that of the value, without the key.
type encode func(e *Encoder, dst []byte, key string, v reflect.Value, p place) ([]byte, error)

// plan is how the values of one Go type are encoded. It does not change once it is in the cache.
type plan struct {
	encode encode
	fields []field // of a struct
	hidden bool    // a struct without fields that the driver would write
}

// The plans by type: those that read json tags too, and those that do not. A program has a bounded number of types.
var withJSONTags, withoutJSONTags sync.Map // of reflect.Type and *plan

// planOf returns the plan of a type, made on first use.
func (e *Encoder) planOf(t reflect.Type) *plan {
	cache := &withJSONTags
	if e.BSONTagsOnly {
		cache = &withoutJSONTags
	}
	if p, ok := cache.Load(t); ok {
		return p.(*plan)
	}
	b := builder{bsonTagsOnly: e.BSONTagsOnly, cache: cache, made: make(map[reflect.Type]*plan)}
	p := b.plan(t)
	for t, p := range b.made { // only now is none of them half made
		cache.LoadOrStore(t, p)
	}
	return p
}

// builder makes the plan of a type and those of the types that it refers to, which may be the type itself.
type builder struct {
	bsonTagsOnly bool
	cache        *sync.Map
	made         map[reflect.Type]*plan
}

func (b *builder) plan(t reflect.Type) *plan {
	if p, ok := b.cache.Load(t); ok {
		return p.(*plan)
	}
	if p, ok := b.made[t]; ok {
		return p
	}
	p := new(plan)
	b.made[t] = p
	p.encode = b.encodeOf(t, p)
	return p
}

// encodeOf follows the order of the driver's registry: the type itself, its methods, its kind.
func (b *builder) encodeOf(t reflect.Type, p *plan) encode {
	if f := encodeOfType(t); f != nil {
		return f
	}
	f := b.encodeOfKind(t, p)
	if p.hidden || f == nil {
		f = encodeOfText(t, f)
	}
	return encodeByMethod(t, f)
}

// encodeOfKind returns nil for what the driver has no encoder for.
func (b *builder) encodeOfKind(t reflect.Type, p *plan) encode {
	switch t.Kind() {
	case reflect.Bool:
		return encodeBool
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32:
		return encodeInt
	case reflect.Int64:
		return encodeInt64
	case reflect.Uint8, reflect.Uint16:
		return encodeSmallUint
	case reflect.Uint, reflect.Uint32, reflect.Uint64:
		return encodeUint
	case reflect.Float32, reflect.Float64:
		return encodeFloat
	case reflect.String:
		return encodeString
	case reflect.Interface:
		return encodeInterface
	case reflect.Pointer:
		return encodePointer(b.plan(t.Elem()))
	case reflect.Slice:
		return b.encodeSlice(t)
	case reflect.Array:
		return b.encodeArray(t)
	case reflect.Map:
		return encodeMap(b.plan(t.Elem()))
	case reflect.Struct:
		return b.encodeStruct(t, p)
	default:
		return nil
	}
}

// reflected appends a value of a type that has no case of its own, as the driver encodes it.
func (e *Encoder) reflected(dst []byte, key string, v any, p place) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil { // methods are guarded where they are called: it changes meanwhile, and has a race
			out, err = dst, &FieldError{Problem: fmt.Sprintf("encoding a %T panicked; does another goroutine change it meanwhile?", v)}
		}
	}()
	return e.planOf(reflect.TypeOf(v)).encode(e, dst, key, reflect.ValueOf(v), p)
}
