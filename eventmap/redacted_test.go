// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"fmt"
	"strings"
	"testing"
)

func TestRedactedPaths(t *testing.T) {
	for _, c := range []struct {
		everywhere, declared string // redacted by the map, by the event
		path                 string
		want                 bool
	}{
		{"ip", "", "ip", true},
		{"ip", "", "IP", false},
		{"ip", "", "client.ip", true},
		{"ip", "", "ip.country", true},
		{"ip", "", "a.0.ip.1.b", true},
		{"ip", "", "zip", false},
		{"ip", "", "client.$size", false},
		{"client.ip", "", "client.ip", true},
		{"client.ip", "", "client.ip.country", true},
		{"client.ip", "", "client", false}, // a part of it only
		{"client.ip", "", "a.client.ip", false},
		{"client.ip", "", "ip", false},
		{"client.ip", "", "client.0.ip", true}, // through an array
		{"client.ip", "", "client.0.1.ip.2", true},
		{"client.ip", "", "0.client.ip", true},
		{"client.ip", "", "client.x.ip", false},
		{"client.0.ip", "", "client.0.ip", true},
		{"client.0.ip", "", "client.1.ip", false},
		{"client.0.ip", "", "client.ip", false},
		{"client.0.ip", "", "client.1.0.ip", true},
		{"*.ip", "", "client.ip", true},
		{"*.ip", "", "client.ip.x", true},
		{"*.ip", "", "ip", false},
		{"*.ip", "", "a.b.ip", false},
		{"*.ip", "", "a.0.ip", true},
		{"client.*", "", "client.x", true},
		{"client.*", "", "client", false},
		{"client.*.ip", "", "client.a.ip", true},
		{"*.*", "", "a.b", true},
		{"*.*", "", "a", false},
		{"", "ip", "ip", true},
		{"", "ip", "ip.country", true},
		{"", "ip", "client.ip", false}, // only at the top
		{"", "*", "ip", false},         // a name like any other
		{"", "*", "*", true},
		{"", "items", "items.$size", true},
		{"", "items.email", "items.0.email", true},
		{"", "items.email", "items.$size", false},
		{"a", "b", "b", true},
		{"a", "b", "c", false},
	} {
		t.Run(c.everywhere+"|"+c.declared+"|"+c.path, func(t *testing.T) {
			text := "version: 1\n"
			if c.everywhere != "" {
				text += fmt.Sprintf("redact: [%q]\n", c.everywhere)
			}
			text += "metrics:\n  n: {instrument: counter}\nevents:\n  e:\n"
			if c.declared != "" {
				text += fmt.Sprintf("    data: {? %q : {redact: drop}", c.declared)
				if read := strings.TrimSuffix(c.path, ".$size"); read != c.declared {
					text += fmt.Sprintf(", ? %q : {}", read)
				}
				text += "}\n"
			}
			text += fmt.Sprintf("    record: [{metric: n, value: %q}]\n", c.path)
			_, err := Parse([]byte(text))
			if got := err != nil && strings.Contains(err.Error(), "redacted"); got != c.want || err != nil && !got {
				t.Errorf("got %v, want %v: %v", got, c.want, err)
			}
		})
	}
}
