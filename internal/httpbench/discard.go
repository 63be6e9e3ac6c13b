// SPDX-License-Identifier: Apache-2.0

package httpbench

import "net/http"

// Discard is a ResponseWriter without a server. It keeps the header and discards the body.
type Discard struct{ header http.Header }

// NewDiscard returns a writer with an empty header.
func NewDiscard() Discard { return Discard{http.Header{}} }

func (d Discard) Header() http.Header         { return d.header }
func (d Discard) Write(b []byte) (int, error) { return len(b), nil }
func (d Discard) WriteHeader(int)             {}
