// SPDX-License-Identifier: Apache-2.0

package bsondoc

import (
	"fmt"
	"reflect"
)

// visit is a pointer, a map or a slice on the way to the current value. It holds no reference.
type visit struct {
	at  uintptr
	len int // of a slice
	t   reflect.Type
}

// maxVisits bounds the way, and with it the stack, which Go cannot recover from when it is exhausted.
const maxVisits = 1000

// push adds a value to the way, or returns that it is on the way already.
func (e *Encoder) push(v reflect.Value, n int) error {
	to := visit{v.Pointer(), n, v.Type()}
	for _, on := range e.path {
		if on == to {
			return &FieldError{Problem: fmt.Sprintf(`this %v refers to itself; leave it out with the tag bson:"-", or keep an id in its place`, to.t)}
		}
	}
	if len(e.path) == maxVisits {
		return &FieldError{Problem: fmt.Sprintf("more than %d pointers lead to this %v; flatten it", maxVisits, to.t)}
	}
	e.path = append(e.path, to)
	return nil
}

// pop takes the last value off. After an error nobody needs to.
func (e *Encoder) pop() { e.path = e.path[:len(e.path)-1] }
