// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

// document reads the one YAML document of a file into nodes. A second one is reported, and the first
// returned all the same, so that its mistakes are found too.
func document(r *report, data []byte) (node, bool) {
	if !checkInput(r, data) {
		return node{}, false
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decode(dec, &first)
	if errors.Is(err, io.EOF) || err == nil && isNull(first.Content[0]) {
		r.add(1, 1, "", "the file is empty", `begin it with "version: 1"`)
		return node{}, false
	}
	if err == nil {
		err = decode(dec, &second)
		if err == nil {
			r.add(second.Line, second.Column, "", "a second YAML document begins here",
				`an event map is one document: remove the "---" between them`)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		reportSyntax(r, data, err)
		return node{}, false
	}
	return newNode(r, first.Content[0]), true
}

// decode reads the next document. The YAML parser panics where it finds itself in a state that it does
// not expect; a wrong file must not take the host down with it.
func decode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("yaml: %v", v)
		}
	}()
	return dec.Decode(n)
}

var (
	syntaxLine    = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// reportSyntax says where a file is not YAML. The parser knows lines only, and not always the right one:
// for a broken block it names the line before the block, for other mistakes of structure the line before
// the mistake, and in the first line none.
func reportSyntax(r *report, data []byte, err error) {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := syntaxLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1])
		message = message[len(m[0]):]
	}
	fix := "check the colons, quotes and brackets here, and put text with special characters in quotes"
	switch {
	case message == "did not find expected key", message == "did not find expected '-' indicator":
		line = failingLine(data)
		fix = "check the indentation of this line against the lines above it"
	case strings.HasPrefix(message, "did not find expected node content"),
		strings.HasPrefix(message, "did not find expected ','"),
		strings.HasPrefix(message, "found undefined tag handle"):
		if bytes.Count(data, []byte{'\n'}) >= line && !firstLine(err) {
			line++
		}
	case unknownAnchor.MatchString(message):
		name := unknownAnchor.FindStringSubmatch(message)[1]
		at, column := position(data, max(bytes.Index(data, []byte("*"+name)), 0))
		r.add(at, column, "", "the alias "+words.Quote("*"+name)+" has no anchor before it",
			"write "+words.Quote("&"+name)+" before the value that it stands for, or quote it if it is text")
		return
	}
	r.add(line, firstColumn(data, line), "", "this is not YAML: "+message, fix)
}

// firstLine reports whether the parser named no line, which is how it names the first.
func firstLine(err error) bool {
	return !syntaxLine.MatchString(strings.TrimPrefix(err.Error(), "yaml: "))
}

// failingLine finds the line on which the parser stops, by handing it one line at a time.
func failingLine(data []byte) int {
	lines := &lineReader{rest: data}
	dec := yaml.NewDecoder(lines)
	for {
		var n yaml.Node
		if decode(dec, &n) != nil {
			return max(lines.count, 1)
		}
	}
}

// lineReader counts the lines that were read from it.
type lineReader struct {
	rest  []byte
	count int
	part  bool // the last read ended within a line
}

func (l *lineReader) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		return 0, io.EOF
	}
	if !l.part {
		l.count++
	}
	end := bytes.IndexByte(l.rest, '\n') + 1
	if end == 0 {
		end = len(l.rest)
	}
	n := copy(p, l.rest[:end])
	l.part = n < end
	l.rest = l.rest[n:]
	return n, nil
}

// firstColumn is the column of the first character of a line that is not blank.
func firstColumn(data []byte, line int) int {
	for i := 1; i < line; i++ {
		_, rest, ok := bytes.Cut(data, []byte{'\n'})
		if !ok {
			return 1
		}
		data = rest
	}
	text, _, _ := bytes.Cut(data, []byte{'\n'})
	blank := len(text) - len(bytes.TrimLeft(text, " \t\ufeff"))
	if blank == len(text) {
		return 1
	}
	return utf8.RuneCount(text[:blank]) + 1
}
