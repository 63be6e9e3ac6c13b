// SPDX-License-Identifier: Apache-2.0

package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
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
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decode(dec, &first)
	if errors.Is(err, io.EOF) || err == nil && isNull(first.Content[0]) {
		r.Add(1, 1, "", "the file is empty", f.Begin)
		return Node{}, false
	}
	if err == nil {
		err = decode(dec, &second)
		if err == nil {
			r.Add(second.Line, second.Column, "", "a second YAML document begins here",
				f.Name+` is one document: remove the "---" between them`)
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		reportSyntax(r, data, err)
		return Node{}, false
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
