// SPDX-License-Identifier: Apache-2.0

package ingest

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/otelanalytics/otelanalytics-go/ingest/internal/lzstring"
)

const (
	// maxWrappings is how many encodings a body may have on top of each other: a form whose field is gzip in base64 has three.
	maxWrappings = 4
	// maxLZ64 bounds the bytes of a body of lz-string, and the units that come out of it. Only old clients send these, a few events
	// at a time.
	maxLZ64 = 1 << 20
	// costLZ64 is what the budget pays for an output of maxLZ64 units while it is made.
	costLZ64 = 8 * maxLZ64
)

// readPostHog reads the JSON of a request of PostHog's clients. It is the body, or the field data of a form or of the query. Clients
// of several ages wrap it in gzip, base64 and lz-string, and label it in the query, in the form, in a header or not at all: so all but
// lz-string is recognised by how it begins.
func (h *Handler) readPostHog(w http.ResponseWriter, r *http.Request, limit int) (b *body, query form, err error) {
	query = parseForm([]byte(r.URL.RawQuery))
	if b, err = h.readShown(w, r, limit, h.shownInBody); err != nil {
		return nil, query, asProblem(err, limit)
	}
	if len(query.data) > 0 {
		b.data = query.data
	}
	if err := b.unwrap(r, query.compression, limit); err != nil {
		b.release()
		return nil, query, asProblem(err, limit)
	}
	return b, query, nil
}

// keyInBody finds a key in what a body begins with. Clients put it before the events, or into the first of them.
var keyInBody = regexp.MustCompile(`"(?:api_key|\$?token)"\s*:\s*"([^"\\]{1,256})"`)

// shownInBody reports whether the beginning of a body shows a key. PostHog's batches may be larger than what requests without a key
// share.
func (h *Handler) shownInBody(beginning []byte) bool {
	m := keyInBody.FindSubmatch(beginning)
	return m != nil && h.find(string(m[1])) != nil
}

// unwrap takes off what the JSON is wrapped in.
func (b *body) unwrap(r *http.Request, compression string, limit int) error {
	for range maxWrappings + 1 {
		data := bytes.TrimLeft(b.data, jsonSpace)
		var err error
		switch {
		case len(data) == 0:
			return notJSON("the body is empty; send a JSON object or an array of them")
		case data[0] == '{' || data[0] == '[':
			b.data = data
			return nil
		case bytes.HasPrefix(data, []byte{0x1f, 0x8b}):
			err = b.gunzip(limit)
		case strings.EqualFold(r.Header.Get("Content-Encoding"), "deflate") && data[0]&0x0f == 8:
			err = b.inflate(limit)
		case bytes.HasPrefix(data, []byte("data=")) || bytes.Contains(data, []byte("&data=")):
			f := parseForm(data)
			b.data = f.data
			if f.compression != "" {
				compression = f.compression
			}
		case compression == "lz64" || compression == "lz-string":
			compression = ""
			err = b.replaceLZ64(data)
		default:
			err = b.replace(base64.NewDecoder(base64.RawStdEncoding, bytes.NewReader(standardBase64(data))), 0, limit)
		}
		if errors.Is(err, errBusy) || errors.Is(err, errTooLarge) {
			return err
		}
		if err != nil {
			break
		}
	}
	return notJSON("the body is no JSON, and none in gzip, base64, lz-string or the field data of a form either")
}

func (b *body) replaceLZ64(data []byte) error {
	if len(data) > maxLZ64 {
		return errTooLarge
	}
	if !b.take(costLZ64) {
		return errBusy
	}
	defer b.give(costLZ64)
	text, err := lzstring.Decompress(standardBase64(data), maxLZ64)
	if errors.Is(err, lzstring.ErrTooLarge) {
		return errTooLarge
	}
	if err != nil {
		return err
	}
	return b.replace(bytes.NewReader(text), 0, 3*maxLZ64)
}

// standardBase64 rewrites base64 in place: without padding, in the alphabet of standard base64. A form has made spaces of pluses.
func standardBase64(data []byte) []byte {
	for i, c := range data {
		switch c {
		case '-', ' ':
			data[i] = '+'
		case '_':
			data[i] = '/'
		}
	}
	return bytes.TrimRight(data, "=\t\r\n")
}

// form has the fields of a form, or of a query, that concern events.
type form struct {
	data        []byte
	compression string
	sent        string // when the client sent it, by its own clock
	token       string
	image       bool // the answer is to be an image
}

// parseForm reads a form, and decodes it in place.
func parseForm(text []byte) (f form) {
	for field := range bytes.SplitSeq(text, []byte("&")) {
		name, value, _ := bytes.Cut(field, []byte("="))
		switch string(name) {
		case "data":
			f.data = unescape(value)
		case "compression":
			f.compression = string(unescape(value))
		case "sent_at", "_":
			f.sent = string(unescape(value))
		case "token", "api_key":
			f.token = string(unescape(value))
		case "img":
			f.image = string(value) == "1"
		}
	}
	return f
}

// unescape decodes a value of a form in place. What is no escape stays as it is.
func unescape(value []byte) []byte {
	out, decoded := value[:0], [1]byte{}
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && i+2 < len(value):
			if _, err := hex.Decode(decoded[:], value[i+1:i+3]); err == nil {
				c = decoded[0]
				i += 2
			}
		}
		out = append(out, c)
	}
	return out
}
