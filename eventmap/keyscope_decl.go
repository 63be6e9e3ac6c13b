// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// loadKeyScope reads the scope of idempotency keys. An empty list is a scope; a key without a value is more likely a line
// that somebody did not finish.
func (l *loader) loadKeyScope(n strictyaml.Node) {
	if n.Null() {
		n.Fail("is empty", "write [service, user], which is the default, one of the two, or [] for keys that all services and users share")
		return
	}
	var scope KeyScope
	lines := map[string]int{}
	for _, item := range n.Items() {
		part, ok := item.Word(keyScopeParts()...)
		if !ok {
			continue
		}
		if line, ok := lines[part]; ok {
			item.Fail(words.Quote(part)+" is already listed on line "+strconv.Itoa(line), "list it once")
			continue
		}
		lines[part] = item.Line()
		scope.Service = scope.Service || part == keyScopeService
		scope.User = scope.User || part == keyScopeUser
	}
	l.keyScope = scope
}
