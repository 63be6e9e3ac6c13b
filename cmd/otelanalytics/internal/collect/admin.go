// SPDX-License-Identifier: Apache-2.0

package collect

import (
	"io"
	"net"
	"net/http"
)

// admin answers operators.
func admin(s *service) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.telemetry.MetricsHandler())
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "ok\n") // the process answers: no more is asked
	})
	mux.Handle("GET /readyz", s.client.ReadinessHandler())
	mux.Handle("/{$}", s.page)
	mux.Handle("/live/", s.page)
	return mux
}

// onLoopback reports whether only programs of this machine reach a listener.
func onLoopback(l net.Listener) bool {
	at, ok := l.Addr().(*net.TCPAddr)
	return ok && at.IP.IsLoopback()
}
