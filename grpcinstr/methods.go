// SPDX-License-Identifier: Apache-2.0

package grpcinstr

import (
	"sync"
	"sync/atomic"

	"google.golang.org/grpc"
)

// OtherMethod is recorded as the method of a call whose method is not registered. The event map uses the same word for
// values above the limit of an attribute.
const OtherMethod = "other"

// Services lists the services that are served. A *grpc.Server implements it. A proxy can implement it for the services
// behind it.
type Services interface {
	GetServiceInfo() map[string]grpc.ServiceInfo
}

// method is a method that is served.
type method struct{ name, kind string }

// unregistered is every other method. Nobody knows of what kind it is.
var unregistered = &method{name: OtherMethod}

// methods are the methods of all [Services]. They are asked with the first call: grpc-go allows no registration after
// Serve.
type methods struct {
	byName atomic.Pointer[map[string]*method] // by full name, with a slash in front; nil: ask

	mu      sync.Mutex // guards sources, and the change of byName
	sources []Services
}

// Serves adds a server whose methods get a name of their own in metrics. Call it for each server that has the options
// of [Instrumentation.ServerOptions]. [Instrumentation.NewServer] calls it for its own server.
//
// The services are read at the first call. They may be registered until then.
func (i *Instrumentation) Serves(s Services) {
	i.known.mu.Lock()
	defer i.known.mu.Unlock()
	i.known.sources = append(i.known.sources, s)
	i.known.byName.Store(nil)
}

// find returns the method of a full name, such as /shop.v1.Shop/Buy.
func (m *methods) find(fullMethod string) *method {
	all := m.byName.Load()
	if all == nil {
		all = m.ask()
	}
	if found, ok := (*all)[fullMethod]; ok {
		return found
	}
	return unregistered
}

// ask asks the sources.
func (m *methods) ask() *map[string]*method {
	m.mu.Lock()
	defer m.mu.Unlock()
	if all := m.byName.Load(); all != nil {
		return all
	}
	all := make(map[string]*method)
	for _, s := range m.sources {
		for service, info := range s.GetServiceInfo() {
			for _, i := range info.Methods {
				name := service + "/" + i.Name
				all["/"+name] = &method{name, kind(i)}
			}
		}
	}
	m.byName.Store(&all)
	return &all
}

// kind names what a method streams, as go-grpc-prometheus does.
func kind(m grpc.MethodInfo) string {
	switch {
	case m.IsClientStream && m.IsServerStream:
		return "bidi_stream"
	case m.IsClientStream:
		return "client_stream"
	case m.IsServerStream:
		return "server_stream"
	default:
		return "unary"
	}
}
