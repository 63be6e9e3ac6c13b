// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"net/url"
	"os"
	"regexp"
	"strings"
)

// What may be secret in an URL: user and password, and the query.
var (
	userinfo = regexp.MustCompile(`://[^/@\s"]*@`)
	query    = regexp.MustCompile(`(://[^\s"?]*\?)[^\s"]+`)
)

// scrubURLs returns a text without what may be secret in its URLs.
func scrubURLs(text string) string {
	return query.ReplaceAllString(userinfo.ReplaceAllString(text, "://[redacted]@"), "${1}[redacted]")
}

// secrets returns what must not be logged of the environment: the values of headers, and the passwords and queries of
// endpoints, as they are written and as they are decoded.
func secrets() []string {
	var all []string
	add := func(s string) {
		if s = strings.TrimSpace(s); len(s) > 2 { // shorter ones would blank out half of each text
			all = append(all, s)
		}
	}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		switch {
		case !strings.HasPrefix(name, otlpPrefix):
		case strings.HasSuffix(name, "HEADERS"):
			for pair := range strings.SplitSeq(value, ",") {
				_, v, _ := strings.Cut(pair, "=")
				add(v)
				if decoded, err := url.PathUnescape(v); err == nil {
					add(decoded)
				}
			}
		case strings.HasSuffix(name, "ENDPOINT"):
			if u, err := url.Parse(value); err == nil {
				add(u.RawQuery)
				if u.User != nil {
					add(u.User.String())
					password, _ := u.User.Password()
					add(password)
				}
			}
		}
	}
	return all
}
