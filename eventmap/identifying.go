// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"github.com/otelanalytics/otelanalytics-go/internal/identity"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

const identifiesFix = "leave the attribute out, list the values that it can have, or write identifies: false if it identifies nobody"

// checkIdentifying refuses an attribute without listed values whose name is one that identifies people.
func checkIdentifying(key strictyaml.Node, a *Attribute) {
	if a.Limit > 0 && !a.NotIdentifying && !identity.Tells(Path{a.Name}) && identity.Personal(Path{a.Name}) {
		key.Fail("the attribute "+words.Quote(a.Name)+" has a limit and no values, and attributes of that name mostly identify people: labels are shown to everybody who sees a dashboard, and no deletion reaches them", identifiesFix)
	}
}

// identifying reports whether a field that feeds an attribute identifies people, by its name alone. The attribute's own
// name is checked where it is declared.
func (d *metricDecl) identifying(i int, path Path) bool {
	a := &d.metric.Attributes[i]
	return a.Limit > 0 && !a.NotIdentifying && !identity.Personal(Path{a.Name}) && identity.Personal(path)
}
