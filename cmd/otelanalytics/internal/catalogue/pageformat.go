// SPDX-License-Identifier: Apache-2.0

package catalogue

import "github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"

// pageFormat is what a page is written as: the flag's value, which is checked when it is set.
type pageFormat string

const (
	formatMarkdown pageFormat = "markdown"
	formatHTML     pageFormat = "html"
)

func (f *pageFormat) String() string { return string(*f) }
func (f *pageFormat) Type() string   { return "format" }

func (f *pageFormat) Set(s string) error {
	if v := pageFormat(s); v != formatMarkdown && v != formatHTML {
		return cli.Usagef("known are markdown and html")
	}
	*f = pageFormat(s)
	return nil
}

// page writes a document, which names the map that it was made from.
func (f *pageFormat) page(d *document, source string) ([]byte, error) {
	if *f == formatHTML {
		return d.html(source)
	}
	return d.render(source), nil
}
