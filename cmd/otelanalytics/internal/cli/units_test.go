// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

func TestUnits(t *testing.T) {
	for want, got := range map[string]string{
		"0 B": cli.Bytes(0), "1023 B": cli.Bytes(1023), "1.0 KiB": cli.Bytes(1024), "39.2 KiB": cli.Bytes(40172),
		"16.0 MiB": cli.Bytes(16 << 20), "1.5 GiB": cli.Bytes(3 << 29), "2048.0 TiB": cli.Bytes(1 << 51),
		"0s": cli.Age(-time.Second), "12ms": cli.Age(12 * time.Millisecond), "12s": cli.Age(12*time.Second + 999), "5m12s": cli.Age(312 * time.Second),
		"3h4m": cli.Age(184 * time.Minute), "2d5h": cli.Age(53 * time.Hour),
		"1 event": cli.Counted(1, "event"), "0 events": cli.Counted(0, "event"),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
