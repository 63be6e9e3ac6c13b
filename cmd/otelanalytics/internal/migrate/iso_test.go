// SPDX-License-Identifier: Apache-2.0

package migrate

import (
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

func TestParseISO(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		text  string
		local *time.Location
		want  string // UTC, in the milliseconds that a Date has; or the error
	}{
		{"2024-01-15T10:30:00", time.UTC, "2024-01-15T10:30:00.000Z"},               // Python, without microseconds
		{"2024-01-15T10:30:00.123456", time.UTC, "2024-01-15T10:30:00.123Z"},        // Python
		{"2024-01-15T10:30:00.999999", time.UTC, "2024-01-15T10:30:00.999Z"},        // cut off, not rounded
		{"2024-01-15 10:30:00.000001", time.UTC, "2024-01-15T10:30:00.000Z"},        // Python's str()
		{"2024-01-15T10:30:00.123456+00:00", time.UTC, "2024-01-15T10:30:00.123Z"},  // Python, with a zone
		{"2024-01-15T10:30:00.123456+00:00Z", time.UTC, "2024-01-15T10:30:00.123Z"}, // and a Z behind it
		{"2024-01-15T10:30:00+05:53:28", time.UTC, "2024-01-15T04:36:32.000Z"},      // Python, of local mean time
		{"2024-01-15T10:30:00.123Z", berlin, "2024-01-15T10:30:00.123Z"},            // JavaScript
		{"2024-01-15T10:30:00.123456789-07:00", berlin, "2024-01-15T17:30:00.123Z"}, // Go
		{"2024-01-15t10:30:00z", berlin, "2024-01-15T10:30:00.000Z"},
		{"2024-01-15T10:30:00,5+0530", berlin, "2024-01-15T05:00:00.500Z"},
		{"2024-01-15T10:30:00+05", berlin, "2024-01-15T05:30:00.000Z"},
		{"2024-01-15 10:30:00 UTC", berlin, "2024-01-15T10:30:00.000Z"},
		{"2024-01-15 10:30:00 +0100", time.UTC, "2024-01-15T09:30:00.000Z"},
		{"2024-01-15T10:30", time.UTC, "2024-01-15T10:30:00.000Z"},
		{"2024-01-15", time.UTC, "2024-01-15T00:00:00.000Z"},
		{"20240115T103000Z", berlin, "2024-01-15T10:30:00.000Z"},
		{"20240115", time.UTC, "2024-01-15T00:00:00.000Z"},
		{" 2024-01-15T10:30:00\n", time.UTC, "2024-01-15T10:30:00.000Z"},
		{"2024-01-15T10:30:00", berlin, "2024-01-15T09:30:00.000Z"},
		{"2024-07-15T10:30:00", berlin, "2024-07-15T08:30:00.000Z"}, // summer
		{"1969-12-31T23:59:59.9999", time.UTC, "1969-12-31T23:59:59.999Z"},
		{"2024-02-29T00:00:00", time.UTC, "2024-02-29T00:00:00.000Z"},
		{"2023-02-29T00:00:00", time.UTC, errDate.Error()},
		{"2024-13-01T00:00:00", time.UTC, errDate.Error()},
		{"2024-00-10T00:00:00", time.UTC, errDate.Error()},
		{"2024-01-15T24:00:00", time.UTC, errDate.Error()},
		{"2024-01-15T10:60:00", time.UTC, errDate.Error()},
		{"2024-01-15T10:30:60", time.UTC, errDate.Error()},
		{"0000-01-15T10:30:00", time.UTC, errDate.Error()},
		{"0001-01-01T00:00:00+05:00", time.UTC, errDate.Error()},
		{"2024-01-15T10:30:00 Europe/Berlin", time.UTC, errZone.Error()},
		{"2024-01-15T10:30:00+25:00", time.UTC, errZone.Error()},
		{"2024-01-15T10:30:00CET", time.UTC, errZone.Error()},
		{"2024-01-15T10:30:00.", time.UTC, errZone.Error()},
		{"", time.UTC, errForm.Error()},
		{"None", time.UTC, errForm.Error()},
		{"1705314600", time.UTC, errForm.Error()},
		{"2024-1-5T10:30:00", time.UTC, errForm.Error()},
		{"15.01.2024 10:30", time.UTC, errForm.Error()},
		{"Mon Jan 15 10:30:00 2024", time.UTC, errForm.Error()},
		{"2024-01-15T10", time.UTC, errForm.Error()},
	} {
		got := ""
		if at, err := parseISO(test.text, test.local); err != nil {
			got = err.Error()
		} else {
			got = bson.NewDateTimeFromTime(at).Time().UTC().Format("2006-01-02T15:04:05.000Z")
		}
		if got != test.want {
			t.Errorf("%q in %v: got %s, want %s", test.text, test.local, got, test.want)
		}
	}
}

// FuzzParseISO: what Go reads as RFC 3339 is read as the same time, and what is read has a Date that a query finds.
func FuzzParseISO(f *testing.F) {
	for _, text := range []string{"2024-01-15T10:30:00.123456", "2024-01-15T10:30:00+05:53:28", "20240115T103000Z", "2024-01-15", "x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseISO(text, time.UTC)
		if want, e := time.Parse(time.RFC3339Nano, text); e == nil && want.UTC().Year() > 0 && (err != nil || !got.Equal(want)) {
			t.Errorf("%q: got %v, %v; want %v", text, got, err, want)
		}
		if err != nil {
			if !errors.Is(err, errForm) && !errors.Is(err, errDate) && !errors.Is(err, errZone) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if y := got.UTC().Year(); y < 1 || y > 10_000 {
			t.Errorf("%q is in the year %d", text, y)
		}
	})
}
