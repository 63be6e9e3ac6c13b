// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"context"
	"net/http"
	"net/url"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"

	"github.com/otelanalytics/otelanalytics-go/ingest"
	"github.com/otelanalytics/otelanalytics-go/telemetry"
)

// requestKey finds a request in the context of the one that otelhttp sees.
type requestKey struct{}

// traced has doors answer within the spans and metrics of otelhttp. Paths and headers may hold write keys and users: otelhttp sees a
// request with the door in place of the path, without a query, an address, or a header other than traceparent. Whoever sends that is
// not trusted: a trace begins here, and is linked to theirs.
func traced(doors http.Handler, t *telemetry.SDK) http.Handler {
	inner := http.HandlerFunc(func(w http.ResponseWriter, seen *http.Request) {
		r := seen.Context().Value(requestKey{}).(*http.Request).WithContext(seen.Context())
		r.Body = seen.Body
		doors.ServeHTTP(w, r)
	})
	outer := otelhttp.NewHandler(inner, serviceName,
		otelhttp.WithServerName(serviceName+":80"), otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }),
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return r.Method + " " + r.Pattern }),
		otelhttp.WithMeterProvider(t.MeterProvider()), otelhttp.WithTracerProvider(t.TracerProvider()), otelhttp.WithPropagators(t.Propagator()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { outer.ServeHTTP(w, masked(r)) })
}

// unknownRoute stands for paths that no door has.
const unknownRoute = "/{unknown}"

// masked returns what otelhttp sees of a request.
func masked(r *http.Request) *http.Request {
	route := ingest.Route(r.URL.Path)
	if route == "" {
		route = unknownRoute
	}
	seen := &http.Request{
		Method: r.Method, URL: &url.URL{Path: route}, Pattern: route, Proto: r.Proto, ProtoMajor: r.ProtoMajor, ProtoMinor: r.ProtoMinor,
		Header: make(http.Header), Body: r.Body, ContentLength: r.ContentLength, TLS: r.TLS,
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodOptions:
	default:
		seen.Method = "_OTHER" // as OpenTelemetry's semantic conventions have it
	}
	if parent := r.Header.Get("Traceparent"); parent != "" {
		seen.Header.Set("Traceparent", parent)
	}
	return seen.WithContext(context.WithValue(r.Context(), requestKey{}, r))
}
