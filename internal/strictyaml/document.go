// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// Format is what is the same for all files of one kind.
type Format struct {
	Name     string // with its article, for messages: "an event map"
	Begin    string // what an empty file should begin with
	MaxBytes int    // of a file, a multiple of 1 MiB
	TooLong  string // what to do about a longer one
}

// Parse reads the one YAML document of a file. It reports false where there is none to read. A second document is
// reported, and the first returned all the same, so that its mistakes are found too.
func (f Format) Parse(r *Report, data []byte) (Node, bool) {
	if !f.checkInput(r, data) {
		return Node{}, false
	}
	first, second, wrong := Decode(data)
	if wrong != nil {
		wrong.report(r)
		return Node{}, false
	}
	if first == nil || IsNull(first) {
		r.Add(1, 1, "", "the file is empty", f.Begin)
		return Node{}, false
	}
	if second != nil {
		r.Add(second.Line, second.Column, "", "a second YAML document begins here",
			f.Name+` is one document: remove the "---" between them`)
	}
	return newNode(r, first), true
}

// Decode returns the content of the first document of a file, nil when there is none, and what a second one begins with,
// nil when there is none. It is for files that are read in another way than by the methods of a [Node].
func Decode(data []byte) (first, second *yaml.Node, wrong *SyntaxError) {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var one, two yaml.Node
	err := decode(dec, &one)
	if err == nil {
		first = one.Content[0]
		if err = decode(dec, &two); err == nil {
			return first, &two, nil
		}
	}
	if !errors.Is(err, io.EOF) {
		wrong = locate(data, err)
	}
	return first, nil, wrong
}

// decode reads the next document. The YAML parser panics where it finds itself in a state that it does
// not expect; a wrong file must not take the host down with it.
func decode(dec *yaml.Decoder, n *yaml.Node) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("yaml: the parser gave up") // what it panicked with may repeat a secret of the file
		}
	}()
	return dec.Decode(n)
}
