// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"slices"

	"github.com/otelanalytics/otelanalytics-go/internal/datapath"
)

// Path leads to a field of an event's data, one part a level. A part that is a decimal number can also be the index of
// an array, counted from 0, as in MongoDB's dot notation.
//
// In Value.Path the last part can be "$size", the number of elements of the array before it. No other part is "$size"
// or "$sum".
type Path []string

// wrongPart returns the first part that is invalid at its place. Only the last of several parts can be the size of an
// array, and only if size is true.
func (p Path) wrongPart(size bool) (part string, wrong bool) {
	i := slices.IndexFunc(p, datapath.Reserved)
	if i < 0 || size && i > 0 && i == len(p)-1 && p[i] == sizePart {
		return "", false
	}
	return p[i], true
}
