// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"fmt"
	"strings"
)

// page collects Markdown.
type page struct{ strings.Builder }

func (p *page) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// paragraph writes text of the map as a paragraph of its own, or several.
func (p *page) paragraph(text string) {
	if text = lines(text); text != "" {
		p.printf("%s\n\n", text)
	}
}

// row writes a row of a table. Cells are Markdown.
func (p *page) row(cells ...string) {
	for i, cell := range cells {
		cells[i] = strings.ReplaceAll(strings.Join(strings.Fields(cell), " "), "|", `\|`)
	}
	p.printf("| %s |\n", strings.Join(cells, " | "))
}

func (p *page) head(cells ...string) {
	p.row(cells...)
	p.printf("|%s\n", strings.Repeat("---|", len(cells)))
}

// render returns the document as one page of Markdown, which names the map that it was made from.
func (d *document) render(source string) []byte {
	p := new(page)
	p.printf("<!-- Made by otelanalytics catalogue from %s; do not edit. -->\n\n# %s\n\n%s", strings.ReplaceAll(source, ">", "&gt;"), escaped(d.title), d.about)
	for _, part := range d.parts {
		if !part.listed {
			continue
		}
		p.printf("- %s: ", escaped(part.title))
		for i, e := range part.entries {
			if i > 0 {
				p.printf(", ")
			}
			p.printf("[%s](#%s)", code(e.name), e.anchor)
		}
		p.printf("\n")
	}
	p.printf("\n")
	for _, part := range d.parts {
		p.printf("## %s\n\n%s", escaped(part.title), part.about)
		for _, e := range part.entries {
			p.printf("### %s\n\n%s", code(e.name), e.about)
		}
	}
	return []byte(strings.TrimRight(p.String(), "\n") + "\n")
}
