// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/internal/identity"
	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// checkSources refuses attributes whose source is an identity, a redacted field, or a field that the event does not
// have. places are the places of the sources, parallel to sources. record is the entry itself, for sources of the
// attribute's own name.
func (l *loader) checkSources(event *eventDecl, d *metricDecl, record strictyaml.Node, sources []Source, places []strictyaml.Node) {
	for i, s := range sources {
		if a := &d.metric.Attributes[i]; s.Kind == FromSession && d.sound[i] && !(a.allows("true") && a.allows("false")) {
			places[i].Fail("the attribute "+words.Quote(d.names[i])+" can be neither or only one of true and false", "list them both: values: [true, false]")
		}
		if s.Kind != FromData || len(s.Path) == 0 {
			continue
		}
		at := places[i]
		if at.IsZero() {
			at = record
		}
		name := d.names[i]
		switch why, redacted := event.redacted(l, s.Path); {
		case identity.Tells(s.Path) || identity.Tells(Path{name}):
			at.Fail("the attribute "+words.Quote(name)+" comes from the field "+words.Quote(pathText(s.Path))+
				", which tells users, sessions or traces apart: each would be a series of its own, which no Prometheus survives",
				"leave the attribute out; the stored event names the user, and the store counts distinct users")
		case redacted:
			at.Fail("the attribute "+words.Quote(name)+" comes from a redacted field: "+why, "take another field, or do not redact it")
		case d.identifying(i, s.Path):
			at.Fail("the attribute "+words.Quote(name)+" comes from the field "+words.Quote(pathText(s.Path))+", has a limit and no values, and fields of that name mostly identify people: labels are shown to everybody who sees a dashboard, and no deletion reaches them", identifiesFix)
		default:
			event.checkAttributeField(at, name, s.Path, !places[i].IsZero())
		}
	}
}

func pathText(p Path) string { return strings.Join(p, ".") }
