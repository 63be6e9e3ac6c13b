// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"errors"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// secrets are texts that must not be in a log or an error: values of headers, whole and word by word, as in "Bearer
// TOKEN", both as written and as decoded. The longest text is first, since one may be part of another.
type secrets []string

// with returns the secrets with one more.
func (s secrets) with(value string) secrets {
	decoded, _ := url.PathUnescape(value)
	for _, form := range [...]string{value, decoded} {
		for _, part := range append(strings.Fields(form), strings.TrimSpace(form)) {
			if len(part) > 2 && !slices.Contains(s, part) { // shorter ones would blank out half of each text
				s = append(s, part)
			}
		}
	}
	slices.SortFunc(s, func(a, b string) int { return len(b) - len(a) })
	return s
}

// environmentSecrets returns the secrets in the variables of the OTLP exporters.
func environmentSecrets() secrets {
	var s secrets
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, otlpPrefix) && strings.HasSuffix(name, "HEADERS") {
			s = s.withList(value)
		}
	}
	return s
}

// withList returns the secrets with the values of a list of key=value pairs.
func (s secrets) withList(list string) secrets {
	for pair := range strings.SplitSeq(list, ",") {
		_, value, _ := strings.Cut(pair, "=")
		s = s.with(value)
	}
	return s
}

// headerSecrets returns the secrets in a declarative configuration, wherever it has headers.
func headerSecrets(document *yaml.Node) secrets {
	var s secrets
	walk(document, func(key string, n *yaml.Node) {
		switch key {
		case "headers_list":
			s = s.withList(n.Value)
		case "headers":
			walk(n, func(key string, n *yaml.Node) {
				if key == "value" {
					s = s.with(n.Value)
				}
			})
		}
	})
	return s
}

// walk calls visit for each key of each mapping below a node.
func walk(n *yaml.Node, visit func(key string, value *yaml.Node)) {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 {
			visit(n.Content[i-1].Value, child)
		}
		walk(child, visit)
	}
}

// userinfo and query match parts of a URL that may be secret: user and password, and the query.
var (
	userinfo = regexp.MustCompile(`://[^/@\s"]*@`)
	query    = regexp.MustCompile(`(://[^\s"?]*\?)[^\s"]+`)
)

// scrub returns a text without the secrets, and without parts of its URLs that may be secret.
func (s secrets) scrub(text string) string {
	for _, secret := range s {
		text = strings.ReplaceAll(text, secret, "[redacted]")
	}
	return query.ReplaceAllString(userinfo.ReplaceAllString(text, "://[redacted]@"), "${1}[redacted]")
}

// scrubbed is an error whose text has no secrets. errors.Is matches its cause, which it does not expose.
type scrubbed struct {
	text  string
	cause error
}

func (e *scrubbed) Error() string        { return e.text }
func (e *scrubbed) Is(target error) bool { return errors.Is(e.cause, target) }

// scrubError returns an error that may be shown.
func (s secrets) scrubError(err error) error {
	if err == nil {
		return nil
	}
	return &scrubbed{text: s.scrub(err.Error()), cause: err}
}
