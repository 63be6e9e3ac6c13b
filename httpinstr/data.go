// SPDX-License-Identifier: Apache-2.0

package httpinstr

import "github.com/otelanalytics/otelanalytics-go/internal/bsondoc"

// AppendOwn appends what is recorded as a document, which the client reads without reflection, without an allocation and
// without a check. Other recorders than the client use AppendBSON.
func (x *exchange) AppendOwn(dst []byte, _ *bsondoc.Encoder) ([]byte, error) {
	return x.AppendBSON(dst)
}

// AppendBSON appends what is recorded as a document.
func (x *exchange) AppendBSON(dst []byte) ([]byte, error) {
	dst, start := bsondoc.Begin(dst)
	dst = bsondoc.String(dst, "method", x.method)
	dst = bsondoc.String(dst, "endpoint", x.endpoint)
	dst = bsondoc.Int32(dst, "status", x.answered)
	dst = bsondoc.Double(dst, "duration", x.duration)
	dst = bsondoc.Int64(dst, "size", x.size)
	return bsondoc.End(dst, start), nil
}
