// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/diagnosis"
)

// checkSinks judges the sinks beside the first by their places in the journals.
func checkSinks(_ context.Context, d *deployment) finding {
	sinks := make(map[string]diagnosis.Sink)
	dir, oldest := filepath.Dir(d.journal.Dir), time.Duration(0)
	for _, one := range d.journals {
		for _, s := range one.Sinks {
			sink := sinks[s.Name]
			sink.Name = s.Name
			sink.N += s.Pending
			if !s.Oldest.IsZero() {
				sink.Age = max(sink.Age, time.Since(s.Oldest))
			}
			sinks[s.Name] = sink
			if sink.Age > oldest {
				dir, oldest = filepath.Dir(one.Dir), sink.Age
			}
		}
	}
	var all []diagnosis.Sink
	for _, name := range slices.Sorted(maps.Keys(sinks)) {
		all = append(all, sinks[name])
	}
	return judged(diagnosis.Sinks(all, d.maxPendingAge, dir))
}
