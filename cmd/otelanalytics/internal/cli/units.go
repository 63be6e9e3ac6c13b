// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"time"
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
func Age(d time.Duration) string {
	const day = 24 * time.Hour
	d = max(d, 0)
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm%ds", d/time.Minute, d%time.Minute/time.Second)
	case d < day:
		return fmt.Sprintf("%dh%dm", d/time.Hour, d%time.Hour/time.Minute)
	default:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	}
}

// Counted writes how many there are of something: 1 event, 2 events.
func Counted[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

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
