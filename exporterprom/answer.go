// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"bytes"
	"compress/gzip"
	"net/http"
)

// answer is what a request gets, as an http.ResponseWriter in memory.
type answer struct {
	ready    chan struct{} // closed when it is whole
	gathered func()        // called at its first byte or header, once the gathering is over
	users    int           // who have not sent it yet

	header http.Header
	status int
	bytes.Buffer

	packed bytes.Buffer // the same, compressed
	packer *gzip.Writer // into packed; nil: not needed so far
	body   []byte       // what is sent
}

// Header is the first that promhttp asks for when it has gathered.
func (a *answer) Header() http.Header {
	if a.header == nil {
		a.gathered()
		a.header, a.status = http.Header{}, http.StatusOK
	}
	return a.header
}

func (a *answer) WriteHeader(status int) { a.Header(); a.status = status }

// pack compresses a page. The usual level of gzip takes longer than everything else of a scrape. The fastest one takes a
// tenth of that for such text, and makes it a tenth larger.
func (a *answer) pack() {
	if a.packer == nil {
		a.packer, _ = gzip.NewWriterLevel(&a.packed, gzip.BestSpeed) // a level that there is
	}
	a.packed.Reset()
	a.packer.Reset(&a.packed)
	_, _ = a.packer.Write(a.Bytes()) // into memory
	_ = a.packer.Close()
	a.header.Set("Content-Encoding", "gzip")
	a.body = a.packed.Bytes()
}
