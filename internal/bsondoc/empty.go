// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var (
	typeAny    = reflect.TypeFor[any]()
	typeZeroer = reflect.TypeFor[bson.Zeroer]()
)

// isEmpty reports whether the tag omitempty leaves a value out, as the driver does. zeroer says that its type has IsZero.
func isEmpty(v reflect.Value, zeroer bool) (bool, error) {
	switch v.Kind() {
	case reflect.Interface:
		if v.IsNil() || v.Type() == typeAny || v.Type().Implements(typeMarshaler) || v.Type().Implements(typeValueMarshaler) {
			return v.IsNil(), nil
		}
		// Of an interface with methods the driver looks at the value, of any at the interface.
		v = v.Elem()
		zeroer = v.Type().Implements(typeZeroer)
	case reflect.Pointer:
		if v.IsNil() {
			return true, nil
		}
	}
	if zeroer && (v.Kind() != reflect.Pointer || !v.IsNil()) {
		return called(v.Interface(), "IsZero", func() (bool, error) { return v.Interface().(bson.Zeroer).IsZero(), nil })
	}
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0, nil
	case reflect.Struct:
		return false, nil
	default:
		return v.IsZero(), nil
	}
}
