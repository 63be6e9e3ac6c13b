// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"net"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/propagation"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// actor puts who asks into the context of every request, once: the user and
// the session from "Authorization: Bearer SESSION", the platform from
// X-Platform, and the trace that the request belongs to from traceparent (W3C
// Trace Context). Whatever is tracked with that context has them.
func (a *api) actor(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := eventctx.Actor{Platform: platform(r)}
		if session := r.Header.Get("Authorization"); session != "" {
			session = strings.TrimPrefix(session, "Bearer ")
			acc, err := a.accounts.LogInSession(session)
			if err != nil {
				fail(w, err)
				return
			}
			who.UserID, who.SessionID = acc.ID, session
		}
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		next.ServeHTTP(w, r.WithContext(eventctx.WithActor(ctx, who)))
	})
}

// began returns a context for what the request that opened a session does from
// there on.
func began(ctx context.Context, s account.Session) context.Context {
	return eventctx.WithSession(eventctx.WithUser(ctx, s.Account.ID), s.ID)
}

// signedIn lets those through who have a session.
func signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if player(r) == "" {
			fail(w, rule.Break(rule.Credentials, `there is no session: log in, and send "Authorization: Bearer SESSION"`))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// player is the id of who asks; empty without a session.
func player(r *http.Request) string { return eventctx.FromContext(r.Context()).UserID }

// platform is what the app says that it runs on, if that is one that there is.
func platform(r *http.Request) string {
	switch p := r.Header.Get("X-Platform"); p {
	case "android", "ios", "web":
		return p
	}
	return ""
}

// address is where the request comes from.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}
