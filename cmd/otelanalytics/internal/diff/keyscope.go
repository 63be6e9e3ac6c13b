// SPDX-License-Identifier: Apache-2.0

package diff

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// keyScope compares within what a key names one event.
func (c *comparison) keyScope() {
	old, now := c.before.KeyScope(), c.after.KeyScope()
	if old == now {
		return
	}
	c.add(Breaking, "key_scope", was(scopeText(now), scopeText(old)),
		"the same keys get other ids: a retry of an earlier event is stored again. Change it only while nothing waits")
}

func scopeText(s eventmap.KeyScope) string { return "[" + strings.Join(s.Parts(), ", ") + "]" }
