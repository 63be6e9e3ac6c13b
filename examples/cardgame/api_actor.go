// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/eventctx"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/account"
	"github.com/otelanalytics/otelanalytics-go/examples/cardgame/internal/rule"
)

// actor says who asks, once a request: the user and the session from
// "Authorization: Bearer SESSION", the platform from X-Platform. Whatever is
// tracked with the request's context has them, and the trace of traceparent.
func (a *api) actor(r *http.Request) eventctx.Actor {
	who := eventctx.Actor{Platform: platform(r)}
	if session := bearer(r); session != "" {
		if acc, err := a.accounts.LogInSession(session); err == nil {
			who.UserID, who.SessionID = acc.ID, sessionName(session)
		}
	}
	return who
}

// sessionName is what events call a session: who has it can tell its events,
// and nobody can log in with what is in a document.
func sessionName(session string) string {
	sum := sha256.Sum256([]byte(session))
	return hex.EncodeToString(sum[:8])
}

func bearer(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// known refuses requests with a session that there is not, and bounds bodies.
func (a *api) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if session := bearer(r); session != "" && player(r) == "" {
			_, err := a.accounts.LogInSession(session)
			if err == nil { // since just now
				err = rule.Break(rule.Credentials, "the session has begun only now: ask again")
			}
			fail(w, err)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// began returns a context for what the request that opened a session does from
// there on.
func began(ctx context.Context, s account.Session) context.Context {
	return eventctx.WithSession(eventctx.WithUser(ctx, s.Account.ID), sessionName(s.ID))
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
