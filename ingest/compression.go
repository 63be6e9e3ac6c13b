// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"net/http"
	"slices"
)

// compression is a format that a body of any door may have.
type compression struct {
	name       string
	magic      []byte // that a body begins with
	announced  func(data []byte, limit int) int64
	decompress func(b *body, limit int) error
}

var compressions = []*compression{
	{"gzip", []byte{0x1f, 0x8b}, func(data []byte, limit int) int64 { return min(announced(data), int64(limit)) }, (*body).gunzip},
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}, announcedZstd, (*body).unzstd},
}

// compressionOf returns the compression of a body, or nil.
func compressionOf(data []byte) *compression {
	i := slices.IndexFunc(compressions, func(c *compression) bool { return bytes.HasPrefix(data, c.magic) })
	if i < 0 {
		return nil
	}
	return compressions[i]
}

// refusedCodings are the content codings that clients know and no door takes.
var refusedCodings = []string{"br", "compress", "dcb", "dcz"}

// takenCodings are the content codings that every door takes, as Accept-Encoding tells.
const takenCodings = "gzip, zstd"

func unsupported(coding string) error {
	return &problem{
		status: http.StatusUnsupportedMediaType, cause: "encoding",
		message: "a body with Content-Encoding " + coding + " cannot be read here; set the client to gzip, zstd or no compression",
	}
}
