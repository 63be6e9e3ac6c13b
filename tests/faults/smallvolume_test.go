// SPDX-License-Identifier: Apache-2.0

//go:build linux

package faults

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/internal/wireserver"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// smallVolume loads the settings that docs/kubernetes.md gives for a volume of 16 MiB, with the data directory on it.
func smallVolume(t *testing.T, d *disk) config.Config {
	t.Helper()
	page, err := os.ReadFile("../../docs/kubernetes.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "### A volume of 16 MiB")
	_, block, _ := strings.Cut(section, "```yaml\n")
	block, _, ok := strings.Cut(block, "```")
	if !ok {
		t.Fatal("docs/kubernetes.md has no settings for a volume of 16 MiB")
	}
	file := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(block, "/var/lib/shop/analytics", d.data(), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil || c.Dir != d.data() {
		t.Fatalf("data directory %s, %v", c.Dir, err)
	}
	return c
}

// TestSmallVolume fills a volume of 16 MiB with the settings of the manual, twice. MongoDB refuses a tenth of the events of the
// first time. The journal is full before the volume is, so that the error says what is wrong.
func TestSmallVolume(t *testing.T) {
	d := mounted(t, 16<<20)
	c := smallVolume(t, d)
	server := wireserver.Start(t)
	server.Script(refusePoison)
	server.Down()
	f := &fullDisk{t: t, disk: d, server: server, refused: map[string]bool{}, poison: func(i int) bool { return i%10 == 9 }}
	f.conf = settings{URI: server.ImpatientURI(), Dir: c.Dir, JournalBytes: c.JournalBytes}
	f.service = start(t, f.conf)
	first := f.fillJournal()
	if least := int(c.JournalBytes) / (padOf + 1_000) * 9 / 10; first < least {
		t.Errorf("%d events were accepted, want %d or more", first, least)
	}
	if h := f.client.Health(t.Context()); h.Status != otelanalytics.StatusUnavailable || !strings.Contains(h.JournalError, "journal full") {
		t.Errorf("health with a full journal: %+v", h)
	}
	server.Up()
	f.settled()
	f.poison = func(int) bool { return false }
	server.Down()
	if again := f.fillJournal(); again < first*9/10 {
		t.Errorf("%d events were accepted, and %d the first time\n%s", again, first, f.files())
	}
	f.end()
	server.Up()
	f.begin()
	f.flush()
	f.holds(0)
	t.Logf("%d events of 4 KiB the first time\n%s", first, f.files())
}

// fillJournal tracks until the journal is full, and reports how many events were accepted.
func (f *fullDisk) fillJournal() int {
	f.t.Helper()
	before := f.accepted
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		if err := f.trackOne(); err != nil {
			if !errors.Is(err, otelanalytics.ErrJournalFull) {
				f.t.Fatalf("a full journal refuses with %v, want ErrJournalFull\n%s", err, f.files())
			}
			return f.accepted - before
		}
	}
	f.t.Fatalf("the journal has no bound\n%s", f.files())
	return 0
}
