// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

var (
	markdown = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough))
	spaces   = regexp.MustCompile(`\s+`)
)

// shown returns what a Markdown renderer shows of a page, without the tags that it may have. It reports false for
// any other tag.
func shown(t *testing.T, page string, tags ...string) (string, bool) {
	t.Helper()
	var out bytes.Buffer
	if err := markdown.Convert([]byte(page), &out); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, tag := range tags {
		text = strings.NewReplacer("<"+tag+">", "", "</"+tag+">", "").Replace(text)
	}
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(text), " ")), !strings.Contains(text, "<")
}

// plain returns text as a paragraph can show it.
func plain(text string) (string, bool) {
	for _, r := range text {
		if r != '\n' && (r < ' ' || r > '~') {
			return "", false
		}
	}
	return strings.TrimSpace(spaces.ReplaceAllString(text, " ")), true
}

// A renderer shows texts of a map as they are, whatever they hold.
func FuzzMarkdown(f *testing.F) {
	for _, text := range []string{
		"a plain text", "`", "``", "a ``b`` c", "` `", " a ", "\\", `a\`, `\|`, "a|b", "| a |\n| - |\n| b |", "a\n---", "a\n===", "- item", "1. item", "2) item",
		"+ item", "> quoted", "# heading", "    code", "```\ncode", "~~~\ncode", "~~gone~~", "*a*", "__a__", "<b>", "<!-- a -->", "[a](b)", "![a](b)",
		"&amp;", "&lt", "a & b", "a\n\nb", "***", "a  \nb", "[a]: b", ":-:|:-:", "100.000", "1.", "-", "a\n: b", "`` ` ``", "|", "||", "a`|`b",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, ok := plain(text)
		if !ok {
			return
		}
		var p page
		p.paragraph(text)
		if got, ok := shown(t, p.String(), "p"); got != want || !ok {
			t.Errorf("paragraph: got %q, want %q\n%s", got, want, p.String())
		}
		if strings.Contains(text, "\n") || want == "" {
			return
		}
		if got, ok := shown(t, "see "+code(text), "p", "code"); got != strings.TrimSpace("see "+want) || !ok {
			t.Errorf("code: got %q, want %q\n%s", got, want, code(text))
		}
		p.Reset()
		p.head("h")
		p.row(escaped(text))
		p.row(code(text))
		got, ok := shown(t, p.String(), "table", "thead", "tbody", "tr", "th", "td", "code")
		if got != "h "+want+" "+want || !ok {
			t.Errorf("cells: got %q, want %q\n%s", got, want, p.String())
		}
	})
}
