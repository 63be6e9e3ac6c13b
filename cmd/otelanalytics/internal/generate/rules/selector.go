// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// matcher is one condition of a PromQL selector, such as job="shop".
type matcher struct{ label, op, value string }

func (m matcher) String() string { return m.label + m.op + strconv.Quote(m.value) }

// holds reports whether a label with that value satisfies the condition. PromQL anchors regular expressions.
func (m matcher) holds(value string) bool {
	switch m.op {
	case "=":
		return value == m.value
	case "!=":
		return value != m.value
	}
	matches := regexp.MustCompile("^(?s:" + m.value + ")$").MatchString(value)
	return matches == (m.op == "=~")
}

// reserved are the labels that the SDK itself gives to its series, that of a process, and the names that PromQL and rules
// have for something else. None tells one service from another.
var reserved = []string{
	"__name__", "instance", "alertname", "alertstate", "severity", "le", "quantile", "event_type", "reason", "metric", "attribute", "kind", "source", "field",
}

var (
	labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*`)
	operator  = regexp.MustCompile(`^(=~|!~|!=|=)`)
)

// parseSelector reads conditions that are separated by commas: what stands between the braces of a PromQL selector.
func parseSelector(text string) ([]matcher, error) {
	var all []matcher
	rest := strings.TrimSpace(text)
	for rest != "" {
		var m matcher
		if m.label = labelName.FindString(rest); m.label == "" {
			return nil, fmt.Errorf("no label at %q", rest)
		}
		rest = strings.TrimSpace(rest[len(m.label):])
		if m.op = operator.FindString(rest); m.op == "" {
			return nil, fmt.Errorf("no =, !=, =~ or !~ after the label %s", m.label)
		}
		rest = strings.TrimSpace(rest[len(m.op):])
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] == '\'' {
			return nil, fmt.Errorf("the value of %s is not in double quotes", m.label)
		}
		if m.value, err = strconv.Unquote(quoted); err != nil {
			return nil, fmt.Errorf("the value of %s: %w", m.label, err)
		}
		rest = strings.TrimSpace(rest[len(quoted):])
		if slices.Contains(reserved, m.label) {
			return nil, fmt.Errorf("the label %s does not tell services apart; right are labels that every series of a service has, up among them, such as job", m.label)
		}
		if strings.HasSuffix(m.op, "~") {
			if _, err := regexp.Compile(m.value); err != nil {
				return nil, fmt.Errorf("the value of %s: %w", m.label, err)
			}
		}
		all = append(all, m)
		if rest == "" {
			break
		}
		after, ok := strings.CutPrefix(rest, ",")
		if !ok {
			return nil, fmt.Errorf("no comma before %q", rest)
		}
		rest = strings.TrimSpace(after)
	}
	return all, nil
}
