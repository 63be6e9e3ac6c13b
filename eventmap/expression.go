// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/expression"

// Expression is a compiled and checked condition or formula over the declared data fields of one event. It is immutable
// and safe for concurrent use. Package instruments evaluates it.
type Expression expression.Program

// String returns the expression as the map has it, without the "=" before the expression of a value.
func (x *Expression) String() string { return (*expression.Program)(x).Source() }
