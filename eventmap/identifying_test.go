// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/identity"
)

// mapWith is a map with an attribute, fed by a field.
func mapWith(name, bound, field string) string {
	return fmt.Sprintf("version: 1\nmetrics:\n  m: {instrument: counter, attributes: {%s: {%s}}}\nevents:\n  e: {record: [{metric: m, from: {%s: %s}}]}\n",
		name, bound, name, field)
}

func TestAttributesThatIdentify(t *testing.T) {
	for _, test := range []struct {
		name, attribute, bound, field string
		refused                       bool
	}{
		{"by its name", "email", "limit: 10", "x", true},
		{"by its field", "x", "limit: 10", "email", true},
		{"by both", "email", "limit: 10", "email", true},
		{"in another case", "x", "limit: 10", "playerId", true},
		{"with another sign", "x", "limit: 10", "Player-ID", true},
		{"as the id within an object", "x", "limit: 10", "player.id", true},
		{"within an object", "x", "limit: 10", "request.client_ip", true},
		{"a name with a dot", "client.ip", "limit: 10", "x", true},
		{"a name with a dot and id", "player.id", "limit: 10", "x", true},
		{"a part of a name", "ip_version", "limit: 10", "email_domain", false},
		{"above the field", "x", "limit: 10", "email.domain", false},
		{"an id of something else", "x", "limit: 10", "article.id", false},
		{"listed", "login", "values: [password, passkey]", "login", false},
		{"said not to, by its name", "token", "limit: 10, identifies: false", "x", false},
		{"said not to, by its field", "x", "limit: 10, identifies: false", "token", false},
		{"said not to, of a user", "x", "limit: 10, identifies: false", "user_id", true},
		{"said to", "x", "values: [a], identifies: true", "x", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := Parse([]byte(mapWith(test.attribute, test.bound, test.field)))
			if (err != nil) != test.refused {
				t.Fatalf("%v, want an error: %v", err, test.refused)
			}
			if err == nil {
				if a := m.Metrics()[0].Attributes[0]; a.NotIdentifying != strings.Contains(test.bound, "identifies: false") {
					t.Errorf("%+v", a)
				}
			}
			if test.name == "by both" && strings.Count(err.Error(), "identify people") != 1 {
				t.Errorf("it is said more than once: %v", err)
			}
		})
	}
}

// TestNamesThatIdentify holds the list to that of the manual, and each name to what it does.
func TestNamesThatIdentify(t *testing.T) {
	data, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(data), "<!-- names that identify -->")
	list, _, ok := strings.Cut(after, "<!-- end of names -->")
	if !ok {
		t.Fatal("the manual has no list")
	}
	var documented []string
	for i, part := range strings.Split(list, "`") {
		if i%2 == 0 {
			continue
		}
		documented = append(documented, identity.Fold(part))
		if _, err := Parse([]byte(mapWith(part, "limit: 10", "x"))); err == nil {
			t.Errorf("an attribute %s is taken", part)
		}
	}
	slices.Sort(documented)
	if !slices.Equal(documented, identity.PersonalNames()) {
		t.Errorf("the manual has %q, and the code %q", documented, identity.PersonalNames())
	}
}
