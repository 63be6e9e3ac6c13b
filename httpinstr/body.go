// SPDX-License-Identifier: Apache-2.0

package httpinstr

import (
	"io"
	"net/http"
	"sync/atomic"
)

// body counts the bytes that are read of a request's body.
type body struct {
	io.ReadCloser
	read atomic.Int64
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.read.Add(int64(n))
	return n, err
}

// countBody counts the body of a request. It keeps http.NoBody, which handlers compare with.
func (x *exchange) countBody(r *http.Request) {
	if r.Body != nil && r.Body != http.NoBody {
		x.body.ReadCloser = r.Body
		r.Body = &x.body
	}
}
