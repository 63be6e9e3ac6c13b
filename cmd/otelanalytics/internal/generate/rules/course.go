// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"strings"
)

// minutes is a time of a test, as promtool writes it.
func minutes(n int) string { return fmt.Sprintf("%dm", n) }

// course is the course of a counter, minute by minute.
type course struct {
	parts []string
	value int
	began bool
}

// grows adds minutes in each of which the counter grows by one.
func (c *course) grows(n int) *course {
	if n > 0 && !c.began { // a counter begins at 0
		c.parts, c.began, n = append(c.parts, "0"), true, n-1
	}
	if n > 0 {
		c.parts = append(c.parts, fmt.Sprintf("%d+1x%d", c.value+1, n-1))
		c.value += n
	}
	return c
}

// rests adds minutes in which it stays as it is.
func (c *course) rests(n int) *course {
	if n > 0 {
		c.parts, c.began = append(c.parts, fmt.Sprintf("%dx%d", c.value, n-1)), true
	}
	return c
}

// unseen adds minutes in which nobody scrapes it.
func (c *course) unseen(n int) *course {
	if n > 0 {
		c.parts = append(c.parts, fmt.Sprintf("_x%d", n))
	}
	return c
}

// ends ends it.
func (c *course) ends() *course {
	c.parts = append(c.parts, "stale")
	return c
}

func (c *course) String() string { return strings.Join(c.parts, " ") }
