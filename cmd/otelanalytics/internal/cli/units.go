// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
)

// Bytes writes a number of bytes with the unit that fits: 17 B, 39.2 KiB, 1.0 GiB.
func Bytes(n int64) string {
	if n < 1<<10 {
		return fmt.Sprintf("%d B", n)
	}
	value, unit := float64(n), 0
	for value >= 1<<10 && unit < len(binaryUnits) {
		value /= 1 << 10
		unit++
	}
	return fmt.Sprintf("%.1f %s", value, binaryUnits[unit-1])
}

var binaryUnits = []string{"KiB", "MiB", "GiB", "TiB"}

// Age writes how long something has lasted, in two units at most: 12s, 5m12s, 3h4m, 2d5h.
func Age(d time.Duration) string { return diagnosis.Age(d) }

// Counted writes how many there are of something: 1 event, 2 events.
func Counted[N int | int64](n N, what string) string { return diagnosis.Counted(int64(n), what) }

// Stamp writes a time to the second; - for none.
func Stamp(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Format(time.RFC3339)
}

// OrDash is text, or - where there is none.
func OrDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
