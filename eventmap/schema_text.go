// SPDX-License-Identifier: Apache-2.0

package eventmap

import "github.com/otelanalytics/otelanalytics-go/internal/expression"

// The pieces of the patterns below.
const (
	controls  = `\x00-\x1f\x7f-\x9f`
	pathPart  = `[^.` + controls + `]+`
	pathRest  = `(\.` + pathPart + `)*`
	firstPart = `[^$=.` + controls + `][^.` + controls + `]*` // of what is no expression
	noName    = `(^|\.)\$(size|sum)(\.|$)`                    // a part that stands for what an array has
	namePart  = `[^.*` + controls + `]+`                      // of a redacted path
	notLabel  = `[^A-Za-z0-9]`                                // becomes _ in Prometheus
	labelPart = `[A-Za-z0-9]+`
	labelGap  = `[^A-Za-z0-9` + controls + `]`
)

// Rules for texts, as far as a pattern can express them. The loader makes the same checks in code.
var (
	metricKey = textRule{
		description: "An OpenTelemetry instrument name: a letter, then letters, digits and _ . - /",
		pattern:     `^[A-Za-z][A-Za-z0-9_./-]*$`,
		unlike:      `^[Oo][Tt][Ee][Ll][Aa][Nn][Aa][Ll][Yy][Tt][Ii][Cc][Ss](\.|[_/-][_./-]*[A-Za-z0-9])`,
		most:        maxNameBytes,
	}
	unitText = textRule{pattern: `^[ -~]*$`, most: maxUnitBytes}

	attributeKey = textRule{
		description: "An attribute's name, which is a label in Prometheus.",
		pattern:     `^` + labelPart + `(` + labelGap + labelPart + `)*` + labelGap + `?$`,
		unlike: `^(le$|quantile$|job$|instance$|otel` + notLabel + `scope` + notLabel + `|otel` + notLabel + `metric` + notLabel +
			`overflow$)`,
	}
	windowText    = textRule{pattern: windowPattern}
	countedText   = textRule{pattern: `^(\$(user|session)|` + firstPart + pathRest + `)$`, unlike: noName}
	goNameText    = textRule{pattern: `^[A-Z][A-Za-z0-9_]*$`, most: maxGoName}
	attributeText = textRule{never: []string{"", other}}

	eventKey = textRule{
		description: "An event type; with * as the last character, all types that start so.",
		pattern:     `^([^*` + controls + `]+\*?|\*)$`,
		never:       []string{other},
	}
	noteText     = textRule{never: []string{""}}
	oldEventName = textRule{pattern: `^[^*` + controls + `]+$`, never: []string{other}}
	fieldKey     = textRule{
		description: "The name of a data field, or the path of a field within it, such as order.total.",
		pattern:     `^` + pathPart + pathRest + `$`,
		unlike:      noName,
	}
	redactedName = textRule{pattern: `^(` + namePart + `|\*\.(\*|` + namePart + `))(\.(\*|` + namePart + `))*$`}
	sourceText   = textRule{pattern: `^(\$(type|platform|module|session_present)|` + firstPart + pathRest + `)$`, unlike: noName, nobody: true}
	valueText    = textRule{pattern: `^(=[\s\S]+|` + firstPart + pathRest + `)$`, unlike: `^[^=]([\s\S]*\.)?\$(size\.|sum(\.|$))`}
	whenText     = textRule{pattern: `^[^=]`, most: expression.MaxBytes}
)
