// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/otelanalytics/otelanalytics-go/internal/words"
)

var (
	syntaxLine    = regexp.MustCompile(`^line (\d+): `)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// SyntaxError is why a file is not YAML.
type SyntaxError struct {
	Line, Column int
	Problem      string // what the parser says, without the place; it may repeat text of the file where Anchor is set
	Anchor       string // the name of an alias that has no anchor before it, which is what is wrong when it is not empty
	Indented     bool   // the indentation of the line is wrong
}

// report says what is wrong, and what would be right.
func (e *SyntaxError) report(r *Report) {
	fix := "check the colons, quotes and brackets here, and put text with special characters in quotes"
	switch {
	case e.Anchor != "":
		r.Add(e.Line, e.Column, "", "the alias "+words.Quote("*"+e.Anchor)+" has no anchor before it",
			"write "+words.Quote("&"+e.Anchor)+" before the value that it stands for, or quote it if it is text")
		return
	case e.Indented:
		fix = "check the indentation of this line against the lines above it"
	}
	r.Add(e.Line, e.Column, "", "this is not YAML: "+e.Problem, fix)
}

// locate finds the place of a syntax error. The parser knows lines only, and not always the right one: for a broken block
// it names the line before the block, for other mistakes of structure the line before the mistake, and in the first line
// none.
func locate(data []byte, err error) *SyntaxError {
	e := &SyntaxError{Line: 1, Problem: strings.TrimPrefix(err.Error(), "yaml: ")}
	if m := syntaxLine.FindStringSubmatch(e.Problem); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Problem = e.Problem[len(m[0]):]
	}
	if m := unknownAnchor.FindStringSubmatch(e.Problem); m != nil {
		e.Anchor = m[1]
		e.Line, e.Column = position(data, max(bytes.Index(data, []byte("*"+e.Anchor)), 0))
		return e
	}
	switch {
	case e.Problem == "did not find expected key", e.Problem == "did not find expected '-' indicator":
		e.Line, e.Indented = failingLine(data), true
	case strings.HasPrefix(e.Problem, "did not find expected node content"),
		strings.HasPrefix(e.Problem, "did not find expected ','"),
		strings.HasPrefix(e.Problem, "found undefined tag handle"):
		if bytes.Count(data, []byte{'\n'}) >= e.Line && !firstLine(err) {
			e.Line++
		}
	}
	e.Column = firstColumn(data, e.Line)
	return e
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
