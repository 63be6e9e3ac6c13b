// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// DefaultEntry is the entry of the event map that is recorded, unless [WithEntry] names another. It differs from the
// entry of HTTP requests: HTTP statuses are numbers, gRPC statuses are names, and one label must not have both.
const DefaultEntry = "rpc"

// Option changes what an [Instrumentation] does.
type Option interface{ apply(*config) }

type optionFunc func(*config)

func (f optionFunc) apply(c *config) { f(c) }

type config struct {
	entry    string
	excluded map[string]bool // services and methods, without a slash in front
	actor    func(context.Context) eventctx.Actor
	otelgrpc []otelgrpc.Option
}

func newConfig(options []Option) config {
	c := config{entry: DefaultEntry, excluded: map[string]bool{}}
	for _, o := range options {
		if o != nil {
			o.apply(&c)
		}
	}
	return c
}

// excludes reports whether the calls of a method are left alone.
func (c *config) excludes(fullMethod string) bool {
	if len(c.excluded) == 0 {
		return false
	}
	name := strings.TrimPrefix(fullMethod, "/")
	return c.excluded[name] || c.excluded[name[:max(strings.LastIndexByte(name, '/'), 0)]]
}

// WithEntry sets the entry of the event map that is recorded. The default is [DefaultEntry].
func WithEntry(name string) Option { return optionFunc(func(c *config) { c.entry = name }) }

// WithExcluded excludes services or methods, such as grpc.health.v1.Health or grpc.health.v1.Health/Check. Their calls
// are neither measured nor traced. The function of [WithActor] is not called for them. Names match exactly. A slash
// before a name is ignored. The options add up.
func WithExcluded(names ...string) Option {
	return optionFunc(func(c *config) {
		for _, n := range names {
			if n = strings.Trim(n, "/"); n != "" {
				c.excluded[n] = true
			}
		}
	})
}

// WithActor sets the function that returns the user, the session and the platform of a call. It is called once a call,
// also for a stream, before the handler. f must be safe for concurrent use.
//
// The interceptors of options that come before this package's options run first. The context of f is the call's context
// as they left it. So f can read metadata.FromIncomingContext and the values that authentication added.
//
// A field that f leaves empty stays as the context has it. Without this option, the context's actor stays as it is.
func WithActor(f func(context.Context) eventctx.Actor) Option {
	return optionFunc(func(c *config) { c.actor = f })
}

// WithOTelGRPC passes options to otelgrpc, such as its providers, propagators and filters. Without them, otelgrpc uses
// OpenTelemetry's global providers and propagators. The options add up.
func WithOTelGRPC(options ...otelgrpc.Option) Option {
	return optionFunc(func(c *config) { c.otelgrpc = append(c.otelgrpc, options...) })
}
