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

// reportSyntax says where a file is not YAML. The parser knows lines only, and not always the right one:
// for a broken block it names the line before the block, for other mistakes of structure the line before
// the mistake, and in the first line none.
func reportSyntax(r *Report, data []byte, err error) {
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
		r.Add(at, column, "", "the alias "+words.Quote("*"+name)+" has no anchor before it",
			"write "+words.Quote("&"+name)+" before the value that it stands for, or quote it if it is text")
		return
	}
	r.Add(line, firstColumn(data, line), "", "this is not YAML: "+message, fix)
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
