// SPDX-License-Identifier: Apache-2.0

package schemas

import (
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// TestSchemaRefusesNothingThatTheLoaderAccepts puts odd YAML in every place of two maps that have every key between
// them, the keys included. An editor must not mark what the loader takes.
func TestSchemaRefusesNothingThatTheLoaderAccepts(t *testing.T) {
	s := compile(t, newCompiler(t), schemaID)
	accepted, refused := 0, 0
	for _, name := range []string{"../../../eventmap/testdata/valid/everything.yaml", "testdata/new.yaml"} {
		text := read(t, name)
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		for place := range places(&doc) {
			was := *place
			for _, odd := range oddities {
				*place = node(t, odd)
				mutant, err := yaml.Marshal(&doc)
				*place = was
				if err != nil {
					t.Fatal(err)
				}
				if _, err := eventmap.Parse(mutant); err != nil {
					refused++
					continue
				}
				accepted++
				v, err := fromYAML(mutant)
				if err != nil {
					t.Fatalf("%s with %s in line %d: %v", name, odd, was.Line, err)
				}
				if err := s.Validate(v); err != nil {
					t.Errorf("%s with %s for %s in line %d: %v", name, odd, was.Value, was.Line, err)
				}
			}
		}
	}
	if accepted < 500 || refused < 1000 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}

// oddities are pieces of YAML that some place might take.
var oddities = []string{
	``, `~`, `{}`, `[]`, `[a]`, `[1]`, `[a, a]`, `{a: b}`, `{a: {}}`, `{a: }`, `[{}]`, `[~]`,
	`true`, `False`, `"true"`, `0`, `1`, `-1`, `+2`, `2.0`, `1e3`, `.5`, `-0.0`, `160`, `20`, `-10`, `100000`, `100001`, `1e300`,
	`9007199254740993`, `18446744073709551615`, `99999999999999999999`, `1.50`, `0x10`, `010`, `1_000`, `.inf`, `.nan`, `1e999`,
	`2026-01-01`, `"2026-01-01"`, `""`, `" "`, `a`, `A`, `a b`, `größe`, `名前`, `名a`, `é`, `"a\tb"`, `"a\u0085b"`, `"a\u00a0b"`, `"a\u2028b"`,
	`other`, `Other`, `unknown`, `null`, `"null"`, `"*"`, `"*a"`, `"a*"`, `"a**"`, `"*.a"`, `"*.*"`, `"a.*"`, `"a.*.b"`,
	`a.b`, `a..b`, `.a`, `a.`, `a.0.b`, `$type`, `$size`, `$a`, `a$`, `a.$size`, `a.$size.b`, `$type.$size`, `a.$b`, `a/b-c_d.e`,
	`"=a"`, `"="`, `"=1"`, `"=-1.5"`, `"=a\nb"`, `"a=b"`, `'type == "a"'`, `"=len(type)"`,
	`le`, `LE`, `le_`, `quantile`, `__a`, `_a`, `_`, `1a`, `otel.scope.name`, `otel_scope`, `otel..scope__x`, `otel_metric_overflow`, `otel.metric`,
	`job`, `otelanalytics`, `otelanalytics_`, `otelanalytics.`, `otelanalytics.a`, `otelanalytics_a`, `otelanalytics-/a`, `OtelAnalytics`,
	`otelanalyticsa`, `target_info`, `counter`, `gauge`, `histogram`, `exponential_histogram`, `up_down_counter`, `int`, `double`, `string`, `drop`,
	`user_id`, `User-ID`, `user.id`, `id`, `a.id`, `user.a`, `users`, `a.trace.id`, `s`, `"{login}"`, `µs`, `"%"`,
}

// places are the scalars of a document, keys and values.
func places(n *yaml.Node) func(yield func(*yaml.Node) bool) {
	return func(yield func(*yaml.Node) bool) {
		var walk func(n *yaml.Node) bool
		walk = func(n *yaml.Node) bool {
			if n.Kind == yaml.ScalarNode && n.Anchor == "" {
				return yield(n)
			}
			for _, child := range n.Content {
				if !walk(child) {
					return false
				}
			}
			return true
		}
		walk(n)
	}
}

// node reads one piece of YAML; nothing is an empty value.
func node(t *testing.T, text string) yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte("- "+text), &doc); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return *doc.Content[0].Content[0]
}
