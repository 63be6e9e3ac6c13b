// SPDX-License-Identifier: Apache-2.0

package reconcile

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// writeTextfile writes the result for the textfile collector of node_exporter, so that an alert can look at it. A reader sees
// the old file or the new one.
func (r *report) writeTextfile(path string, now time.Time) error {
	text := fmt.Sprintf(`# HELP otelanalytics_reconcile_unexplained Differences between Prometheus and the documents that nothing explains.
# TYPE otelanalytics_reconcile_unexplained gauge
otelanalytics_reconcile_unexplained %s
# HELP otelanalytics_reconcile_explained Differences that are explained.
# TYPE otelanalytics_reconcile_explained gauge
otelanalytics_reconcile_explained %s
# HELP otelanalytics_reconcile_documents Documents of the range that was compared last.
# TYPE otelanalytics_reconcile_documents gauge
otelanalytics_reconcile_documents %d
# HELP otelanalytics_reconcile_time_seconds When the comparison ended, in seconds since 1970.
# TYPE otelanalytics_reconcile_time_seconds gauge
otelanalytics_reconcile_time_seconds %d
`, number(r.Differences.Unexplained), number(r.Differences.Explained), r.Documents, now.Unix())
	f, err := os.CreateTemp(filepath.Dir(path), ".reconcile-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
