// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/refusals"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

const (
	configID    = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/config.schema.json"
	collectorID = "https://raw.githubusercontent.com/otelanalytics/otelanalytics-go/main/otelanalytics/config/collector.schema.json"
)

// configSchema compiles the schema of the configuration, after the meta-schema has taken it.
func configSchema(t testing.TB) *jsonschema.Schema { return compiled(t, configID, config.Schema()) }

func compiled(t testing.TB, id string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(err)
	}
	if err := compile(t, c, metaSchema).Validate(doc); err != nil {
		t.Fatal(err)
	}
	return compile(t, c, id)
}

// loadConfig loads a file with the text.
func loadConfig(t testing.TB, text []byte) error {
	t.Helper()
	path := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := config.Load(path)
	return err
}

// TestConfigRefusals runs the loader's refusals through the schema. The golden file lists those that it lets pass, each
// with what the loader says first: the way in which YAML was written, and what variables hold.
func TestConfigRefusals(t *testing.T) {
	s := configSchema(t)
	all := refusals.Read(t, "../../../otelanalytics/config/testdata/refusals.txt")
	letPass(t, s, all, "testdata/config_passed.golden")
	if len(all) < 60 {
		t.Errorf("%d refusals", len(all))
	}
}

// TestConfigDefaultsAreValid: what editors insert must be right.
func TestConfigDefaultsAreValid(t *testing.T) {
	s := configSchema(t)
	defaults := 0
	for name, property := range s.Properties {
		for last, inner := range property.Properties {
			if inner.Default != nil {
				defaults++
				if err := s.Validate(map[string]any{name: map[string]any{last: *inner.Default}}); err != nil {
					t.Error(err)
				}
			}
		}
		if property.Default != nil {
			defaults++
			if err := s.Validate(map[string]any{name: *property.Default}); err != nil {
				t.Error(err)
			}
		}
	}
	if defaults < 10 {
		t.Errorf("%d defaults", defaults)
	}
}

// TestConfigsOfPagesAndExamples: both take the files that people copy.
func TestConfigsOfPagesAndExamples(t *testing.T) {
	for name, value := range map[string]string{"MONGODB_PASSWORD": "secret", "SHOP_REDACT_KEY": "0123456789abcdef"} {
		t.Setenv(name, value)
	}
	s := configSchema(t)
	files := map[string][]byte{"testdata/config.yaml": read(t, "testdata/config.yaml")}
	const page = "../../../docs/configuration.md"
	_, rest, _ := strings.Cut(string(read(t, page)), "<!-- example: configuration -->\n```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the page has no example")
	}
	files[page] = []byte(example)
	examples, err := filepath.Glob("../../*/otelanalytics.yaml")
	if err != nil || len(examples) < 2 {
		t.Fatalf("%d examples have a configuration: %v", len(examples), err)
	}
	for _, file := range examples {
		files[file] = read(t, file)
	}
	for name, text := range files {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(text), "# yaml-language-server: $schema="+configID+"\n") {
				t.Error("it does not show where the schema is")
			}
			if err := loadConfig(t, text); err != nil {
				t.Error(err)
			}
			v, err := fromYAML(text)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(v); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestConfigMutants puts odd YAML in every place of a file that has every key, the keys included. The schema refuses
// nothing that the loader accepts; and what the loader refuses, the schema refuses, but for what variables
// hold, and what the golden file lists with what the loader says: notation of YAML, bounds of durations, bytes of other
// alphabets.
func TestConfigMutants(t *testing.T) {
	s := configSchema(t)
	t.Setenv("NAME", "analytics")
	text := read(t, "testdata/config.yaml")
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "otelanalytics.yaml")
	accepted, refused, variables, passed := 0, 0, 0, make(map[string]bool)
	for place := range places(&doc) {
		was := *place
		for _, odd := range configOddities {
			*place = node(t, odd)
			mutant, err := yaml.Marshal(&doc)
			*place = was
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, mutant, 0o600); err != nil {
				t.Fatal(err)
			}
			_, refusal := config.Load(path)
			v, err := fromYAML(mutant)
			if err != nil {
				if refusal == nil {
					t.Errorf("the loader takes what is no YAML: %v\n%s", err, mutant)
				}
				continue
			}
			verdict := s.Validate(v)
			switch {
			case refusal == nil && verdict != nil && odd != "" && !isText(node(t, odd)) && strings.Contains(verdict.Error(), "invalid propertyName"):
				// A number or a date as a name, which JSON writes otherwise.
			case refusal == nil && verdict != nil:
				t.Errorf("%s for %s in line %d is refused: %v", odd, was.Value, was.Line, verdict)
			case refusal == nil:
				accepted++
			case verdict != nil:
				refused++
			case strings.Contains(odd, "${N") && !strings.Contains(refusal.Error(), "begins no reference"):
				variables++ // what they hold, the schema cannot know
			default:
				first, _, _ := strings.Cut(strings.ReplaceAll(refusal.Error(), path+":", ""), "\n")
				_, message, _ := strings.Cut(first, ": ")
				message, _, _ = strings.Cut(message, "; ")
				passed[odd+"\n\t"+message+"\n"] = true
			}
		}
	}
	if accepted < 400 || refused < 1000 || variables < 100 {
		t.Errorf("%d accepted, %d refused, %d refused for what a variable holds", accepted, refused, variables)
	}
	left := strings.Join(slices.Sorted(maps.Keys(passed)), "")
	const golden = "testdata/config_mutants.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(left), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, golden)), left); diff != "" {
		t.Errorf("the schema lets others pass (-want +got):\n%s", diff)
	}
}

func isText(n yaml.Node) bool { return n.ShortTag() == "!!str" }

// configOddities are pieces of YAML that some place might take.
var configOddities = []string{
	``, `~`, `{}`, `[]`, `[a]`, `[1]`, `[a, a]`, `{a: b}`, `{a: 1m}`, `{a: }`, `[~]`, `[true]`, `[""]`, `true`, `False`, `TRUE`, `"true"`, `yes`,
	`0`, `1`, `-1`, `+2`, `2.0`, `1e3`, `1e9`, `.5`, `-0`, `0x10`, `0o17`, `010`, `1_000`, `100000`, `100001`, `100000000`, `100000001`, `4194303`, `4194304`,
	`9007199254740993`, `99999999999999999999`, `.inf`, `.nan`, `2026-01-01`, `""`, `" "`, `a`, `a b`, `größe`, `"a\tb"`, `"a\nb"`, `"a\u0085"`, `"\u00a01m"`,
	`written`, `SYNCED`, `" stored "`, `Stored,`, `reject`, `BLOCK`, `"bloc\u212a"`, `drop`, `off`, `info`, `"info,journal=debug"`, `"journal=debug, INFO"`, `"a b=warn"`, `"=info"`,
	`"info,"`, `"info,warn"`, `"a$b=info"`, `"a$=info"`, `"$=info"`, `"$a=info,b$=off"`, `"a$$b=info"`, `"größe=debug"`, `loud`, `"a=b=info"`,
	`1m`, `0s`, `-0s`, `-1m`, `+1m`, `1h30m`, `1.5s`, `.5h`, `1.h`, `.s`, `0.0s`, `00s0h`, `500ms`, `1ms`, `1us`, `1µs`, `1d`, `"1 m"`, `" 1m "`, `1M`, `30`, `"30"`, `"0"`, `"+0"`, `"-0"`, `0.0`, `1000h`,
	`4MiB`, `3MiB`, `4095KiB`, `4096KiB`, `1GiB`, `"1 GiB"`, `" 004MiB "`, `+1TiB`, `-1TiB`, `0GiB`, `4GB`, `1.5GiB`, `1gib`, `"4194304"`, `"04194304"`, `"4194303"`, `"670000000"`,
	`mongodb://a`, `"mongodb+srv://u:p@b"`, `http://a`, `"mongodb://a$$b"`, `"mongodb://$${a}"`, `"mongodb:// ${NAME}"`, `" mongodb://a"`,
	`0123456789abcdef`, `"0123456789abcdef"`, `"0123456789abcde"`, `"ööööööö0"`, `"öööööööö"`,
	`${NAME}`, `"${NAME}"`, `${env:NAME}`, `${NAME:-a}`, `${NOT_THERE}`, `${NOT_THERE:-}`, `${NOT_THERE:-true}`, `${NOT_THERE:-5}`, `${NOT_THERE:-5m}`, `${NOT_THERE:-128MiB}`, `${NOT_THERE:-written}`,
	`"${NOT_THERE:-0123456789abcdef}"`, `"a${NAME}b"`, `"${NAME}${NAME}"`, `"$${NAME}"`, `"$$${NAME}"`, `"$$"`, `"$"`, `"a$"`, `"$a"`, `"$$$"`, `"${"`, `"${}"`, `"${1}"`, `"${NAME"`, `"${NAME:a}"`,
	`"${NAME} ${"`, `"${NAME:?a}"`, `"${file:a}"`, `"${NOT_THERE:-a}b}"`, `"${NOT_THERE:-${NAME}}"`, `"${NOT_THERE:-a\nb}"`, `"a\n${NAME}"`,
	`uri`, `database`, `strict`, `mongodb`, `mongodb.uri`, `interval`, `intervals`, `active_users`, `"a.b-c"`,
}
