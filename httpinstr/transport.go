// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
)

// Transport wraps base with otelhttp's transport for outgoing calls. Traces continue in the called service, and the
// standard HTTP client metrics are recorded. A nil base means http.DefaultTransport.
//
// The addresses of the called servers become the attribute server.address of the metrics. Call only servers that the
// program chooses, or remove that attribute with a view.
//
// The options are passed to otelhttp. Its defaults are OpenTelemetry's global providers and propagators.
func Transport(base http.RoundTripper, options ...otelhttp.Option) http.RoundTripper {
	return otelhttp.NewTransport(base, options...)
}
