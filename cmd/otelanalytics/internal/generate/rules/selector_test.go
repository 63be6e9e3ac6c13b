// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"strings"
	"testing"
	"time"
)

func TestSamples(t *testing.T) {
	for _, test := range []struct{ selector, label, want string }{
		{`job="shop"`, "job", "shop"},
		{`job="a\"b\\"`, "job", `a"b\`},
		{`job=~"shop-(eu|us)"`, "job", "shop-eu"},
		{`job=~"(?i:shop)[0-9]{3}x?.*"`, "job", "SHOP000xx"},
		{`job=~"a|b", job!="a"`, "job", "b"},
		{`job=~"(eu|us)-[ab0-9]", job!~"eu-.*"`, "job", "us-a"},
		{`job=~"x{200}"`, "job", strings.Repeat("x", 200)},
		{`job="a", job="b"`, "job", ""},
		{`stage!="dev"`, "stage", "sample"},
		{`stage!~"s.*"`, "stage", "other"},
		{`stage=~"[a-z]+", stage!~"a"`, "stage", "z"},
		{`stage=""`, "stage", ""},
		{` a = "x" , b != "y" ,`, "a", "x"},
	} {
		all, err := parseSelector(test.selector)
		if err != nil {
			t.Errorf("%s: %v", test.selector, err)
			continue
		}
		got, err := samples(all)
		if got[test.label] != test.want || (err != nil) != (test.selector == `job="a", job="b"`) {
			t.Errorf("%s: %q, %v", test.selector, got, err)
		}
	}
}

func TestDurationsAndSizes(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0s", time.Minute: "1m", 90 * time.Minute: "1h30m", 26*time.Hour + time.Second: "1d2h1s"} {
		if got := promDuration(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
	for text, want := range map[string]string{"67108864": "64MiB", "1048577KiB": "1048577KiB", "1024GiB": "1TiB"} {
		var s sizeFlag
		if err := s.Set(text); err != nil || s.String() != want {
			t.Errorf("%s: %s, %v", text, &s, err)
		}
	}
}
