// SPDX-License-Identifier: Apache-2.0

package eventdoc

import (
	"strings"
	"testing"
)

func TestStoredName(t *testing.T) {
	for _, c := range []struct{ name, stored string }{
		{"", ""},
		{"plan", "plan"},
		{"total amount", "total amount"},
		{"$current_url", "%24current_url"},
		{"$", "%24"},
		{"$$x", "%24$x"},
		{"a$b", "a$b"},
		{"order.total", "order%2Etotal"},
		{".", "%2E"},
		{"..", "%2E%2E"},
		{"$geo.lat", "%24geo%2Elat"},
		{"100%", "100%"},
		{"%", "%"},
		{"50%off", "50%off"},
		{"%20", "%20"},
		{"%2e", "%2e"}, // an escape has capital letters
		{"%2E", "%252E"},
		{"a%2Eb", "a%252Eb"},
		{"%24x", "%2524x"},
		{"x%24", "x%24"}, // a dollar sign is escaped at the beginning only
		{"%25", "%2525"},
		{"%252E", "%25252E"},
		{"%2", "%2"},
		{"%.", "%%2E"},
		{"%2.E", "%2%2EE"},
		{"%%2E", "%%252E"},
		{"$%24", "%24%24"},
		{"größe.€", "größe%2E€"},
	} {
		if got := StoredName(c.name); got != c.stored {
			t.Errorf("StoredName(%q) = %q, want %q", c.name, got, c.stored)
		}
		if got := PlainName(c.stored); got != c.name {
			t.Errorf("PlainName(%q) = %q, want %q", c.stored, got, c.name)
		}
	}
}

// TestPlainNameOfOthers: names that are not of StoredName are read as they are.
func TestPlainNameOfOthers(t *testing.T) {
	for _, name := range []string{"user.plan", "$set", "a.$b", "%2G", "100% a"} {
		if got := PlainName(name); got != name {
			t.Errorf("PlainName(%q) = %q", name, got)
		}
	}
}

// FuzzNames: each name comes back exactly, what every engine stores is what is stored, and a name that needs no change has none.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"", "plan", "$current_url", "order.total", "%2E", "%25%2E$", "$%24.%", "%%25%", "\x80.\xff", "a\u00e9.$"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		stored := StoredName(name)
		if got := PlainName(stored); got != name {
			t.Errorf("%q became %q, and that %q", name, stored, got)
		}
		if strings.HasPrefix(stored, "$") || strings.Contains(stored, ".") {
			t.Errorf("%q is stored as %q", name, stored)
		}
		changes := strings.HasPrefix(name, "$") || strings.Contains(name, ".") || strings.HasPrefix(name, "%24") ||
			strings.Contains(name, "%2E") || strings.Contains(name, "%25")
		if (stored != name) != changes {
			t.Errorf("%q is stored as %q", name, stored)
		}
	})
}

func TestStoredPath(t *testing.T) {
	if got, want := StoredPath("$set", "plan.name", "x"), "event_data.%24set.plan%2Ename.x"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestPlainNamesCostNothing(t *testing.T) {
	stored := StoredName("$current_url")
	for name, f := range map[string]func(){
		"StoredName": func() { StoredName("plan_of_the_user") },
		"PlainName":  func() { PlainName("plan_of_the_user") },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s of a name that does not change: %v allocations", name, n)
		}
	}
	if n := testing.AllocsPerRun(100, func() { PlainName(stored) }); n == 0 {
		t.Error("nothing was measured")
	}
}
