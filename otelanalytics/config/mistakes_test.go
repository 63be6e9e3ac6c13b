// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/internal/defaults"
)

func TestVariableMistakes(t *testing.T) {
	known := fileVariable
	for _, s := range settings() {
		if s.variable != "" {
			known += ", " + s.variable
		}
	}
	for _, c := range []struct{ name, variable, want string }{
		{"unknown", "COLOUR=red", "is not a known variable; known: " + known},
		{"typo", "MONGO_URI=mongodb://u:hunter2@db", "is not a known variable; did you mean OTELANALYTICS_MONGODB_URI? known: " + known},
		{"boolean", "STRICT=1", `"1" is neither true nor false; write true or false`},
		{"negated boolean", "MONGODB_INDEXES=no", `"no" is neither true nor false; write true or false`},
		{"white space alone", "STRICT= ", `"" is neither true nor false; write true or false`},
		{"number", "KEY_WINDOW=-1", `"-1" is not a whole number from 0 to 100000000; write one with decimal digits alone`},
		{"underscores", "KEY_WINDOW=1_000", `"1_000" is not a whole number from 0 to 100000000; write one with decimal digits alone`},
		{"size", "JOURNAL_MAX_BYTES=1g", `"1g" is not a size; write bytes, such as 1073741824, or a whole number of KiB, MiB, GiB or TiB, such as 1GiB`},
		{"duration", "JOURNAL_SYNC_INTERVAL=often", `"often" is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h`},
		{"time to live", "MONGODB_TTL=forever", `"forever" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"a time that a 32-bit number of seconds does not hold", "MONGODB_TTL=1200000h", `"1200000h" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"a time that would be negative", "MONGODB_TTL=876000h", `"876000h" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"one second too much", "MONGODB_TTL=596523h14m8s", `"596523h14m8s" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"a time that no duration holds", "MONGODB_TTL=2562048h", `"2562048h" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"parts of seconds", "MONGODB_TTL=1500ms", `"1500ms" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"a negative time", "MONGODB_TTL=-1ns", `"-1ns" is no time to live; write whole seconds, from 1s to 596523h14m7s (such as 720h), or never, or 0s to leave the index of the collection as it is`},
		{"word", "ACK=synched", `"synched" is not known; did you mean synced? known: written, synced, stored`},
		{"intervals", "OBSERVERS_INTERVALS=a,b=,=1m,c=1ms,d=1m,d=2m", `"a" is not NAME=VALUE; write such as active_users=5m; b: "" is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h; "=1m" is not NAME=VALUE; write such as active_users=5m; c: "1ms" is too short; it must be at least 1s; "d" is there twice; remove one of the two`},
		{"levels", "LOG_LEVEL=inof", `part 1: the level "inof" is not known; did you mean info? known: debug, info, warn, error, off`},
		{"connection string", "MONGODB_URI=u:hunter2@db", "the value (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://"},
		{"key", "REDACT_KEY=hunter2", "the key (not shown) has 7 bytes; it must have at least 16"},
		{"origin", "INGEST_ORIGINS=https://shop.example.com,https://a/b", "an origin (not shown) is not a scheme and a host as browsers send them; write such as https://shop.example.com, in lower case, without a path or the port that the scheme has anyway"},
		{"proxy", "INGEST_TRUSTED_PROXIES=10.0.0.0/8,10.0.0.0/33", `"10.0.0.0/33" is neither an address nor a range of addresses; write such as 192.0.2.1 or 10.0.0.0/8`},
		{"the collector's", "LISTEN=:80", "is not a known variable; known: " + known},
		{"long value", "ACK=" + strings.Repeat("x", 200), `"` + strings.Repeat("x", 100) + `…" is not known; known: written, synced, stored`},
	} {
		t.Run(c.name, func(t *testing.T) {
			name, _, _ := strings.Cut(c.variable, "=")
			_, err := load("", []string{variablePrefix + c.variable})
			if err == nil {
				t.Fatal("accepted")
			}
			if want := variablePrefix + name + ": " + c.want; err.Error() != want {
				t.Errorf("got  %s\nwant %s", err, want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("a secret is in the message")
			}
		})
	}
}

// TestMistakesTogether: one start finds all of them.
func TestMistakesTogether(t *testing.T) {
	path := write(t, "strict: 3\ncolour: red\n")
	_, err := load(path, []string{"OTELANALYTICS_Z=1", "OTELANALYTICS_ACK=x", "OTELANALYTICS_A=1", "OTELANALYTICS_STRICT=x"})
	if err == nil {
		t.Fatal("accepted")
	}
	var places []string
	for line := range strings.Lines(err.Error()) {
		place, _, _ := strings.Cut(strings.ReplaceAll(line, path, "FILE"), ": ")
		places = append(places, place)
	}
	const want = "FILE:1:9 FILE:2:1 OTELANALYTICS_ACK OTELANALYTICS_STRICT OTELANALYTICS_A OTELANALYTICS_Z"
	if got := strings.Join(places, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestFileThatIsSomethingElse: a wrong path costs neither memory nor a page of messages.
func TestFileThatIsSomethingElse(t *testing.T) {
	large := write(t, strings.Repeat("#", maxBytes+1))
	if _, err := load(large, nil); err == nil || err.Error() != "configuration file: "+large+" is larger than 1 MiB; a configuration is never that long: check the path" {
		t.Errorf("got %v", err)
	}
	if _, err := load(write(t, strings.Repeat("#", maxBytes)), nil); err != nil {
		t.Error(err)
	}
	var many strings.Builder
	for range 1000 {
		many.WriteString("? [x]\n: y\n")
	}
	path := write(t, many.String())
	_, err := load(path, nil)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxMistakes+1 || lines[maxMistakes] != path+":199:3: there are more mistakes than the 100 listed here; correct these first" {
		t.Errorf("%d lines, the last: %s", len(lines), lines[len(lines)-1])
	}
	if _, err := load(t.TempDir(), nil); err == nil || !strings.HasPrefix(err.Error(), "configuration file: ") {
		t.Errorf("a directory: %v", err)
	}
}

func FuzzFile(f *testing.F) {
	for _, s := range []string{
		"", everything, "mongodb:\n", "a: &a [*a]", "<<: {strict: true}", "? {a: b}\n: c", "strict: !!bool yes", "---\n---\n", "{", "\x00", "ack: [", "\xff\xfea\x00", "metrics: {modules_disabled: [~, 1, [x]]}",
		"redact_key: '0123456789abcdef", "%YAML 9.9\n---\n", "mongodb: &m {uri: *m}", "journal: {max_bytes: 9223372036854775807GiB}", "mongodb: {ttl: 2562048h}",
		"data_dir: ${A}", "ack: '${A:-written}$$'", "data_dir: \"${A:-\"", "observers: {intervals: {a: 1m, b: '${A:-2s}'}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := Default()
		errs := c.parseFile(settings(), "f", data, func(string) string { return "a value: of\na variable" })
		for _, err := range errs {
			if !strings.HasPrefix(err.Error(), "f:") || strings.Contains(err.Error(), "%!") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %q", data, err)
			}
		}
		if len(errs) > 0 {
			return
		}
		if c.JournalBytes < 64<<20 || c.BatchSize < 1 || c.BatchSize > 100_000 || c.SyncInterval <= 0 || c.WriteTimeout <= 0 ||
			!defaults.ValidTTL(c.TTL) || c.KeyWindow < NoKeyWindow || c.KeyWindow == 0 || c.Ack > eventstore.AckStored || c.Dir == "" || c.LogLevels == nil || c.RedactKey != "" && len(c.RedactKey) < MinRedactKey {
			t.Errorf("%q gives %+v", data, c)
		}
	})
}
