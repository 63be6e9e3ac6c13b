// SPDX-License-Identifier: Apache-2.0

package infer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/otelanalytics/otelanalytics-go/internal/bsondoc"
	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// Bounds of a line.
const (
	mostLine   = 16 << 20  // bytes, as of a document of MongoDB
	mostValues = 1_000_000 // values of one event
	keptBytes  = 1 << 20   // of the memory that is used again for the next line
)

// lines reads a file of JSON objects, one a line, perhaps compressed by gzip.
type lines struct {
	in     *bufio.Reader
	number int
	line   []byte
	doc    []byte
	enc    bsondoc.Encoder
}

// newLines reads from a file.
func newLines(in io.Reader) (*lines, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	if magic, _ := b.Peek(2); string(magic) != "\x1f\x8b" {
		return &lines{in: b}, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("it begins like gzip, and is not: %w", err)
	}
	return &lines{in: bufio.NewReaderSize(z, 64<<10)}, nil
}

// broken is a line that is no event. The next one can be read.
type broken struct{ problem string }

func (e *broken) Error() string { return e.problem }

// next returns the next object as BSON, valid until the next call; io.EOF at the end, a broken error for a line that is no object.
func (l *lines) next() ([]byte, error) {
	for {
		line, err := l.read()
		if err != nil {
			return nil, err
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return l.encode(line)
		}
	}
}

// read returns the next line.
func (l *lines) read() ([]byte, error) {
	if cap(l.line) > keptBytes {
		l.line = nil
	}
	l.line = l.line[:0]
	tooLong := false
	for {
		part, err := l.in.ReadSlice('\n')
		if !tooLong {
			l.line = append(l.line, part...)
		}
		if len(l.line) > mostLine {
			tooLong, l.line = true, l.line[:0]
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case err != nil && len(l.line) == 0 && !tooLong:
			return nil, io.EOF
		}
		l.number++
		if tooLong {
			return nil, &broken{"has more than 16 MiB, and MongoDB stores no more; remove it, or leave out what is large"}
		}
		return l.line, nil
	}
}

// encode returns a line as the SDK would store it.
func (l *lines) encode(line []byte) ([]byte, error) {
	if line[0] != '{' {
		return nil, &broken{"is no JSON object; each line is one event, such as {\"event_type\": \"login\", \"event_data\": {}}"}
	}
	if len(line) > mostValues && separators(line) >= mostValues {
		return nil, &broken{"has " + words.Thousands(mostValues) + " values or more; remove it, or leave out what is large"}
	}
	if cap(l.doc) > keptBytes {
		l.doc = nil
	}
	doc, err := l.enc.Document(l.doc[:0], json.RawMessage(line))
	if err == nil {
		l.doc = doc
		return doc, nil
	}
	var field *bsondoc.FieldError
	if json.Valid(line) && errors.As(err, &field) {
		return nil, &broken{"cannot be stored: " + field.Problem}
	}
	return nil, &broken{"is no valid JSON; write one object a line"}
}

// separators counts the commas between the values of a JSON text.
func separators(line []byte) (n int) {
	quoted := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case !quoted && c == ',':
			n++
		}
	}
	return n
}
