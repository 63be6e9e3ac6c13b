// SPDX-License-Identifier: Apache-2.0

package journal

// Waiting returns how many appends wait in the line.
func (j *Journal) Waiting() (n int) {
	for w := j.line.last.Load(); w != nil; w = w.next {
		n++
	}
	return n
}
