// SPDX-License-Identifier: Apache-2.0

package httpinstr_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// What handlers can do with a ResponseWriter they can do through the middleware.
func TestResponseWriter(t *testing.T) {
	mux := http.NewServeMux()
	released := make(chan struct{})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "first")
		w.(http.Flusher).Flush()
		<-released
		io.WriteString(w, " last")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/copy", func(w http.ResponseWriter, _ *http.Request) {
		n, err := io.Copy(w, strings.NewReader("copied"))
		if n != 6 || err != nil {
			t.Error(n, err)
		}
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no io.ReaderFrom")
		}
	})
	mux.HandleFunc("/deadline", func(w http.ResponseWriter, _ *http.Request) {
		c := http.NewResponseController(w)
		if err := errors.Join(c.SetReadDeadline(time.Now().Add(time.Hour)), c.SetWriteDeadline(time.Now().Add(time.Hour))); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, r *http.Request) {
		conn, rw, err := w.(http.Hijacker).Hijack()
		if r.ProtoMajor == 2 {
			if !errors.Is(err, http.ErrNotSupported) {
				t.Errorf("hijacked HTTP/2: %v", err)
			}
			w.WriteHeader(http.StatusNotImplemented)
			return
		}
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		rw.Flush()
		line, _ := rw.ReadString('\n')
		rw.WriteString(line)
		rw.Flush()
	})
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", http2), func(t *testing.T) {
			rec, server := site(t, mux, http2)
			released = make(chan struct{})
			resp, err := server.Client().Get(server.URL + "/stream")
			if err != nil {
				t.Fatal(err)
			}
			first := make([]byte, 5)
			if _, err := io.ReadFull(resp.Body, first); err != nil || string(first) != "first" {
				t.Errorf("%q, %v before the handler returned", first, err)
			}
			close(released)
			rest, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if string(rest) != " last" || (resp.ProtoMajor == 2) != http2 {
				t.Errorf("%q over %s", rest, resp.Proto)
			}
			if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != "/stream" {
				t.Errorf("%+v", got)
			}
			for _, path := range []string{"/copy", "/deadline"} {
				send(t, server, http.MethodGet, path, nil)
				if got := rec.take(t, 1)[0]; got.Status != 200 || got.Endpoint != path {
					t.Errorf("%+v", got)
				}
			}
			want := int32(http.StatusNotImplemented)
			if http2 {
				send(t, server, http.MethodGet, "/hijack", nil)
			} else {
				want = http.StatusSwitchingProtocols
				echo(t, server)
			}
			if got := rec.take(t, 1)[0]; got.Status != want || got.Endpoint != "/hijack" {
				t.Errorf("%+v, want %d", got, want)
			}
		})
	}
}

// echo upgrades a connection and has a line sent back.
func echo(t *testing.T, server *httptest.Server) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /hijack HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nhello\n")
	text, _ := io.ReadAll(bufio.NewReader(conn))
	if !strings.HasPrefix(string(text), "HTTP/1.1 101") || !strings.HasSuffix(string(text), "hello\n") {
		t.Errorf("%q", text)
	}
}

// broken is a source that fails, or panics, once it has given some bytes.
type broken struct {
	bytes  int
	panics bool
}

func (b *broken) Read(p []byte) (int, error) {
	n := min(len(p), b.bytes)
	b.bytes -= n
	if n == 0 && b.panics {
		panic(http.ErrAbortHandler)
	}
	if n == 0 {
		return 0, errors.New("the source is gone")
	}
	return n, nil
}

// The status that is recorded is the one that the client got.
func TestStatusOfFailingCopies(t *testing.T) {
	for _, c := range []struct {
		name   string
		source io.Reader
		want   int32
	}{
		{"fails before its first byte", &broken{}, 502},
		{"is empty", strings.NewReader(""), 502},
		{"is empty, and no WriterTo", io.LimitReader(strings.NewReader("x"), 0), 502},
		{"fails after some bytes", &broken{bytes: 10}, 200},
		{"fails after many bytes", &broken{bytes: 100_000}, 200},
		{"panics before its first byte", &broken{panics: true}, 500},
		{"panics after some bytes", &broken{bytes: 10, panics: true}, 200},
		{"panics after many bytes", &broken{bytes: 100_000, panics: true}, 200},
	} {
		for _, http2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, HTTP/2 %v", c.name, http2), func(t *testing.T) {
				source := c.source
				if b, ok := source.(*broken); ok {
					again := *b
					source = &again
				}
				rec, server := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					if n, err := io.Copy(w, source); err != nil || n == 0 {
						http.Error(w, "bad gateway", http.StatusBadGateway)
					}
				}), http2)
				resp, err := server.Client().Get(server.URL)
				if err == nil {
					resp.Body.Close()
					if resp.StatusCode != int(c.want) {
						t.Errorf("the client got %d, want %d", resp.StatusCode, c.want)
					}
				}
				if got := rec.take(t, 1)[0]; got.Status != c.want {
					t.Errorf("%+v, want %d", got, c.want)
				}
			})
		}
	}
}

// A hijacked connection has no status of its own.
func TestWriteAfterHijack(t *testing.T) {
	rec, server := site(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if _, err := w.Write([]byte("late")); !errors.Is(err, http.ErrHijacked) {
			t.Errorf("wrote to a hijacked connection: %v", err)
		}
	}), false)
	if resp, err := server.Client().Get(server.URL); err == nil {
		resp.Body.Close()
	}
	if got := rec.take(t, 1)[0]; got.Status != http.StatusSwitchingProtocols {
		t.Errorf("%+v", got)
	}
}
