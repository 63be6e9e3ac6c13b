// SPDX-License-Identifier: Apache-2.0

package datapath

import "testing"

func TestDotted(t *testing.T) {
	for _, tt := range []struct{ path, want string }{
		{"order.total", "order.total"},
		{`order["total amount"]`, "order.total amount"},
		{"items[0].price", "items.0.price"},
		{`["$set"].$browser`, "$set.$browser"},
		{"['$set']['$revenue']", "$set.$revenue"},
		{`["order.total"]`, "order.total"},
		{"items[x]", ""},
		{`order["total"`, ""},
		{`order["total"]amount`, ""},
		{"items[0].", ""},
		{"items[]", ""},
	} {
		if got, ok := Dotted(tt.path); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v; want %q", tt.path, got, ok, tt.want)
		}
	}
}

func TestBracketed(t *testing.T) {
	for path, want := range map[string]string{"$current_url": `["$current_url"]`, "$set.$browser.name": `["$set"].$browser.name`} {
		if got := Bracketed(path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
