// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"net"
	"net/http"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// DefaultEntry is the entry of the event map that [Middleware] records, unless [WithEntry] names another.
const DefaultEntry = "request"

// Option changes what [Middleware] does.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	made     time.Time
	entry    string
	server   string
	excluded map[string]bool // exact paths
	below    []string        // folders, with a slash at the end
	actor    func(*http.Request) eventctx.Actor
	otelhttp []otelhttp.Option
}

func newConfig(operation string, options []Option) config {
	c := config{made: time.Now(), entry: DefaultEntry, server: operation, excluded: map[string]bool{}}
	for _, o := range options {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// forOTelHTTP returns the options for otelhttp. They always name a port: without one, otelhttp would take the port of
// the Host header, which the sender chooses. otelhttp leaves out the scheme's own port.
func (c *config) forOTelHTTP(port string) []otelhttp.Option {
	server := c.server
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(server, port)
	}
	return append([]otelhttp.Option{otelhttp.WithServerName(server)}, c.otelhttp...)
}

// WithEntry sets the entry of the event map that the middleware records. The default is [DefaultEntry].
func WithEntry(name string) Option { return optionFunc(func(c *config) { c.entry = name }) }

// WithExcluded excludes paths, such as /metrics and /healthz. Their requests are neither measured nor traced. Paths
// follow the patterns of http.ServeMux: a path that ends in a slash excludes all paths below it. A path that ends in
// /{$} excludes the path with the slash alone. The options add up.
func WithExcluded(paths ...string) Option {
	return optionFunc(func(c *config) {
		for _, p := range paths {
			if exact, ok := strings.CutSuffix(p, "{$}"); ok {
				c.excluded[exact] = true
			} else if strings.HasSuffix(p, "/") {
				c.below = append(c.below, p)
			} else {
				c.excluded[p] = true
			}
		}
	})
}

// leaves reports whether a path is excluded.
func (c *config) leaves(path string) bool {
	if len(c.excluded) > 0 && c.excluded[path] {
		return true
	}
	for _, folder := range c.below {
		if strings.HasPrefix(path, folder) {
			return true
		}
	}
	return false
}

// WithActor sets the function that returns the user, the session and the platform of a request. It is called once a
// request, before the handler, and must be safe for concurrent use. A field that it leaves empty stays as the request's
// context has it. Without this option, the context's actor stays as it is.
func WithActor(f func(*http.Request) eventctx.Actor) Option {
	return optionFunc(func(c *config) { c.actor = f })
}

// WithServerName sets the attribute server.address of otelhttp's metrics and spans. The default is the middleware's
// operation. A name with a port, such as shop.example.com:8443, also sets server.port. otelhttp's own default is the
// Host header. The sender chooses that header, and each value would be a series of its own.
func WithServerName(name string) Option { return optionFunc(func(c *config) { c.server = name }) }

// WithOTelHTTP passes options to otelhttp, such as its providers, propagators and span names. They override this
// package's own options for otelhttp. Without them, otelhttp uses OpenTelemetry's global providers and propagators.
func WithOTelHTTP(options ...otelhttp.Option) Option {
	return optionFunc(func(c *config) { c.otelhttp = append(c.otelhttp, options...) })
}
