// SPDX-License-Identifier: Apache-2.0

package config

import (
	"strings"
	"testing"
	"time"
)

// TestNewlineAtTheEnd: what a Secret of Kubernetes adds is removed, from each kind of value and wherever it is written.
func TestNewlineAtTheEnd(t *testing.T) {
	const key = "0123456789abcdef"
	set := []string{
		"OTELANALYTICS_MONGODB_URI=mongodb://u:pw@db", "OTELANALYTICS_REDACT_KEY=" + key, "OTELANALYTICS_DATA_DIR=/data",
		"OTELANALYTICS_MONGODB_DATABASE=shop", "OTELANALYTICS_ACK=stored", "OTELANALYTICS_STRICT=true", "OTELANALYTICS_MONGODB_BATCH_SIZE=7",
		"OTELANALYTICS_MONGODB_WRITE_TIMEOUT=5s", "OTELANALYTICS_MODULES_DISABLED=a,b", "OTELANALYTICS_LOG_LEVEL=error", "OTELANALYTICS_EVENT_MAP=",
	}
	want, err := load("", set)
	if err != nil || want.RedactKey != key || want.WriteTimeout != 5*time.Second {
		t.Fatal(want, err)
	}
	for _, end := range []string{"\n", "\r\n", "\n\n"} {
		variables := make([]string, len(set))
		for i, entry := range set {
			variables[i] = entry + end
		}
		got, err := load("", variables)
		if err != nil || !same(got, want) {
			t.Errorf("variables that end in %q: %v\ngot  %+v\nwant %+v", end, err, got, want)
		}
		file := write(t, `
mongodb: {uri: "${URI}", database: "${DATABASE}", batch_size: 7, write_timeout: 5s}
redact_key: |
  `+key+`
data_dir: /data
ack: stored
strict: true
metrics: {modules_disabled: [a, "${MODULE}"]}
log_level: error
`)
		got, err = load(file, []string{"URI=mongodb://u:pw@db" + end, "DATABASE=shop" + end, "MODULE=b" + end})
		if err != nil || !same(got, want) {
			t.Errorf("references to variables that end in %q: %v\ngot  %+v\nwant %+v", end, err, got, want)
		}
		named := append(variables[1:], "OTELANALYTICS_CONFIG_FILE="+file+end, "URI=mongodb://u:pw@db", "DATABASE=shop", "MODULE=b")
		if got, err := load("", named); err != nil || !same(got, want) {
			t.Errorf("the name of the file ends in %q: %v\n%+v", end, err, got)
		}
	}
}

// TestNewlineWithin: elsewhere it is a mistake, which says where it is and does not show a secret.
func TestNewlineWithin(t *testing.T) {
	for _, c := range []struct{ variable, value, want string }{
		{"OTELANALYTICS_MONGODB_URI", "mongodb://u:s3cret@\ndb\n", "OTELANALYTICS_MONGODB_URI: the connection string (not shown) has a line break after 19 of its 22 bytes; write it on one line"},
		{"OTELANALYTICS_DATA_DIR", "/data\n/analytics", "OTELANALYTICS_DATA_DIR: the value has a line break after 5 of its 16 bytes; write it on one line"},
		{"OTELANALYTICS_EVENT_MAP", "a\r\nb", "OTELANALYTICS_EVENT_MAP: the value has a line break after 1 of its 4 bytes; write it on one line"},
	} {
		_, err := load("", []string{c.variable + "=" + c.value})
		if err == nil || err.Error() != c.want || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", c.value, err)
		}
	}
}

// TestVariablesOfAService: a Service named otelanalytics, or that begins so, makes no mistakes; what only looks like its
// variables does.
func TestVariablesOfAService(t *testing.T) {
	if _, err := load("", []string{
		"OTELANALYTICS_SERVICE_HOST=10.0.0.11", "OTELANALYTICS_SERVICE_PORT=80", "OTELANALYTICS_SERVICE_PORT_HTTP=80",
		"OTELANALYTICS_PORT=tcp://10.0.0.11:80", "OTELANALYTICS_PORT_80_TCP=tcp://10.0.0.11:80", "OTELANALYTICS_PORT_80_TCP_PROTO=tcp",
		"OTELANALYTICS_PORT_80_TCP_PORT=80", "OTELANALYTICS_PORT_80_TCP_ADDR=10.0.0.11",
		"OTELANALYTICS_MONGODB_SERVICE_HOST=10.0.0.12", "OTELANALYTICS_MONGODB_PORT=tcp://10.0.0.12:27017",
	}); err != nil {
		t.Error(err)
	}
	for _, entry := range []string{"OTELANALYTICS_PORT=5001", "OTELANALYTICS_SERVICE_HOST=shop", "OTELANALYTICS_MONGODB_HOST=10.0.0.11"} {
		if _, err := load("", []string{entry}); err == nil || !strings.Contains(err.Error(), "is not a known variable") {
			t.Errorf("%s: %v", entry, err)
		}
	}
}
