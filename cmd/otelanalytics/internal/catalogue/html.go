// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// What the page is made of. It holds all of it, and loads nothing.
var (
	//go:embed assets/page.html
	pageTemplate string
	//go:embed assets/page.css
	pageStyle string
	//go:embed assets/page.js
	pageScript string
)

// html returns the document as one page of HTML that allows its own style and script, by their hashes, and nothing else
// (Content Security Policy Level 3).
func (d *document) html(source string) ([]byte, error) {
	page, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	about, err := toHTML(d.about)
	if err != nil {
		return nil, err
	}
	parts := make([]htmlPart, len(d.parts))
	for i, p := range d.parts {
		if parts[i], err = p.html(); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = page.Execute(&b, map[string]any{
		"Title": d.title, "Source": source, "About": about, "Parts": parts,
		"Style": template.CSS(pageStyle), "Script": template.JS(pageScript), //nolint:gosec // of this package
		"Policy": fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", hash(pageStyle), hash(pageScript)),
	})
	return b.Bytes(), err
}

// htmlPart is a part as the template has it.
type htmlPart struct {
	Title   string
	About   template.HTML
	Entries []htmlEntry
}

type htmlEntry struct {
	Name, Anchor string
	About        template.HTML
}

func (p *part) html() (htmlPart, error) {
	about, err := toHTML(p.about)
	if err != nil {
		return htmlPart{}, err
	}
	h := htmlPart{Title: p.title, About: about}
	for _, e := range p.entries {
		text, err := toHTML(e.about)
		if err != nil {
			return htmlPart{}, err
		}
		if e.anchor == "" {
			e.anchor = "Entry" // anchors have no capitals
		}
		h.Entries = append(h.Entries, htmlEntry{Name: e.name, Anchor: e.anchor, About: text})
	}
	return h, nil
}

// toHTML renders Markdown of this package. Tags in it stay out: texts of the map are escaped there, and here again.
func toHTML(text string) (template.HTML, error) {
	var b bytes.Buffer
	err := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Convert([]byte(text), &b)
	return template.HTML(b.String()), err //nolint:gosec // goldmark leaves out raw HTML
}

// hash is the source of a style or a script in a policy.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
