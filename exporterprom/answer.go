// SPDX-License-Identifier: Apache-2.0

package exporterprom

import (
	"bytes"
	"compress/gzip"
	"net/http"

	"github.com/otelanalytics/otelanalytics-go/exporterprom/internal/lines"
)

// answer is the answer to a request: an http.ResponseWriter in memory.
type answer struct {
	ready    chan struct{} // closed when it is whole
	gathered func()        // called at its first byte or header, once the gathering is over
	users    int           // requests that have not sent it yet

	header http.Header
	status int
	memory

	packed bytes.Buffer // the same, compressed
	packer *gzip.Writer // into packed; nil: not needed so far
	body   []byte       // what is sent
	lines  lines.Writer // into memory
}

// memory is a page in the making, as encoders write it.
type memory struct{ page []byte }

func (m *memory) Write(some []byte) (int, error) {
	m.page = append(m.page, some...)
	return len(some), nil
}

func (m *memory) WriteString(some string) (int, error) {
	m.page = append(m.page, some...)
	return len(some), nil
}

func (m *memory) WriteByte(b byte) error {
	m.page = append(m.page, b)
	return nil
}

// Header returns the header. It is the first method that promhttp calls once it has gathered.
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
	_, _ = a.packer.Write(a.page) // into memory
	_ = a.packer.Close()
	a.header.Set("Content-Encoding", "gzip")
	a.body = a.packed.Bytes()
}
