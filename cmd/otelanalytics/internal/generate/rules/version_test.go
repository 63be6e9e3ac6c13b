// SPDX-License-Identifier: Apache-2.0

package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/generate/rules"
)

const plainMap = `version: 1
metrics:
  requests: {instrument: counter}
  latency: {instrument: histogram, unit: s}
events:
  asked: {data: {seconds: {type: double}}, record: [{metric: requests}, {metric: latency, value: seconds}]}
`

// A file of rules says which Prometheus reads it, and --prometheus leaves out what an older one does not read.
func TestPrometheusVersion(t *testing.T) {
	dir := t.TempDir()
	plain, native := filepath.Join(dir, "plain.yaml"), filepath.Join(dir, "native.yaml")
	for path, text := range map[string]string{plain: plainMap, native: strings.Replace(plainMap, "instrument: histogram", "instrument: exponential_histogram", 1)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const average, percentile = "job:latency_seconds:mean_rate5m", "job:latency_seconds:p95_rate5m"
	for _, tt := range []struct {
		name, file, version string
		needs               string
		has, left           []string
	}{
		{"plain", plain, "", "2.26", []string{average, percentile}, nil},
		{"plain, old", plain, "2.26", "2.26", []string{average, percentile}, nil},
		{"native", native, "", "2.51", []string{average, percentile}, nil},
		{"native, later", native, "v3.5.1", "2.51", []string{average, percentile}, nil},
		{"native, before histogram_avg", native, "2.42", "2.40", []string{percentile}, []string{average + " needs Prometheus 2.51"}},
		{"native, before native histograms", native, "2.39", "2.26", nil, []string{average + " needs Prometheus 2.51", percentile + " needs Prometheus 2.40"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := []string{tt.file}
			if tt.version != "" {
				args = append(args, "--prometheus", tt.version)
			}
			code, out, errs := clitest.Run(t, rules.New(), args...)
			if code != 0 {
				t.Fatalf("exit code %d\n%s", code, errs)
			}
			if !strings.Contains(out, "rules for Prometheus "+tt.needs+" or later") {
				t.Errorf("it does not say that it needs %s:\n%.300s", tt.needs, out)
			}
			for _, name := range []string{average, percentile} {
				has := false
				for _, want := range tt.has {
					has = has || want == name
				}
				if got := strings.Contains(out, "record: "+name+"\n"); got != has {
					t.Errorf("%s is there: %v, want %v", name, got, has)
				}
			}
			want := ""
			for _, text := range tt.left {
				want += "left out: " + text + "\n"
			}
			if errs != want {
				t.Errorf("standard error:\n%swant:\n%s", errs, want)
			}
		})
	}
	for version, says := range map[string]string{"2.25": "need Prometheus 2.26 or later", "2": "such as 2.42", "latest": "such as 2.42"} {
		if code, _, errs := clitest.Run(t, rules.New(), "--prometheus", version, plain); code != 2 || !strings.Contains(errs, says) {
			t.Errorf("%s: exit code %d, %s", version, code, errs)
		}
	}
}
