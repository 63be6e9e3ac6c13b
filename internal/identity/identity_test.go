// SPDX-License-Identifier: Apache-2.0

package identity_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/identity"
)

func TestNamesOfPaths(t *testing.T) {
	for _, test := range []struct {
		path            string
		tells, personal bool
	}{
		{"user_id", true, false},
		{"User-ID", true, false},
		{"session.id", true, false},
		{"user.plan", false, false},
		{"id", false, false},
		{"playerId", false, true},
		{"player.id", false, true},
		{"request.client_ip", false, true},
		{"ip_version", false, false},
		{"email.domain", false, false},
	} {
		for _, path := range [][]string{{test.path}, strings.Split(test.path, ".")} {
			if identity.Tells(path) != test.tells || identity.Personal(path) != test.personal {
				t.Errorf("%q: %v and %v, want %v and %v", path, identity.Tells(path), identity.Personal(path), test.tells, test.personal)
			}
		}
	}
}

// TestNamesAreFolded: a name that is not, or that is in both lists, would never be found or be refused in two ways.
func TestNamesAreFolded(t *testing.T) {
	personal := identity.PersonalNames()
	if !slices.IsSorted(personal) {
		t.Error("the names are not in order")
	}
	for _, name := range append(identity.Names(), personal...) {
		if identity.Fold(name) != name {
			t.Errorf("%q is not folded", name)
		}
	}
	for _, name := range personal {
		if slices.Contains(identity.Names(), name) {
			t.Errorf("%q is in both lists", name)
		}
	}
}
