// SPDX-License-Identifier: Apache-2.0

package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
)

// TestResolve has the cases of OpenTelemetry's configuration data model, and some of its own.
func TestResolve(t *testing.T) {
	environment := lookupIn([]string{
		"STRING_VALUE=value", "BOOL_VALUE=true", "EMPTY=", "ENV1=$${STRING_VALUE}", "REPLACE_ME=${DO_NOT_REPLACE_ME}",
		"DO_NOT_REPLACE_ME=Never", "_a1=x", "VALUE_WITH_ESCAPE=value$$", "STRING=ü",
	})
	for _, c := range []struct {
		text, want string
		wrong      []int
	}{
		{text: "", want: ""},
		{text: "no reference", want: "no reference"},
		{text: "${STRING_VALUE}", want: "value"},
		{text: "${env:STRING_VALUE}", want: "value"},
		{text: "foo ${STRING_VALUE} ${BOOL_VALUE}", want: "foo value true"},
		{text: "${STRING_VALUE}${STRING_VALUE}", want: "valuevalue"},
		{text: "${_a1}", want: "x"},
		{text: "$STRING_VALUE", want: "$STRING_VALUE"},
		{text: "$", want: "$"},
		{text: "a$", want: "a$"},
		{text: "{STRING_VALUE}", want: "{STRING_VALUE}"},
		{text: "${UNDEFINED}", want: ""},
		{text: "a${UNDEFINED}b", want: "ab"},
		{text: "${EMPTY}", want: ""},
		{text: "${UNDEFINED:-fallback}", want: "fallback"},
		{text: "${EMPTY:-fallback}", want: "fallback"},
		{text: "${env:UNDEFINED:-a b}", want: "a b"},
		{text: "${STRING_VALUE:-fallback}", want: "value"},
		{text: "${UNDEFINED:-}", want: ""},
		{text: "${UNDEFINED:-a:-b$c{größe}", want: "a:-b$c{größe"},
		{text: "${UNDEFINED:-${STRING_VALUE}}", want: "${STRING_VALUE}"},
		{text: "${REPLACE_ME}", want: "${DO_NOT_REPLACE_ME}"},
		{text: "${ENV1}", want: "$${STRING_VALUE}"},
		{text: "${VALUE_WITH_ESCAPE}", want: "value$$"},
		{text: "$${STRING_VALUE}", want: "${STRING_VALUE}"},
		{text: "$$${STRING_VALUE}", want: "$value"},
		{text: "$$$${STRING_VALUE}", want: "$${STRING_VALUE}"},
		{text: "$${STRING_VALUE:-fallback}", want: "${STRING_VALUE:-fallback}"},
		{text: "a $$ b", want: "a $ b"},
		{text: "a $$", want: "a $"},
		{text: "ü${STRING}ü", want: "üüü"},
		{text: "${1API_KEY}", wrong: []int{1}},
		{text: "${API_$KEY}", wrong: []int{1}},
		{text: "üü${API-KEY} ${}", wrong: []int{3, 14}},
		{text: "${UNDEFINED:?error}", wrong: []int{1}},
		{text: "${file:x}", wrong: []int{1}},
		{text: "${STRING_VALUE", wrong: []int{1}},
		{text: "${UNDEFINED:-a\nb}", wrong: []int{1}},
		{text: "$${ ${", wrong: []int{5}},
	} {
		r, wrong := resolve(c.text, environment)
		if !slices.Equal(wrong, c.wrong) {
			t.Errorf("%q: wrong at %v, want %v", c.text, wrong, c.wrong)
		}
		if wrong == nil && r.text != c.want {
			t.Errorf("%q: got %q, want %q", c.text, r.text, c.want)
		}
	}
}

func TestReferences(t *testing.T) {
	environment := []string{
		"URI=mongodb://u:p$w@db", "DIRECTORY=/var/lib/shop", "YES=true", "COUNT=50", "TEXT_COUNT=50", "KEY=a: 34567890\n- 3456789", "SIZE=67108864",
		"EVERY=5m", "LEVEL=debug", "MODULE=shop, search", "LINE=a: - b # c", "OTELANALYTICS_ACK=stored", "WORD=synced",
	}
	c, err := load(write(t, `
event_map: ${DIRECTORY}/${env:NAME:-events}.yaml
mongodb:
  uri: ${URI}
  database: "${TEXT_COUNT}"
  collection: |-
    ${LINE}
  ttl: ${TTL:-24h}
  indexes: ${YES}
  batch_size: ${COUNT}
  write_timeout: ${TIMEOUT:-}
data_dir: ${NONE}${DIRECTORY}
journal: {max_bytes: "${SIZE}"}
ack: ${WORD}
strict: ${STRICT:-true}
metrics:
  enabled: ${METRICS:-}
  modules_disabled: ["${MODULE}", "${NONE:-}", "$${x}"]
observers:
  interval: ${EVERY}
  intervals: {active_users: "${SLOW:-10m}", queue: '${NONE:-}'}
redact_key: "${KEY}"
log_level: warn,journal=${LEVEL}
`), environment)
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.EventMap, want.URI, want.Database, want.Collection = "/var/lib/shop/events.yaml", "mongodb://u:p$w@db", "50", "a: - b # c"
	want.TTL, want.BatchSize, want.Dir, want.JournalBytes, want.Ack = 24*time.Hour, 50, "/var/lib/shop", 64<<20, eventstore.AckStored
	want.Strict, want.DisabledModules, want.ObserversInterval = true, []string{"shop, search", "${x}"}, 5*time.Minute
	want.ObserversIntervals = map[string]time.Duration{"active_users": 10 * time.Minute}
	want.RedactKey = "a: 34567890\n- 3456789"
	if want.LogLevels, err = ParseLevels("warn,journal=debug"); err != nil {
		t.Fatal(err)
	}
	if !same(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestReferencesReadTheProcessEnvironment(t *testing.T) {
	t.Setenv("SHOP_DATABASE", "shop")
	c, err := Load(write(t, "mongodb: {database: '${SHOP_DATABASE}'}"))
	if err != nil || c.Database != "shop" {
		t.Errorf("got %q, %v", c.Database, err)
	}
}

// FuzzResolve: nothing is left of a reference, and text without a dollar sign stays.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"", "$", "$$", "${A}", "a${A:-b}c", "$${A}", "${", "${A", "${A:-$}", "\xff${A}"} {
		f.Add(s, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		r, wrong := resolve(text, func(string) string { return value })
		if !strings.Contains(text, "$") && r.text != text {
			t.Errorf("%q became %q", text, r.text)
		}
		if wrong == nil && len(r.all) == 0 && len(r.text) > len(text) {
			t.Errorf("%q grew to %q", text, r.text)
		}
		doubled, wrong := resolve(strings.ReplaceAll(text, "$", "$$"), func(string) string { return value })
		if doubled.text != text || wrong != nil {
			t.Errorf("%q escaped became %q", text, doubled.text)
		}
	})
}
