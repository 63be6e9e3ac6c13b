// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/jsonschema"
)

const (
	schemaFolder = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/"
	schemaTitle  = "otelanalytics configuration"
)

// groupDescriptions are for editors, by the group's key.
var groupDescriptions = map[string]string{
	"mongodb":   "Where the events go.",
	"journal":   "The journal that an event enters first.",
	"metrics":   "Switches of the metrics. Events are stored whatever they say. A reload takes them over.",
	"observers": "Gauges that are read on a schedule.",
	"ingest":    "Who may send events over HTTP.",
	"tls":       "The certificate of the address for events.",
}

// The patterns below are in the syntax that JSON Schema recommends, which Go and ECMAScript read alike.
const (
	// blank is the white space that strings.TrimSpace takes away.
	blank  = "[" + blanks + "]*"
	blanks = "\\t-\\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
	// oneReference is ${NAME}, ${env:NAME} or ${NAME:-default}.
	oneReference = `\$\{(env:)?[A-Za-z_][A-Za-z0-9_]*(:-[^}\n]*)?\}`
	// beforeReference is text in front of a reference, or between two.
	beforeReference = `([^$]|\$[^{$]|\$\$)*`
	// referring is text with references, all of them right.
	referring = `^(` + beforeReference + oneReference + `)+` + beforeReference + `\$?$`
	// withReferences is text that has references, all of them right, or none.
	withReferences = `^(` + beforeReference + oneReference + `)*` + beforeReference + `\$?$`

	zeroUnits    = `(0+(\.0*)?|\.0+)(ns|us|µs|μs|ms|s|m|h)`
	anyUnits     = `([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)`
	duration     = `^` + blank + `\+?(` + anyUnits + `)+` + blank + `$`
	zeroDuration = `^` + blank + `[-+]?(0|(` + zeroUnits + `)+)` + blank + `$`
)

// writeSchema writes the schema of a file from the table that the loader reads it with.
func writeSchema(file string, table []setting) ([]byte, error) {
	top := &jsonschema.Schema{
		Schema: jsonschema.Draft, ID: schemaFolder + file, Title: schemaTitle, Type: []string{"object", "null"}, Additional: false,
		Description: "Settings of the SDK. Values may refer to variables of the environment: ${NAME} or ${NAME:-default}; $$ is one $. " +
			"Reference: https://github.com/otelanalytics/otelanalytics-go/blob/main/docs/configuration.md",
		Defs: jsonschema.Properties{{Name: "reference", Schema: &jsonschema.Schema{
			Description: "Refers to variables of the environment.", Type: "string", Pattern: referring,
		}}},
	}
	groups := make(map[string]*jsonschema.Schema)
	for _, s := range table {
		group, last, below := strings.Cut(s.key, ".")
		if !below {
			top.Properties = append(top.Properties, jsonschema.Property{Name: s.key, Schema: settingSchema(s)})
			continue
		}
		g := groups[group]
		if g == nil {
			if groupDescriptions[group] == "" {
				return nil, fmt.Errorf("the group %s has no description", group)
			}
			g = &jsonschema.Schema{Description: groupDescriptions[group], Type: []string{"object", "null"}, Additional: false}
			groups[group] = g
			top.Properties = append(top.Properties, jsonschema.Property{Name: group, Schema: g})
		}
		g.Properties = append(g.Properties, jsonschema.Property{Name: last, Schema: settingSchema(s)})
	}
	return jsonschema.Write(top)
}

// withoutLinks finds the links of a page.
var withoutLinks = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)

func settingSchema(s setting) *jsonschema.Schema {
	v := shapeSchema(s.value.shape)
	v.Description = strings.ToUpper(s.meaning[:1]) + withoutLinks.ReplaceAllString(strings.ReplaceAll(s.meaning[1:], "`", ""), "$1") + "."
	if s.variable != "" {
		v.Description += " Variable: " + s.variable + "."
	}
	if s.standard != "" {
		v.Default = s.standard
		switch s.value.kind {
		case booleanKind:
			v.Default = s.standard == "true"
		case integerKind:
			v.Default, _ = strconv.Atoi(s.standard)
		}
	}
	return v
}

// either is one of these, or text with references.
func either(these ...*jsonschema.Schema) *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: append(these, &jsonschema.Schema{Ref: "#/$defs/reference"})}
}

func shapeSchema(s shape) *jsonschema.Schema {
	zero := 0
	switch s.kind {
	case uriKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: `^mongodb(\+srv)?://` + beforeReference + `\$?$`})
	case keyKind:
		short := `^[\x01-\x7f]{0,` + strconv.FormatInt(s.lo-1, 10) + `}$`
		return either(&jsonschema.Schema{Type: "string", Pattern: withReferences, Not: &jsonschema.Schema{Pattern: short}})
	case booleanKind:
		return either(&jsonschema.Schema{Type: "boolean"})
	case integerKind:
		lo, hi := int(s.lo), int(s.hi)
		return either(&jsonschema.Schema{Type: "integer", Minimum: &lo, Maximum: &hi})
	case sizeKind:
		lo := int(s.lo)
		return either(&jsonschema.Schema{Type: "integer", Minimum: &lo}, &jsonschema.Schema{Type: "string", Pattern: sizePattern(s.lo)})
	case intervalKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: duration, Not: &jsonschema.Schema{Pattern: zeroDuration}})
	case lifetimeKind:
		return either(&jsonschema.Schema{Type: "integer", Minimum: &zero, Maximum: &zero},
			&jsonschema.Schema{Type: "string", Pattern: duration}, &jsonschema.Schema{Type: "string", Pattern: zeroDuration},
			&jsonschema.Schema{Type: "string", Pattern: `^` + blank + anyCase([]string{neverWord}) + blank + `$`})
	case wordKind:
		return either(&jsonschema.Schema{Enum: s.words}, &jsonschema.Schema{Type: "string", Pattern: `^` + blank + anyCase(s.words) + blank + `$`})
	case levelsKind:
		// A name is text without commas, equals signs and control characters; in the file, $$ is one $.
		const never = "\\x00-\\x1f\\x7f-\u009f"
		name := "([^,=$" + never + blanks + `]|\$\$|\$[^{$,=` + never + "])([^,=$" + never + `]|\$\$|\$[^{$,=` + never + "])*\\$?"
		part := blank + "((" + name + `|\$)=` + blank + ")?" + anyCase(s.words) + blank
		return either(&jsonschema.Schema{Enum: s.words}, &jsonschema.Schema{Type: "string", MinLength: 1, Pattern: `^(` + blank + `|` + part + `(,` + part + `)*)$`})
	case listKind:
		return &jsonschema.Schema{Type: []string{"array", "null"}, Items: shapeSchema(shape{kind: s.entries})}
	case rateKind:
		return either(&jsonschema.Schema{Type: "number", Not: &jsonschema.Schema{Maximum: &zero}})
	case originKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: `^[a-z][a-z0-9+.-]*://` + beforeReference + `\$?$`})
	case baseKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: `^[Hh][Tt][Tt][Pp][Ss]?://` + beforeReference + `\$?$`})
	case prefixKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: `^[0-9A-Fa-f]*[.:][0-9A-Fa-f.:]*(%.*|/[0-9]+)?$`})
	case shareKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: `=[+]?(0?\.[0-9]|[01]|[0-9]+[eE]-)`})
	case hashKind:
		return either(&jsonschema.Schema{Type: "string", Pattern: fmt.Sprintf("^[0-9A-Fa-f]{%d}$", hashDigits)})
	case sourcesKind:
		source := &jsonschema.Schema{Type: "object", Required: []string{"name"}, Additional: false}
		for _, key := range sourceSettings("") {
			source.Properties = append(source.Properties, jsonschema.Property{Name: key.key[1:], Schema: settingSchema(key)})
		}
		return &jsonschema.Schema{Type: []string{"array", "null"}, Items: source}
	case intervalsKind:
		return &jsonschema.Schema{
			Type: []string{"object", "null"}, Additional: shapeSchema(shape{kind: intervalKind, lo: s.lo}),
			PropertyNames: &jsonschema.Schema{Pattern: shown.String()},
		}
	default:
		return &jsonschema.Schema{Type: "string", MinLength: 1, Pattern: withReferences}
	}
}

// anyCase matches one of the words, which are of ASCII letters, in any case of letters.
func anyCase(words []string) string {
	var b strings.Builder
	for i, word := range words {
		if i > 0 {
			b.WriteByte('|')
		}
		for _, c := range word {
			b.WriteByte('[')
			b.WriteRune(c)
			b.WriteString(strings.ToUpper(string(c)))
			if c == 'k' {
				b.WriteString("\u212a") // the sign of Kelvin is a K, too
			}
			b.WriteByte(']')
		}
	}
	return "(" + b.String() + ")"
}

// sizePattern matches sizes of at least so many bytes.
func sizePattern(atLeast int64) string {
	alternatives := []string{numberFrom(atLeast)}
	for i, unit := range []string{"KiB", "MiB", "GiB", "TiB"} {
		shift := 10 * (i + 1)
		alternatives = append(alternatives, numberFrom(max(1, (atLeast+1<<shift-1)>>shift))+blank+unit)
	}
	return `^` + blank + `\+?0*(` + strings.Join(alternatives, "|") + `)` + blank + `$`
}

// numberFrom matches decimal numbers without leading zeros from n on.
func numberFrom(n int64) string {
	digits := strconv.FormatInt(n, 10)
	alternatives := []string{digits}
	for i, c := range digits {
		if c < '9' {
			alternatives = append(alternatives, fmt.Sprintf("%s[%c-9][0-9]{%d}", digits[:i], c+1, len(digits)-i-1))
		}
	}
	alternatives = append(alternatives, fmt.Sprintf("[1-9][0-9]{%d,}", len(digits)))
	return "(" + strings.Join(alternatives, "|") + ")"
}

func TestNumberFrom(t *testing.T) {
	for _, n := range []int64{1, 9, 10, 64, 99, 65536, 67108864} {
		matches := compileWhole(t, numberFrom(n))
		for _, k := range []int64{0, 1, 2, 8, 9, 10, 11, 63, 64, 65, 70, 99, 100, 999, 65535, 65536, 65537, 65600, 70000, 67108863, 67108864, 67108865, 67200000, 70000000, 100000000} {
			if got := matches(strconv.FormatInt(k, 10)); got != (k >= n) {
				t.Errorf("from %d on: %d is matched: %v", n, k, got)
			}
		}
	}
}
