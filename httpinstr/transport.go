// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Transport wraps a transport for outgoing calls with otelhttp's: traces that go on in the service that is called, and
// the standard HTTP client metrics. A nil base is http.DefaultTransport. The addresses of the servers that are called
// become the attribute server.address of the metrics: call only servers that the program chooses, or leave that
// attribute out with a view. options are otelhttp's; OpenTelemetry's global providers and propagators are the default.
func Transport(base http.RoundTripper, options ...otelhttp.Option) http.RoundTripper {
	return otelhttp.NewTransport(base, options...)
}
