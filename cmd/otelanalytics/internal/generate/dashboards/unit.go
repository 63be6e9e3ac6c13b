// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// Units of Grafana that charts have whatever the metric's unit is.
const (
	number  = "short"
	percent = "percentunit" // 1 is 100 %
	seconds = "s"
	inBytes = "bytes"
	each    = "cps" // counts a second
)

// units are Grafana's names (packages/grafana-data/src/valueFormats/categories.ts) for units of UCUM.
var units = map[string]string{
	"ns": "ns", "us": "µs", "ms": "ms", "s": "s", "min": "m", "h": "h", "d": "d",
	"By": "bytes", "KiBy": "kbytes", "MiBy": "mbytes", "GiBy": "gbytes", "TiBy": "tbytes",
	"kBy": "deckbytes", "MBy": "decmbytes", "GBy": "decgbytes", "TBy": "dectbytes", "bit": "bits",
	"By/s": "binBps", "bit/s": "bps", "%": "percent", "Hz": "hertz", "Cel": "celsius", "K": "kelvin",
	"V": "volt", "A": "amp", "W": "watt", "J": "joule", "m": "lengthm", "km": "lengthkm", "g": "massg", "kg": "masskg",
	"m/s": "velocityms", "Pa": "pressurepa",
}

// unitOf returns the unit of what a metric has. Annotations in braces only name what is counted.
func unitOf(m *eventmap.Metric) string {
	unit := withoutAnnotations(m.Unit)
	switch {
	case unit == "1" && m.Instrument.IsGauge():
		return percent // Prometheus calls it a ratio
	case unit == "", unit == "1":
		return number
	case units[unit] != "":
		return units[unit]
	default:
		return "suffix: " + unit
	}
}

// rateUnitOf returns the unit of what is added to a counter each second.
func rateUnitOf(m *eventmap.Metric) string {
	switch unit := withoutAnnotations(m.Unit); {
	case m.Unit == "{request}":
		return "reqps"
	case unit == "", unit == "1":
		return each
	case unit == "By":
		return "binBps"
	default:
		return "suffix: " + unit + "/s"
	}
}

// withoutAnnotations removes what stands in braces, and the sign that it leaves behind: By{read} is By, {hit}/s is 1/s.
func withoutAnnotations(unit string) string {
	for {
		from := strings.IndexByte(unit, '{')
		if from < 0 {
			break
		}
		to := strings.IndexByte(unit[from:], '}')
		if to < 0 {
			break
		}
		unit = unit[:from] + unit[from+to+1:]
	}
	if strings.HasPrefix(unit, "/") {
		return "1" + unit
	}
	return strings.TrimRight(unit, "./")
}
