// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/expression"

// Expression is a condition or a formula over the declared data fields of one event, compiled and checked. It is
// immutable and safe for concurrent use; package instruments evaluates it.
type Expression expression.Program

// String returns the expression as it is written in the map, without the "=" before that of a value.
func (x *Expression) String() string { return (*expression.Program)(x).Source() }
