// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
)

// version is a release of Prometheus, without the patch. The zero value is the latest.
type version struct{ major, minor int }

// The releases that brought what rules use, by Prometheus' CHANGELOG.
var (
	lastOverTime     = version{2, 26} // last_over_time, which alerts need
	nativeHistograms = version{2, 40}
	histogramAvg     = version{2, 51}
)

var versionText = regexp.MustCompile(`^v?([0-9]{1,4})\.([0-9]{1,4})(\.[0-9]+)?$`)

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

func (v version) compare(o version) int {
	return cmp.Or(cmp.Compare(v.major, o.major), cmp.Compare(v.minor, o.minor))
}

// versionFlag is the version in the flag --prometheus.
type versionFlag struct{ version }

func (f *versionFlag) Type() string { return "version" }

func (f *versionFlag) String() string {
	if f.version == (version{}) {
		return ""
	}
	return f.version.String()
}

func (f *versionFlag) Set(text string) error {
	parts := versionText.FindStringSubmatch(text)
	if parts == nil {
		return cli.Usagef("want a release of Prometheus, such as 2.42 or 3.5")
	}
	major, _ := strconv.Atoi(parts[1]) // digits
	minor, _ := strconv.Atoi(parts[2])
	if v := (version{major, minor}); v.compare(lastOverTime) >= 0 {
		f.version = v
		return nil
	}
	return cli.Usagef("the alerts need Prometheus %s or later, for last_over_time", lastOverTime)
}

// since is the first release of Prometheus that reads the rule.
func (r *rule) since() version {
	switch {
	case strings.Contains(r.expr, "histogram_avg("):
		return histogramAvg
	case r.native:
		return nativeHistograms
	default:
		return lastOverTime
	}
}

// readable leaves out the rules that the Prometheus of the options does not read, and returns their names.
func (k *maker) readable(groups []group) (kept []group, left []string) {
	for _, g := range groups {
		rules := g.rules[:0:0]
		for i := range g.rules {
			r := &g.rules[i]
			if v := k.prometheus.version; v != (version{}) && v.compare(r.since()) < 0 {
				left = append(left, fmt.Sprintf("%s needs Prometheus %s", r.alert+r.record, r.since()))
				continue
			}
			rules = append(rules, *r)
		}
		if len(rules) > 0 {
			kept = append(kept, group{g.name, rules})
		}
	}
	return kept, left
}

// needed is the first release that reads all rules.
func needed(groups []group) version {
	most := lastOverTime
	for _, g := range groups {
		for i := range g.rules {
			if v := g.rules[i].since(); v.compare(most) > 0 {
				most = v
			}
		}
	}
	return most
}
