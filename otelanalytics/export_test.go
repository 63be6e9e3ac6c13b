// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"flag"
	"time"
)

// SetClock gives a client another clock, before anything is tracked.
func SetClock(c *Client, now func() time.Time) { c.now = now }

// Update is the flag -update, for the tests of both packages.
var Update = flag.Bool("update", false, "write the golden files anew")

// ModuleCount returns how many modules the client keeps.
func (c *Client) ModuleCount() (n int) {
	c.modules.Range(func(any, any) bool { n++; return true })
	return n
}
