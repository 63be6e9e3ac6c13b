// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// sniffed is how many bytes net/http reads of a source to tell the type of its content.
const sniffed = 512

// WriteHeader notes the final status. It ignores informational statuses (1xx) except 101. A status that net/http
// refuses with a panic was not sent.
func (x *exchange) WriteHeader(status int) {
	x.ResponseWriter.WriteHeader(status)
	if status >= 200 || status == http.StatusSwitchingProtocols {
		x.note(status)
	}
}

// note keeps the first final status.
func (x *exchange) note(status int) { x.status.CompareAndSwap(0, int32(status)) }

// Write sends status 200 when the handler sent none, as net/http does, even when b is empty.
func (x *exchange) Write(b []byte) (int, error) {
	x.note(http.StatusOK)
	return x.ResponseWriter.Write(b)
}

// WriteString spares io.WriteString a copy if the writer below implements io.StringWriter.
func (x *exchange) WriteString(s string) (int, error) {
	x.note(http.StatusOK)
	return io.WriteString(x.ResponseWriter, s)
}

// ReadFrom lets io.Copy use sendfile if the writer below can. A source that fails, ends or panics before its first byte
// leaves the status to the handler: net/http sends none either.
func (x *exchange) ReadFrom(r io.Reader) (n int64, err error) {
	if x.status.Load() == 0 {
		n, err = io.Copy(struct{ io.Writer }{x}, io.LimitReader(r, sniffed))
		if err != nil || n < sniffed {
			return n, err
		}
	}
	rest, err := io.Copy(x.ResponseWriter, r)
	return n + rest, err
}

// Flush sends the buffered data. Like every http.Flusher, it reports no error. http.ResponseController does.
func (x *exchange) Flush() { _ = x.FlushError() }

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	err := http.NewResponseController(x.ResponseWriter).Flush()
	if err == nil {
		x.note(http.StatusOK)
	}
	return err
}

// Hijack takes over the connection. It sets status 101 unless another one was written before. It returns
// http.ErrNotSupported where the connection cannot be hijacked, as in HTTP/2.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err == nil {
		x.note(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}

// Push starts an HTTP/2 push. It returns http.ErrNotSupported where that is not possible.
func (x *exchange) Push(target string, o *http.PushOptions) error {
	if p, ok := x.ResponseWriter.(http.Pusher); ok {
		return p.Push(target, o)
	}
	return http.ErrNotSupported
}

// Unwrap is for http.ResponseController.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }
