// SPDX-License-Identifier: Apache-2.0

package typed

// Optional is a value that may be missing. The zero Optional is missing. Numbers and booleans are optional because
// their zero has a meaning: a duration of 0 distorts an average, a missing one does not.
type Optional[T any] struct {
	value T
	there bool
}

// Some returns an Optional that holds v.
func Some[T any](v T) Optional[T] { return Optional[T]{value: v, there: true} }

// Get returns the value, and whether there is one.
func (o Optional[T]) Get() (T, bool) { return o.value, o.there }

// Int returns an optional integer.
func Int[I ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](i I) Optional[int64] {
	return Some(int64(i))
}

// Float64 returns an optional floating-point number.
func Float64(f float64) Optional[float64] { return Some(f) }

// Bool returns an optional boolean.
func Bool(b bool) Optional[bool] { return Some(b) }
