// SPDX-License-Identifier: Apache-2.0

package otelanalytics

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"strconv"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// RedactHash returns the hash that replaces a value in documents if its field has redact: hash. Use it to find the
// documents that were stored with the value. docs/redaction-key.md has the queries. key is the key of [WithRedactKey] or
// OTELANALYTICS_REDACT_KEY. Line breaks at its end are ignored.
//
// value is the value that was passed to Track, of any Go type. Texts are hashed as their bytes. Numbers and booleans
// are hashed as their text, so that 5, int64(5) and 5.0 have the same hash. All other values are hashed as their BSON
// type and bytes.
//
// RedactHash returns an error for nil, since a null field stays null. It also returns an error for a key of fewer than
// 16 bytes.
func RedactHash(key []byte, value any) (string, error) {
	key = []byte(words.WithoutNewline(string(key)))
	if len(key) < config.MinRedactKey {
		return "", fmt.Errorf("otelanalytics: RedactHash: the key has %d bytes; it must have at least %d", len(key), config.MinRedactKey)
	}
	var e bsondoc.Encoder
	doc, err := e.Document(nil, map[string]any{"value": value})
	if err != nil {
		return "", fmt.Errorf("otelanalytics: RedactHash: %w", err)
	}
	elementType, _, encoded, _, _ := bsondoc.Next(doc[4:])
	if elementType == bsondoc.TypeNull {
		return "", errors.New("otelanalytics: RedactHash: nil is not hashed; look for null")
	}
	return redactHash(hmac.New(sha256.New, key), elementType, encoded), nil
}

// redactHash returns the HMAC-SHA-256 (RFC 2104) of an encoded value in lower-case hexadecimal digits: of a text's bytes, of
// a number's or a boolean's text, and for every other type of its BSON type and bytes.
func redactHash(m hash.Hash, elementType byte, value []byte) string {
	var text [32]byte
	switch elementType {
	case bsondoc.TypeString:
		m.Write(value[4 : len(value)-1])
	case bsondoc.TypeInt32:
		m.Write(strconv.AppendInt(text[:0], int64(int32(binary.LittleEndian.Uint32(value))), 10))
	case bsondoc.TypeInt64:
		m.Write(strconv.AppendInt(text[:0], int64(binary.LittleEndian.Uint64(value)), 10))
	case bsondoc.TypeDouble:
		m.Write(strconv.AppendFloat(text[:0], math.Float64frombits(binary.LittleEndian.Uint64(value)), 'g', -1, 64))
	case bsondoc.TypeBool:
		m.Write(strconv.AppendBool(text[:0], value[0] != 0))
	default:
		m.Write([]byte{elementType})
		m.Write(value)
	}
	var sum [sha256.Size]byte
	return hex.EncodeToString(m.Sum(sum[:0]))
}
