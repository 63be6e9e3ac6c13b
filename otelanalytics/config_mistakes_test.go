// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"strings"
	"testing"
)

func TestConfigFileMistakes(t *testing.T) {
	const (
		top      = "known: event_map, mongodb, data_dir, journal, ack, key_window, strict, metrics, redact_key, log_level"
		mongodb  = "known: uri, database, collection, ttl, indexes, batch_size, write_timeout"
		empty    = "is empty; write a value, or remove the key for the default"
		notSize  = " is not a size; write bytes, such as 1073741824, or a whole number of KiB, MiB, GiB or TiB, such as 1GiB"
		notTime  = " is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h"
		notWhole = " is not a whole number from 1 to 100000; write one with decimal digits alone"
	)
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "colour: red", `1:1: colour: is not a known key; ` + top},
		{"typo", "\nevnt_map: x", `2:1: evnt_map: is not a known key; did you mean event_map? ` + top},
		{"typo in a group", "mongodb:\n  databse: x", `2:3: mongodb.databse: is not a known key; did you mean database? ` + mongodb},
		{"without its group", "uri: x", "1:1: uri: is not a known key; write uri indented below mongodb; known here: " + strings.TrimPrefix(top, "known: ")},
		{"with a dot", "mongodb.uri: x", "1:1: mongodb.uri: is not a known key; write uri indented below mongodb; known here: " + strings.TrimPrefix(top, "known: ")},
		{"in a wrong group", "mongodb: {data_dir: x}", "1:11: mongodb.data_dir: is not a known key; write it at the top, without indentation; known here: " + strings.TrimPrefix(mongodb, "known: ")},
		{"key that is no name", "mongodb://u:pw@db: x", "1:1: the key here (not shown) is not a known key; " + top},
		{"key that is a list", "? [a]\n: x", "1:3: the key here (not shown) is not a known key; " + top},
		{"merge key", "a: &a {strict: true}\n<<: *a", "1:1: a: is not a known key; " + top + "\nFILE:2:1: the key here (not shown) is not a known key; " + top},
		{"twice", "strict: true\nack: stored\nstrict: false", `3:1: strict: is already there on line 1; remove one of the two`},
		{"twice in a group", "mongodb: {ttl: 1h, ttl: 2h}", `1:20: mongodb.ttl: is already there on line 1; remove one of the two`},
		{"an unknown key twice", "a: 1\na: 2", "1:1: a: is not a known key; " + top + "\nFILE:2:1: a: is already there on line 1; remove one of the two"},

		{"a list at the top", "- strict", "1:1: must be a mapping, not a list; write one KEY: VALUE a line: " + strings.TrimPrefix(top, "known: ")},
		{"text at the top", "mongodb://u:pw@db", "1:1: must be a mapping, not text; write one KEY: VALUE a line: " + strings.TrimPrefix(top, "known: ")},
		{"text for a group", "mongodb: mongodb://u:pw@db", "1:10: mongodb: must be a mapping, not text; write one KEY: VALUE a line: " + strings.TrimPrefix(mongodb, "known: ")},
		{"an alias for a group", "event_map: &a x\nmongodb: *a", "2:10: mongodb: must be a mapping, not an alias; write one KEY: VALUE a line: " + strings.TrimPrefix(mongodb, "known: ")},
		{"a group for a value", "strict: {on: true}", "1:9: strict: must be true or false, not a mapping"},
		{"a list for a value", "data_dir: [x]", "1:11: data_dir: must be text, not a list"},
		{"an alias for a value", "event_map: &a x\ndata_dir: *a", "2:11: data_dir: must be text, not an alias; write the value out; put text that begins with * in quotes"},
		{"a tag", "data_dir: !!str 5", "1:11: data_dir: has a tag, which is not read; remove it; put text that begins with ! in quotes"},
		{"nothing", "data_dir:", "1:10: data_dir: " + empty},
		{"empty text", `data_dir: ""`, "1:11: data_dir: " + empty},
		{"number for text", "mongodb: {database: 404}", `1:21: mongodb.database: must be text, not a number "404"; put it in quotes`},
		{"boolean for text", "event_map: true", `1:12: event_map: must be text, not a boolean "true"; put it in quotes`},
		{"text for a boolean", "strict: yes", `1:9: strict: must be true or false, not text "yes"; write true or false, without quotes`},
		{"quoted boolean", `strict: "true"`, `1:9: strict: must be true or false, not text "true"; write true or false, without quotes`},
		{"number for a boolean", "mongodb: {indexes: 1}", `1:20: mongodb.indexes: must be true or false, not a number "1"; write true or false, without quotes`},
		{"text for a number", "key_window: many", `1:13: key_window: must be a whole number, not text "many"; write decimal digits, without quotes`},
		{"fraction", "key_window: 1.5", `1:13: key_window: must be a whole number, not a number "1.5"; write decimal digits, without quotes`},
		{"hexadecimal", "mongodb: {batch_size: 0x10}", `1:23: mongodb.batch_size: "0x10"` + notWhole},
		{"too small", "mongodb: {batch_size: 0}", `1:23: mongodb.batch_size: "0"` + notWhole},
		{"too large", "mongodb: {batch_size: 100001}", `1:23: mongodb.batch_size: "100001"` + notWhole},
		{"beyond 64 bits", "mongodb: {batch_size: 99999999999999999999}", `1:23: mongodb.batch_size: must be a whole number, not a number "99999999999999999999"; write decimal digits, without quotes`},
		{"another unit of size", "journal: {max_bytes: 4GB}", `1:22: journal.max_bytes: "4GB"` + notSize},
		{"fraction of a size", "journal: {max_bytes: 1.5GiB}", `1:22: journal.max_bytes: "1.5GiB"` + notSize},
		{"size beyond 64 bits", "journal: {max_bytes: 8388608TiB}", `1:22: journal.max_bytes: "8388608TiB"` + notSize},
		{"size below zero", "journal: {max_bytes: -1}", `1:22: journal.max_bytes: "-1"` + notSize},
		{"too little", "journal: {max_bytes: 1MiB}", `1:22: journal.max_bytes: "1MiB" is too little; it must be at least 67108864 (64MiB)`},
		{"duration without a unit", "mongodb: {write_timeout: 30}", `1:26: mongodb.write_timeout: "30"` + notTime},
		{"days", "mongodb: {ttl: 30d}", `1:16: mongodb.ttl: "30d"` + notTime},
		{"no interval", "journal: {sync_interval: 0s}", `1:26: journal.sync_interval: "0s" is too short; it must be at least 1ms`},
		{"ttl below a second", "mongodb: {ttl: 10ms}", `1:16: mongodb.ttl: "10ms" is too short; it must be 0s, for ever, or at least 1s`},
		{"ttl below zero", "mongodb: {ttl: -1h}", `1:16: mongodb.ttl: "-1h" is too short; it must be 0s, for ever, or at least 1s`},
		{"unknown word", "ack: writen", `1:6: ack: "writen" is not known; did you mean written? known: written, synced, stored`},
		{"unknown policy", "journal: {full: drop}", `1:17: journal.full: "drop" is not known; known: reject, block`},
		{"levels", "log_level: info,journal=loud,", `1:12: log_level: part 2: the level "loud" is not known; known: debug, info, warn, error, off; part 3: is empty; write LEVEL or NAME=LEVEL`},
		{"text for a list", "metrics: {modules_disabled: a}", `1:29: metrics.modules_disabled: must be a list, not text; write [A, B], or one "- NAME" a line`},
		{"number in a list", "metrics:\n  events_disabled:\n    - ok\n    - 404", `4:7: metrics.events_disabled: must be a list of names, and this is a number; write text; put numbers, true, false and null in quotes`},
		{"nothing in a list", "metrics: {events_disabled: [a, '']}", `1:32: metrics.events_disabled: must be a list of names, and this is empty text; write text; put numbers, true, false and null in quotes`},

		{"no connection string", "mongodb: {uri: hunter2}", "1:16: mongodb.uri: the value (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://"},
		{"connection string elsewhere", "ack: mongodb://u:hunter2@db", "1:6: ack: a URI (not shown) is not known; known: written, synced, stored"},
		{"short key", "redact_key: hunter2", "1:13: redact_key: the key (not shown) has 7 bytes; it must have at least 16"},
		{"key that is a number", "redact_key: 12345678901234567", "1:13: redact_key: must be text, not a number; put it in quotes"},
		{"key that is a list", "redact_key: [hunter2]", "1:13: redact_key: must be text, not a list"},
		{"key that looks like an alias", "strict: true\nredact_key: *hunter2hunter2hunter2", "2:13: an alias, which is not read, begins here; put text that begins with * in quotes"},
		{"key that looks like a tag", "redact_key: !hunter2hunter2hunter2", "1:13: redact_key: has a tag, which is not read; remove it; put text that begins with ! in quotes"},

		{"no YAML", "mongodb: {uri: 'hunter2}", "1: this is not YAML: found unexpected end of stream; check the colons, quotes, brackets and the indentation here"},
		{"no YAML further down", "strict: true\nmongodb:\n\turi: x", "3: this is not YAML: found character that cannot start any token; check the colons, quotes, brackets and the indentation here"},
		{"two documents", "strict: true\n---\nstrict: false", `2:1: a second YAML document begins here; a configuration is one document: remove the "---" between them`},
		{"several", "strict: maybe\nmongodb:\n  ttl: x\n  foo: 1\nack: no\n", `1:9: strict: must be true or false, not text "maybe"; write true or false, without quotes
FILE:3:8: mongodb.ttl: "x"` + notTime + `
FILE:4:3: mongodb.foo: is not a known key; ` + mongodb + `
FILE:5:6: ack: "no" is not known; known: written, synced, stored`},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.text)
			_, err := loadConfig(path, nil)
			if err == nil {
				t.Fatal("accepted")
			}
			if got := strings.ReplaceAll(err.Error(), path, "FILE"); got != "FILE:"+c.want {
				t.Errorf("got  %s\nwant FILE:%s", got, c.want)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Error("a secret is in the message")
			}
		})
	}
}

func TestConfigVariableMistakes(t *testing.T) {
	known := fileVariable
	for _, s := range settings() {
		known += ", " + s.variable
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
		{"duration", "MONGODB_TTL=forever", `"forever" is not a duration; write numbers with units (ms, s, m, h), such as 100ms, 1m30s or 720h`},
		{"word", "ACK=synched", `"synched" is not known; did you mean synced? known: written, synced, stored`},
		{"levels", "LOG_LEVEL=inof", `part 1: the level "inof" is not known; did you mean info? known: debug, info, warn, error, off`},
		{"connection string", "MONGODB_URI=u:hunter2@db", "the value (not shown) is not a connection string; write one that begins with mongodb:// or mongodb+srv://"},
		{"key", "REDACT_KEY=hunter2", "the key (not shown) has 7 bytes; it must have at least 16"},
		{"long value", "ACK=" + strings.Repeat("x", 200), `"` + strings.Repeat("x", 100) + `…" is not known; known: written, synced, stored`},
	} {
		t.Run(c.name, func(t *testing.T) {
			name, _, _ := strings.Cut(c.variable, "=")
			_, err := loadConfig("", []string{variablePrefix + c.variable})
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

// TestConfigMistakesTogether: one start finds all of them.
func TestConfigMistakesTogether(t *testing.T) {
	path := write(t, "strict: 3\ncolour: red\n")
	_, err := loadConfig(path, []string{"OTELANALYTICS_Z=1", "OTELANALYTICS_ACK=x", "OTELANALYTICS_A=1", "OTELANALYTICS_STRICT=x"})
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

// TestConfigFileThatIsSomethingElse: a wrong path costs neither memory nor a page of messages.
func TestConfigFileThatIsSomethingElse(t *testing.T) {
	large := write(t, strings.Repeat("#", maxConfigBytes+1))
	if _, err := loadConfig(large, nil); err == nil || err.Error() != "configuration file: "+large+" is larger than 1 MiB; a configuration is never that long: check the path" {
		t.Errorf("got %v", err)
	}
	if _, err := loadConfig(write(t, strings.Repeat("#", maxConfigBytes)), nil); err != nil {
		t.Error(err)
	}
	var many strings.Builder
	for range 1000 {
		many.WriteString("? [x]\n: y\n")
	}
	path := write(t, many.String())
	_, err := loadConfig(path, nil)
	if err == nil {
		t.Fatal("accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxConfigMistakes+1 || lines[maxConfigMistakes] != path+": there are more mistakes than the 100 listed here; mend these first" {
		t.Errorf("%d lines, the last: %s", len(lines), lines[len(lines)-1])
	}
	if _, err := loadConfig(t.TempDir(), nil); err == nil || !strings.HasPrefix(err.Error(), "configuration file: ") {
		t.Errorf("a directory: %v", err)
	}
}

func FuzzConfigFile(f *testing.F) {
	for _, s := range []string{
		"", everything, "mongodb:\n", "a: &a [*a]", "<<: {strict: true}", "? {a: b}\n: c", "strict: !!bool yes", "---\n---\n", "{", "\x00", "ack: [", "\xff\xfea\x00", "metrics: {modules_disabled: [~, 1, [x]]}",
		"redact_key: '0123456789abcdef", "%YAML 9.9\n---\n", "mongodb: &m {uri: *m}", "journal: {max_bytes: 9223372036854775807GiB}", "mongodb: {ttl: 2562048h}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := DefaultConfig()
		errs := c.parseFile(settings(), "f", data)
		for _, err := range errs {
			if !strings.HasPrefix(err.Error(), "f:") || strings.Contains(err.Error(), "%!") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: %q", data, err)
			}
		}
		if len(errs) > 0 {
			return
		}
		store := c.StoreConfig()
		if store.JournalBytes < 64<<20 || store.BatchSize < 1 || store.BatchSize > 100_000 || store.SyncInterval <= 0 || store.WriteTimeout <= 0 ||
			store.TTL < 0 || c.KeyWindow < 0 || c.Ack > AckStored || c.DataDir == "" || c.LogLevel == nil || c.RedactKey != "" && len(c.RedactKey) < minRedactKey {
			t.Errorf("%q gives %+v", data, c)
		}
	})
}
