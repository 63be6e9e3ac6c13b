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

// DefaultEntry is the map's entry that [Middleware] records, unless [WithEntry] names another.
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

// forOTelHTTP returns the options for otelhttp. Without a port in the server's name it would take that of the Host
// header, which is the sender's to choose; the scheme's own port it leaves out.
func (c *config) forOTelHTTP(port string) []otelhttp.Option {
	server := c.server
	if _, _, err := net.SplitHostPort(server); err != nil {
		server = net.JoinHostPort(server, port)
	}
	return append([]otelhttp.Option{otelhttp.WithServerName(server)}, c.otelhttp...)
}

// WithEntry has the middleware record another entry of the map than [DefaultEntry].
func WithEntry(name string) Option { return optionFunc(func(c *config) { c.entry = name }) }

// WithExcluded leaves requests of these paths alone, such as /metrics and /healthz: they are neither measured nor traced. As in the
// patterns of http.ServeMux, a path that ends in a slash stands for all paths below it, and one that ends in /{$} for the path
// with the slash alone. Several of these options add up.
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

// WithActor has f say who asks: user, session and platform, as far as it knows. It is called once a request, before
// the handler, and must be safe for concurrent use. What it leaves empty stays as the request's context has it.
// Without this option the context's actor is left as it is.
func WithActor(f func(*http.Request) eventctx.Actor) Option {
	return optionFunc(func(c *config) { c.actor = f })
}

// WithServerName sets the attribute server.address of otelhttp's metrics and spans; the middleware's operation stands
// in for it otherwise. With a port, such as shop.example.com:8443, it sets server.port, too. otelhttp would take it
// from the Host header, which the sender chooses: each value would be a series of its own.
func WithServerName(name string) Option { return optionFunc(func(c *config) { c.server = name }) }

// WithOTelHTTP hands options on to otelhttp: its providers, propagators, span names. OpenTelemetry's global providers
// and propagators are used otherwise. They come after this package's own, so that they prevail.
func WithOTelHTTP(options ...otelhttp.Option) Option {
	return optionFunc(func(c *config) { c.otelhttp = append(c.otelhttp, options...) })
}
