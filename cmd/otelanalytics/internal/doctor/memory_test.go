// SPDX-License-Identifier: Apache-2.0

package doctor_test

import "testing"

// TestInMemory: a deployment without a disk has no data directory to look at, and cannot sync.
func TestInMemory(t *testing.T) {
	s := newService(t)
	s.sell(1)
	t.Setenv("OTELANALYTICS_JOURNAL_STORAGE", "memory")
	r := s.examine()
	r.want("configuration", "ok", "data in memory")
	r.want("data_directory", "skipped", "the events that MongoDB does not have are lost")
	for _, check := range []string{"journal", "journal_open", "disk_space", "pending", "quarantine"} {
		r.want(check, "skipped", "needs ")
	}
	r.want("documents", "ok")
	t.Setenv("OTELANALYTICS_ACK", "synced")
	s.examine().want("configuration", "failed", "cannot sync", "set ack to stored or written")
}
