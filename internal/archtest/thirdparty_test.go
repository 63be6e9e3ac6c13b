// SPDX-License-Identifier: Apache-2.0

package archtest

import (
	"os/exec"
	"strings"
	"testing"
)

// maxThirdParty bounds the packages of other modules that a service compiles for a package of this one.
var maxThirdParty = map[string]int{
	"eventctx":                  0,
	"eventstore":                8,
	"otelanalytics":             43,
	"otelanalytics/config":      9,
	"instruments/meterprovider": 50,
	"mongostore":                76,
	"uniques":                   39,
	"exporterprom":              92,
}

// TestThirdPartyPackages holds packages to maxThirdParty.
func TestThirdPartyPackages(t *testing.T) {
	for name, most := range maxThirdParty {
		if got := thirdParty(t, "./"+name); len(got) > most {
			t.Errorf("%s needs %d packages of other modules, more than %d:\n%s", name, len(got), most, strings.Join(got, "\n"))
		}
	}
}

// thirdParty returns the packages of other modules that a package needs, itself left out.
func thirdParty(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ours := 0
	for path := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(path, module) {
			ours++
			continue
		}
		all = append(all, path)
	}
	if ours == 0 {
		t.Fatalf("go list %s names no package of this module", strings.Join(args, " "))
	}
	return all
}
