// SPDX-License-Identifier: Apache-2.0

package eventmap

import (
	"io/fs"
	"os"

	"github.com/otelanalytics/otelanalytics-go/internal/strictyaml"
)

// Parse reads an event map. For wrong content it returns an [Errors] with every mistake. Positions have the form "event
// map:LINE:COLUMN".
func Parse(data []byte) (*Map, error) { return parse("event map", data) }

// ParseFile reads an event map from a file of at most 1 MiB. For wrong content it returns an [Errors] with every
// mistake, whose positions have the path as given. If the file cannot be read, the error names the path and wraps the
// operating system's error.
func ParseFile(path string) (*Map, error) {
	f, err := os.Open(path)
	data, err := readAll(path, f, err)
	if err != nil {
		return nil, err
	}
	return parse(path, data)
}

// ParseFS reads an event map as [ParseFile] does, from a file system such as an [embed.FS].
func ParseFS(fsys fs.FS, name string) (*Map, error) {
	f, err := fsys.Open(name)
	data, err := readAll(name, f, err)
	if err != nil {
		return nil, err
	}
	return parse(name, data)
}

// format holds the properties that all files of event maps have.
var format = strictyaml.Format{
	Name:     "an event map",
	Begin:    `begin it with "version: 1"`,
	MaxBytes: maxFileBytes,
	TooLong:  "an event map is never that long: check the path, or split the map",
}

func parse(file string, data []byte) (*Map, error) {
	r := strictyaml.NewReport(maxErrors)
	root, ok := format.Parse(r, data)
	if !ok {
		return nil, newErrors(file, r.Mistakes())
	}
	l := newLoader()
	l.load(root)
	if found := r.Mistakes(); len(found) > 0 {
		return nil, newErrors(file, found)
	}
	return l.result(), nil
}
