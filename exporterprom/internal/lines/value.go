// SPDX-License-Identifier: Apache-2.0

package lines

import (
	"bytes"
	"math"
	"strconv"
)

// appendFloat appends a number as the format has it. OpenMetrics tells 1.0 from the integer 1.
func (w *Writer) appendFloat(to []byte, f float64) []byte {
	if -1e6 < f && f < 1e6 && f == math.Trunc(f) { // larger ones have an exponent
		to = strconv.AppendInt(to, int64(f), 10)
		if w.OpenMetrics {
			to = append(to, ".0"...)
		}
		return to
	}
	from := len(to)
	to = strconv.AppendFloat(to, f, 'g', -1, 64)
	if w.OpenMetrics && !bytes.ContainsAny(to[from:], "e.") && !math.IsNaN(f) && !math.IsInf(f, 0) {
		to = append(to, ".0"...)
	}
	return to
}

// appendCount appends a number of events. Text 0.0.4 has floating-point numbers only.
func (w *Writer) appendCount(to []byte, n uint64) []byte {
	if w.OpenMetrics {
		return strconv.AppendUint(to, n, 10)
	}
	return w.appendFloat(to, float64(n))
}

// appendEscaped appends a text with backslashes before backslashes, line feeds and, when asked, quotes.
func appendEscaped(to []byte, text string, quotes bool) []byte {
	from := 0
	for i := range len(text) {
		c := text[i]
		if c != '\\' && c != '\n' && (c != '"' || !quotes) {
			continue
		}
		to = append(append(to, text[from:i]...), '\\')
		if c == '\n' {
			c = 'n'
		}
		to = append(to, c)
		from = i + 1
	}
	return append(to, text[from:]...)
}
