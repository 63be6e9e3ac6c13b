// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"context"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
)

// DefaultEntry is the map's entry that is recorded, unless [WithEntry] names another. It is not that of HTTP requests: the
// statuses of HTTP are numbers, those of gRPC are names, and a label must not have both.
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

// WithEntry has another entry of the map recorded than [DefaultEntry].
func WithEntry(name string) Option { return optionFunc(func(c *config) { c.entry = name }) }

// WithExcluded leaves calls of exactly these services or methods alone, such as grpc.health.v1.Health or
// grpc.health.v1.Health/Check: they are neither measured nor traced, and the function of [WithActor] is not called for
// them. A slash in front of a name changes nothing. Several of these options add up.
func WithExcluded(names ...string) Option {
	return optionFunc(func(c *config) {
		for _, n := range names {
			if n = strings.Trim(n, "/"); n != "" {
				c.excluded[n] = true
			}
		}
	})
}

// WithActor sets the function that returns the actor of a call: its user, session and platform. It is called once a call,
// also for a stream, before the handler and behind the interceptors of the options that come before those of this package. Its
// context is the call's, as these interceptors left it: metadata.FromIncomingContext and what authentication has put
// there work. f must be safe for concurrent use. What it leaves empty stays as the context has it. Without this option
// the context's actor is left as it is.
func WithActor(f func(context.Context) eventctx.Actor) Option {
	return optionFunc(func(c *config) { c.actor = f })
}

// WithOTelGRPC hands options on to otelgrpc: its providers, propagators, filters. OpenTelemetry's global providers and
// propagators are used otherwise. Several of these options add up.
func WithOTelGRPC(options ...otelgrpc.Option) Option {
	return optionFunc(func(c *config) { c.otelgrpc = append(c.otelgrpc, options...) })
}
