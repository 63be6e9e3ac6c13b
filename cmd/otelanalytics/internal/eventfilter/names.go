// SPDX-License-Identifier: Apache-2.0

package eventfilter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// Names are the names that event types have and had; nil knows none.
type Names struct{ events *eventmap.Map }

// Names reads the event map of the flag --map, or of the configuration. Without either it is nil. A map of the
// configuration that cannot be read is warned about: it may be that of another machine.
func (f *Flags) Names(c config.Config) (*Names, error) {
	path := cmp.Or(f.mapFile, c.EventMap)
	if path == "" {
		return nil, nil
	}
	m, err := cli.LoadMap(f.cmd.InOrStdin(), path)
	switch {
	case err == nil:
		return &Names{m}, nil
	case f.mapFile != "":
		return nil, err
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	f.note("the earlier names of the type are not known, so only events with the given name are found: %s", first)
	return nil, nil
}

// OldNames makes Names a [mongostore.EventNames].
func (n *Names) OldNames(eventType string) []string {
	if n == nil {
		return nil
	}
	return n.events.OldNames(eventType)
}

// Now returns the name that events of an earlier one have now; empty for a type that has none.
func (n *Names) Now(eventType string) string {
	if n == nil {
		return ""
	}
	e, ok := n.events.Match(eventType)
	if !ok || !slices.Contains(e.RenamedFrom, eventType) {
		return ""
	}
	return e.Name
}

// Explain says which names the events have that the flags choose, where there are several.
func (f *Flags) Explain(n *Names) {
	if old := n.OldNames(f.kind); len(old) > 0 {
		f.note("%s was called %s before; events of each name are found", cli.Safe(f.kind), cli.Safe(strings.Join(old, ", ")))
	}
	if now := n.Now(f.kind); now != "" {
		f.note("%s is called %s now; --type %[2]s finds the events of both names", cli.Safe(f.kind), cli.Safe(now))
	}
}

// note writes beside the results.
func (f *Flags) note(format string, args ...any) {
	fmt.Fprintf(f.cmd.ErrOrStderr(), format+"\n", args...)
}
