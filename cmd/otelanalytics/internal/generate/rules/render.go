// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
)

// The names of the groups. Prometheus evaluates groups side by side, and the rules of one in their order.
const (
	recordingGroup = "otelanalytics"
	mappedGroup    = "otelanalytics_events"
	alertGroup     = "otelanalytics_alerts"
)

// groupsOf returns all rules for a map, with their tests. Groups without rules are left out.
func (k *maker) groupsOf(m *eventmap.Map) []group {
	alerts, recording := append(k.targets(), k.events(m)...), k.recording()
	for _, a := range k.answersOf(m) {
		alerts, recording = append(alerts, k.fail(a)), append(recording, k.failed(a))
	}
	alerts = append(alerts, k.values()...)
	recording = append(recording, k.ingested()...)
	alerts = slices.Concat(alerts, k.journal(), k.store(), k.uniques(), k.ingest(), k.log())
	groups := []group{
		{recordingGroup, recording},
		{mappedGroup, k.mapped(m)},
		{alertGroup, alerts},
	}
	var all []group
	for _, g := range groups {
		if len(g.rules) > 0 {
			all = append(all, g)
		}
	}
	return all
}

// renderRules writes a rule file (Prometheus, rule groups).
func (k *maker) renderRules(groups []group) ([]byte, error) {
	var list []any
	for _, g := range groups {
		var rules []any
		for _, r := range g.rules {
			rules = append(rules, k.ruleNode(r))
		}
		list = append(list, mapping("name", g.name, "rules", rules))
	}
	return encode(fmt.Sprintf(`Made by otelanalytics generate rules from %s; do not edit.

Recording and alerting rules for Prometheus %s or later, about the SDK and the events of the map. The runbook_url of an
alert names the page with the remedies.`, k.source, needed(groups)), mapping("groups", list))
}

func (k *maker) ruleNode(r rule) *yaml.Node {
	var n *yaml.Node
	if r.record != "" {
		n = mapping("record", r.record, "expr", r.expr)
	} else {
		n = mapping("alert", r.alert, "expr", r.expr, "for", promDuration(r.hold),
			"labels", mapping("severity", r.severity),
			"annotations", mapping("summary", r.summary, "description", r.description, "runbook_url", k.runbook(r.alert)))
	}
	n.HeadComment = wrap(r.comment)
	return n
}

// wrap breaks a comment into lines that are not too long.
func wrap(text string) string {
	var b strings.Builder
	length := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case length == 0:
		case length+1+len(word) > 110:
			b.WriteByte('\n')
			length = 0
		default:
			b.WriteByte(' ')
			length++
		}
		b.WriteString(word)
		length += len(word)
	}
	return b.String()
}

// runbook is where an alert's section is, whose heading is its name.
func (k *maker) runbook(alert string) string { return k.runbooks + "#" + strings.ToLower(alert) }

// renderTests writes a file for promtool test rules. rulesPath leads from it to the rule file.
func (k *maker) renderTests(groups []group, rulesPath string) ([]byte, error) {
	var order, tests []any
	for _, g := range groups {
		order = append(order, g.name)
		for _, r := range g.rules {
			for _, t := range r.tests {
				tests = append(tests, k.testNode(r, t))
			}
		}
	}
	return encode(fmt.Sprintf(`Made by otelanalytics generate rules from %s; do not edit.

Tests of the rules: promtool test rules FILE.`, k.source),
		mapping("rule_files", []any{rulesPath}, "evaluation_interval", "1m", "group_eval_order", order, "tests", tests))
}

func (k *maker) testNode(r rule, t test) *yaml.Node {
	var inputs, alerts, asks []any
	for index, i := range t.inputs {
		n := mapping("series", i.series, "values", i.values)
		if index < len(t.notes) {
			n.HeadComment = t.notes[index]
		}
		inputs = append(inputs, n)
	}
	for _, f := range t.fires {
		n := mapping("eval_time", f.at, "alertname", r.alert)
		if len(f.alerts) > 0 {
			add(n, "exp_alerts", k.expected(r, f.alerts))
		}
		alerts = append(alerts, n)
	}
	for _, a := range t.asks {
		n := mapping("expr", a.expr, "eval_time", a.at)
		var want []any
		for _, s := range a.want {
			want = append(want, mapping("labels", s.series, "value", s.value))
		}
		if len(want) > 0 {
			add(n, "exp_samples", want)
		}
		asks = append(asks, n)
	}
	n := mapping("name", r.alert+r.record+" "+t.name, "interval", "1m", "input_series", inputs)
	if len(alerts) > 0 {
		add(n, "alert_rule_test", alerts)
	}
	if len(asks) > 0 {
		add(n, "promql_expr_test", asks)
	}
	return n
}

func (k *maker) expected(r rule, firing []firing) []any {
	var all []any
	for _, f := range firing {
		labels := mapping()
		for _, name := range sortedKeys(f.labels) {
			add(labels, name, f.labels[name])
		}
		add(labels, "severity", r.severity)
		all = append(all, mapping("exp_labels", labels, "exp_annotations",
			mapping("summary", f.summary, "description", f.description, "runbook_url", k.runbook(r.alert))))
	}
	return all
}

// mapping returns a YAML mapping of pairs of key and value, in this order.
func mapping(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		add(n, pairs[i].(string), pairs[i+1])
	}
	return n
}

// add adds a pair to a mapping.
func add(n *yaml.Node, key string, value any) {
	var k, v yaml.Node
	k.SetString(key)
	switch value := value.(type) {
	case *yaml.Node:
		v = *value
	case []any:
		v.Kind = yaml.SequenceNode
		for _, item := range value {
			var one yaml.Node
			if node, ok := item.(*yaml.Node); ok {
				one = *node
			} else {
				_ = one.Encode(item) // strings and numbers
			}
			v.Content = append(v.Content, &one)
		}
	case string:
		v.SetString(value) // literal, when it has lines
	default:
		_ = v.Encode(value)
	}
	n.Content = append(n.Content, &k, &v)
}

func encode(comment string, root *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	for line := range strings.SplitSeq(comment, "\n") {
		b.WriteString(strings.TrimRight("# "+line, " ") + "\n")
	}
	b.WriteString("\n")
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(root); err != nil {
		return nil, err
	}
	return b.Bytes(), e.Close()
}
