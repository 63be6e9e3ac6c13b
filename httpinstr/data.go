// SPDX-License-Identifier: Apache-2.0

package httpinstr

import "github.com/otelanalytics/otelanalytics-go/internal/bsondoc"

// AppendBSON appends what is recorded as a document, which the client reads without reflection and without an
// allocation.
func (x *exchange) AppendBSON(dst []byte) ([]byte, error) {
	return x.AppendOwn(dst, bsondoc.Trusted{}), nil
}

// AppendOwn is AppendBSON for the client, which need not check what this package appends.
func (x *exchange) AppendOwn(dst []byte, _ bsondoc.Trusted) []byte {
	dst, start := bsondoc.Begin(dst)
	dst = bsondoc.String(dst, "method", x.method)
	dst = bsondoc.String(dst, "endpoint", x.endpoint)
	dst = bsondoc.Int32(dst, "status", int32(x.status))
	dst = bsondoc.Double(dst, "duration", x.duration)
	dst = bsondoc.Int64(dst, "size", x.size)
	return bsondoc.End(dst, start)
}
