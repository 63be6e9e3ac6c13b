// SPDX-License-Identifier: Apache-2.0

package config

import (
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var hashOfTest = strings.Repeat("0f", hashDigits/2)

var everythingOfIngest = `
ingest:
  sources:
    - name: web
      keys: [` + hashOfTest + `]
    - name: billing
      kind: secret
      keys: [` + strings.ToUpper(hashOfTest) + `]
      keys_file: /etc/keys
      types: [page, order.*]
      platform: server
      context: [page]
      max_age: 48h
      max_ahead: 1m
      consent: consent.analytics
      rate: 100
      rate_per_ip: 0.5
      store_sample: [page=0.1, a=b=1]
      rate_per_user: 2
  origins: [https://shop.example.com]
  public_url: https://events.example.com/a
  trusted_proxies: [10.0.0.0/8, 192.0.2.1]
  max_body_bytes_in_flight: 8MiB
  body_timeout: 3s
`

// ingestOfTest is what everythingOfIngest says.
func ingestOfTest() Ingest {
	return Ingest{
		Sources: []IngestSource{
			{Name: "web", Keys: []string{hashOfTest}},
			{
				Name: "billing", Kind: SecretKeys, Keys: []string{strings.ToUpper(hashOfTest)}, KeysFile: "/etc/keys", Types: []string{"page", "order.*"},
				Platform: "server", Context: []string{"page"}, MaxAge: 48 * time.Hour, MaxAhead: time.Minute, Consent: "consent.analytics",
				Rate: 100, RatePerIP: 0.5, RatePerUser: 2, StoreSample: map[string]float64{"page": 0.1, "a=b": 1},
			},
		},
		Origins: []string{"https://shop.example.com"}, PublicURL: "https://events.example.com/a",
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")},
		MaxBodyBytes:   8 << 20, BodyTimeout: 3 * time.Second,
	}
}

// TestIngestOfTestIsWhole: each key of a source, and each of the group, is set to something else than its default.
func TestIngestOfTestIsWhole(t *testing.T) {
	all := ingestOfTest()
	for _, of := range []struct{ got, standard any }{{all, Default().Ingest}, {all.Sources[1], IngestSource{}}} {
		for i, f := range reflect.VisibleFields(reflect.TypeOf(of.got)) {
			if reflect.DeepEqual(reflect.ValueOf(of.got).Field(i).Interface(), reflect.ValueOf(of.standard).Field(i).Interface()) {
				t.Errorf("%s has its default", f.Name)
			}
		}
	}
}

func TestSources(t *testing.T) {
	keys := "keys: [" + hashOfTest + "]"
	for _, tt := range []struct {
		name, text string
		want       []IngestSource
	}{
		{"none", "ingest: {sources: }", nil},
		{"an empty list", "ingest: {sources: []}", nil},
		{"types that are commented out open nothing", "ingest:\n  sources:\n    - name: web\n      " + keys + "\n      types:\n      # - page\n", []IngestSource{{Name: "web", Keys: []string{hashOfTest}, Types: []string{}}}},
		{"no context", "ingest: {sources: [{name: web, context: [], " + keys + "}]}", []IngestSource{{Name: "web", Keys: []string{hashOfTest}, Context: []string{}}}},
		{"a hash from a variable", "ingest: {sources: [{name: web, keys: ['${HASH}', '${NONE:-}']}]}", []IngestSource{{Name: "web", Keys: []string{hashOfTest}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := load(write(t, tt.text), []string{"HASH=" + hashOfTest})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, c.Ingest.Sources); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
