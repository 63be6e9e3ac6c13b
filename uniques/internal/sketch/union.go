// SPDX-License-Identifier: Apache-2.0

package sketch

import "iter"

// Union returns a new sketch with all that the sketches have. A union that stays sparse costs a sort for each of them, a dense
// one a pass over its registers.
func Union(sketches iter.Seq[*Sketch]) *Sketch {
	u := New()
	for s := range sketches {
		u.Merge(s)
	}
	return u
}
